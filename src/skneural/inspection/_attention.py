"""Pictures of the weights that attention gives the steps of series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted

from ..estimators.base.predictor import predictor
from ..estimators.recurrent.attention import weights_at
from ..layers import Attention
from ._checks import as_numbers, require
from ._drawing import axes_for

_INSTEAD = (
    "give a RecurrentClassifier or RecurrentRegressor with pooling='attention', a network with an"
    " Attention layer, or weights to AttentionDisplay.from_weights"
)


class AttentionDisplay:
    """The weights of the steps of series: a row for each series, dark where attention is.

    Make it by `from_estimator` or `from_weights`; `plot` draws it again. The weights of a series
    add up to one. Words or other names of the steps are written over them.

    Parameters
    ----------
    weights : array-like of shape (n_series, n_steps), or a list of arrays of unequal lengths
    tokens : sequence of sequence of str, default=None
        Names of the steps of each series.
    title : str, default=""

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure
    image_ : matplotlib.image.AxesImage
    colorbar_ : matplotlib.colorbar.Colorbar

    Examples
    --------
    >>> import numpy as np
    >>> from skneural import RecurrentClassifier
    >>> from skneural.inspection import AttentionDisplay
    >>> X = np.random.default_rng(0).normal(size=(100, 12, 2))
    >>> y = X[:, 3, 0] > 0
    >>> net = RecurrentClassifier(pooling="attention", max_iter=3, random_state=0).fit(X, y)
    >>> display = AttentionDisplay.from_estimator(net, X[:5])
    """

    def __init__(
        self, weights: Sequence[ArrayLike] | np.ndarray, *,
        tokens: Sequence[Sequence[str]] | None = None, title: str = "",
    ) -> None:
        owner = type(self).__name__
        what = f"{owner}: weights"
        self.weights = [as_numbers(each, what).astype(float).ravel() for each in weights]
        self.tokens = None if tokens is None else [list(map(str, each)) for each in tokens]
        if not self.weights or not all(len(each) for each in self.weights):
            raise ValueError(f"{owner}: weights need at least one series, and steps in each")
        if self.tokens is not None:
            lengths = [len(each) for each in self.weights]
            found = [len(each) for each in self.tokens]
            if lengths != found:
                raise ValueError(
                    f"{owner}: tokens have the lengths {found}, the series {lengths}; give a name"
                    " for each step of each series"
                )
        self.title = title

    @classmethod
    def from_weights(
        cls, weights: Sequence[ArrayLike] | np.ndarray, *,
        tokens: Sequence[Sequence[str]] | None = None, title: str = "", ax: Any = None,
        **kwargs: Any,
    ) -> AttentionDisplay:
        """Draw weights.

        Parameters
        ----------
        weights : array-like of shape (n_series, n_steps), or a list of arrays of unequal lengths
        tokens : sequence of sequence of str, default=None
            Names of the steps of each series.
        title : str, default=""
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``imshow``, as ``cmap``.

        Returns
        -------
        display : AttentionDisplay

        Raises
        ------
        ValueError
            If there are no series, or not a token for each step.
        """
        return cls(weights, tokens=tokens, title=title).plot(ax, **kwargs)

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: Any, *, tokens: Sequence[Sequence[str]] | None = None,
        ax: Any = None, **kwargs: Any,
    ) -> AttentionDisplay:
        """Draw the weights that a fitted estimator gives the steps of series.

        Parameters
        ----------
        estimator : estimator
            A `RecurrentClassifier` or `RecurrentRegressor` with ``pooling="attention"``, or
            another network with an `Attention` layer, of several the first.
        X : array-like of shape (n_samples, time, features), or a list of series
            A few series.
        tokens : sequence of sequence of str, default=None
            Names of the steps of each series, such as the words of texts.
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``imshow``, as ``cmap``.

        Returns
        -------
        display : AttentionDisplay

        Raises
        ------
        TypeError
            If the estimator has no attention.
        ValueError
            If X or tokens do not fit.
        NotFittedError
            If the estimator is not fitted.
        """
        weights = _weights_of(estimator, X, cls.__name__)
        return cls.from_weights(
            list(weights), tokens=tokens, title=type(estimator).__name__, ax=ax, **kwargs
        )

    def plot(self, ax: Any = None, **kwargs: Any) -> AttentionDisplay:
        """Draw the weights.

        Parameters
        ----------
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``imshow``, as ``cmap``.

        Returns
        -------
        display : AttentionDisplay
        """
        n_series, most = len(self.weights), max(len(each) for each in self.weights)
        size = None if self.tokens is None else (max(6.4, 0.7 * most), 1.6 + 0.4 * n_series)
        ax = axes_for(ax, type(self).__name__, size)
        table = np.ma.array(np.zeros((n_series, most)), mask=True)
        for row, each in enumerate(self.weights):
            table[row, : len(each)] = each
        look = {"cmap": "Reds", "aspect": "auto", "interpolation": "nearest", "vmin": 0} | kwargs
        self.image_ = ax.imshow(table, **look)
        for row, names in enumerate(self.tokens or ()):
            for column, name in enumerate(names):
                share = self.image_.norm(table[row, column])
                ax.text(column, row, name, ha="center", va="center", size="small",
                        color="white" if share > 0.6 else "black")
        ax.set(xlabel="step", ylabel="series", title=self.title)
        ax.set_yticks(range(n_series), labels=[] if n_series > 30 else range(n_series))
        self.colorbar_ = ax.figure.colorbar(self.image_, ax=ax, label="weight")
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _weights_of(estimator: Any, X: Any, owner: str) -> Any:
    """Return the weights of the steps, by the estimator's own method or its attention layer."""
    is_network = hasattr(estimator, "get_layer") and not isinstance(estimator, type)
    if is_network and not hasattr(estimator, "attention_weights"):
        check_is_fitted(estimator)
        if hasattr(estimator, "_built"):
            layers = predictor(estimator).layers
            places = [place for place, each in enumerate(layers) if isinstance(each, Attention)]
            if places:
                return weights_at(estimator, X, places[0])
    require(estimator, ("attention_weights",), owner, "attention", _INSTEAD)
    check_is_fitted(estimator)
    return estimator.attention_weights(X)
