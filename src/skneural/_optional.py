"""Packages that only some features need, imported when these are used."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def optional(name: str, owner: str, extra: str) -> Any:
    """Return a package, or one of its modules, that an extra of this one brings.

    Raises
    ------
    ImportError
        If it is not installed; with the pip command that installs it.
    """
    try:
        return import_module(name)
    except ImportError as error:
        package = name.partition(".")[0]
        raise ImportError(
            f'{owner} needs the package {package}: pip install "scikit-neural[{extra}]"'
        ) from error
