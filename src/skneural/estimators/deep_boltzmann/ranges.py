"""X whose numbers are no probabilities."""

from __future__ import annotations

import numpy as np


def notice_of_range(X: np.ndarray, owner: str) -> list[tuple[str, type[Warning]]]:
    """Return what to warn of if X has values outside [0, 1]."""
    low, high = float(X.min()), float(X.max())
    if low >= 0 and high <= 1:
        return []
    return [(
        f"{owner}: X has values from {low:g} to {high:g}, outside [0, 1]: they are probabilities of"
        " being on. Scale with MinMaxScaler or use GaussianRBM", UserWarning,
    )]
