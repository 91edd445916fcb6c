"""Signs that adversarial training has failed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_ROWS = 200  # that are compared with each other
_ALIKE = 0.05  # of the mean distance of real rows
_LEAST_SHARE = 0.1  # of samples that differ
_LOW_LOSS = 1e-3
_EPOCHS = 5  # with a lower loss of the discriminator


def share_of_distinct(rows: np.ndarray, tolerance: float) -> float:
    """Return the share of rows that are no nearer than a tolerance to one before them.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_features)
    tolerance : float
        Distance.
    """
    kept: list[int] = []
    for number, distances in enumerate(distances_between(rows)):
        if not kept or distances[kept].min() > tolerance:
            kept.append(number)
    return len(kept) / len(rows)


def distances_between(rows: np.ndarray) -> np.ndarray:
    """Return the distances between rows, shape (n_rows, n_rows)."""
    rows = rows.astype(np.float64) - rows.mean(axis=0, dtype=np.float64)
    squares = (rows * rows).sum(axis=1)
    return np.sqrt(np.maximum(0.0, squares[:, None] + squares - 2 * rows @ rows.T))


def collapse_notice(
    owner: str, real: np.ndarray, drawn: np.ndarray, losses: Sequence[float], loss: str
) -> str | None:
    """Return what to warn of, None if there is no sign of a collapse.

    Parameters
    ----------
    owner : str
        The estimator's name.
    real, drawn : ndarray of shape (n_rows, n_features)
        Rows of X and samples, as the networks read them.
    losses : sequence of float
        The discriminator's, of each epoch.
    loss : str
        The parameter.
    """
    remedy = "spectral_normalization=True, lower learning rates of the networks or another loss"
    real, drawn = real[:_ROWS], drawn[:_ROWS]
    tolerance = _ALIKE * float(distances_between(real).mean())
    if len(drawn) >= 1 / _LEAST_SHARE:
        share, of_real = share_of_distinct(drawn, tolerance), share_of_distinct(real, tolerance)
        if share < _LEAST_SHARE and share < of_real / 2:
            return (
                f"{owner}: the generator has collapsed: of {len(drawn)} samples, only"
                f" {share:.0%} differ from each other, of the rows of X {of_real:.0%}. Try {remedy}"
                f" than {loss!r}"
            )
    if len(losses) >= _EPOCHS and max(losses[-_EPOCHS:]) < _LOW_LOSS:
        return (
            f"{owner}: the discriminator's loss was below {_LOW_LOSS:g} for the last {_EPOCHS}"
            f" epochs, so the generator no longer learns. Try {remedy} than {loss!r}"
        )
    return None
