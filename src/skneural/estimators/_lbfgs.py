"""L-BFGS: SciPy's, on the network's flat vector of weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.optimize
from sklearn.utils.optimize import _check_optimize_result

from ._training import Training


class _Stop(Exception):
    """Ends the minimisation from its callback; StopIteration would lose the last step."""


def run_lbfgs(training: Training, session: Any, tol: float, max_fun: int, scale: float) -> None:
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
    scale : float
        What the session's loss is divided by when it is reported: the number of outputs, if the
        loss is an average over them.
    """
    if training.record.interrupted:
        return
    network = training.network
    weights = network.parameters[: network.n_trained]
    has_statistics = len(network.parameters) > network.n_trained

    def loss_and_gradient(vector):
        np.copyto(weights, vector, casting="same_kind")
        return session.loss_and_gradient()

    def go_to(vector):
        np.copyto(weights, vector, casting="same_kind")
        if has_statistics:
            session.loss_and_gradient()

    def iteration_ended(intermediate_result):
        go_to(intermediate_result.x)
        training.tasks.epoch_begins()
        if training.epoch_ended(float(intermediate_result.fun) / scale):
            raise _Stop

    try:
        with np.errstate(over="ignore", invalid="ignore"):
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
        np.copyto(network.parameters, training.latest)
        training.interrupt()
        return
    go_to(result.x)
    if training.is_broken(result.fun):
        return
    training.record.n_iter = _check_optimize_result("lbfgs", result, training.rules.max_iter)
    training.record.loss = float(result.fun) / scale
