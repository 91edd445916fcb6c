"""X whose numbers are no probabilities."""

from __future__ import annotations

from typing import Any

from ..._user_warnings import warn_user
from ...data.rescaling import value_range


def notice_of_range(
    X: Any, owner: str, other: str = "GaussianRBM"
) -> list[tuple[str, type[Warning]]]:
    """Return what to warn of if X has values outside [0, 1]; ``other`` takes them."""
    low, high = value_range(X, None)
    if low >= 0 and high <= 1:
        return []
    return [(
        f"{owner}: X has values from {low:g} to {high:g}, outside [0, 1]: they are probabilities of"
        f" being on. Scale with MinMaxScaler or use {other}", UserWarning,
    )]


def warn_of_range(X: Any, owner: str, other: str) -> None:
    """Warn if X has values outside [0, 1]."""
    for message, category in notice_of_range(X, owner, other):
        warn_user(message, category)
