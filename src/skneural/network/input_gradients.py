"""Gradients by the input of a trained network, of any numbers that its layers give.

`InputGradients` runs a network forward as in prediction, dropout left out and batches normalised
by running statistics, and back to its input. It has two methods, of which the second takes what
the caller made of the first::

    gradients = InputGradients(network)
    features, = gradients.activations(X, [3])  # of layer 3, shape (n_samples, ...)
    by_input = gradients.backward(X, {3: features})  # of the sum of squares of features / 2

So the gradient of any function of activations is found, by X, from its gradient by them: 1 for a
unit and 0 elsewhere maximises that unit; the activations themselves make deep dreams; products of
Gram matrices and activations transfer a style. ``backward`` adds up what it is given for several
layers. Layers are numbers, 0 for the first and -1 for the last, whose activations are the raw
outputs, before the loss's link. Where all layers that are asked for come before a layer that needs
a fixed size, X may have samples of another shape than those of the fit.

Weights are read where the network has them. Plans are kept by the object, for calls with as many
rows, or fewer, of the same shape.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np

from ..data.sources import Columns, FarRows, Source, source_of
from ..engine.buffers import Buffer, address_of
from ..engine.compile.cache_warning import warn_of_cache
from ..engine.gathering import gather_gradient, keep_rows
from ..engine.plan import Plan
from ..engine.workspace import build_within
from ..layers._columns import ColumnsInput
from ..layers._memory import own
from ..layers._sequences import build_layer
from .layered import FrozenNetwork, LayeredNetwork
from .plan_cache import LARGEST_BATCH
from .prediction import shapes_of
from .runner import Runner

_MOST_PLANS = 8  # that an object keeps


class InputGradients:
    """Activations of a network's layers, and gradients by its input; not for several threads.

    Parameters
    ----------
    network : LayeredNetwork
        Its weights are read at each call.
    n_jobs : int or None, default=None
    penalized : bool, default=False
        Whether `backward` adds the gradient of the layers' penalties.
    """

    def __init__(
        self, network: LayeredNetwork, n_jobs: int | None = None, penalized: bool = False
    ):
        self.network = network
        self.n_jobs = n_jobs
        self.penalized = penalized
        self._plans: dict[Hashable, _GradientPlan] = {}

    def activations(self, X: Any, layers: Sequence[int]) -> list[np.ndarray]:
        """Return the outputs of layers for each row of X, as in prediction.

        Parameters
        ----------
        X : ndarray of shape (n_samples, ...), CSR matrix or Source
            As the network reads it: of its dtype or uint8, in C order.
        layers : sequence of int
            From 0 for the first, or from -1 for the last.

        Returns
        -------
        list of ndarray of shape (n_samples, ...)
            For each of ``layers``, in the shape of its outputs. Sequences of unequal lengths are
            padded to one length.
        """
        numbers = [self._number(layer) for layer in layers]
        source = self._source(X)
        wanted = sorted(set(numbers))
        plan = self._plan(source, tuple(wanted), ())
        found = [
            np.empty((source.n_samples, *plan.shapes[number + 1]), self.network.dtype)
            for number in wanted
        ]
        plan.run(source, [], found, self.n_jobs)
        return [found[wanted.index(number)] for number in numbers]

    def backward(self, X: Any, gradients: Mapping[int, np.ndarray]) -> np.ndarray:
        """Return the gradient by X for gradients by the outputs of layers, which add up.

        Parameters
        ----------
        X : ndarray of shape (n_samples, ...), CSR matrix or Source
            As the network reads it.
        gradients : mapping of int to ndarray of shape (n_samples, ...)
            For each layer the gradient by its outputs.

        Returns
        -------
        ndarray of shape (n_samples, ...)
            In the shape that the first layer reads, by the numbers of X before the network's
            ``scale``; 0 behind the ends of sequences. Of the columns of a table, by the numbers.

        Raises
        ------
        ValueError
            If a gradient has another shape than the layer's outputs.
        """
        source = self._source(X)
        by_number: dict[int, np.ndarray] = {}
        for layer, gradient in gradients.items():
            number = self._number(layer)
            by_number[number] = by_number.get(number, 0) + np.asarray(gradient)
        numbers = tuple(sorted(by_number))
        plan = self._plan(source, (), numbers)
        given = []
        for number in numbers:
            rows = np.ascontiguousarray(by_number[number], self.network.dtype)
            if rows.size != source.n_samples * int(np.prod(plan.shapes[number + 1])):
                raise ValueError(
                    f"the gradient by the outputs of layer {number} has shape {rows.shape}, but"
                    f" the outputs have {(source.n_samples, *plan.shapes[number + 1])}"
                )
            given.append(rows)
        result = np.empty((source.n_samples, *plan.input_shape), self.network.dtype)
        plan.run(source, given, [result], self.n_jobs)
        return result

    def _number(self, layer: int) -> int:
        n_layers = len(self.network.layers)
        if not -n_layers <= layer < n_layers:
            raise ValueError(f"there is no layer {layer}; the network has {n_layers}")
        return int(layer) % n_layers

    @staticmethod
    def _source(X: Any) -> Source:
        return source_of(np.concatenate([part for _, part in X.parts()])
                         if isinstance(X, FarRows) else X)

    def _plan(self, source: Source, kept: tuple[int, ...], given: tuple[int, ...]) -> _GradientPlan:
        """Return a plan for the rows of a source, the last one that was of the same kind."""
        capacity = min(LARGEST_BATCH, 1 << max(source.n_samples - 1, 0).bit_length())
        needs = source.needs(capacity) if source.varies else type(source)
        key = capacity, kept, given, source.shape, needs
        plan = self._plans.pop(key, None)
        if plan is None:
            n_layers = max([*kept, *given], default=0) + 1
            frozen = self.network.frozen(n_layers)
            plan = _GradientPlan(frozen, source, capacity, kept, given, self.penalized)
        self._plans[key] = plan
        for oldest in list(self._plans)[:-_MOST_PLANS]:
            del self._plans[oldest]
        return plan


class _GradientPlan:
    """A plan from rows of X to activations that are kept, or back from those given to X."""

    def __init__(
        self, network: FrozenNetwork, source: Source, capacity: int, kept: tuple[int, ...],
        given: tuple[int, ...], penalized: bool,
    ):  # fmt: skip
        self.shapes = shapes_of(network, source)
        self._scale = network.scale
        self.input_shape: tuple[int, ...] = self.shapes[0]

        def build(n_rows):
            back = bool(given)
            plan = Plan(
                network.dtype, n_rows, training=back, only_gradients=back,
                penalized=penalized and back,
            )
            self._add(plan, network, source, kept, given)
            return (plan,)

        (self._plan,) = build_within(build, capacity, network.output_bytes)
        self._runner: Runner | None = None

    def _add(self, plan, network, source, kept, given):
        layers = network.layers if isinstance(source, Columns) else ()  # others are copied
        values = source.add_input(plan, self.shapes[0], layers, network.scale)
        if isinstance(values, ColumnsInput):
            self.input_shape = values.numbers.shape
        backward = []
        for number, layer in enumerate(network.layers):
            values, back = build_layer(plan, layer, values, network.slots(number), number)
            backward.append(back)
            if number in kept:
                self._add_kept(plan, values, 1.0)
        if given:
            gradient = self._go_back(plan, backward, given)
            self._add_kept(plan, gradient, network.scale)

    def _go_back(self, plan, backward, given):
        gradient: Any = None
        for number in reversed(range(len(backward))):
            if number in given:
                first = gradient is None
                gradient = plan.buffer(self.shapes[number + 1]) if first else own(plan, gradient)
                source = np.empty((0, gradient.columns), plan.dtype)
                plan.by_rows(gather_gradient, source=source, gradient=gradient,
                             columns=gradient.columns, adds=not first)
            gradient = backward[number](gradient, True)
        return gradient

    def _add_kept(self, plan: Plan, values: Buffer, factor: float) -> None:
        """Add the writing of a buffer's rows to an array that `run` gets."""
        result = np.empty((0, values.columns), plan.dtype)
        plan.by_rows(keep_rows, x=values, result=result, columns=values.columns, factor=factor)

    def run(
        self, source: Source, given: Sequence[np.ndarray], results: Sequence[np.ndarray],
        n_jobs: int | None,
    ) -> None:  # fmt: skip
        """Read the rows of a source and gradients by activations, from the first layer on.

        Results are those of the layers that are kept, or the gradient by X.
        """
        if not source.n_samples:
            return
        if self._runner is None:
            self._make_runner(source, n_jobs)
        runner = self._runner
        assert runner is not None
        addresses = source.addresses(runner.dtype, self._scale)
        for place, number in self._reads:
            runner.rows[place] = addresses[number]
        for place, array in zip(self._given, reversed(given), strict=True):
            runner.rows[place] = address_of(array)
        for place, array in zip(self._results, results, strict=True):
            runner.rows[place] = address_of(array)
        try:
            runner.run(source.n_samples)
        finally:
            runner.team.close()
        warn_of_cache()

    def _make_runner(self, source: Source, n_jobs: int | None) -> None:
        steps, prepare = self._plan.all_steps(), self._plan.prepare
        kernels = [step.kernel for step in [*prepare, *steps]]

        def places(kernel: Any, field: str) -> list[tuple[int, int]]:
            return [(n, kernel.place_of(field)) for n, k in enumerate(kernels) if k is kernel]

        self._reads = [
            ((step, field), number)
            for step, kernel in enumerate(kernels)
            for field, number in source.readers.get(kernel, {}).items()
        ]
        self._given = places(gather_gradient, "source")
        self._results = places(keep_rows, "result")
        self._runner = Runner(self._plan, steps, n_jobs, prepare)
