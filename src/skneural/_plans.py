"""Plans that leave the parameters alone: prediction and evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from .augmentation import Flip
from .engine import batch
from .engine.plan import BARRIER, Buffer, Plan, Step, rows_of
from .engine.primitives import (
    BATCH_SIZE,
    BY_SPANS,
    CLIP_FACTOR,
    LOSS_SUM,
    N_SAMPLES,
    ORDER,
    SEED,
    STEP,
)
from .engine.scratch import scratch_bytes
from .engine.threads import Team
from .layers._branches import add_up
from .layers._sparse import SparseRows
from .losses import Loss
from .losses._links import LINKS

if TYPE_CHECKING:
    from .network import Network

_FLOPS_PER_SECOND = 2e9  # a careful guess, until a batch has been timed
_FLOPS_PER_THREAD = 4e6  # less work than this in a batch does not repay another thread
_BYTE_SCALE = 1 / 255  # brings grey levels of 8 bits to [0, 1]
_GATHERS = (batch.gather, batch.gather_bytes)


def as_input(X, batch_size: int, dtype) -> SparseRows | None:
    """Return the sparse rows that kernels read, None for dense X."""
    if not sparse.issparse(X):
        return None
    indptr = np.ascontiguousarray(X.indptr, np.int64)
    counts = np.sort(np.diff(indptr))[-batch_size:]
    return SparseRows(
        np.ascontiguousarray(X.data, dtype),
        np.ascontiguousarray(X.indices, np.int32),
        indptr,
        X.shape[1],
        int(counts.sum()),
    )


def add_input(plan: Plan, X, shape: tuple[int, ...]) -> Buffer | SparseRows:
    """Add the gathering of a batch's rows and return what the first layer reads.

    Rows of uint8 become numbers from 0 to 1 a batch at a time.
    """
    rows = as_input(X, plan.batch_size, plan.dtype)
    if rows is not None:
        plan.keep.append(rows)
        return rows
    buffer = plan.buffer(shape)
    fields = (X.ctypes.data, buffer.columns, buffer.address, buffer.stride)
    if X.dtype == np.uint8:
        factor = plan.memory(1, np.float64)
        factor[0] = _BYTE_SCALE
        plan.by_rows(batch.gather_bytes, *fields, factor.ctypes.data)
    else:
        plan.by_rows(batch.gather, *fields)
    return buffer


def add_layers(
    plan: Plan,
    network: Network,
    inputs,
    gradient: np.ndarray | None = None,
    n_layers: int | None = None,
):
    """Add the forward steps of the first layers; return outputs and what adds the backward steps.

    None stands for all layers.
    """
    backward = []
    for number, layer in enumerate(network.layers[:n_layers]):
        inputs, back = layer.build(plan, inputs, network.slots(number, gradient), number)
        backward.append(back)
    return inputs, backward


def add_outputs(plan: Plan, network: Network, X) -> Buffer:
    """Add what gives the raw outputs of X, averaged with its mirror images' where so wanted."""
    outputs, _ = add_layers(plan, network, add_input(plan, X, network.input_shape))
    if not network.mirrored:
        return outputs
    images = Flip(rate=1).build(plan, add_input(plan, X, network.input_shape), 0)
    mirrored, _ = add_layers(plan, network, images)
    return add_up(plan, [outputs, mirrored], mirrored, 0.5)


def add_loss(plan: Plan, loss: Loss, outputs: Buffer, y: np.ndarray, weights) -> np.ndarray:
    """Add the loss; return where the losses of the batch's rows will be."""
    losses = plan.memory(plan.batch_size, np.float64)
    numbers = plan.memory(len(loss.numbers), np.float64)
    numbers[:] = loss.numbers
    copies = plan.memory(plan.batch_size * outputs.columns)
    plan.by_rows(loss.kernel, outputs.address, outputs.stride, outputs.columns, y.ctypes.data,
                 y.shape[1], 0 if weights is None else weights.ctypes.data, losses.ctypes.data,
                 numbers.ctypes.data, copies.ctypes.data)
    return losses


