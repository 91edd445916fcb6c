"""Plans that do not change the parameters: prediction and evaluation."""

from __future__ import annotations

import numpy as np

from ..augmentation import Flip
from ..data.sample_shapes import stands_for
from ..data.sources import Source, source_of
from ..engine import batch
from ..engine.buffers import address_of
from ..engine.compile.cache_warning import warn_of_cache
from ..engine.cores import n_threads
from ..engine.plan import Buffer, Plan
from ..engine.primitives import (
    ROW_FIELDS,
)
from ..engine.rows import rows_of
from ..engine.steps import Step
from ..engine.workspace import build_within
from ..layers._other_shapes import shapes_for
from ..layers._sequences import build_layer
from ..layers.composition.branches import add_up
from ..losses import Loss
from ..losses._links import add_link
from ..losses._members import add_mean
from .layered import LayeredNetwork
from .runner import Runner, useful_threads

_FLOPS_PER_START = 3e7  # and starting one for a single run takes as long as so much work


def add_layers(
    plan: Plan,
    network: LayeredNetwork,
    inputs,
    gradient: np.ndarray | None = None,
    n_layers: int | None = None,
    first_layer: int = 0,
):
    """Add the forward steps of some layers; return outputs and what adds the backward steps.

    They are those from ``first_layer`` to before ``n_layers``, None being the number of all.
    """
    backward = []
    for number in range(len(network.layers))[first_layer:n_layers]:
        layer = network.layers[number]
        slots = network.slots(number, gradient)
        inputs, back = build_layer(plan, layer, inputs, slots, number)
        backward.append(back)
    return inputs, backward


def add_outputs(plan: Plan, network: LayeredNetwork, source: Source) -> Buffer:
    """Add what gives the raw outputs, averaged with those of mirror images if wanted.

    Of several members they are those of the mean prediction.
    """
    outputs, _ = add_layers(plan, network, input_of(plan, network, source))
    if network.n_members > 1:
        return add_mean(plan, network.loss.link, outputs, network.n_members)
    if not network.mirrored:
        return outputs
    images = Flip(rate=1).build(plan, input_of(plan, network, source), 0)
    mirrored, _ = add_layers(plan, network, images)
    return add_up(plan, [outputs, mirrored], 0.5)


def input_of(plan: Plan, network: LayeredNetwork, source: Source):
    """Add the gathering of a batch's rows; return what a network's first layer reads."""
    shape = shapes_of(network, source)[0]
    return source.add_input(plan, shape, network.layers, network.scale)


def shapes_of(
    network: LayeredNetwork, source: Source, first_layer: int = 0
) -> list[tuple[int, ...]]:
    """Return the shapes before, between and behind a network's layers for the rows of a source.

    They are what ``first_layer`` reads; shapes before it are those of the network.

    Raises
    ------
    ValueError
        If the layers do not accept samples of that shape.
    """
    shape, known = source.shape, network.shapes[first_layer]
    is_known = shape is None or stands_for(shape, known) or stands_for(known, shape)
    if is_known and source.shortest is None:
        return network.shapes
    layers = [(type(layer).__name__, layer) for layer in network.layers[first_layer:]]
    try:
        if source.shortest is not None:
            shape = source.shortest
            shapes_for(layers, known, shape, network.of_steps)
        shape = source.shape
        shapes = shapes_for(layers, known, shape, network.of_steps)
        return [*network.shapes[:first_layer], *shapes]
    except ValueError as error:
        what = f"X has samples of shape {shape}, where the network is made for {known}"
        raise ValueError(f"{what}; {error}") from error


def add_loss(
    plan: Plan, loss: Loss, outputs: Buffer, y, weights, scale: float = 1.0
) -> np.ndarray:
    """Add the loss; return where the losses of the batch's rows will be.

    Targets of another dtype than the plan's, as an autoencoder's X may be, are converted batch by
    batch.
    """
    losses = plan.memory_of_rows(1, np.float64)
    kernel, rows = loss.kernel, source_of(y)
    plan.keep += [kernel, rows]  # a user's kernel has its machine code
    loss.try_on(rows.first_row(plan.dtype), outputs.columns)
    if rows.address_of_numbers(plan.dtype, scale) is not None:
        plan.by_rows(kernel, **loss.fields(plan, outputs, y, weights, losses))
        return losses
    address = 0 if weights is None else weights.ctypes.data
    targets = targets_of(plan, y, scale)
    gathered = plan.memory_of_rows(1, np.float64).ctypes.data if address else 0
    row = plan.memory(ROW_FIELDS, np.int64)
    step = Step.of(kernel, **loss.fields(plan, outputs, targets, gathered, losses))
    row[:] = rows_of([step], plan.dtype)[0]
    plan.by_rows(batch.on_batch, row[0], row.ctypes.data, address, gathered)
    return losses


