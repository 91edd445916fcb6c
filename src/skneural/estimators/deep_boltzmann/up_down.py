"""The up-down algorithm: contrastive wake-sleep learning of a deep belief net with label units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...augmentation import Augmentation
from ...data.sources import source_of
from ...engine import batch
from ...engine.buffers import address_of
from ...engine.gemm import gemm
from ...engine.plan import Buffer, Plan
from ...engine.steps import Step
from ...engine.tiles import FROM_C, FROM_ZERO
from ...layers._base import Slot
from ...layers._product import add_product, kernel_blocks, transposed_copy, weight_gradient
from ...layers.dense.column_sums import bias_gradient
from ...network.layered import LayeredNetwork
from ...network.objectives import weigh_rows
from ...network.prediction import add_loss, targets_of
from .belief_kernels import (
    add_labels,
    draw_states,
    find_errors,
    find_label_means,
    find_means,
    set_label_units,
    weigh,
)
from .belief_layers import TwoWayDense, add_energies

Slots = dict[str, Slot]
_SLEEP = 1 << 20  # where the numbers of keys begin that go down


class UpDown:
    """The gradients of the up-down algorithm: Hinton, Osindero and Teh 2006, appendix B.

    The way up draws states by the recognition weights, and each layer's generative weights learn to
    give back the states below. The top machine, whose visible units are those of the layer below
    and the label units, learns by contrastive divergence. From where its chain ends, the way down
    draws states by the generative weights, and the recognition weights learn to give back the
    states above. Losses are those of the labels' probabilities, given the states drawn on the way
    up, before the label is seen.

    Parameters
    ----------
    network : LayeredNetwork
        Of `TwoWayDense` layers with logistic activations, an `AssociativeDense` and `LabelUnits`.
    X : array or CSR matrix of shape (n_samples, n_features)
    y : ndarray of shape (n_samples, 1)
        Numbers of classes.
    sample_weight : ndarray of shape (n_samples,), float64, or None
    augmentation : sequence of Augmentation
        Not used.
    n_gibbs_steps : int
        Of contrastive divergence.
    is_binary : bool
        Whether visible units are zeros and ones, or real numbers.
    """

    def __init__(
        self, network: LayeredNetwork, X: Any, y: Any, sample_weight: np.ndarray | None,
        augmentation: Sequence[Augmentation] = (), *, n_gibbs_steps: int, is_binary: bool,
    ):
        self.network, self.y, self.sample_weight = network, y, sample_weight
        self.source = source_of(X)
        self.n_samples = self.source.n_samples
        self.n_gibbs_steps, self.is_binary = n_gibbs_steps, is_binary

    def add_to(self, plan: Plan, gradient: np.ndarray | None) -> list[Step]:
        """Add the steps of both ways, and the gradients of all variables."""
        network = self.network
        weigh_rows(plan, self.sample_weight)
        plan.uses_seed = True
        plan.keep.append(self)
        numbers = range(len(network.layers))
        dense = [n for n in numbers if isinstance(network.layers[n], TwoWayDense)]
        layers = [network.slots(n, gradient) for n in dense]
        top, labels = (network.slots(n, gradient) for n in numbers[-2:])
        data = plan.buffer((self.source.columns,))
        self.source.add_gathering(plan, data, network.scale)
        states = [data]
        for number, slots in enumerate(layers, 1):
            states.append(self._up(plan, states[-1], slots, number))
        for place, slots in enumerate(layers):
            self._generate(plan, slots, states[place + 1], states[place], place == 0)
        losses, model = self._associate(plan, top, labels, states[-1], len(layers) == 0)
        for place in reversed(range(len(layers))):
            model = self._down(plan, layers[place], model, place)
        return [Step(batch.sum_losses, (address_of(losses),), 0)]

    def _up(self, plan: Plan, inputs: Buffer, slots: Slots, number: int) -> Buffer:
        """Add the drawing of a layer's states; return them."""
        means = _product(plan, inputs, slots["kernel"], slots["bias"])
        _find_means(plan, means, True)
        return _draw(plan, means, number)

    def _generate(
        self, plan: Plan, slots: Slots, states: Buffer, below: Buffer, is_visible: bool
    ) -> None:
        """Let the generative weights learn to give back the states below."""
        means = _product(plan, states, slots["generative_kernel"], slots["generative_bias"])
        _find_means(plan, means, self.is_binary or not is_visible)
        _learn(plan, slots, "generative_", states, means, below)

    def _down(self, plan: Plan, slots: Slots, states: Buffer, place: int) -> Buffer:
        """Add the drawing of the states below; let the recognition weights learn the states."""
        below = _product(plan, states, slots["generative_kernel"], slots["generative_bias"])
        _find_means(plan, below, self.is_binary or place > 0)
        if place > 0:
            below = _draw(plan, below, _SLEEP + place)
        means = _product(plan, below, slots["kernel"], slots["bias"])
        _find_means(plan, means, True)
        _learn(plan, slots, "", below, means, states)
        return below

    def _associate(
        self, plan: Plan, top: Slots, labels: Slots, below: Buffer, is_visible: bool
    ) -> tuple[np.ndarray, Buffer]:
        """Add the top machine's steps; return the losses, and the states of units below it."""
        kernel, turned = top["kernel"], transposed_copy(plan, top["kernel"])
        label_kernel = labels["kernel"]
        n_labels = label_kernel.values.shape[1]
        y = plan.buffer((n_labels,))
        plan.by_rows(set_label_units, code=targets_of(plan, self.y, 1.0), units=y, columns=n_labels)
        fields = _product(plan, below, kernel, top["bias"])
        energies = plan.buffer((n_labels,))
        add_energies(plan, fields, labels, energies)
        losses = add_loss(
            plan, self.network.training_loss, energies, self.y, self.sample_weight
        )
        _add_labels(plan, fields, y, label_kernel)
        _find_means(plan, fields, True)
        states = _draw(plan, fields, _SLEEP)
        model, model_fields = plan.buffer(below.shape), fields
        model_labels = plan.buffer((n_labels,))
        for step in range(self.n_gibbs_steps):
            add_product(plan, states, turned.address, turned.stride,
                        top["generative_bias"].address, model)
            add_product(plan, states, label_kernel.address, n_labels, labels["bias"].address,
                        model_labels)
            plan.flops += 2 * plan.batch_size * (kernel.values.size + label_kernel.values.size)
            _find_means(plan, model, self.is_binary or not is_visible)
            plan.by_rows(find_label_means, z=model_labels, columns=n_labels)
            key = 2 * _SLEEP + 2 * step
            drawn = model if is_visible else _draw(plan, model, key)
            model_fields = _product(plan, drawn, kernel, top["bias"])
            _add_labels(plan, model_fields, model_labels, label_kernel)
            _find_means(plan, model_fields, True)
            if step < self.n_gibbs_steps - 1:
                states = _draw(plan, model_fields, key + 1)
        seen, imagined = (below, y, fields), (drawn, model_labels, model_fields)
        _contrast(plan, top, labels, seen, imagined)
        return losses, drawn


