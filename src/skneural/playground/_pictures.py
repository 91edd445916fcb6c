"""What the page draws: points and boundary, losses, and the network with its weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._packages import bokeh
from ._playground import Playground
from ._points import REACH

BLUE, RED = "#2171b5", "#d7301f"  # classes 0 and 1, negative and positive weights
_RESOLUTION = 64


class Pictures:
    """Three of Bokeh's figures, and the data that they draw.

    Attributes
    ----------
    plane, curves, network : bokeh.plotting.figure
    """

    def __init__(self) -> None:
        models, plotting, palettes = bokeh("models"), bokeh("plotting"), bokeh("palettes")
        columns = models.ColumnDataSource
        still = {"toolbar_location": None, "tools": ""}
        self._boundary = columns({"image": []}, name="boundary")
        self._points = columns({"x": [], "y": [], "color": [], "fill": []}, name="points")
        self._losses = columns({"epoch": [], "training": [], "test": []}, name="losses")
        self._units = columns({"x": [], "y": []}, name="unit_places")
        self._weights = columns(
            {name: [] for name in ("x0", "y0", "x1", "y1", "color", "width")}, name="weight_lines"
        )
        self.plane = plotting.figure(
            name="plane", css_classes=["plane"], width=480, height=480,
            x_range=(-REACH, REACH), y_range=(-REACH, REACH),
            x_axis_label="x1", y_axis_label="x2", **still,
        )
        self.plane.grid.visible = False
        colors = palettes.interp_palette([BLUE, "#f7f7f7", RED], 64)
        self.plane.image(
            "image", x=-REACH, y=-REACH, dw=2 * REACH, dh=2 * REACH, source=self._boundary,
            color_mapper=models.LinearColorMapper(palette=colors, low=0, high=1), alpha=0.7,
        )
        self.plane.scatter(
            "x", "y", source=self._points, size=6, line_color="color", fill_color="fill",
            line_width=1.2,
        )
        self.curves = plotting.figure(
            name="curves", width=420, height=230, x_axis_label="epoch", y_axis_label="log loss",
            y_range=models.DataRange1d(start=0, only_visible=True), **still,
        )
        for name, color in (("training", "#555555"), ("test", "#e08214")):
            self.curves.line(
                "epoch", name, source=self._losses, line_width=2, color=color, legend_label=name
            )
        self.network = plotting.figure(
            name="network", width=420, height=250, title="weights: red positive, blue negative",
            x_range=models.DataRange1d(range_padding=0.1), **still,
        )
        self.network.axis.visible = self.network.grid.visible = False
        self.network.segment(
            "x0", "y0", "x1", "y1", source=self._weights, line_color="color", line_width="width"
        )
        self.network.scatter(
            "x", "y", source=self._units, size=11, fill_color="white", line_color="#333333"
        )

    def begin(self, playground: Playground) -> None:
        """Draw a playground whose points are new."""
        color = np.where(playground.y, RED, BLUE)
        half = np.arange(len(color)) < len(color) // 2
        self._points.data = {
            "x": playground.X[:, 0], "y": playground.X[:, 1],
            "color": np.where(half, "white", color), "fill": np.where(half, color, "white"),
        }
        self._losses.data = {"epoch": [], "training": [], "test": []}
        across, up = _places(playground)
        self._units.data = {"x": np.concatenate(across), "y": np.concatenate(up)}
        self.redraw(playground)

    def redraw(self, playground: Playground) -> None:
        """Draw what training has changed."""
        boundary = playground.boundary(_RESOLUTION).astype(np.float32)
        self._boundary.data = {"image": [boundary]}
        drawn = len(self._losses.data["epoch"])
        self._losses.stream({
            "epoch": list(range(drawn, playground.n_epochs + 1)),
            "training": playground.losses[drawn:], "test": playground.test_losses[drawn:],
        })
        self._weights.data = _segments(playground)


def _places(playground: Playground) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return where the units of each layer lie."""
    sizes = [len(playground.estimator.coefs_[0])]
    sizes += [weights.shape[1] for weights in playground.estimator.coefs_]
    across = [np.full(size, float(number)) for number, size in enumerate(sizes)]
    up = [np.arange(size)[::-1] - (size - 1) / 2 for size in sizes]
    return across, up


def _segments(playground: Playground) -> dict[str, Any]:
    """Return a line for each weight, as wide as it is large."""
    across, up = _places(playground)
    found: dict[str, list[Any]] = {name: [] for name in ("x0", "y0", "x1", "y1", "value")}
    for number, weights in enumerate(playground.estimator.coefs_):
        sources, targets = np.indices(weights.shape).reshape(2, -1)
        found["x0"].append(across[number][sources])
        found["y0"].append(up[number][sources])
        found["x1"].append(across[number + 1][targets])
        found["y1"].append(up[number + 1][targets])
        found["value"].append(weights.ravel())
    columns = {name: np.concatenate(parts) for name, parts in found.items()}
    value = columns.pop("value")
    return columns | {
        "color": np.where(value > 0, RED, BLUE), "width": np.clip(2 * np.abs(value), 0.1, 8.0),
    }
