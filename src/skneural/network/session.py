"""A training session: a network, its data and an optimizer, run epoch by epoch."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..augmentation._base import Augmentation, add_augmentations, add_mixed_loss
from ..data.sources import source_of
from ..engine import batch
from ..engine.plan import Plan, aligned, by_number
from ..engine.primitives import COEFFICIENTS, LOSS_SUM, PENALTY_SUM
from ..engine.steps import BARRIER, Step
from ..engine.threads import address_of
from ..engine.workspace import build_within
from ..optimizers import Optimizer
from ..optimizers._base import Memory
from .prediction import Runner, add_layers, add_loss, add_penalties, input_of

if TYPE_CHECKING:
    from .network import Network


class TrainingSession:
    """What `Network.training_session` returns; see there for the parameters.

    Attributes
    ----------
    most_rows : int
        ``batch_size``, or fewer where the memory of a batch is bounded.
    batch_size : int
        Rows of the largest batch.
    batch_bytes : int
        Memory that such a batch takes.
    n_batches : int
        Updates in an epoch.
    n_updates : int
        Updates made since the model was new; set it to go on with an earlier session.
    optimizer_state : ndarray of shape (n_slots * n_trained,)
        The optimizer's memory; write into it to go on with an earlier session.
    """

    def __init__(
        self, network: Network, X, y, sample_weight, batch_size: int,
        optimizer: Optimizer | None, alpha: float, weight_decay: float | None,
        max_grad_norm: float | None, n_jobs: int | None, seed: int,
        augmentation: Sequence[Augmentation] = (), even: bool = False, bounded: bool = False,
        among: np.ndarray | None = None,
    ):
        self.network, self.optimizer = network, optimizer
        self.most_rows = batch_size
        self._among = among
        self._source = source_of(X)
        self.n_samples = self._source.n_samples if among is None else len(among)
        self.n_updates = 0
        self.seed = seed
        self.augmentation = list(augmentation)
        self.alpha = alpha
        decay = weight_decay
        if decay is None:
            decay = getattr(optimizer, "weight_decay", 0.0)
        self._settings = np.array([alpha, decay, max_grad_norm or 0.0])
        self._no_settings = np.zeros(3)
        self._addresses = tuple(
            address_of(array) for array in (network.parameters, self._settings, self._no_settings)
        )
        self._clips = max_grad_norm is not None
        self._keep = [X, y]
        self._weights = None
        if sample_weight is not None:
            self._weights = np.ascontiguousarray(sample_weight, np.float64)
        n_slots = optimizer.n_slots if optimizer else 0
        self.optimizer_state = aligned(max(1, n_slots) * network.n_trained, network.dtype)
        self.gradient = None
        if optimizer is None or self._clips:
            self.gradient = aligned(network.n_trained, network.dtype)
        plan, steps = self._plan_within(X, y, batch_size, even, bounded)
        self.batch_size = plan.batch_size
        self.batch_bytes = plan.batch_size * plan.bytes_a_row
        self.n_batches = -(-self.n_samples // plan.batch_size)
        prepare = [*plan.prepare, BARRIER] if plan.prepare else []
        self._runner = Runner(plan, steps, n_jobs, prepare, even)

    def _plan_within(self, X, y, batch_size, even, bounded):
        """Return a plan for batches of a size, or of a smaller one where memory is bounded."""

        def build(n_rows):
            self.most_rows = n_rows
            n_batches = -(-self.n_samples // n_rows)
            return self._build(X, y, -(-self.n_samples // n_batches) if even else n_rows)

        if bounded:
            return build_within(build, batch_size, self.network.output_bytes)
        return build(batch_size)

    def _build(self, X, y, batch_size):
        network = self.network
        plan = Plan(network.dtype, batch_size, training=True, n_trained=network.n_trained)
        gathered = plan.memory_of_rows(1)
        weights = 0 if self._weights is None else self._weights.ctypes.data
        plan.row_weights = gathered.ctypes.data if weights else 0
        plan.steps.append(Step(batch.weigh_batch, (weights, gathered.ctypes.data), 0))
        inputs = input_of(plan, network, self._source)
        inputs = add_augmentations(plan, inputs, self.augmentation)
        outputs, backward = add_layers(plan, network, inputs, self.gradient)
        scale = network.target_scale(X, y)

        def add_to(buffer):
            return add_loss(plan, network.loss, buffer, y, self._weights, scale)

        losses = add_mixed_loss(plan, outputs, add_to, self.augmentation)
        add_penalties(plan, losses, self._weights)
        trained = [number for number in range(len(backward)) if network.is_trained(number)]
        gradient = outputs
        for number in reversed(range(min(trained, default=len(backward)), len(backward))):
            gradient = backward[number](gradient, number > trained[0])
        return plan, self._steps(plan, [Step(batch.sum_losses, (losses.ctypes.data,), 0)])

    def _steps(self, plan, within):
        # blocks of weights first: the penalty sums the first squares
        blocks = sorted(plan.blocks(), key=lambda block: block.offset >= self.network.n_weights)
        self._sums = plan.memory(3 * len(blocks), np.float64).reshape(3, -1)
        if self.optimizer is None:
            return plan.all_steps(within)
        after = []
        if self.alpha:
            n_blocks = sum(block.offset < self.network.n_weights for block in blocks)
            fields = (self._sums[0].ctypes.data, n_blocks, self._settings.ctypes.data)
            after = [Step(batch.sum_penalties, fields, 0)]
        update = self._updates()
        if not self._clips:
            steps = [(*block.gradient, update(block), *block.after) for block in blocks]
            return plan.all_steps(within, after, steps)
        gradients, updates = [], []
        for number, block in enumerate(blocks):
            gradients.append((*block.gradient, self._square(block, number)))
            updates.append((update(block), *block.after))
        clip = Step(batch.clip_gradient, (
            self._sums[2].ctypes.data, len(blocks), self._settings[2:].ctypes.data), 0)
        within = [*within, *by_number(gradients), BARRIER, clip, BARRIER]
        return plan.all_steps(within, after, updates)

    def _square(self, block, number):
        weights, settings = self._block(block.offset)
        gradient = self.gradient[block.offset :].ctypes.data
        squares = self._sums[2, number:].ctypes.data
        return Step(batch.square_gradient, (weights, gradient, block.size, settings, squares))

    def _block(self, offset):
        """Return the address of a block's parameters and of the settings that hold for it."""
        parameters, settings, no_settings = self._addresses
        settings = settings if offset < self.network.n_weights else no_settings
        return parameters + offset * self.network.dtype.itemsize, settings

    def _updates(self):
        kernel, itemsize = self.optimizer.kernel, self.network.dtype.itemsize
        n_slots, n_trained = self.optimizer.n_slots, self.network.n_trained
        slots = [address_of(self.optimizer_state[n * n_trained :]) for n in range(n_slots)]
        gradient = 0 if self.gradient is None else address_of(self.gradient)
        squares = itertools.count(address_of(self._sums), self._sums.itemsize)

        def update(block):
            place, (weights, settings) = block.offset * itemsize, self._block(block.offset)
            return Step.of(
                kernel, parameters=weights, gradient=gradient and gradient + place,
                memory=Memory(*(address + place for address in slots)), size=block.size,
                settings=settings, squares=next(squares),
            )

        return update

    @property
    def n_threads(self) -> int:
        """Most threads that run it."""
        return self._runner.team.size

    @property
    def n_bytes(self) -> int:
        """Memory of the workspace, the variables and what the optimizer keeps of them."""
        arrays = [*self._runner.plan.keep, self.network.parameters, self.optimizer_state]
        return sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))

    def load(self, X, y, sample_weight, seed: int) -> None:
        """Begin anew on rows of the same shapes, copied over those it was made with.

        The parameters of its network are the caller's to set.
        """
        for own, other in zip((*self._keep, self._weights), (X, y, sample_weight), strict=True):
            if own is not None:
                own[...] = other
        self.seed, self.n_updates = seed, 0
        self.optimizer_state[...] = 0
        self.layer_state = np.zeros_like(self.layer_state)

    @property
    def layer_state(self) -> np.ndarray:
        """What layers remember of earlier batches, beside their variables; set it to go on."""
        return np.concatenate([np.empty(0), *self._runner.plan.lasting.values()])

    @layer_state.setter
    def layer_state(self, numbers: np.ndarray) -> None:
        arrays = list(self._runner.plan.lasting.values())
        parts = np.split(numbers, np.cumsum([array.size for array in arrays]))
        for array, part in zip(arrays, parts, strict=False):
            array[...] = part

    def run_epoch(self, order: np.ndarray | None, rates: np.ndarray) -> float:
        """Update the parameters once with each batch.

        Parameters
        ----------
        order : ndarray of shape (n_samples,) or None
            Permutation of the rows trained on; None takes them as they come.
        rates : ndarray of shape (n_batches,)
            Learning rate of each update.

        Returns
        -------
        float
            Mean over rows of their batch's loss, penalty included.

        Raises
        ------
        KeyboardInterrupt
            On Ctrl-C, between batches; the parameters are then those of the last update. Inside
            a batch that takes longer than a slice some may be those of the next one.
        """
        if self._among is not None:
            order = self._among if order is None else self._among[order]
        if order is not None:
            order = np.ascontiguousarray(order, np.int64)
        coefficients = self.optimizer.coefficients(np.asarray(rates, float), self.n_updates)
        runner, shared = self._runner, self._runner.team.shared
        runner.states[:, COEFFICIENTS] = coefficients.ctypes.data
        runner.key_noise(self.seed, self.n_updates)
        shared[LOSS_SUM] = shared[PENALTY_SUM] = 0.0
        try:
            runner.run(self.n_samples, order)
        finally:
            self.n_updates += runner.team.n_batches_done
        return self._mean_loss(shared[LOSS_SUM]) + float(shared[PENALTY_SUM]) / self.n_samples

    def _mean_loss(self, total):
        return self.network.loss.reported(float(total), self.network.n_outputs) / self.n_samples

    def loss_and_gradient(self) -> tuple[float, np.ndarray]:
        """Return the mean loss over all rows, penalty included, and its gradient.

        The loss is summed over outputs, so that the gradient is its derivative for every loss.

        Returns
        -------
        loss : float
        gradient : ndarray of shape (n_trained,), float64
        """
        runner, shared = self._runner, self._runner.team.shared
        runner.key_noise(self.seed, self.n_updates)
        shared[LOSS_SUM] = 0.0
        self.layer_state = np.zeros_like(self.layer_state)  # running statistics are these rows'
        runner.run(self.n_samples)
        total = self.n_samples if self._weights is None else self._weights.sum()
        weights = self.network.parameters[: self.network.n_weights].astype(float)
        gradient = self.gradient.astype(float)
        gradient[: len(weights)] += self.alpha * weights
        penalty = 0.5 * self.alpha * float(weights @ weights)
        loss = float(shared[LOSS_SUM]) / self.n_samples + penalty / total
        return loss, gradient / total

    def close(self) -> None:
        """End the threads."""
        self._runner.team.close()

    def __enter__(self) -> TrainingSession:
        return self

    def __exit__(self, *error) -> None:
        self.close()
