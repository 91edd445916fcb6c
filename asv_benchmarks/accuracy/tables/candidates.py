"""Candidates for the defaults of `TabularClassifier` and `TabularRegressor`."""

from __future__ import annotations

from typing import Any

# Name -> what differs from the defaults; "classifier" and "regressor" hold what is for one alone.
CANDIDATES: dict[str, dict[str, Any]] = {
    "one member": {"n_members": 1},
    "numbers as they are": {"numeric_embedding": None},
    "periodic": {"numeric_embedding": "periodic"},
    "piecewise": {"numeric_embedding": "piecewise"},
}


def parameters(candidate: str, regression: bool) -> dict[str, Any]:
    """Return the parameters of a candidate."""
    common = dict(CANDIDATES[candidate])
    own = {kind: common.pop(kind, {}) for kind in ("classifier", "regressor")}
    return common | own["regressor" if regression else "classifier"]
