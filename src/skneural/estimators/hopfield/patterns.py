"""Patterns: how they are read from X and stored, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from ..._user_warnings import warn_user
from ...callbacks import FitTasks
from ...data.checks import named, unchanged_on_error
from ...data.numbers import as_dense
from ...engine.compile.cache_warning import postponed, warn_of_cache
from .rules import (
    LOAD,
    add_hebbian,
    add_storkey,
    capacity,
    dense_capacity,
    exponential_capacity,
    pseudo_inverse,
)

_OF_SOME_KINDS = ("levels_", "_sums", "_rank")


def read_rows(estimator: Any, X: Any, first: bool = False) -> np.ndarray:
    """Return X, checked, as a dense array of float32 or float64; `first` to learn its features."""
    samples = estimator._samples()
    X, _ = samples.check_with_targets(X, None, samples.accepted_dtypes(), first)
    return as_dense(X)


def signs_of(X: np.ndarray, threshold: float) -> np.ndarray:
    """Return 1 where X is above the threshold, else -1, as float32."""
    is_on = X.astype(np.float64, copy=False) > threshold
    return np.where(is_on, np.float32(1), np.float32(-1))


def coded(signs: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return the first level for -1, the second one for 1."""
    return np.where(signs > 0, levels[1], levels[0])


def store(estimator: Any, X: Any, tasks: FitTasks | None, first: bool) -> None:
    """Store the rows of X, beside what is stored already unless they are the `first`.

    If anything raises, the estimator is left as it was. Warnings are given last, as they may be
    errors.
    """
    with postponed(), unchanged_on_error(estimator):
        if not first:
            _check_is_as_before(estimator)
        X = read_rows(estimator, X, first)
        if tasks is not None:
            tasks.epoch_begins()
        learned = _first_attributes(estimator, X) if first else {}
        vars(estimator).update(learned)
        learned |= _with_patterns(estimator, X, first)
        vars(estimator).update(learned)
        if tasks is not None:
            tasks.epoch_ends(lambda: dict(learned))
            tasks.fit_ends(lambda: dict(learned))
    for message in _notices(estimator):
        warn_user(f"{type(estimator).__name__}: {message}")
    warn_of_cache()


def _check_is_as_before(estimator):
    interaction, rule = estimator._kind
    if (estimator.interaction, estimator.rule) != (interaction, rule):
        raise ValueError(
            f"{type(estimator).__name__}: partial_fit with rule={estimator.rule!r} and"
            f" interaction={estimator.interaction!r}, but the patterns so far are stored with"
            f" rule={rule!r} and interaction={interaction!r}; call fit to begin anew"
        )


def _first_attributes(estimator, X):
    """Return what the first rows decide: the kind, the seed, and the levels of patterns."""
    for name in _OF_SOME_KINDS:
        vars(estimator).pop(name, None)
    seed = check_random_state(estimator.random_state).randint(2**31 - 1)
    learned = {"_kind": (estimator.interaction, estimator.rule), "_seed": int(seed), "n_iter_": 1}
    if estimator.interaction != "exponential":
        learned["levels_"] = np.array(_levels(X, estimator.threshold), X.dtype)
    return learned


def _levels(X, threshold):
    """Return the two numbers of X: below the threshold and above it, or else -1 and 1."""
    if np.isin(X, [0, 1]).all():
        return 0, 1
    low, high = X.min(), X.max()
    is_split = float(low) <= threshold < float(high)
    return (low, high) if is_split and np.isin(X, [low, high]).all() else (-1, 1)


def _with_patterns(estimator, X, first):
    """Return the attributes that follow from all patterns, those of X the last."""
    interaction, n_units = estimator.interaction, X.shape[1]
    added = X
    if interaction != "exponential":
        signs = signs_of(X, estimator.threshold)
        added = coded(signs, estimator.levels_)
    patterns = added if first else np.concatenate([estimator.patterns_, added])
    patterns = patterns.astype(added.dtype if first else estimator.patterns_.dtype)
    learned = {"patterns_": patterns, "n_patterns_": len(patterns)}
    if interaction == "exponential":
        _check_range(estimator, patterns)
        return learned | {"capacity_": np.inf}
    if interaction == "binary_exponential":
        return learned | {"capacity_": exponential_capacity(n_units)}
    if interaction == "polynomial":
        return learned | {"capacity_": dense_capacity(estimator.degree, n_units)}
    before = None if first else estimator._sums
    learned["capacity_"] = capacity(estimator.rule, n_units)
    if estimator.rule == "hebbian":
        learned["_sums"] = add_hebbian(before, signs, len(patterns))
    elif estimator.rule == "storkey":
        with named(type(estimator).__name__):
            learned["_sums"] = add_storkey(before, signs, estimator.n_jobs)
    else:
        every = np.where(patterns == estimator.levels_[1], 1.0, -1.0)
        learned["_sums"], learned["_rank"] = pseudo_inverse(every)
    return learned


def _check_range(estimator, patterns):
    with np.errstate(over="ignore"):
        largest = np.square(patterns.astype(np.float64)).sum(axis=1).max() * estimator.beta
    if not np.isfinite(largest):
        raise ValueError(
            f"{type(estimator).__name__}: products of patterns overflow, as X has numbers up to"
            f" {np.abs(patterns).max():.3g}; scale X"
        )


def _notices(estimator: Any) -> Iterator[str]:
    """Give what to warn of."""
    n_patterns, n_units = estimator.patterns_.shape
    if estimator.interaction != "exponential" and n_patterns > 1:
        is_on = estimator.patterns_ == estimator.levels_[1]
        if is_on.all() or not is_on.any():
            yield (
                f"all numbers of X are {'' if is_on.all() else 'not '}above"
                f" threshold={estimator.threshold!r}, so that all patterns are the same; set a"
                " threshold between the numbers of X"
            )
            return
    most, given = estimator.capacity_, f"{n_patterns:,} patterns in {n_units:,} units: "
    if n_patterns > most:
        yield given + _beyond(estimator, most, n_units)
    elif getattr(estimator, "_rank", n_patterns) < n_patterns:
        yield (
            f"{n_patterns - estimator._rank} of {n_patterns:,} patterns follow from the others, as"
            " copies, negatives and sums of patterns do; they add nothing to the weights"
        )


def _beyond(estimator, most, n_units):
    """Return what happens beyond the capacity, and what to do."""
    if estimator.interaction == "binary_exponential":
        return f"beyond 2 ** (n / 2) = {most:,} recall makes errors; store fewer"
    if estimator.interaction == "polynomial":
        n = estimator.degree - 1
        return (
            f"beyond {most:,} recall makes errors; degree={estimator.degree + 1} stores about"
            f" {n_units / (2 * n + 1):.3g} times as many, interaction='exponential' any number"
        )
    if estimator.rule == "pseudo_inverse":
        return (
            f"beyond {most:,} every state is at rest, and nothing is recalled;"
            " interaction='polynomial' stores more"
        )
    other = f"rule='pseudo_inverse' stores up to {max(1, n_units - 1):,}"
    if estimator.rule == "storkey":
        return f"beyond n / sqrt(2 ln n) = {most:,} recall makes errors; {other}"
    return f"beyond {LOAD} n = {most:,} recall fails; {other}"
