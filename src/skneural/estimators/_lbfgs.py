"""L-BFGS: SciPy's, on the network's flat vector of weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.optimize
from sklearn.utils.optimize import _check_optimize_result

from ._training import Training, warn_interrupted


class _Stop(Exception):
    """Ends the minimisation from its callback; StopIteration would lose the last step."""


def run_lbfgs(training: Training, session: Any, tol: float, max_fun: int) -> None:
    """Minimise the loss over all rows, with the options scikit-learn gives.

    Parameters
    ----------
    training : Training
        Its network's parameters are changed in place.
    session : TrainingSession
        ``loss_and_gradient()`` gives the loss at the parameters, and the gradient of that loss.
    tol : float
        The greatest gradient component to stop at.
    max_fun : int
        The most evaluations of the loss.
    """
    weights = training.network.parameters

    def loss_and_gradient(vector):
        np.copyto(weights, vector, casting="same_kind")
        loss, gradient = session.loss_and_gradient()
        return float(loss), np.asarray(gradient, dtype=np.float64)

    def iteration_ended(intermediate_result):
        np.copyto(weights, intermediate_result.x, casting="same_kind")
        training.tasks.epoch_begins()
        if training.epoch_ended(float(intermediate_result.fun)):
            raise _Stop

    try:
        result = scipy.optimize.minimize(
            loss_and_gradient,
            weights.astype(np.float64),
            method="L-BFGS-B",
            jac=True,
            callback=iteration_ended,
            options={"maxfun": max_fun, "maxiter": training.rules.max_iter, "gtol": tol},
        )
    except _Stop:
        return
    except KeyboardInterrupt:
        np.copyto(weights, training.last_good)
        warn_interrupted()
        return
    np.copyto(weights, result.x, casting="same_kind")
    if training.is_broken(result.fun):
        return
    training.record.n_iter = _check_optimize_result("lbfgs", result, training.rules.max_iter)
    training.record.loss = float(result.fun)
