"""Pictures of trainings: losses and learning rates by epoch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted

from .._whole_numbers import is_whole
from ._checks import as_array, instead_of
from ._drawing import axes_for, full_names

_STYLES = ("-", "--")


@dataclass
class _Training:
    """Curves of a training: losses by what they are of, the first drawn solid."""

    losses: dict[str, np.ndarray]
    learning_rates: np.ndarray | None = None
    restored_epoch: int | None = None

    def __post_init__(self) -> None:
        owner = LossCurveDisplay.__name__
        curves = dict(self.losses)
        if self.learning_rates is not None:
            curves["learning_rates"] = self.learning_rates
        first, values = next(iter(curves.items()))
        if values.ndim != 1 or not values.size:
            raise ValueError(
                f"{owner}: {first} must have a number for each epoch, and at least one, got the"
                f" shape {values.shape}"
            )
        n_epochs = len(values)
        for name, values in curves.items():
            if values.ndim != 1 or values.dtype.kind not in "biuf" or len(values) != n_epochs:
                raise ValueError(
                    f"{owner}: {name} must have a number for each of {n_epochs} epochs, got the"
                    f" shape {values.shape} of {values.dtype}"
                )
        epoch = self.restored_epoch
        if epoch is not None and not (is_whole(epoch) and epoch <= n_epochs):
            raise ValueError(f"{owner}: restored_epoch={epoch!r} must be from 1 to {n_epochs}")


class LossCurveDisplay:
    """Losses and learning rates of one or several trainings, epoch by epoch.

    Make it by `from_estimator` or `from_curves`; `plot` draws it again. The training loss is
    solid, the validation loss dashed and the learning rate dotted, with an axis to the right. A
    point marks the epoch whose weights early stopping has restored.

    Parameters
    ----------
    trainings : dict of str to object
        By the names in the legend; made by `from_estimator` and `from_curves`.
    show_learning_rates : bool or "auto", default="auto"
        "auto" shows them where they change.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    rate_ax_ : matplotlib.axes.Axes or None
        That of the learning rates.
    figure_ : matplotlib.figure.Figure
    lines_ : list of matplotlib.lines.Line2D
        The losses of each training in turn.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skneural import MLPClassifier
    >>> from skneural.inspection import LossCurveDisplay
    >>> X, y = load_digits(return_X_y=True)
    >>> mlp = MLPClassifier(early_stopping=True, max_iter=5, random_state=0).fit(X, y)
    >>> display = LossCurveDisplay.from_estimator(mlp)
    """

    def __init__(
        self, trainings: Mapping[str, Any], *,
        show_learning_rates: bool | Literal["auto"] = "auto",
    ) -> None:
        self.trainings = dict(trainings)
        self.show_learning_rates = show_learning_rates

    @classmethod
    def from_curves(
        cls, training: ArrayLike, validation: ArrayLike | None = None, *,
        learning_rates: ArrayLike | None = None, restored_epoch: int | None = None,
        name: str = "", show_learning_rates: bool | Literal["auto"] = "auto", ax: Any = None,
        **kwargs: Any,
    ) -> LossCurveDisplay:
        """Draw the curves of a training.

        Parameters
        ----------
        training : array-like of shape (n_epochs,)
            Training losses.
        validation : array-like of shape (n_epochs,), default=None
            Validation losses.
        learning_rates : array-like of shape (n_epochs,), default=None
        restored_epoch : int, default=None
            The epoch, from 1 on, whose weights were restored.
        name : str, default=""
            For the legend.
        show_learning_rates : bool or "auto", default="auto"
            "auto" shows them where they change.
        ax : matplotlib axes, default=None
            None makes a figure; those of another display add to it.
        **kwargs : dict
            Passed to matplotlib's ``plot``, as ``color``.

        Returns
        -------
        display : LossCurveDisplay

        Raises
        ------
        ValueError
            If the curves have unequal lengths, or there is no such epoch.
        """
        given = {"training": training, "validation": validation, "learning_rates": learning_rates}
        losses = {
            kind: as_array(values, f"{cls.__name__}: {kind}")
            for kind, values in given.items() if values is not None or kind == "training"
        }
        rates = losses.pop("learning_rates", None)
        found = {name: _Training(losses, rates, restored_epoch)}
        return cls(found, show_learning_rates=show_learning_rates).plot(ax, **kwargs)

    @classmethod
    def from_estimator(
        cls, estimator: Any, *, name: str | None = None,
        show_learning_rates: bool | Literal["auto"] = "auto", ax: Any = None, **kwargs: Any,
    ) -> LossCurveDisplay:
        """Draw the curves of one or several fitted estimators.

        Parameters
        ----------
        estimator : estimator, iterable of them, or dict of str to estimator
            Anything with ``loss_curve_``, scikit-learn's perceptrons too; a dict names them.
        name : str, default=None
            For the legend; None for the estimator's class. Not used for several.
        show_learning_rates : bool or "auto", default="auto"
            "auto" shows them where they change.
        ax : matplotlib axes, default=None
            None makes a figure; those of another display add to it.
        **kwargs : dict
            Passed to matplotlib's ``plot``, as ``alpha``.

        Returns
        -------
        display : LossCurveDisplay

        Raises
        ------
        TypeError
            If an estimator has no loss curve.
        ValueError
            If there is no estimator, or its loss curve is empty.
        NotFittedError
            If an estimator is not fitted.
        """
        found = {each: _training_of(one) for each, one in _by_name(estimator, name).items()}
        return cls(found, show_learning_rates=show_learning_rates).plot(ax, **kwargs)

    def plot(self, ax: Any = None, **kwargs: Any) -> LossCurveDisplay:
        """Draw the curves.

        Parameters
        ----------
        ax : matplotlib axes, default=None
            None makes a figure; those of another display add to it.
        **kwargs : dict
            Passed to matplotlib's ``plot``, as ``alpha``.

        Returns
        -------
        display : LossCurveDisplay
        """
        ax = axes_for(ax, type(self).__name__)
        self.ax_, self.figure_ = ax, ax.figure
        self.rate_ax_: Any = None
        self.lines_: list[Any] = []
        for name, training in self.trainings.items():
            self._draw(name, training, kwargs)
        ax.set(xlabel="epoch", ylabel="loss")
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.legend()
        return self

    def _draw(self, name: str, training: _Training, kwargs: dict[str, Any]) -> None:
        """Draw the curves of a training in one color."""
        look, ax = full_names(kwargs, "lines.Line2D"), self.ax_
        look.setdefault("color", ax._get_lines.get_next_color())
        for style, (of, values) in zip(_STYLES, training.losses.items(), strict=False):
            label, epochs = f"{name} {of}".strip(), np.arange(1, len(values) + 1)
            self.lines_ += ax.plot(epochs, values, **({"linestyle": style, "label": label} | look))
        place = training.restored_epoch
        if place is not None:
            ax.plot(
                place, self.lines_[-1].get_ydata()[place - 1], marker="o", linestyle="none",
                color=look["color"], label=f"{name} restored (epoch {place})".strip(),
            )
        rates, shown = training.learning_rates, self.show_learning_rates
        if rates is None or not (shown is True or (shown == "auto" and np.ptp(rates) > 0)):
            return
        if self.rate_ax_ is None:
            self.rate_ax_ = _rate_axes(ax)
        self.rate_ax_.plot(
            np.arange(1, len(rates) + 1), rates, linestyle=":", color=look["color"], linewidth=1
        )


def _rate_axes(ax: Any) -> Any:
    """Return the axes of learning rates over others, those that are there already if any."""
    siblings = ax.get_shared_x_axes().get_siblings(ax)
    for other in siblings:
        if other is not ax and other.get_label() == "learning rate":
            return other
    axes = ax.twinx()
    axes.set(label="learning rate", ylabel="learning rate (dotted)")
    return axes


def _by_name(estimator: Any, name: str | None) -> dict[str, Any]:
    """Return estimators by the names in the legend."""
    owner = LossCurveDisplay.__name__
    if isinstance(estimator, Mapping):
        named = {str(key): each for key, each in estimator.items()}
    elif isinstance(estimator, Iterable) and not isinstance(estimator, (str, type)) and not (
        hasattr(estimator, "fit")  # an ensemble
    ):
        estimator = list(np.ravel(estimator) if isinstance(estimator, np.ndarray) else estimator)
        kinds = [type(each).__name__ for each in estimator]
        named = {
            kind if kinds.count(kind) == 1 else f"{kind} {place}": each
            for place, (kind, each) in enumerate(zip(kinds, estimator, strict=True))
        }
    else:
        named = {type(estimator).__name__ if name is None else name: estimator}
    if not named:
        raise ValueError(f"{owner}: estimator={estimator!r} has no estimators; give at least one")
    return named


def _training_of(estimator: Any) -> _Training:
    """Return the curves of a fitted estimator."""
    owner, kind = LossCurveDisplay.__name__, type(estimator).__name__
    curve = getattr(estimator, "loss_curve_", None)
    if curve is None:
        if hasattr(estimator, "fit") and not isinstance(estimator, type):
            check_is_fitted(estimator)
        hint = (
            "give an estimator that trains by epochs, or draw your own numbers by"
            " LossCurveDisplay.from_curves"
        )
        raise TypeError(
            f"{owner}: estimator={kind} has no loss_curve_; {instead_of(estimator, hint)}"
        )
    if not len(curve):
        raise ValueError(f"{owner}: the loss_curve_ of estimator={kind} is empty; fit it again")
    losses = {"training": np.asarray(curve)}
    if hasattr(estimator, "discriminator_loss_curve_"):
        losses = {
            "generator": np.asarray(estimator.generator_loss_curve_),
            "discriminator": np.asarray(estimator.discriminator_loss_curve_),
        }
    validation = getattr(estimator, "validation_loss_curve_", None)
    if validation:
        losses["validation"] = np.asarray(validation)
    rates = getattr(estimator, "learning_rates_", None)
    rates = np.asarray(rates) if rates is not None and len(rates) == len(curve) else None
    return _Training(losses, rates, _restored_epoch(estimator))


def _restored_epoch(estimator: Any) -> int | None:
    """Return the epoch whose weights early stopping restored, None if it did not."""
    restores = getattr(estimator, "restore_best_weights", True)
    scores = getattr(estimator, "validation_scores_", None)
    if not (getattr(estimator, "early_stopping", False) and restores and scores):
        return None
    if restores == "latest":
        return len(scores) - int(np.argmax(scores[::-1]))
    return int(np.argmax(scores)) + 1
