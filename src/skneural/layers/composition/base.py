"""Composite layers: names, variables, initial values and slots of their layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.utils._param_validation import InvalidParameterError

from ...engine.plan import Buffer, Plan
from .._base import Backward, Layer, Shape, Slot, Variable
from .._sequences import build_layer
from .nesting import (
    named,
    parameters_below,
    parameters_of,
    params_of_list,
    params_within,
    with_params,
    with_params_within,
)
from .sharing import bind_within

PASSTHROUGH = "passthrough"
_PLACES = 4096  # more than a layer has layers: makes the numbers of theirs unique
_LARGEST_NUMBER = 2**61 - 1  # a prime, so that numbers of deeper nesting still differ


class Composite(Layer):
    """Base of layers made of layers.

    A subclass says which layers it has (``_parts``), and what is the shape of the input of each.
    """

    _items: str  # the parameter whose layers are reached by their names
    _lists: tuple[str, ...] = ()  # those whose layers are reached behind the parameter's name

    def _parts(self, input_shape: Shape | None = None) -> list[tuple[str, Layer]]:
        """Return the layers with the prefixes of their variables' names."""
        raise NotImplementedError

    def _part_shapes(self, input_shape: Shape) -> list[Shape]:
        """Return the shape of the input of each part."""
        raise NotImplementedError

    def _nearest(self, activation: str) -> list[str]:
        """Return the activation that each part's first values follow."""
        return nearest_activations([layer for _, layer in self._parts()], activation)

    def variables(self, input_shape: Shape) -> list[Variable]:
        parts = zip(self._parts(input_shape), self._part_shapes(input_shape), strict=True)
        return [
            replace(variable, name=f"{name}.{variable.name}")
            for (name, layer), shape in parts
            for variable in layer.kept_variables(shape)
        ]

    def shared_variables(self, input_shape: Shape) -> list[Variable]:
        parts = zip(self._parts(input_shape), self._part_shapes(input_shape), strict=True)
        return [
            replace(variable, name=f"{name}.{variable.name}")
            for (name, layer), shape in parts
            for variable in layer.shared_variables(shape)
        ]

    def output_shape(self, input_shape: Shape) -> Shape:
        bind_within(self._parts())
        return self._shape_of_output(input_shape)

    def _shape_of_output(self, input_shape: Shape) -> Shape:
        """Return the shape of a sample's output, once layers within that are shared are found."""
        raise NotImplementedError

    def initialize(
        self, values: dict[str, np.ndarray], random_state: np.random.RandomState, activation: str
    ) -> None:
        for (name, layer), nearest in zip(self._parts(), self._nearest(activation), strict=True):
            layer.initialize(below(values, name), random_state, nearest)

    @property
    def reads_data(self) -> bool:
        """Whether a layer within does."""
        return any(layer.reads_data for _, layer in self._parts())

    def _chains(self, parts: list[tuple[str, Layer]]) -> list[list[tuple[str, Layer]]]:
        """Return the parts one behind the other, for each way from the input."""
        return [[part] for part in parts]

    def initialize_from(self, inputs, input_shape, values, random_state, outputs_of):
        for chain in self._chains(self._parts(input_shape)):
            x, shape = inputs, input_shape
            adaptive = [place for place, (_, layer) in enumerate(chain) if layer.reads_data]
            for place, (name, layer) in enumerate(chain[: max(adaptive, default=-1) + 1]):
                own = below(values, name)
                if layer.reads_data:
                    layer.initialize_from(x, shape, own, random_state, outputs_of)
                if place < adaptive[-1]:
                    check_unshared(layer, name, shape)
                    x, shape = outputs_of(layer, x, shape, own), layer.output_shape(shape)

    @property
    def has_noise(self) -> bool:  # type: ignore[override]
        """Whether training draws random numbers."""
        return any(layer.has_noise for _, layer in self._parts())

    @property
    def activation_names(self) -> list[str]:
        return [name for _, layer in self._parts() for name in layer.activation_names]

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters, with ``deep`` those of layers too, as ``name__parameter``.

        A layer without a name goes by its place, ``"0__units"``, and so does one in a list of
        layers that stands in place of a layer: ``"0__1__units"``.
        """
        params = super().get_params(deep=False)
        if deep:
            params.update(params_of_list(getattr(self, self._items)))
            for name in self._lists:
                inner = params_within(getattr(self, name)).items()
                params.update((f"{name}__{key}", value) for key, value in inner)
        return params

    def set_params(self, **params: Any) -> Composite:
        """Set parameters, of this layer or of its layers, or replace a layer by its name."""
        for name in set(params) & set(super().get_params(deep=False)):
            setattr(self, name, params.pop(name))
        for name in self._lists:
            own = parameters_below(name, params)
            if own:
                changed = with_params_within(getattr(self, name), own, f"{self!r}, {name!r}")
                setattr(self, name, changed)
        items = getattr(self, self._items)
        of_items = parameters_of(items, params)
        if of_items:
            setattr(self, self._items, with_params(items, of_items, repr(self)))
        super().set_params(**params)
        return self

    def _validate_params(self) -> None:
        super()._validate_params()
        for name, layer in self._parts():
            try:
                layer._validate_params()
            except InvalidParameterError as error:
                raise InvalidParameterError(f"layer {name!r}: {error}") from None


def check_items(
    owner: str, items: Any, kinds: tuple[type, ...], passed: Any = None
) -> list[tuple[str, Any]]:
    """Return the named items, without those passed through unless ``passed`` stands for them.

    Raises
    ------
    TypeError
        If one is no layer.
    ValueError
        If a name is used twice, or is ambiguous within a longer one.
    """
    if isinstance(items, Layer) or not isinstance(items, (list, tuple)):
        raise TypeError(f"{owner}: needs a list of layers, got {items!r}")
    result = named(items)
    names = [name for name, _ in result]
    for name, item in result:
        if "." in name or "__" in name or names.count(name) > 1:
            raise ValueError(
                f"{owner}: a layer's name must be its own, without '.' and '__'; got {name!r}"
            )
        if not isinstance(item, kinds) and item != PASSTHROUGH:
            raise TypeError(f"{owner}: {name!r} is {item!r}, which is no layer")
    acting = [(name, passed if isinstance(item, str) else item) for name, item in result]
    return [(name, item) for name, item in acting if item is not None]


def check_unshared(layer: Layer, name: str, shape: Shape) -> None:
    """Raise a ValueError for a layer whose outputs need the weights of another one."""
    if layer.shared_variables(shape):
        raise ValueError(
            f"layer {name!r} uses weights of another layer, so that the layers behind it in its"
            " block cannot have an initializer that reads data, such as 'unit_variance'; put them"
            " outside the block"
        )


def nearest_activations(layers: Sequence[Layer], otherwise: str) -> list[str]:
    """Return for each layer the name of its own activation or the next one behind it.

    A composite layer gets the activation after all of its layers. ``otherwise`` is for the layers
    behind the last activation.
    """
    nearest = []
    for layer in reversed(layers):
        within = layer.activation_names
        own = within if not isinstance(layer, Composite) else []
        nearest.append([*own, otherwise][0])
        otherwise = [*within, otherwise][0]
    return nearest[::-1]


def below(values: dict[str, Any], name: str) -> dict[str, Any]:
    """Return what belongs to the part of a name, without the name."""
    prefix = f"{name}."
    return {key[len(prefix) :]: v for key, v in values.items() if key.startswith(prefix)}


def part_number(number: int, place: int) -> int:
    """Return what keys the random numbers of a layer's layer."""
    return ((number + 1) * _PLACES + place) % _LARGEST_NUMBER


def build_chain(
    plan: Plan,
    inputs: Buffer,
    parts: Sequence[tuple[str, Layer]],
    slots: dict[str, Slot],
    number_of: Callable[[int], int],
) -> tuple[Buffer, Backward]:
    """Add the forward steps of layers one behind the other.

    Parameters
    ----------
    plan : Plan
    inputs : Buffer
    parts : sequence of (name, Layer)
    slots : dict of str to Slot
        By names that begin with those of the layers.
    number_of : callable
        Gives the number of the layer at a place.
    """
    steps = []
    for place, (name, layer) in enumerate(parts):
        own = below(slots, name)
        inputs, back = build_layer(plan, layer, inputs, own, number_of(place))
        steps.append((back, any(slot.trained for slot in own.values())))

    def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
        for place in reversed(range(len(steps))):
            needed = wanted or any(trained for _, trained in steps[:place])
            back, _ = steps[place]
            result = back(gradient, needed)
            if not needed or result is None:
                return None
            gradient = result
        return gradient

    return inputs, backward
