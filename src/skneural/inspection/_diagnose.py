"""Diagnosis of fitted networks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._whole_numbers import check_count
from ._data_checks import check_inputs, check_labels, check_outputs, suspects_of
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
from ._training_checks import check_curve, check_fit

_CHECKS = (
    check_inputs, check_units, check_likeness, check_gradients, check_updates, check_curve,
    check_outputs, check_fit,
)
# with these a network is good enough to doubt a label
_MINOR = {"unscaled_inputs", "large_updates", "vanishing_gradients"}


def diagnose(
    estimator: Any, X: ArrayLike, y: ArrayLike | None = None, *, max_samples: int = 2000
) -> Diagnosis:
    """Return what is wrong with a fitted network, with figures and remedies."""
    check_count("diagnose", "max_samples", max_samples)
    seen = examine(estimator, X, y, max_samples)
    findings = list(check_weights(seen))
    if not findings:
        findings = [finding for check in _CHECKS for finding in check(seen)]
        if {finding.sickness for finding in findings} <= _MINOR:
            findings += check_labels(seen)
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
