"""Diagnosis of fitted networks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._whole_numbers import check_count
from ._data_checks import (
    check_inputs,
    check_labels,
    check_outputs,
    check_targets,
    clear_outliers,
    suspects_of,
)
from ._examination import Examination, examine
from ._finding import Diagnosis
from ._layer_checks import (
    check_gradients,
    check_likeness,
    check_units,
    check_updates,
    check_weights,
    dead_share,
    saturated_share,
    update_ratio,
)
from ._training_checks import check_curve, check_fit, check_statistics

_CHECKS = (
    check_inputs, check_targets, check_statistics, check_units, check_likeness, check_gradients,
    check_updates, check_curve, check_outputs, check_fit,
)
# with these a network is good enough to doubt a label
_MINOR = {"unscaled_inputs", "large_updates", "vanishing_gradients"}
# what a few wild targets do to a network that is good otherwise
_OF_OUTLIERS = {"underfitting", "overfitting"}
_UNFINISHED = {"unfinished_training", "low_learning_rate"}


def diagnose(
    estimator: Any, X: ArrayLike, y: ArrayLike | None = None, *, max_samples: int = 2000
) -> Diagnosis:
    """Return what is wrong with a fitted network: findings with figures and remedies.

    The rows are predicted with every layer observed, those within blocks too; with targets, one
    pass of training gives the gradient of every layer and one update of the solver, on a copy of
    the network. The curves of the fit tell the rest. Nothing of the estimator is changed.

    ======================== ====================================================================
    sickness                 is found where
    ======================== ====================================================================
    ``non_finite_weights``   weights are NaN or infinite; nothing else is then looked for
    ``unscaled_inputs``      what the first layer with weights reads is above 30 in size, rows are
                             shorter than 0.03, or a feature is 50 times as large as the median
                             one; where the loss is over 10% of that of a constant, also means
                             over 8 times the deviations, and rows shorter than 0.15
    ``unscaled_targets``     the network sees targets of a size above 30, a deviation below 0.03
                             or a mean over 3 times the deviation, and has such a loss
    ``dead_units``           over 70% of the units of "relu" are zero for all rows, or those of
                             another activation the same; sigmoids are saturated instead
    ``saturated_units``      over 60% of the outputs of a sigmoid are within 1% of its ends
    ``constant_units``       over half of the units of a layer give the same for all rows
    ``identical_units``      over half of the units of a layer have the weights of another
    ``vanishing_gradients``  weights times gradient of an earlier layer are under 1e-4 of the
                             largest, and the loss is over 10% of that of a constant
    ``exploding_gradients``  weights times gradient exceed 100 times the loss of a constant
    ``large_updates``        an update changes the weights of a layer by over 10%
    ``high_learning_rate``   the training loss ends above where it was, or goes up and down
    ``low_learning_rate``    it still falls steadily at the end, by tiny updates
    ``unfinished_training``  it still falls steadily at the end of `max_iter` epochs
    ``non_finite_outputs``   outputs are NaN or infinite
    ``constant_outputs``     outputs are nearly the same for all rows
    ``collapsed_classes``    a class that is not rare is hardly ever predicted
    ``stale_statistics``     running statistics give a larger loss than those of the batch
    ``overfitting``          the loss on validation rows, or else on these rows, exceeds that of
                             training by 30% of the loss of a constant, 60% after early stopping
    ``underfitting``         the loss is over 80% of that of the best constant outputs; X may
                             also say little about y
    ``label_noise``          confident learning [1]_ doubts over 2% of the labels, and over 20% of
                             those not predicted; 5% and 35% where the network errs over twice as
                             often as it expects; judged only where it is sound
    ``outlying_targets``     over 2% of the targets are further than 6 robust deviations from what
                             is predicted; likewise, or where the others are predicted well
    ======================== ====================================================================

    Parameters
    ----------
    estimator : estimator
        A fitted classifier, regressor or autoencoder of this library.
    X : {array-like, sparse matrix} of shape (n_samples, n_features) or (n_samples, ...)
        Rows as those of `fit`: the ones trained on, or better others.
    y : array-like of shape (n_samples,) or (n_samples, ...), default=None
        Their targets. Without them gradients, updates, losses and labels are not looked at;
        autoencoders need none.
    max_samples : int, default=2000
        Of more rows so many are used, evenly spread.

    Returns
    -------
    diagnosis : Diagnosis
        A :class:`~sklearn.utils.Bunch` that prints as a table, with the attributes

        findings : list of Finding
            Causes before what follows from them, each with ``sickness``, ``layer`` (its name, as
            ``"block.dense"`` within another, or ``""``), ``value``, ``figure`` and ``remedy``.
        sicknesses : list of str
            Those found, each once.
        layers : list of dict
            Of each layer with weights: ``name``, ``n_weights``, the norms ``weights`` and
            ``gradient``, and ``update_ratio``, the norm of an update relative to the weights.
        activations : list of dict
            Of each layer: ``name``, ``activation``, the shares of ``dead`` units and of
            ``saturated`` outputs, ``mean`` and ``deviation``.
        loss, constant_loss : float
            Of the rows, and of the best outputs that are the same for all of them; the latter is
            NaN, and nothing measured by it, where the targets do not vary.
        suspects : ndarray of shape (n_suspects,), int64
            Rows of X whose label or target the network contradicts, the most doubtful first.
        estimator, n_samples
            The class that was looked at, and the number of rows.

    Raises
    ------
    TypeError
        If the estimator has no network that gradients train, or X is blocks.
    NotFittedError
        If it is not fitted.
    ValueError
        For X or y that do not go with the fit.

    References
    ----------
    .. [1] Northcutt, C., Jiang, L. and Chuang, I. (2021). "Confident learning: estimating
       uncertainty in dataset labels." Journal of Artificial Intelligence Research 70, 1373-1411,
       arXiv 1911.00068.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from skneural import MLPClassifier
    >>> from skneural.inspection import diagnose
    >>> X, y = load_wine(return_X_y=True)
    >>> net = MLPClassifier((50,), "tanh", learning_rate_init=0.01, random_state=0).fit(X, y)
    >>> diagnosis = diagnose(net, X, y)
    >>> diagnosis.sicknesses[:2]
    ['unscaled_inputs', 'saturated_units']
    >>> diagnosis.findings[0].remedy
    'make_pipeline(StandardScaler(), ...), BatchNorm() as the first layer, or for images X / 255'
    """
    check_count("diagnose", "max_samples", max_samples)
    seen = examine(estimator, X, y, max_samples)
    findings = list(check_weights(seen))
    if not findings:
        findings = [finding for check in _CHECKS for finding in check(seen)]
        names = {finding.sickness for finding in findings}
        if names <= _MINOR:
            findings += check_labels(seen)
        elif names <= _MINOR | _OF_OUTLIERS | _UNFINISHED and clear_outliers(seen):
            others = [finding for finding in findings if finding.sickness not in _OF_OUTLIERS]
            findings = [*check_labels(seen), *others]
    return Diagnosis(
        estimator=type(estimator).__name__, n_samples=len(seen.chosen), findings=findings,
        **_tables(seen),
    )


def _tables(seen: Examination) -> dict[str, Any]:
    """Return the figures that a diagnosis shows beside its findings."""
    if not seen.is_finite:
        none = np.empty(0, np.int64)
        return {"layers": [], "activations": [], "loss": np.nan, "constant_loss": np.nan,
                "suspects": none}
    return {
        "layers": [
            {"name": layer.name, "n_weights": layer.n_weights, "weights": layer.weights,
             "gradient": layer.gradient, "update_ratio": update_ratio(layer)}
            for layer in seen.weights
        ],
        "activations": [
            {"name": layer.name, "activation": layer.activation, "dead": dead_share(layer),
             "saturated": saturated_share(layer), "mean": float(layer.mean.mean()),
             "deviation": float(np.sqrt(np.mean(layer.deviation**2)))}
            for layer in seen.layers
        ],
        "loss": seen.loss,
        "constant_loss": seen.constant_loss,
        "suspects": seen.chosen[suspects_of(seen)],
    }
