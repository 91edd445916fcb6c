"""The validation split of early stopping."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from sklearn.model_selection import train_test_split


def strata(labels: np.ndarray, fraction: float) -> np.ndarray | None:
    """Return what a split is stratified by: labels, rare ones merged with the most frequent.

    None if the split is too small to have a row of each in both parts.

    Parameters
    ----------
    labels : ndarray of shape (n_samples,)
    fraction : float
        Of held-out rows.
    """
    classes, codes, counts = np.unique(labels, return_inverse=True, return_counts=True)
    held_back = math.ceil(fraction * len(labels))
    places = min(held_back, len(labels) - held_back)
    frequent = counts >= 2
    kept = np.argsort(-counts, kind="stable")[: min(places, frequent.sum())]
    if len(kept) < 2:
        return None
    return np.where(np.isin(codes, kept), codes, kept[0])


def hold_out(
    n_samples: int,
    fraction: float,
    random_state: np.random.RandomState,
    stratify: np.ndarray | None,
    owner: str,
) -> tuple[np.ndarray, np.ndarray]:
    """Split row numbers into training and validation, with scikit-learn's draws.

    Returns
    -------
    training, validation : ndarray of int64
    """
    try:
        training, validation = train_test_split(
            np.arange(n_samples),
            random_state=random_state,
            test_size=fraction,
            stratify=stratify,
        )
    except ValueError as error:
        raise ValueError(f"{owner}: validation_fraction={fraction}: {error}") from error
    if len(validation) < 2:
        raise ValueError(
            f"{owner}: The validation set is too small. Increase 'validation_fraction'"
            f"={fraction} or the size of your dataset, {n_samples} rows."
        )
    return training, validation


def with_each(
    kept: np.ndarray, held_back: np.ndarray, kinds: Iterable[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Exchange rows until some of each kind are held out, if there are at least two of it.

    Parameters
    ----------
    kept, held_back : ndarray of int64
        Row numbers, not modified.
    kinds : iterable of ndarray of shape (n_samples,), bool
        Which rows are of each kind.

    Returns
    -------
    kept, held_back : ndarray of int64
    """
    kinds = list(kinds)
    missing = [rows for rows in kinds if not rows[held_back].any()]
    kept, held_back = kept.copy(), held_back.copy()
    for rows in missing:
        places = np.flatnonzero(rows[kept])
        if rows[held_back].any() or len(places) < 2:
            continue
        spare = np.ones(len(held_back), bool)  # those that are not the only one of a kind
        for others in kinds:
            if others[held_back].sum() == 1:
                spare &= ~others[held_back]
        if spare.any():
            given = np.flatnonzero(spare)[-1]
            taken = kept[places[0]]
            kept[places[0]], held_back[given] = held_back[given], taken
    return kept, held_back
