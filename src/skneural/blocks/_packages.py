"""The packages that blocks need, imported when they are."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def needed(name: str, owner: str) -> Any:
    """Return a package of the extra "blocks", or one of its modules.

    Raises
    ------
    ImportError
        If it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        package = name.partition(".")[0]
        raise ImportError(
            f'{owner} needs the package {package}: pip install "scikit-neural[blocks]"'
        ) from error
