"""Several networks of one estimator, trained one after another; predictions are their mean."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils import check_random_state

from ...losses._members import before_link
from . import predictor as _predictor

Notices = list[tuple[str, type[Warning]]]


def fit_more(
    estimator: Any, X: Any, y: Any, weight: Any, how: dict[str, Any], notices: Notices
) -> Notices:
    """Fit the networks beside an estimator's own; return what to warn of and is not known yet.

    They are estimators of one network each, in ``more_networks_``, with random states of their own.
    A fit that goes on goes on with each. After an interruption of training no further one begins.

    Parameters
    ----------
    estimator : NetworkEstimator
        With or without a parameter ``n_networks``.
    X, y, weight : array-like
        As the user passed them.
    how : dict
        Further arguments of the fit.
    notices : list of (str, type of Warning)
        Of the fit of the estimator's own network.
    """
    n_networks = getattr(estimator, "n_networks", None)
    if n_networks is None:
        return []
    goes_on = estimator.warm_start or how.get("incremental", False)
    before = vars(estimator).get("more_networks_", []) if goes_on else []
    random = check_random_state(estimator.random_state)
    networks: list[Any] = []
    owner = type(estimator).__name__
    added: Notices = []
    for place in range(n_networks - 1):
        seed = int(random.randint(np.iinfo(np.int32).max))
        if estimator._record.interrupted or (networks and networks[-1]._record.interrupted):
            break
        if place < len(before):
            network = before[place].__copy__()
            network.set_params(**estimator.get_params(deep=False) | _own(network.random_state))
        else:
            network = clone(estimator).set_params(**_own(seed))
        try:
            found = network._train(X, y, weight, **how)
        except KeyboardInterrupt:  # before anything of this network was trained
            added.append((f"Training interrupted by user. ({owner})", UserWarning))
            break
        added += [each for each in found if each not in [*notices, *added]]
        networks.append(network)
    estimator.more_networks_ = networks
    return added


def _own(random_state: Any) -> dict[str, Any]:
    return {"n_networks": 1, "random_state": random_state}


def mean_outputs(estimator: Any, rows: Any, raw: bool) -> np.ndarray:
    """Return the mean of what an estimator's networks predict; if ``raw``, before the link."""
    networks = [estimator, *estimator.more_networks_]
    found = [_predictor.predictor(each).predict(rows, n_jobs=estimator.n_jobs) for each in networks]
    mean = np.mean(found, axis=0, dtype=found[0].dtype)
    return before_link(estimator._loss.link, mean) if raw else mean
