"""The fit of an estimator without a network: rounds over checked data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..._user_warnings import warn_user
from ...callbacks import FitTasks
from ...data.checks import check_weights, unchanged_on_error
from ...engine.compile.cache_warning import postponed, warn_of_cache
from ...training.reporting import Reporter, make_reporter
from ...training.round_snapshots import RoundSnapshots
from ...training.rounds import Rounds
from .keepers import keeper_of


@dataclass(frozen=True)
class RoundsData:
    """The checked arguments of a fit.

    Parameters
    ----------
    X : ndarray or csr_array of shape (n_samples, n_features)
        Float32 or float64, in C order.
    y : ndarray or None
    sample_weight : ndarray of shape (n_samples,), dtype float64, or None
    """

    X: Any
    y: Any
    sample_weight: np.ndarray | None


@contextmanager
def fitted_in_rounds(
    estimator: Any, X: Any, y: Any = None, sample_weight: Any = None,
    n_rounds: int | None = None, reporter: Reporter | None = None,
) -> Iterator[tuple[RoundsData, Rounds]]:
    """Check the arguments of `fit`, then keep the attributes of the last round that the block ran.

    The estimator has `max_time`, `verbose` and `dtype`, as in `RoundsParameters`. If
    anything raises, it is left as it was. Warnings are given last, as they may be errors.

    Parameters
    ----------
    estimator : Estimator
    X, y, sample_weight : array-like
        As the user passed them.
    n_rounds : int or None, default=None
        Rounds at most; None for the parameter `max_iter`.
    reporter : Reporter or None, default=None
        Prints progress; None for the one that `verbose` asks for.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C before the end of the first round; later it ends the rounds with a warning.
    """
    owner = type(estimator).__name__
    with postponed(), unchanged_on_error(estimator):
        estimator._check_parameters()
        data = _checked(estimator, X, y, sample_weight)
        given = [lambda: X, lambda: y, lambda: sample_weight]
        most = estimator.max_iter if n_rounds is None else n_rounds
        keeper = keeper_of(estimator)
        rounds = Rounds(
            owner,
            most,
            estimator.max_time,
            reporter or make_reporter(estimator.verbose, most, owner),
            FitTasks.of(estimator, most, given),
            None if keeper is None else RoundSnapshots(keeper, vars(data)),
        )
        with rounds.open():
            yield data, rounds
        vars(estimator).update(rounds.attributes())
        notices = rounds.ended()
        rounds.tasks.fit_ends(rounds.attributes)
    for message, category in notices:
        warn_user(message, category)
    warn_of_cache()


def _checked(estimator: Any, X: Any, y: Any, sample_weight: Any) -> RoundsData:
    samples = estimator._samples()
    X, y = samples.check_with_targets(X, y, samples.accepted_dtypes(), first=True)
    weight = check_weights(samples.owner, "sample_weight", sample_weight, X.shape[0])
    samples.learn_range(X, weight)
    return RoundsData(X, y, weight)