def targets_of(plan: Plan, y, scale: float) -> Buffer:
    """Add the gathering of the targets of a batch, in the plan's dtype; return where they are."""
    rows = source_of(y)
    plan.keep.append(rows)
    targets = plan.numbers_of_rows(rows.columns)
    rows.add_gathering(plan, targets, scale)
    return targets


def add_penalties(plan: Plan, losses: np.ndarray, weights) -> None:
    """Add the penalties of layers to the losses of a batch's rows."""
    address = 0 if weights is None else weights.ctypes.data
    for penalties in plan.penalties:
        plan.by_rows(batch.add_row_penalties, losses.ctypes.data, penalties.ctypes.data, address)


class PredictionPlan:
    """Predicts the rows of one array after another; not for two threads at once.

    They are predicted in batches of ``batch_size``, or of fewer rows if these would need too much
    memory. If it ``carries`` states, they are single steps of series.
    """

    def __init__(
        self,
        network: LayeredNetwork,
        source: Source,
        batch_size: int,
        raw: bool,
        n_layers: int | None = None,
        first_layer: int = 0,
        carries: bool = False,
    ):
        self._scale = network.scale if first_layer == 0 else 1.0

        def build(n_rows):
            plan = Plan(network.dtype, n_rows, carried=[] if carries else None)
            if n_layers is None and first_layer == 0:
                return plan, add_outputs(plan, network, source)
            layers = network.layers[first_layer:n_layers]
            shape = shapes_of(network, source, first_layer)[first_layer]
            inputs = source.add_input(plan, shape, layers, self._scale)
            outputs, _ = add_layers(
                plan, network, inputs, n_layers=n_layers, first_layer=first_layer
            )
            return plan, outputs

        plan, outputs = build_within(build, batch_size, network.output_bytes)
        name = "identity" if raw else network.loss.link
        n_linked = network.loss.n_linked(outputs.columns)
        self._plan, self._link = plan, add_link(plan, name, outputs, n_linked)
        self._starts_a_row = plan.flops / plan.batch_size / _FLOPS_PER_START
        self._runner: Runner | None = None

    def run(self, source: Source, result: np.ndarray, n_jobs: int | None) -> None:
        """Write the predictions for the rows of a source to ``result``."""
        n_samples = source.n_samples
        wanted = 1 + int(self._starts_a_row * n_samples)
        if wanted > 1:
            wanted = min(wanted, n_threads(n_jobs, useful_threads(self._plan)))
        if self._runner is None or self._runner.team.size < wanted:  # limits may have been lifted
            self._runner = self._make_runner(n_jobs, source.readers)
        runner = self._runner
        runner.team.wanted = wanted
        addresses = source.addresses(runner.dtype, self._scale)
        for place, number in self._reads:
            runner.rows[place] = addresses[number]
        runner.rows[self._writes] = address_of(result)
        try:
            runner.run(n_samples)
        finally:
            runner.team.close()
        warn_of_cache()

    def _make_runner(self, n_jobs, readers):
        steps = self._plan.all_steps()
        kernels = [step.kernel for step in steps]
        self._reads = [
            ((step, field), number)
            for step, kernel in enumerate(kernels)
            for field, number in readers.get(kernel, {}).items()
        ]
        self._writes = kernels.index(self._link), self._link.place_of("result")
        return Runner(self._plan, steps, n_jobs)

    @property
    def batch_size(self) -> int:
        """Most rows of a batch."""
        return self._plan.batch_size

    @property
    def states(self) -> list[np.ndarray]:
        """Of the rows of a batch before and after a step, each of shape (batch_size, units)."""
        return self._plan.carried or []

    @property
    def n_bytes(self) -> int:
        """Memory of a batch."""
        return self._plan.bytes_a_row * self._plan.batch_size