def _product(plan: Plan, inputs: Buffer, kernel: Slot, bias: Slot) -> Buffer:
    columns = kernel.values.shape[1]
    result = plan.buffer((columns,))
    add_product(plan, inputs, kernel.address, columns, bias.address, result)
    plan.flops += 2 * plan.batch_size * kernel.values.size
    return result


def _find_means(plan: Plan, z: Buffer, is_binary: bool) -> None:
    plan.by_rows(find_means, z=z, is_binary=is_binary, columns=z.columns)


def _draw(plan: Plan, means: Buffer, key: int) -> Buffer:
    states = plan.buffer(means.shape)
    plan.by_rows(draw_states, means=means, states=states, key=key, columns=means.columns)
    return states


def _add_labels(plan: Plan, z: Buffer, labels: Buffer, kernel: Slot) -> None:
    plan.by_rows(add_labels, z=z, labels=labels, kernel=kernel, columns=z.columns,
                 n_labels=labels.columns)


def _learn(
    plan: Plan, slots: Slots, prefix: str, inputs: Buffer, means: Buffer, targets: Buffer
) -> None:
    """Let weights and bias learn that the means which follow from inputs should be targets."""
    plan.by_rows(find_errors, means=means, targets=targets, errors=means,
                 weight=plan.weights_of_rows(), columns=means.columns)
    bias_gradient(plan, means, slots[f"{prefix}bias"])
    _add_gradient(plan, slots[f"{prefix}kernel"], inputs, means)


def _contrast(
    plan: Plan, top: Slots, labels: Slots, seen: Sequence[Buffer], imagined: Sequence[Buffer]
) -> None:
    """Add the gradients of the top machine: what model and data have in common, subtracted."""
    for (below, label, fields), sign in ((seen, -1.0), (imagined, 1.0)):
        weighed = []
        for numbers in (below, label, fields):
            result, factor = plan.buffer(numbers.shape), plan.memory(1)
            factor[0] = sign
            plan.by_rows(weigh, numbers=numbers, result=result, weight=plan.weights_of_rows(),
                         sign=factor, columns=numbers.columns)
            weighed.append(result)
        biases = top["generative_bias"], labels["bias"], top["bias"]
        for numbers, bias in zip(weighed, biases, strict=True):
            bias_gradient(plan, numbers, bias)
        _add_gradient(plan, top["kernel"], below, weighed[2])
        _add_gradient(plan, labels["kernel"], fields, weighed[1])


def _add_gradient(plan: Plan, kernel: Slot, left: Buffer, right: Buffer) -> None:
    n_rows, columns = kernel.values.shape

    def step(first: int, last: int, adds: bool) -> Step:
        return Step.of(
            weight_gradient, gemm=gemm, left=left, right=right, begin=first // columns,
            end=last // columns, columns=columns, start=FROM_C if adds else FROM_ZERO,
            block=kernel.gradient_at(first),
        )

    plan.gradient(kernel.offset, kernel_blocks(n_rows, columns), step)
    plan.flops += 2 * plan.batch_size * kernel.values.size
