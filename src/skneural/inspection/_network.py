"""Pictures of networks: the stack of layers with shapes and parameters."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from .._whole_numbers import is_whole
from ..estimators.base.layer_access import check_has_layers, layers_as_given
from ..estimators.base.summary import LayerRow, rows_of_layers
from ._arguments import check_whole
from ._checks import require
from ._drawing import axes_for, full_names

_INSTEAD = "give an estimator that trains a network, or shapes to NetworkDisplay.from_shapes"
_WIDEST, _NARROWEST, _TEXT = 4.0, 2.6, 44  # of boxes, in units of their height; characters
_TALLEST, _FONT, _SMALLEST = 16.0, 7.0, 3.5  # inches of a figure of its own, points of text


class NetworkDisplay:
    """The layers of a network from the input down, with output shapes and numbers of parameters.

    Make it by `from_estimator` or `from_shapes`; `plot` draws it again. The more values a layer
    has, the wider its box; the more parameters, the darker. Layers inside of a block, such as
    `Residual`, are set into its frame.

    Parameters
    ----------
    networks : dict of str to list
        The rows of each network, by titles; made by `from_estimator` and `from_shapes`.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure
    boxes_ : list of matplotlib.patches.Rectangle

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skneural import ConvNetClassifier
    >>> from skneural.inspection import NetworkDisplay
    >>> digits = load_digits()
    >>> net = ConvNetClassifier(max_iter=2, random_state=0).fit(digits.images, digits.target)
    >>> display = NetworkDisplay.from_estimator(net)
    """

    def __init__(self, networks: Mapping[str, Sequence[Any]]) -> None:
        pairs = networks.items()
        self.networks = {title: [LayerRow(*row) for row in rows] for title, rows in pairs}

    @classmethod
    def from_shapes(
        cls, names: Sequence[str], shapes: Sequence[Sequence[int]],
        n_parameters: Sequence[int] | None = None, *, title: str = "", ax: Any = None,
        **kwargs: Any,
    ) -> NetworkDisplay:
        """Draw a stack of layers.

        Parameters
        ----------
        names : sequence of str
            Of the layers, that of the input first.
        shapes : sequence of sequence of int
            Of a sample behind each.
        n_parameters : sequence of int, default=None
            Of each; None for unknown ones, which are not shown.
        title : str, default=""
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to the boxes, matplotlib's ``Rectangle``, as ``edgecolor``.

        Returns
        -------
        display : NetworkDisplay

        Raises
        ------
        ValueError
            If there are not as many of each, or none.
        """
        if isinstance(names, str):
            raise ValueError(f"{cls.__name__}: names={names!r} must be a sequence of str")
        counts = [0] * len(names) if n_parameters is None else list(n_parameters)
        if not names or not len(names) == len(shapes) == len(counts):
            raise ValueError(
                f"{cls.__name__}: got {len(names)} names, {len(shapes)} shapes and {len(counts)}"
                " n_parameters; give one of each for every layer, the input first"
            )
        for place, shape in enumerate(shapes):
            if isinstance(shape, str) or not np.iterable(shape) or not all(map(is_whole, shape)):
                raise ValueError(
                    f"{cls.__name__}: shapes[{place}]={shape!r} must be a tuple of whole numbers,"
                    " such as (3,)"
                )
        rows = [
            LayerRow(
                0, "", str(name), tuple(shape), check_whole(cls.__name__, "n_parameters", count, 0)
            )
            for name, shape, count in zip(names, shapes, counts, strict=True)
        ]
        return cls({title: rows}).plot(ax, **kwargs)

    @classmethod
    def from_estimator(cls, estimator: Any, *, ax: Any = None, **kwargs: Any) -> NetworkDisplay:
        """Draw the network of a fitted estimator.

        Parameters
        ----------
        estimator : estimator
            With layers, a Boltzmann machine or a `GenerativeAdversarialNetwork`, whose two networks
            stand side by side.
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to the boxes, matplotlib's ``Rectangle``, as ``edgecolor``.

        Returns
        -------
        display : NetworkDisplay

        Raises
        ------
        TypeError
            If the estimator has no layers.
        NotFittedError
            If the estimator is not fitted: the shapes follow from the data.
        """
        return cls(_networks_of(estimator, cls.__name__)).plot(ax, **kwargs)

    def plot(self, ax: Any = None, **kwargs: Any) -> NetworkDisplay:
        """Draw the stack.

        Parameters
        ----------
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to the boxes, matplotlib's ``Rectangle``, as ``edgecolor``.

        Returns
        -------
        display : NetworkDisplay
        """
        most = max(len(rows) for rows in self.networks.values())
        size = (4.6 * len(self.networks), min(0.9 + 0.62 * most, _TALLEST))
        ax = axes_for(ax, type(self).__name__, size)
        self.ax_, self.figure_ = ax, ax.figure
        self.boxes_: list[Any] = []
        room = ax.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted())
        across = min(1.0, room.width / (3.5 * len(self.networks)))
        n_lines, font = _fitting(72 * room.height / (most + 1.6), _FONT * across)
        for number, (title, rows) in enumerate(self.networks.items()):
            middle = number * (_WIDEST + 1)
            total = sum(row.n_parameters for row in rows if row.depth == 0)
            heading = f"{title}\n{total:,} parameters" if total else title
            ax.text(
                middle, 0.75, heading, ha="center", va="bottom", weight="bold",
                size=max(10 * across, _SMALLEST),
            )
            self._draw(rows, middle, full_names(kwargs, "patches.Rectangle"), n_lines, font)
        ax.set(
            xlim=(-_WIDEST / 2 - 0.2, (len(self.networks) - 1) * (_WIDEST + 1) + _WIDEST / 2 + 0.2),
            ylim=(-most + 0.3, 1.9),
        )
        ax.set_axis_off()
        return self

    def _draw(
        self, rows: Sequence[LayerRow], middle: float, kwargs: dict[str, Any], n_lines: int,
        font: float,
    ) -> None:
        """Draw the layers of a network around a vertical line."""
        from matplotlib import colormaps
        from matplotlib.patches import Rectangle

        sizes = np.log1p([math.prod(row.shape) for row in rows])
        counts = np.log1p([row.n_parameters for row in rows])
        for number, (row, size, count) in enumerate(zip(rows, sizes, counts, strict=True)):
            width = _NARROWEST + (_WIDEST - _NARROWEST) * size / max(sizes.max(), 1e-9)
            width -= 0.3 * row.depth
            inside = _n_inside(rows, number)
            face = colormaps["Blues"](0.6 * count / max(counts.max(), 1e-9))
            look: dict[str, Any] = {"edgecolor": "0.3", "linewidth": 0.8}
            look["facecolor"] = "none" if inside else face
            height, bottom = 0.76 + inside, -number - 0.38 - inside
            if inside:
                width = _WIDEST + 0.2 - 0.2 * row.depth
                look["linestyle"], height, bottom = "--", height + 0.08, bottom - 0.04
            corner = middle - width / 2, bottom
            box = self.ax_.add_patch(Rectangle(corner, width, height, **(look | kwargs)))
            self.boxes_.append(box)
            if number and n_lines == 2:  # closer boxes have no room for them
                self.ax_.annotate(
                    "", (middle, -number + 0.38), (middle, -number + 0.62),
                    arrowprops={"arrowstyle": "-|>", "color": "0.3", "linewidth": 0.8},
                )
            if n_lines:
                label = _label(row) if n_lines == 2 else _label(row).partition("\n")[0]
                self.ax_.text(middle, -number, label, ha="center", va="center", size=font)


def _fitting(height: float, font: float) -> tuple[int, float]:
    """Return lines of text that a box has room for, and their size, if a layer has a height.

    Both are in points.
    """
    for n_lines in (2, 1):
        size = min(font, 0.76 * height / (1.25 * n_lines))
        if size >= _SMALLEST:
            return n_lines, size
    return 0, _SMALLEST


def _n_inside(rows: Sequence[LayerRow], number: int) -> int:
    """Return how many of the rows after one are layers inside of it."""
    inside = 0
    for row in rows[number + 1 :]:
        if row.depth <= rows[number].depth:
            break
        inside += 1
    return inside


def _label(row: LayerRow) -> str:
    """Return the two lines of text in a box."""
    named = row.name and not row.text.lower().startswith(row.name.lower().rstrip("0123456789"))
    text = f"{row.name}: {row.text}" if named else row.text
    text = text if len(text) <= _TEXT else f"{text[: _TEXT - 1].rstrip()}…"
    shape = " × ".join(map(str, row.shape))
    count = f",  {row.n_parameters:,} parameters" if row.n_parameters else ""
    return f"{text}\n{shape}{count}"


def _networks_of(estimator: Any, owner: str) -> dict[str, list[LayerRow]]:
    """Return the rows of the networks of a fitted estimator."""
    title = type(estimator).__name__
    if hasattr(type(estimator), "log_partition"):
        check_is_fitted(estimator)
        kernels = getattr(estimator, "coefs_", None) or [estimator.components_.T]
        return {title: _rows_of_units([len(kernels[0]), *(each.shape[1] for each in kernels)])}
    if hasattr(estimator, "generator_"):
        return {
            name: rows_of_layers(
                [layer for _, layer in network.layers], network.input_shape,
                [name for name, _ in network.layers],
            )
            for name, network in (
                ("generator", estimator.generator_), ("discriminator", estimator.discriminator_)
            )
        }
    if hasattr(estimator, "network_"):
        return _networks_of(estimator.network_, owner)
    if hasattr(estimator, "fit") and not isinstance(estimator, type):
        check_is_fitted(estimator)
    require(estimator, ("activations", "get_layer"), owner, "network of layers", _INSTEAD)
    check_has_layers(estimator)
    shape, names = estimator._samples().shape, estimator._built.names
    return {title: rows_of_layers(layers_as_given(estimator), shape, names)}


def _rows_of_units(sizes: Sequence[int]) -> list[LayerRow]:
    """Return the rows of a Boltzmann machine's layers of units, the visible ones first."""
    rows = [LayerRow(0, "", "visible units", (sizes[0],), sizes[0])]
    for below, size in zip(sizes[:-1], sizes[1:], strict=True):
        rows.append(LayerRow(0, "", "hidden units", (size,), (below + 1) * size))
    return rows
