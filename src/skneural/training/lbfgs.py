"""L-BFGS: SciPy's, on the network's flat vector of weights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import scipy.optimize

from .epochs import Training

_LEAST_DESCENT = 2.2204460492503131e-09  # SciPy's own, relative to a loss above 1


class _Stop(Exception):
    """Ends the minimisation from its callback; StopIteration would lose the last step."""


def run_lbfgs(training: Training, session: Any, max_fun: int, scale: float) -> None:
    """Minimise the loss over all rows, with the options scikit-learn gives.

    SciPy's minimisation cannot be entered in the middle. It goes on from a snapshot by the losses
    and gradients evaluated before, which are kept.

    Parameters
    ----------
    training : Training
        Its network's parameters are changed in place. ``rules.improvement`` is the greatest
        gradient component to stop at.
    session : TrainingSession
        ``loss_and_gradient()`` gives the loss at the parameters, and the gradient of that loss.
    max_fun : int
        The most evaluations of the loss.
    scale : float
        What the session's loss is divided by when it is reported: the number of outputs, if the
        loss is an average over them.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C before the first step from weights drawn at random.
    """
    if training.record.interrupted:
        return
    network, rules = training.network, training.rules
    weights = network.parameters[: network.n_trained]
    first, snapshots = weights.astype(np.float64), training.snapshots
    evaluations: Iterator[tuple[float, np.ndarray]] = iter(())
    if snapshots is not None:
        ended = "solver='lbfgs' cannot go on once that has ended it"
        snapshots.check_length(lambda shorter: ended if snapshots.ended_by_length else None)
        if snapshots.restore(training):
            return
        evaluations = iter(list(snapshots.evaluations))
        first = snapshots.first = first if snapshots.first is None else snapshots.first
    n_known, n_seen = training.record.n_iter, 0
    has_statistics = len(network.parameters) > network.n_trained

    def loss_and_gradient(vector):
        for loss, gradient in evaluations:
            return loss, gradient
        np.copyto(weights, vector, casting="same_kind")
        loss, gradient = session.loss_and_gradient()
        if snapshots is not None:
            snapshots.evaluations.append((loss, gradient))
        return loss, gradient

    def go_to(vector):
        np.copyto(weights, vector, casting="same_kind")
        if has_statistics:
            session.loss_and_gradient()

    def iteration_ended(intermediate_result):
        nonlocal n_seen
        n_seen += 1
        if n_seen <= n_known:
            return
        go_to(intermediate_result.x)
        training.tasks.epoch_begins()
        if training.epoch_ended(float(intermediate_result.fun) / scale):
            raise _Stop
        training.go_on()

    try:
        with np.errstate(over="ignore", invalid="ignore"):
            result = scipy.optimize.minimize(
                loss_and_gradient,
                first,
                method="L-BFGS-B",
                jac=True,
                callback=iteration_ended,
                options={
                    "maxfun": max_fun,
                    "maxiter": rules.max_iter,
                    "gtol": rules.improvement,
                    "ftol": _LEAST_DESCENT * min(1.0, rules.tol_unit),
                },
            )
        go_to(result.x)
    except _Stop:
        return
    except KeyboardInterrupt:
        if training.untrained and training.record.n_iter == 0:
            raise
        np.copyto(network.parameters, training.copies.latest)
        training.interrupt()
        return
    if training.is_broken(result.fun):
        return
    training.record.n_iter = min(result.nit, rules.max_iter)
    training.record.loss = float(result.fun) / scale
    if result.status != 0:
        training.ended_by_length = True
        training.not_converged(_why(result, training.record.n_iter, rules.max_iter))


def _why(result: Any, n_iter: int, max_iter: int) -> str:
    """Say why the minimisation ended before it converged, in scikit-learn's words."""
    message = (
        f"lbfgs failed to converge after {n_iter} iteration(s) (status={result.status}):\n"
        f"{result.message}\n\n"
    )
    if n_iter == max_iter:
        message += (
            f"Increase the number of iterations to improve the convergence (max_iter={max_iter}).\n"
        )
    return message + "You might also want to scale the data."
