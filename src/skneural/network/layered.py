"""Layers on samples of some shape, with their parameters: what plans are built of."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np

from ..layers._base import Layer, Place, Slot
from ..layers.composition.base import nearest_activations
from ..losses import Loss
from .parameters import Parameters, variables_along


class LayeredNetwork:
    """Layers for samples of some shape, with their parameters.

    Parameters
    ----------
    layers : sequence of Layer
        From the input on; the last gives the raw outputs.
    input_shape : int or tuple of int
        Shape of a sample.
    loss : Loss
    n_outputs : int
    dtype : dtype
        float32 or float64, of the variables and all arithmetic.
    mirrored : bool, default=False
        Whether predictions average the raw outputs for an image and for its mirror image.
    scale : float, default=1.0
        What X is multiplied by before the first layer.
    shared : mapping of (int, str) to (int, str), default=None
        Variables, by the number of the layer and the name, that are a variable of another layer.
    store : Parameters or None, default=None
        Parameters that other networks may share; None for new ones.
    first : int, default=0
        The first layer's number in ``store``.
    names : sequence of str or None, default=None
        Of the layers, by which `Shared` finds them; None for their places.
    of_steps : bool, default=False
        Whether outputs are those of each step, as many as a series has.
    n_members : int, default=1
        How many members of an ensemble the last layer has, each with ``n_outputs``. Training
        follows the mean of their losses, all else is of the mean of their predictions.

    Attributes
    ----------
    store : Parameters
    shapes : list of tuple of int
        Of a sample before, between and behind the layers.
    objective : callable or None
        What trains the network, by ``(network, X, y, sample_weight, augmentation)``; None for
        `Backpropagation`.
    """

    objective: Callable[..., Any] | None = None

    def __init__(
        self,
        layers: Sequence[Layer],
        input_shape: int | tuple[int, ...],
        loss: Loss,
        n_outputs: int,
        dtype,
        mirrored: bool = False,
        scale: float = 1.0,
        shared: Mapping[Place, Place] | None = None,
        store: Parameters | None = None,
        first: int = 0,
        names: Sequence[str] | None = None,
        of_steps: bool = False,
        n_members: int = 1,
    ):
        self.layers = list(layers)
        self.input_shape = input_shape if isinstance(input_shape, tuple) else (input_shape,)
        self.n_features = math.prod(self.input_shape)
        self.loss = loss
        self.n_outputs = n_outputs
        self.dtype = np.dtype(dtype)
        self.mirrored = mirrored
        self.scale = float(scale)
        self.first = first
        self.of_steps = of_steps
        self.n_members = n_members
        if store is None:
            self.shapes, used = variables_along(self.layers, self.input_shape, names)
            store = Parameters(used, self.dtype, shared)
        else:
            self.shapes = [self.input_shape]
            for layer in self.layers:
                self.shapes.append(layer.output_shape(self.shapes[-1]))
        self.store = store

    @property
    def parameters(self) -> np.ndarray:
        """The flat vector of all variables, shape (n_parameters,)."""
        return self.store.vector

    @property
    def variables(self) -> list[dict[str, np.ndarray]]:
        """For each layer, its variables by name, but for those that belong to another layer."""
        return self.store.variables[self.first : self.first + len(self.layers)]

    @property
    def training_loss(self) -> Loss:
        """The loss of what the last layer gives."""
        if self.n_members == 1:
            return self.loss
        return self.loss.for_members(self.n_members, self.n_outputs)

    @property
    def n_weights(self) -> int:
        """How many of the parameters, the first ones, are weights."""
        return self.store.n_weights

    @property
    def n_trained(self) -> int:
        """How many of the parameters, the first ones, are trained."""
        return self.store.n_trained

    def twin(self) -> Self:
        """Return a network of the same layers, with variables of its own that have these values."""
        other = copy.copy(self)
        other.store = self.store.twin()
        return other

    def frozen(self, n_layers: int | None = None) -> FrozenNetwork:
        """Return a view of the network through which gradients pass, but that does not change.

        It has the first ``n_layers``, None being all; without the last ones, samples may have any
        shape that those left allow.
        """
        view = FrozenNetwork.__new__(FrozenNetwork)
        vars(view).update(vars(self))
        vars(view).pop("_plans", None)
        if n_layers is not None and n_layers < len(self.layers):
            view.layers, view.shapes = self.layers[:n_layers], self.shapes[: n_layers + 1]
            view.of_steps = True
        return view

    def initialize(
        self, random_state: np.random.RandomState, activation: str = "identity"
    ) -> None:
        """Draw the initial values of all variables, layer by layer.

        Initializers get the activation that follows, else the last one before, and ``activation``
        if there is none at all.
        """
        names = [name for layer in self.layers for name in layer.activation_names]
        nearest = nearest_activations(self.layers, [activation, *names][-1])
        for layer, values, rule in zip(self.layers, self.variables, nearest, strict=True):
            layer.initialize(values, random_state, rule)

    def is_trained(self, number: int) -> bool:
        """Whether training changes any of a layer's variables by a gradient."""
        return any(slot.trained for slot in self.slots(number).values())

    @property
    def output_bytes(self) -> int:
        """Bytes of the outputs of all layers for a sample."""
        return sum(math.prod(shape) for shape in self.shapes) * self.dtype.itemsize

    @property
    def has_noise(self) -> bool:
        """Whether training draws random numbers."""
        return any(layer.has_noise for layer in self.layers)

    def may_overflow(self) -> bool:
        """Whether the weights are so large that outputs may not be finite numbers.

        Assumes that every kernel multiplies by the largest weight, and leaves half of the range of
        exponents to X and to sums.
        """
        trained = self.parameters[: self.n_trained]
        largest = max(float(trained.max(initial=1)), -float(trained.min(initial=-1)))
        slots = [s for number in range(len(self.layers)) for s in self.slots(number).values()]
        n_kernels = sum(slot.values.ndim > 1 for slot in slots)
        room = math.log(np.finfo(self.dtype).max) / 2
        if self.loss.link == "exp":
            room = math.log(room)
        return n_kernels * math.log(largest) > room

    def slots(self, number: int, gradient: np.ndarray | None = None) -> dict[str, Slot]:
        """Return where the variables of a layer are, with the addresses of their gradients."""
        return self.store.slots(self.first + number, gradient)

    def target_scale(self, X, y) -> float:
        """Return the factor of targets: that of X if they are X itself."""
        return self.scale if y is X else 1.0


class FrozenNetwork(LayeredNetwork):
    """A network whose parameters do not change, though gradients pass through it."""

    def slots(self, number: int, gradient: np.ndarray | None = None) -> dict[str, Slot]:
        """Return where a layer's variables are, none of them trained."""
        slots = super().slots(number, gradient)
        return {name: replace(slot, trained=False) for name, slot in slots.items()}
