"""How weights follow from patterns, and how many patterns they hold.

Weights are whole numbers, or multiples of a power of two that is coarse enough for sums over all
units to be exact: these do not depend on their order, nor therefore on threads or other rows.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.linalg import pinvh

from ...engine.run import run
from .kernels import add_by_storkey

_EXACT_IN_FLOAT32 = 2**24
_SLACK = 8  # times the norm that the weights of a projection may have at most, and more
LOAD = 0.138  # patterns a unit: Amit, Gutfreund and Sompolinsky 1985


def add_hebbian(weights: np.ndarray | None, signs: np.ndarray, n_patterns: int) -> np.ndarray:
    """Return the sum of the outer products of patterns, added to that of others.

    Parameters
    ----------
    weights : ndarray of shape (n_units, n_units) or None
        Of the patterns so far.
    signs : ndarray of shape (n_added, n_units), dtype float32
        Patterns, 1 and -1.
    n_patterns : int
        Those so far included.

    Returns
    -------
    ndarray of shape (n_units, n_units)
        Whole numbers, float32 if the field of a unit is exact in it, else float64.
    """
    n_units = signs.shape[1]
    is_small = n_patterns * n_units < _EXACT_IN_FLOAT32
    signs = signs.astype(np.float32 if is_small else np.float64, copy=False)
    added = signs.T @ signs
    np.fill_diagonal(added, 0)
    return added if weights is None else added + weights


def add_storkey(
    weights: np.ndarray | None, signs: np.ndarray, n_jobs: int | None
) -> np.ndarray:
    """Return weights to which Storkey's rule has added one pattern after the other.

    With the field of unit i without itself and unit j, h(i, j), the rule is
    ``w(i, j) += (x(i) x(j) - x(i) h(j, i) - h(i, j) x(j)) / n``. As there are no weights w(i, i),
    h(i, j) is the whole field of unit i less w(i, j) x(j).

    Parameters
    ----------
    weights : ndarray of shape (n_units, n_units), dtype float64, or None
        Of the patterns so far; not changed.
    signs : ndarray of shape (n_added, n_units)
        Patterns, 1 and -1.
    n_jobs : int or None
        Threads.

    Raises
    ------
    ValueError
        If the weights diverge, as they may far beyond the capacity.
    """
    n_units = signs.shape[1]
    weights = np.zeros((n_units, n_units)) if weights is None else weights.copy()
    for number, pattern in enumerate(signs.astype(np.float64), 1):
        field = weights @ pattern
        run(
            add_by_storkey, n_units, n_jobs, weights=weights, pattern=pattern, field=field,
            grid=_grid(n_units), columns=n_units,
        )
        if not np.linalg.norm(weights) <= _SLACK * n_units:
            raise ValueError(
                f"the weights of Storkey's rule diverge at pattern {number:,} of {len(signs):,}: it"
                f" holds about {capacity('storkey', n_units):,} in {n_units:,} units; store fewer,"
                " or set rule='pseudo_inverse'"
            )
    return weights


def pseudo_inverse(signs: np.ndarray) -> tuple[np.ndarray, int]:
    """Return the projection on patterns without its diagonal, and how many are independent.

    With its diagonal it would hold each state in its place too strongly for recall.

    Parameters
    ----------
    signs : ndarray of shape (n_patterns, n_units)
        Patterns, 1 and -1.
    """
    signs = signs.astype(np.float64)
    if len(signs) <= signs.shape[1]:
        inverse, rank = pinvh(signs @ signs.T, return_rank=True)
        weights = signs.T @ inverse @ signs
    else:
        products = signs.T @ signs
        inverse, rank = pinvh(products, return_rank=True)
        weights = inverse @ products
    weights += weights.T.copy()
    grid = _grid(signs.shape[1])
    weights = np.rint(weights * (grid / 2)) / grid
    np.fill_diagonal(weights, 0)
    return weights, int(rank)


def capacity(rule: str, n_units: int) -> float:
    """Return how many random patterns the weights of a rule hold in large networks, at least 1."""
    if rule == "pseudo_inverse":
        return max(1, n_units - 1)
    if rule == "storkey":
        return max(1, int(n_units / math.sqrt(2 * math.log(max(2, n_units)))))
    return max(1, int(LOAD * n_units))


def dense_capacity(degree: int, n_units: int) -> float:
    """Return how many random patterns a dense associative memory holds without an error."""
    log_n = math.log(max(2, n_units))
    odd_product = math.prod(range(1, 2 * degree - 2, 2))
    logarithm = (degree - 1) * log_n - math.log(2 * odd_product) - math.log(log_n)
    return max(1, int(math.exp(logarithm))) if logarithm < 600 else math.inf


def exponential_capacity(n_units: int) -> float:
    """Return how many random patterns exponentials of overlaps hold: Demircigil et al. 2017."""
    return max(1, int(2 ** (n_units / 2))) if n_units < 2000 else math.inf


def _grid(n_units: int) -> float:
    """Return the power of two whose fractions weights are multiples of.

    Where the norm of all weights is at most `_SLACK` times `n_units`, those of a unit add up to
    that times the root of `n_units`, and their sums are exact.
    """
    return 2.0 ** (50 - math.ceil(1.5 * math.log2(max(2, n_units))))
