"""What an estimator of two features predicts over the plane of its rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import is_classifier, is_regressor
from sklearn.inspection import DecisionBoundaryDisplay
from sklearn.utils import _safe_indexing

_MOST_POINTS = 1000  # more hide each other, and take long to draw
_MARGIN = 0.15  # of the narrower feature's range: scikit-learn's margin is one for both


def why_not(estimator: Any, X: Any, y: Any) -> str | None:
    """Return why the plane of an estimator cannot be drawn; None if it can."""
    name = type(estimator).__name__
    if not (is_classifier(estimator) or is_regressor(estimator)):
        return f"{name} is neither a classifier nor a regressor"
    if X is None:
        return "there is no X"
    try:
        values, targets = numbers_of(X), None if y is None else np.asarray(y)
    except ValueError:
        return "X or y has rows of unequal lengths"
    if values.ndim != 2 or values.shape[1] != 2:
        return f"X of shape {values.shape} has not two features"
    if values.dtype.kind not in "biuf":
        return "X has other values than numbers"
    if targets is not None and targets.ndim == 2 and targets.shape[1] != 1:
        return f"y of shape {targets.shape} has several outputs"
    if targets is not None and targets.size != len(values):
        return f"y of shape {targets.shape} does not fit {len(values)} rows"
    if targets is not None and is_classifier(estimator):
        unknown = set(np.ravel(targets).tolist()) - set(np.asarray(estimator.classes_).tolist())
        if unknown:
            return f"y has {next(iter(unknown))!r}, which is none of its classes"
    if not np.isfinite(values).all(1).any():
        return "X has no row without missing values"
    return None


def numbers_of(X: Any) -> np.ndarray:
    """Return the values of rows, those of sparse ones included."""
    return np.asarray(X.toarray() if hasattr(X, "toarray") else X)


def draw_regions(
    estimator: Any, X: Any, y: ArrayLike | None, ax: Any, grid_resolution: int
) -> Regions:
    """Predict over the plane around the rows of X, and draw it with the rows.

    The color is the probability of the second class of two, the class of several, or the number
    that a regressor predicts.
    """
    values = numbers_of(X)
    rows = np.flatnonzero(np.isfinite(values).all(1))
    named = hasattr(X, "columns")
    shown = _safe_indexing(X, rows) if named else values[rows].astype(float, copy=False)
    classes = list(estimator.classes_) if is_classifier(estimator) else None
    widths = np.ptp(values[rows].astype(float, copy=False), axis=0)
    display = DecisionBoundaryDisplay.from_estimator(
        estimator, shown, ax=ax, grid_resolution=grid_resolution,
        eps=_MARGIN * min(widths[widths > 0], default=1.0),
        response_method="predict_proba" if _is_binary(classes) else "predict",
        **_look(classes),
    )
    labels = None if y is None else np.ravel(np.asarray(y))[rows]
    regions = Regions(display, values[rows], labels, classes)
    regions.draw_points(ax)
    return regions


class Regions:
    """A plane of predictions and the rows on it, to be drawn again.

    Parameters
    ----------
    display : DecisionBoundaryDisplay
    X : ndarray of shape (n_samples, 2)
    y : ndarray of shape (n_samples,) or None
    classes : list or None
        None for numbers.
    """

    def __init__(
        self, display: DecisionBoundaryDisplay, X: np.ndarray, y: np.ndarray | None,
        classes: list | None,
    ):
        step = -(-len(X) // _MOST_POINTS) or 1
        self.display, self.classes = display, classes
        self.X, self.y = X[::step], None if y is None else y[::step]

    def draw(self, ax: Any) -> None:
        """Draw plane and rows."""
        self.display.plot(ax=ax, **_look(self.classes))
        self.draw_points(ax)

    def draw_points(self, ax: Any) -> None:
        """Draw the rows, in the colors of what they belong to."""
        from matplotlib import colors

        edge = "black" if self.classes is None else "white"
        look = {"s": 14, "edgecolors": edge, "linewidths": 0.4}
        if self.y is None:
            ax.scatter(*self.X.T, color="black", **look)
        elif self.classes is None:
            surface = self.display.surface_
            ax.scatter(*self.X.T, c=self.y, cmap=surface.get_cmap(), norm=surface.norm, **look)
        else:
            codes = [self.classes.index(label) for label in self.y.tolist()]
            palette = ["tab:blue", "tab:red"]
            if not _is_binary(self.classes):
                palette = list(self.display.multiclass_colors_)
            ax.scatter(*self.X.T, c=colors.to_rgba_array(palette)[codes], **look)
        ax.set_title("prediction" if self.classes is None else "decision boundary")


def _is_binary(classes: list | None) -> bool:
    return classes is not None and len(classes) == 2


def _look(classes: list | None) -> dict[str, Any]:
    """Return what scikit-learn's display passes to matplotlib."""
    if _is_binary(classes):  # pale, so that the rows stand out
        return {"plot_method": "pcolormesh", "cmap": "RdBu_r", "vmin": -0.4, "vmax": 1.4}
    return {"plot_method": "pcolormesh"} | ({} if classes is None else {"alpha": 0.5})
