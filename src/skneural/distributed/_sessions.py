"""Sessions whose data lie on workers, with the methods that training uses of a session."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self
from uuid import uuid4

import numpy as np

from ..network.given import GivenUpdates
from ..network.network import Network
from ..network.session import add_penalty
from ..schedules import Progress
from ..training.orders import EpochOrders
from ..training.settings import Settings, make_optimizer
from ..training.train import loss_scale
from ._parts import Part
from ._worker import Job, Round, Share, find_gradient, forget, open_session, train_part


class SeededOrders:
    """A seed for the order of each epoch, by which workers shuffle their partitions' rows.

    Parameters
    ----------
    random_state : RandomState

    Attributes
    ----------
    latest : ndarray of shape (1,), int64, or None
    """

    def __init__(self, random_state: np.random.RandomState):
        self._random_state = random_state
        self.latest: np.ndarray | None = None

    def __iter__(self) -> Iterator[np.ndarray]:
        while True:
            self.latest = self._random_state.randint(np.iinfo(np.int32).max, size=1)
            yield self.latest


class RemoteSession:
    """A training whose rounds run on workers, one task for each partition.

    Parameters
    ----------
    pieces : Pieces
    network : Network
        Its parameters are those of the last round that ended.
    settings : Settings
    seed : int
    trains : bool
        Whether workers make updates.

    Attributes
    ----------
    n_samples, n_batches, batch_size, batch_bytes, most_rows, n_updates
        As of `TrainingSession`; of the largest partition where partitions have their own batches.
    optimizer_state, layer_state : ndarray
    """

    def __init__(self, pieces: Any, network: Network, settings: Settings, seed: int, trains: bool):
        self._pieces, self._cluster, self.network = pieces, pieces.cluster, network
        self._key, self._names = uuid4().hex, [part.name for part in pieces.partitions]
        self.n_samples, self.n_updates = sum(pieces.sizes), 0
        self._job = self._cluster.keep(Job(
            self._key, pieces.estimator, _sent(network), pieces.targets, settings, seed,
            settings.even and settings.batch_size == "auto", trains,
        ))
        sizes = self._batch_sizes(settings)
        self._shares = [
            Share(part.number, pieces.split_of(place), sizes[place], pieces.n_threads[place])
            for place, part in enumerate(pieces.partitions)
        ]
        try:
            opened = self._cluster.results(self._each(open_session), self._names)
        except BaseException:  # Ctrl-C, or a partition that is refused: others may have opened
            self.close()
            raise
        self.batch_size = max(each.batch_size for each in opened)
        self.batch_bytes = max(each.batch_bytes for each in opened)
        self.most_rows = max(each.most_rows for each in opened)
        self.n_batches = max(each.n_batches for each in opened)
        self.optimizer_state = np.zeros(opened[0].n_slots, network.dtype)
        self.layer_state = np.zeros(opened[0].n_layers)

    def _batch_sizes(self, settings: Settings) -> list[int]:
        """Return the rows of a batch of each partition."""
        return self._pieces.sizes

    def epoch_orders(self, n_samples: int, random_state: np.random.RandomState | None) -> Any:
        """Return the orders of the epochs; of a single partition as in a fit without a cluster."""
        if random_state is None or len(self._shares) == 1:
            return EpochOrders(n_samples, random_state)
        return SeededOrders(random_state)

    def _each(self, function: Any, *arguments: Any) -> list[Any]:
        """Run a function of arguments on each partition; return futures."""
        pairs = zip(self._shares, self._pieces.partitions, strict=True)
        return [
            self._cluster.submit(
                function, self._job, share, *arguments, *part.data, near=part.near
            )
            for share, part in pairs
        ]

    def _round(self, function: Any, order: Any, place: int, of: int, **more: Any) -> Part:
        """Run a round; return the sum of its parts."""
        if isinstance(order, np.ndarray) and len(self._shares) > 1:
            order = int(order[0])
        slots = np.array(self.optimizer_state) if function is train_part else None
        state = self._cluster.keep(Round(
            np.array(self.network.parameters), slots, self.layer_state, self.n_updates, order,
            place, of, **more,
        ))
        return self._cluster.combined(self._each(function, state), self._names)

    def close(self) -> None:
        """Close the workers' sessions."""
        self._cluster.run_on_all(forget, self._key)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()


