"""The packages that blocks need, imported when they are."""

from __future__ import annotations

from typing import Any

from .._optional import optional


def needed(name: str, owner: str) -> Any:
    """Return a package of the extra "blocks", or one of its modules.

    Raises
    ------
    ImportError
        If it is not installed.
    """
    return optional(name, owner, "blocks")
