"""Axes to draw on; matplotlib is imported only when something is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any


def axes_for(ax: Any, owner: str, size: tuple[float, float] | None = None) -> Any:
    """Return the axes given, or new ones in a figure of a size in inches.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    TypeError
        If these are no axes.
    """
    try:
        from matplotlib import pyplot
        from matplotlib.axes import Axes
    except ImportError as error:
        raise ImportError(f"{owner} draws by matplotlib: pip install matplotlib") from error
    if ax is None:
        return pyplot.subplots(figsize=size, layout="constrained")[1]
    if not isinstance(ax, Axes):
        kind = type(ax).__name__
        got = f"an array of shape {ax.shape}" if hasattr(ax, "shape") else f"{kind} {ax!r}"
        if hasattr(ax, "add_subplot"):
            got, remedy = kind, "give one of its axes, as figure.add_subplot() returns"
        else:
            remedy = "give one, such as pyplot.subplots() returns, or None for a new figure"
        raise TypeError(f"{owner}: ax must be a single matplotlib Axes, got {got}; {remedy}")
    return ax


def check_axes(ax: Any, owner: str) -> None:
    """Raise a TypeError for what is neither axes nor None."""
    if ax is not None and not hasattr(ax, "imshow"):
        raise TypeError(f"{owner}: ax={ax!r} must be axes of matplotlib, or None for a new figure")


def full_names(kwargs: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return what is passed to matplotlib by full names: ``color`` for ``c``.

    Parameters
    ----------
    kwargs : dict
    kind : str
        Module and class of what is drawn: ``"lines.Line2D"``.
    """
    from matplotlib import cbook

    module, name = kind.split(".")
    drawn = getattr(import_module(f"matplotlib.{module}"), name)
    return cbook.normalize_kwargs(dict(kwargs), drawn)


def without_ticks(ax: Any, title: str = "") -> None:
    """Remove the ticks of axes that show images, and set a title."""
    ax.set(xticks=[], yticks=[], title=title)
    ax.spines[:].set_visible(False)
