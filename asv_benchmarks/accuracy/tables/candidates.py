"""Candidates for the defaults of `TabularClassifier` and `TabularRegressor`."""

from __future__ import annotations

from typing import Any

# Name -> what differs from the defaults; "classifier" and "regressor" hold what is for one alone.
CANDIDATES: dict[str, dict[str, Any]] = {
    "1 member": {"n_members": 1},
    "1 member, 3 x 256": {"n_members": 1, "hidden_layer_sizes": (256, 256, 256)},
    "8 members": {"n_members": 8},
    "16 members": {"n_members": 16},
    "2 x 64": {"hidden_layer_sizes": (64, 64)},
    "2 x 256": {"hidden_layer_sizes": (256, 256)},
    "3 x 128": {"hidden_layer_sizes": (128, 128, 128)},
    "numbers scaled alone": {"numeric_embedding": None},
    "periodic": {"numeric_embedding": "periodic"},
    "mish": {"activation": "mish"},
    "no dropout": {"dropout": 0.0},
    "half the rate": {
        "classifier": {"learning_rate_init": 0.005}, "regressor": {"learning_rate_init": 0.01},
    },
    "twice the rate": {
        "classifier": {"learning_rate_init": 0.02}, "regressor": {"learning_rate_init": 0.04},
    },
    "more decay": {"weight_decay": 0.02},
    "all epochs": {"n_iter_no_change": 256},
}


def parameters(candidate: str, regression: bool) -> dict[str, Any]:
    """Return the parameters of a candidate."""
    common = dict(CANDIDATES[candidate])
    own = {kind: common.pop(kind, {}) for kind in ("classifier", "regressor")}
    return common | own["regressor" if regression else "classifier"]
