"""The top machine of a deep belief net, which has label units among the visible ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ...data.rows import Rows
from ...network.layered import LayeredNetwork
from ...network.network import Network
from ...network.phased import PhasedTraining
from ...network.updates import Update
from ...optimizers import SGD
from .fitting import log_odds


@contextmanager
def top_machine(
    estimator: Any, network: Network, X: Any, rows: Rows, random: np.random.RandomState
) -> Iterator[Callable[[], float]]:
    """Train the last two layers of a network, as a machine, on features of rows and their labels.

    Yields a function that runs an epoch of contrastive divergence, writes the weights into the
    network, and returns the mean loss of the labels.

    Parameters
    ----------
    estimator : BaseDBN
    network : Network
        As `UpDown` trains it.
    X : array or CSR matrix of shape (n_samples, n_units)
        Features of the rows.
    rows : Rows
        Whose targets and weights count.
    random : RandomState
    """
    layers = network.layers[-2:]
    machine = LayeredNetwork(
        layers, X.shape[1], network.loss, network.n_outputs, network.dtype
    )
    own, target = machine.variables, network.variables[-2:]
    for values in own:
        values["kernel"][...] = random.normal(0, 0.01, values["kernel"].shape)
    own[0]["generative_bias"][...] = log_odds(X)
    assert network.objective is not None
    objective = network.objective(machine, X, rows.y, rows.loss_weight)
    optimizer = SGD(estimator.pretraining_momentum, nesterov=False)
    update = Update(
        objective, machine.store, optimizer, weight_decay=float(estimator.pretraining_alpha)
    )
    n_samples = X.shape[0]
    with PhasedTraining(
        [update], n_samples, min(estimator.pretraining_batch_size, n_samples), estimator.n_jobs,
        int(random.randint(np.iinfo(np.int32).max)),
    ) as training:
        rates = np.full(training.n_batches, estimator.pretraining_learning_rate)

        def epoch() -> float:
            loss = training.run_epoch(random.permutation(n_samples), rates)
            for values, theirs in zip(own, target, strict=True):
                for name, array in values.items():
                    theirs[name][...] = array
            return loss

        yield epoch