class GradientSession(RemoteSession):
    """Loss and gradient of all rows, summed over partitions, for L-BFGS."""

    def __init__(self, pieces: Any, network: Network, settings: Settings, seed: int):
        super().__init__(pieces, network, settings, seed, trains=False)
        self._alpha = settings.alpha * (loss_scale(network) if settings.is_lbfgs else 1)

    def loss_and_gradient(self) -> tuple[float, np.ndarray]:
        """Return the mean loss over all rows, penalty included, and its gradient."""
        part = self._find(None, -1, 1)
        loss, total = part.numbers
        gradient = part.gradient.astype(float)
        penalty = add_penalty(gradient, self.network, self._alpha)
        return float(loss + penalty) / total, gradient / total

    def _find(self, order: Any, place: int, of: int) -> Any:
        """Return the gradient of a batch, and let statistics of layers follow."""
        part = self._round(find_gradient, order, place, of)
        statistics, layers = part.mean_states()
        self.network.parameters[self.network.n_trained :] = statistics
        self.layer_state = layers
        return part


class SynchronousSession(GradientSession):
    """Updates by gradients of batches that have rows of all partitions."""

    def __init__(self, pieces: Any, network: Network, settings: Settings, seed: int):
        super().__init__(pieces, network, settings, seed)
        self._updates = GivenUpdates(
            network, make_optimizer(settings), settings.alpha, settings.weight_decay,
            settings.max_grad_norm, settings.n_jobs,
        )
        self.optimizer_state = self._updates.optimizer_state
        self.n_batches = self._n_batches
        self.batch_size = self.most_rows = -(-self.n_samples // self.n_batches)

    def _batch_sizes(self, settings: Settings) -> list[int]:
        rows = settings.rows_of_a_batch(self.n_samples)
        self._n_batches = n_batches = -(-self.n_samples // rows)
        return [-(-size // n_batches) for size in self._pieces.sizes]

    def run_epoch(self, order: Any, rates: np.ndarray, progress: Progress) -> float:
        """Make the updates of an epoch; return the mean loss over rows, penalties included."""
        loss = penalty = 0.0
        for number, rate in enumerate(rates):
            part = self._find(order, number, self.n_batches)
            if not part.rows:
                continue
            total, weight = part.numbers
            self._updates.n_updates = self.n_updates
            penalty += part.rows * self._updates.update(
                part.gradient, weight, rate, progress, number
            )
            loss += part.rows * (total / weight if weight else 0.0)
            self.n_updates += 1
        network = self.network
        return (network.loss.reported(float(loss), network.n_outputs) + penalty) / self.n_samples

    def close(self) -> None:
        """Close the workers' sessions, and end the threads of the updates."""
        super().close()
        self._updates.close()


class LocalSession(RemoteSession):
    """Updates by each partition alone, averaged after some of them."""

    def __init__(
        self, pieces: Any, network: Network, settings: Settings, seed: int, updates: int | None
    ):
        super().__init__(pieces, network, settings, seed, trains=True)
        self._n_rounds = 1 if updates is None else -(-self.n_batches // updates)

    def _batch_sizes(self, settings: Settings) -> list[int]:
        sizes = self._pieces.sizes
        rows = settings.rows_of_a_batch(max(sizes))
        return [min(rows, size) for size in sizes]

    def run_epoch(self, order: Any, rates: np.ndarray, progress: Progress) -> float:
        """Make the updates of an epoch; return the mean loss over rows, penalties included."""
        losses, n_rounds = np.zeros(2), self._n_rounds
        for place in range(n_rounds):
            part = self._round(train_part, order, place, n_rounds, rates=rates, progress=progress)
            parameters, slots, layers = part.mean_states()
            self.network.parameters[...] = parameters
            self.optimizer_state[...] = slots
            self.layer_state = layers
            self.n_updates += part.n_updates
            losses = losses + part.numbers
        return float(losses[0] / self.n_samples + losses[1] / self.n_samples)


def session_on(
    pieces: Any, method: Any, network: Network, settings: Settings, seed: int
) -> RemoteSession:
    """Return the session of a solver and a method."""
    if settings.is_lbfgs:
        return GradientSession(pieces, network, settings, seed)
    if method.name == "synchronous":
        return SynchronousSession(pieces, network, settings, seed)
    return LocalSession(pieces, network, settings, seed, method.local_updates)


def _sent(network: Network) -> Network:
    """Return a network as it is sent: without the plans of predictions."""
    return network.twin()