class Runner:
    """A finished plan with the threads that run it."""

    def __init__(self, plan: Plan, steps: list[Step], n_jobs: int | None, prepare=()):
        self.plan = plan
        self.dtype = plan.dtype
        prepare = list(prepare)
        self.n_prepare = len(prepare)
        self.rows = rows_of([*prepare, *steps], plan.dtype)
        block = -(-plan.scratch_bytes // 8)
        useful = max(1, int(plan.flops / _FLOPS_PER_THREAD))
        self.team = Team(n_jobs, useful, scratch_bytes(block, 8))
        self.states = self.team.states
        self.states[:, BATCH_SIZE] = plan.batch_size
        self.states[:, BY_SPANS] = plan.by_spans
        self.seconds_guess = plan.flops / _FLOPS_PER_SECOND + 1e-5

    def run(self, n_samples: int, order: np.ndarray | None = None) -> None:
        """Run over all batches of some samples, in an order."""
        states = self.states
        states[:, N_SAMPLES] = n_samples
        states[:, ORDER] = 0 if order is None else order.ctypes.data
        self.team.shared[CLIP_FACTOR] = 1.0
        n_batches = -(-n_samples // self.plan.batch_size)
        self.team.run(self.rows, self.n_prepare, self.dtype, n_batches, self.seconds_guess)

    def key_noise(self, seed: int, n_updates: int) -> None:
        """Set what random numbers are drawn by."""
        self.states[:, SEED] = seed
        self.states[:, STEP] = n_updates


class PredictionPlan:
    """Predicts the rows of one array after another; not for two threads at once."""

    def __init__(
        self, network: Network, X, batch_size: int, raw: bool, n_layers: int | None = None
    ):
        plan = Plan(network.dtype, batch_size)
        if n_layers is None:
            outputs = add_outputs(plan, network, X)
        else:
            inputs = add_input(plan, X, network.input_shape)
            outputs, _ = add_layers(plan, network, inputs, n_layers=n_layers)
        link = LINKS["identity" if raw else network.loss.link]
        plan.by_rows(link, outputs.address, outputs.stride, outputs.columns, 0)
        self._plan, self._link = plan, link
        self._runner: Runner | None = None

    def run(self, X, result: np.ndarray, n_jobs: int | None) -> None:
        """Write the predictions for X to ``result``."""
        runner = self._runner
        if runner is None:
            steps = self._plan.all_steps()
            runner = self._runner = Runner(self._plan, steps, n_jobs)
            kernels = [step.kernel for step in steps]
            self._reads = [n for n, kernel in enumerate(kernels) if kernel in _GATHERS]
            self._writes = kernels.index(self._link)
        for place in self._reads:
            runner.rows[place, 2] = X.ctypes.data
        runner.rows[self._writes, 5] = result.ctypes.data
        try:
            runner.run(X.shape[0])
        finally:
            runner.team.close()


class EvaluationPlan:
    """Mean loss of a network on data that stays the same."""

    def __init__(self, network: Network, X, y, sample_weight, batch_size: int):
        plan = Plan(network.dtype, batch_size)
        self._network, self._n_samples = network, X.shape[0]
        weights = None
        if sample_weight is not None:
            weights = np.ascontiguousarray(sample_weight, np.float64)
        self._total = self._n_samples if weights is None else weights.sum()
        outputs = add_outputs(plan, network, X)
        losses = add_loss(plan, network.loss, outputs, y, weights)
        plan.keep += [X, y, weights]
        add = Step(batch.add_losses, (losses.ctypes.data,), 0)
        self._runner = Runner(plan, [*plan.all_steps(), add, BARRIER], None)

    def loss(self) -> float:
        """Return the mean loss with the network's present parameters."""
        runner = self._runner
        runner.team.shared[LOSS_SUM] = 0.0
        try:
            runner.run(self._n_samples)
        finally:
            runner.team.close()
        total = float(runner.team.shared[LOSS_SUM])
        return self._network.loss.reported(total, self._network.n_outputs) / self._total

