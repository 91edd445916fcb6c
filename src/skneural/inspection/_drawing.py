"""Axes to draw on; matplotlib is imported only when something is drawn."""

from __future__ import annotations

from typing import Any


def axes_for(ax: Any, owner: str, size: tuple[float, float] | None = None) -> Any:
    """Return the axes given, or new ones in a figure of a size in inches.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise ImportError(f"{owner} draws by matplotlib: pip install matplotlib") from error
    return pyplot.subplots(figsize=size, layout="constrained")[1] if ax is None else ax


def without_ticks(ax: Any, title: str = "") -> None:
    """Remove the ticks of axes that show images, and set a title."""
    ax.set(xticks=[], yticks=[], title=title)
    ax.spines[:].set_visible(False)
