"""Axes to draw on; matplotlib is imported only when something is drawn."""

from __future__ import annotations

from typing import Any


def axes_for(ax: Any, owner: str) -> Any:
    """Return the axes given, or new ones.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise ImportError(f"{owner} draws by matplotlib: pip install matplotlib") from error
    return pyplot.subplots()[1] if ax is None else ax
