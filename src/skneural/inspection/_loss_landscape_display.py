"""Pictures of the loss around the weights of a trained network."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ._drawing import axes_for
from ._loss_landscape import loss_landscape

_LEVELS_OF_LOG = 3.0  # how many times the least loss the greatest is for contours of the logarithm


class LossLandscapeDisplay:
    """The loss around the weights: a curve along one direction, or contours along two.

    Make it by `from_estimator` or `from_losses`; `plot` draws it again. Contours are of the
    logarithm of the loss, and a cross marks the weights.

    Parameters
    ----------
    losses : array-like of shape (n_points,) or (n_points, n_points)
        Infinite ones are drawn as the greatest finite one.
    steps : array-like of shape (n_points,), default=None
        Distances along each direction; None for -1 to 1.
    title : str, default=""

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure
    colorbar_ : matplotlib.colorbar.Colorbar or None
        That of contours.

    See Also
    --------
    loss_landscape : The numbers.

    References
    ----------
    .. [1] Li, H. et al. (2018). Visualizing the loss landscape of neural nets. NeurIPS.
       :arxiv:`1712.09913`

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skneural import MLPClassifier
    >>> from skneural.inspection import LossLandscapeDisplay
    >>> X, y = load_digits(return_X_y=True)
    >>> mlp = MLPClassifier(max_iter=5, random_state=0).fit(X, y)
    >>> display = LossLandscapeDisplay.from_estimator(mlp, X[:200], y[:200], n_points=9)
    """

    def __init__(
        self, losses: ArrayLike, *, steps: ArrayLike | None = None, title: str = ""
    ) -> None:
        owner = type(self).__name__
        self.losses = np.asarray(losses, float)
        shape = self.losses.shape
        if len(shape) not in (1, 2) or shape[0] != shape[-1] or shape[0] < 2:
            raise ValueError(
                f"{owner}: losses must be of shape (n_points,) or (n_points, n_points), got {shape}"
            )
        if not np.isfinite(self.losses).any():
            raise ValueError(f"{owner}: no loss is a finite number")
        self.steps = np.linspace(-1, 1, shape[0]) if steps is None else np.asarray(steps, float)
        if self.steps.shape != shape[:1]:
            raise ValueError(
                f"{owner}: steps have the shape {self.steps.shape}, where {shape[0]} points need"
                " one each"
            )
        self.title = title

    @classmethod
    def from_losses(
        cls, losses: ArrayLike, *, steps: ArrayLike | None = None, title: str = "",
        ax: Any = None, **kwargs: Any,
    ) -> LossLandscapeDisplay:
        """Draw losses.

        Parameters
        ----------
        losses : array-like of shape (n_points,) or (n_points, n_points)
            Infinite ones are drawn as the greatest finite one.
        steps : array-like of shape (n_points,), default=None
            Distances along each direction; None for -1 to 1.
        title : str, default=""
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``plot`` for one direction, ``contourf`` for two; the same
            ``levels`` make pictures comparable.

        Returns
        -------
        display : LossLandscapeDisplay

        Raises
        ------
        ValueError
            If losses and steps have other shapes.
        """
        return cls(losses, steps=steps, title=title).plot(ax, **kwargs)

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: ArrayLike, y: ArrayLike | None = None, *, n_dimensions: int = 2,
        n_points: int = 25, extent: float = 1.0, statistics: str = "batch",
        random_state: int | np.random.RandomState | None = 0, ax: Any = None, **kwargs: Any,
    ) -> LossLandscapeDisplay:
        """Draw the loss around the weights of a fitted estimator.

        Parameters
        ----------
        estimator : estimator
            With layers, fitted.
        X : array-like of shape (n_samples, n_features) or (n_samples, ...)
            Rows whose mean loss is computed; a few hundred do.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
            Their targets; None for an autoencoder.
        n_dimensions : {1, 2}, default=2
            How many directions.
        n_points : int, default=25
            Points along each direction.
        extent : float, default=1.0
            The farthest points, on either side; at 1, weights and direction have the same norm.
        statistics : {"batch", "running"}, default="batch"
            Whether batch normalization uses those of the rows at each point, as in training, or
            the running ones of the fitted weights, as in prediction.
        random_state : int, RandomState instance or None, default=0
            Draws the directions.
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``plot`` for one direction, ``contourf`` for two; the same
            ``levels`` make pictures comparable.

        Returns
        -------
        display : LossLandscapeDisplay

        Raises
        ------
        TypeError
            If the estimator has no layers.
        ValueError
            If X and y do not fit the estimator, or an argument is out of its range.
        NotFittedError
            If the estimator is not fitted.
        """
        found = loss_landscape(
            estimator, X, y, n_dimensions=n_dimensions, n_points=n_points, extent=extent,
            statistics=statistics, random_state=random_state,
        )
        return cls.from_losses(
            found.losses, steps=found.steps, title=type(estimator).__name__, ax=ax, **kwargs
        )

    def plot(self, ax: Any = None, **kwargs: Any) -> LossLandscapeDisplay:
        """Draw the loss.

        Parameters
        ----------
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``plot`` for one direction, ``contourf`` for two; the same
            ``levels`` make pictures comparable.

        Returns
        -------
        display : LossLandscapeDisplay
        """
        ax = axes_for(ax, type(self).__name__)
        self.ax_, self.figure_, self.colorbar_ = ax, ax.figure, None
        finite = self.losses[np.isfinite(self.losses)]
        losses = np.where(np.isfinite(self.losses), self.losses, finite.max())
        if losses.ndim == 1:
            ax.plot(self.steps, losses, **kwargs)
            ax.axvline(0, color="0.7", linewidth=0.8, zorder=0)
            ax.set(xlabel="direction", ylabel="loss", title=self.title)
            return self
        self._draw_contours(ax, losses, kwargs)
        ax.set(
            xlabel="first direction", ylabel="second direction", aspect="equal", title=self.title
        )
        return self

    def _draw_contours(self, ax: Any, losses: np.ndarray, kwargs: dict[str, Any]) -> None:
        """Draw contours, evenly apart in the logarithm where all losses are positive."""
        from matplotlib.colors import LogNorm, Normalize

        levels = np.asarray(kwargs.get("levels", _levels_of(losses)), float)
        if levels.ndim == 0:
            raise ValueError(
                f"{type(self).__name__}: levels={kwargs['levels']!r} must be a sequence of losses"
            )
        low, high = levels[0], levels[-1]
        norm = LogNorm(low, high) if low > 0 and high / low > _LEVELS_OF_LOG else None
        look = {"cmap": "viridis", "extend": "both", "levels": levels} | kwargs
        look.setdefault("norm", norm or Normalize(low, high))
        shown = ax.contourf(self.steps, self.steps, losses.T, **look)
        ax.contour(shown, levels=shown.levels[::2], colors="white", linewidths=0.4)
        ax.plot(0, 0, marker="+", color="red", linestyle="none")
        self.colorbar_ = ax.figure.colorbar(shown, ax=ax, label="loss", format="%.3g")


def _levels_of(losses: np.ndarray) -> np.ndarray:
    """Return the levels of contours that span all losses."""
    low, high = losses.min(), losses.max()
    high = high if high > low else low + max(abs(low), 1) * 1e-3
    if low > 0 and high / low > _LEVELS_OF_LOG:
        return np.geomspace(low, high, 21)
    return np.linspace(low, high, 21)
