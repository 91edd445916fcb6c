"""Pictures of a training while it runs."""

from __future__ import annotations

import os
import time
from numbers import Real
from types import NoneType
from typing import Any

from numpy.typing import ArrayLike

from .._user_warnings import warn_user
from ..estimators import HopfieldNetwork
from ._arguments import check_name, check_whole
from ._canvas import Canvas
from ._checks import instead_of, trained
from ._curves import SCORE, checked_curve, curves_of, draw_curves
from ._decision_regions import Regions, draw_regions, why_not
from ._drawing import axes_for

_OWNER = "TrainingDisplay"


class TrainingDisplay:
    """Callback that draws a training while it runs: its curves, and the boundary of two features.

    In a notebook, the picture redraws itself below the cell. In a script it is a file, written anew
    each time. Set it by ``estimator.set_callbacks(TrainingDisplay("training.png"))``; callbacks
    need scikit-learn 1.9 or newer. An error in drawing ends the drawing, not the fit, which gives a
    warning when it has ended.

    Parameters
    ----------
    path : str or path-like, default=None
        The file to write, in a format of matplotlib's by its ending; None draws in a notebook.
    every : int, default=1
        Epochs from one picture to the next.
    interval : float, default=0.5
        Seconds at least from one picture to the next, and at least three times those that the last
        one took, so that drawing does not slow down a quick fit; 0 draws after every epoch that
        ``every`` asks for. The picture of the end is always drawn.
    boundary : bool, default=True
        Whether to draw what is predicted over the plane of two features, beside the curves. It is
        left out for other numbers of features, several outputs, and estimators that predict neither
        classes nor numbers.
    grid_resolution : int, default=100
        Points of the plane, in each direction.

    Attributes
    ----------
    curves_ : dict of str to list of float
        What was drawn over epochs, by its name: training and validation loss, validation score,
        and other curves of the estimator.
    boundary_ : sklearn.inspection.DecisionBoundaryDisplay or None
    n_pictures_ : int
        Pictures drawn by the last fit.
    error_ : Exception or None
        What ended the drawing of the last fit.
    figure_ : matplotlib.figure.Figure
    ax_ : matplotlib.axes.Axes
        That of the curves.
    axes_ : list of matplotlib.axes.Axes
        Curves first, then the plane, if it is drawn.
    lines_ : list of matplotlib.lines.Line2D

    Examples
    --------
    >>> import os, tempfile
    >>> from sklearn.datasets import make_moons
    >>> from skneural import MLPClassifier
    >>> from skneural.inspection import TrainingDisplay
    >>> X, y = make_moons(noise=0.1, random_state=0)
    >>> path = os.path.join(tempfile.mkdtemp(), "training.png")
    >>> model = MLPClassifier((8,), max_iter=20, random_state=0)
    >>> model = model.set_callbacks(TrainingDisplay(path)).fit(X, y)
    >>> os.path.exists(path)
    True
    """

    curves_: dict[str, list[float]]
    boundary_: Any
    error_: Exception | None

    def __init__(
        self, path: str | os.PathLike[str] | None = None, *, every: int = 1, interval: float = 0.5,
        boundary: bool = True, grid_resolution: int = 100,
    ) -> None:
        if isinstance(interval, bool) or not isinstance(interval, Real) or not interval >= 0:
            raise ValueError(f"{_OWNER}: interval={interval!r} must be seconds, 0 or more")
        if not isinstance(path, (str, os.PathLike, NoneType)):
            raise TypeError(f"{_OWNER}: path={path!r} must be a str or a Path, or None")
        self.path: str | None = None if path is None else os.fspath(path)
        self.every: int = check_whole(_OWNER, "every", every)
        self.interval: float = float(interval)
        self.boundary: bool = check_name(_OWNER, "boundary", boundary, (True, False))
        self.grid_resolution: int = check_whole(_OWNER, "grid_resolution", grid_resolution, 2)
        self._regions: Regions | None = None
        self._canvas: Canvas | None = None

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: Any = None, y: ArrayLike | None = None, *,
        grid_resolution: int = 100, ax: Any = None, **kwargs: Any,
    ) -> TrainingDisplay:
        """Draw the training of a fitted estimator.

        Parameters
        ----------
        estimator : estimator
            A fitted one with curves of its training.
        X : array-like of shape (n_samples, 2), default=None
            Rows to draw the decision boundary around; None leaves it out.
        y : array-like of shape (n_samples,), default=None
            Labels or numbers of the rows, for their colors.
        grid_resolution : int, default=100
            Points of the plane, in each direction.
        ax : matplotlib axes or two of them, default=None
            One is divided if there is a boundary; None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``plot`` for the curves, as ``linewidth``.

        Returns
        -------
        display : TrainingDisplay

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If it keeps no curves of its training.
        ValueError
            If a decision boundary of X cannot be drawn.
        """
        trained(estimator, _OWNER)
        display = cls(boundary=X is not None, grid_resolution=grid_resolution)
        reason = None if X is None else why_not(estimator, X, y)
        if reason is not None:
            raise ValueError(
                f"{_OWNER}: no decision boundary of {type(estimator).__name__}: {reason}. Leave X"
                " out to draw the curves alone"
            )
        display._record(estimator)
        display._draw(ax, estimator, X, y, kwargs)
        return display

    @classmethod
    def from_curves(
        cls, loss: ArrayLike, *, validation_loss: ArrayLike | None = None,
        validation_score: ArrayLike | None = None, ax: Any = None, **kwargs: Any,
    ) -> TrainingDisplay:
        """Draw curves of a training.

        Parameters
        ----------
        loss : array-like of shape (n_epochs,)
        validation_loss : array-like of shape (n_epochs,), default=None
        validation_score : array-like of shape (n_epochs,), default=None
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``plot``, as ``linewidth``.

        Returns
        -------
        display : TrainingDisplay

        Raises
        ------
        ValueError
            If a curve is not of shape (n_epochs,).
        """
        display = cls(boundary=False)
        given = {"training loss": loss, "validation loss": validation_loss, SCORE: validation_score}
        display.curves_ = {
            name: checked_curve(_OWNER, name.replace("training ", "").replace(" ", "_"), curve)
            for name, curve in given.items() if curve is not None
        }
        return display.plot(ax, **kwargs)

    def plot(self, ax: Any = None, **kwargs: Any) -> TrainingDisplay:
        """Draw the picture of the end again.

        Parameters
        ----------
        ax : matplotlib axes or two of them, default=None
            One is divided if there is a boundary; None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``plot`` for the curves, as ``linewidth``.

        Returns
        -------
        display : TrainingDisplay

        Raises
        ------
        ValueError
            If there is nothing to draw yet.
        """
        if not getattr(self, "curves_", None):
            raise ValueError(
                f"{_OWNER}: there is no training to draw yet; set it on an estimator by"
                " set_callbacks and fit that, or use from_estimator"
            )
        self._axes(ax, self._regions is not None)
        self.lines_ = draw_curves(self.ax_, self.curves_, **kwargs)
        if self._regions is not None:
            self._regions.draw(self.axes_[1])
        return self

    def setup(self, estimator: Any, context: Any) -> None:
        """Raise an error where nothing could be drawn, before anything is trained."""
        self.curves_, self.boundary_, self._regions = {}, None, None
        self.n_pictures_, self.error_ = 0, None
        if isinstance(estimator, HopfieldNetwork):
            raise TypeError(
                f"{_OWNER}: {type(estimator).__name__} is not trained by epochs, so there are no"
                " curves to draw; fit it without"
            )
        self._n_epochs, self._next = 0, -float("inf")
        self._canvas = Canvas(_OWNER, self.path)

    def on_fit_task_begin(self, estimator: Any, context: Any, **data: Any) -> None:
        """Do nothing."""

    def on_fit_task_end(
        self, estimator: Any, context: Any, *, X: Any = None, y: Any = None,
        fitted_estimator: Any = None,
    ) -> None:
        """Draw, if it is time to."""
        ended = context.task_name == "fit"
        self._n_epochs += not ended
        due = self._n_epochs % self.every == 0 and time.monotonic() >= self._next
        if self.error_ is not None or fitted_estimator is None or not (ended or due):
            return
        if not ended and not curves_of(fitted_estimator):
            return  # pretraining: the curve begins later
        began = time.monotonic()
        try:
            self._record(fitted_estimator)
            self._redraw(fitted_estimator, X, y)
        except Exception as error:  # whatever it is, the fit is worth more than its picture
            self.error_ = error
        now = time.monotonic()
        self._next = now + (max(self.interval, 3 * (now - began)) if self.interval else 0.0)

    def teardown(self, estimator: Any, context: Any) -> None:
        """Warn of an error in drawing, now that the estimator is fitted."""
        self._canvas = None
        if self.error_ is not None:
            warn_user(
                f"{_OWNER}: drawing the training of {type(estimator).__name__} ended after"
                f" {self.n_pictures_} pictures by {type(self.error_).__name__}: {self.error_}"
            )

    def __getstate__(self) -> dict[str, Any]:
        """Return what is pickled and copied with an estimator: settings and curves, no figures."""
        drawn = {"figure_", "ax_", "axes_", "lines_"}
        kept = {name: value for name, value in vars(self).items() if name not in drawn}
        return kept | dict.fromkeys(("_canvas", "_regions", "boundary_", "error_"))

    def _record(self, estimator: Any) -> None:
        self.curves_ = curves_of(estimator)
        if not self.curves_:
            raise TypeError(
                f"{_OWNER}: {type(estimator).__name__} keeps no curve of its training;"
                f" {instead_of(estimator, 'fit an estimator with a loss_curve_')}"
            )

    def _redraw(self, estimator: Any, X: Any, y: Any) -> None:
        """Draw anew and show it."""
        assert self._canvas is not None
        figure = self._canvas.figure
        figure.clear()
        planar = self.boundary and why_not(estimator, X, y) is None
        axes = figure.subplots(1, 2, squeeze=False)[0] if planar else figure.subplots()
        self._draw(axes, estimator, X if planar else None, y, {})
        self._canvas.show()
        self.n_pictures_ += 1

    def _draw(self, ax: Any, estimator: Any, X: Any, y: Any, kwargs: dict[str, Any]) -> None:
        self._axes(ax, X is not None)
        self.lines_ = draw_curves(self.ax_, self.curves_, **kwargs)
        self._regions = self.boundary_ = None
        if X is not None:
            self._regions = draw_regions(estimator, X, y, self.axes_[1], self.grid_resolution)
            self.boundary_ = self._regions.display

    def _axes(self, ax: Any, planar: bool) -> None:
        """Set the axes to draw on: those given, parts of the one given, or new ones."""
        given = list(ax) if isinstance(ax, (list, tuple)) or getattr(ax, "ndim", 0) == 1 else [ax]
        if not 0 < len(given) <= 1 + planar:
            raise ValueError(f"{_OWNER}: ax has {len(given)} axes, and {1 + planar} are drawn on")
        given = [axes_for(each, _OWNER) for each in given]
        if planar and len(given) == 1:
            whole = given[0]
            whole.set_axis_off()
            given = [whole.inset_axes([left, 0, 0.42, 1]) for left in (0, 0.58)]
        self.axes_, self.ax_, self.figure_ = given, given[0], given[0].figure
