"""Parameters: the variables of layers in one flat vector, which several networks may share."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ..engine.buffers import address_of, aligned
from ..layers._base import PARAMETER, STATISTIC, WEIGHT, Layer, Place, Shape, Slot, Variable
from ..layers.composition.sequential import shapes_along
from ..layers.composition.sharing import bind_shared

_ALIGNMENT = 16  # variables begin at multiples of this many numbers


class Pace(NamedTuple):
    """How a variable is updated: factor of the learning rate, and its scale; see `Variable`."""

    rate: float = 1.0
    scale: float = 1.0


class Parameters:
    """The variables of some layers: weights first, then what else is trained, then statistics.

    Parameters
    ----------
    layers : sequence of list of Variable
        The variables that each layer uses.
    dtype : dtype
        float32 or float64.
    shared : mapping of (int, str) to (int, str), default={}
        Variables, by the number of the layer and the name, that are a variable of another layer,
        in addition to those that declare it.

    Attributes
    ----------
    vector : ndarray of shape (n_parameters,)
        All variables. Last come statistics and what layers that are not trainable have.
    n_weights, n_trained : int
        How many of its numbers are weights, and how many are trained.
    variables : list of dict of str to ndarray
        For each layer, its variables by name, views into the vector. A shared one is shown by the
        layer it belongs to.
    paces : dict of int to Pace
        How each trained variable is updated, by its place in the vector.

    Raises
    ------
    ValueError
        If a shared variable has another shape than the one it shares.
    """

    def __init__(
        self,
        layers: Sequence[Sequence[Variable]],
        dtype,
        shared: Mapping[Place, Place] | None = None,
    ):
        self._shapes: dict[Place, Shape] = {}
        self._offsets: dict[Place, int] = {}
        self._n_layers = len(layers)
        places = [((n, v.name), v) for n, variables in enumerate(layers) for v in variables]
        self.shared = {place: v.source for place, v in places if v.source} | dict(shared or {})
        own = [(place, variable) for place, variable in places if place not in self.shared]
        self.paces: dict[int, Pace] = {}
        end, ends = 0, {}
        for kind in (WEIGHT, PARAMETER, STATISTIC):
            for place, variable in own:
                if variable.kind == kind:
                    self._shapes[place], self._offsets[place] = variable.shape, end
                    if kind != STATISTIC:
                        self.paces[end] = Pace(variable.rate, variable.scale)
                    end += -(-variable.size // _ALIGNMENT) * _ALIGNMENT
            ends[kind] = end
        self.n_weights, self.n_trained = ends[WEIGHT], ends[PARAMETER]
        self._order = [place for place, _ in own]
        self._names = [[v.name for v in variables] for variables in layers]
        for place, variable in places:
            self._check_shape(place, variable)
        self._take(aligned(end, dtype))

    @classmethod
    def of(
        cls,
        layers: Sequence[Layer],
        input_shape: Shape,
        dtype,
        shared: Mapping[Place, Place] | None = None,
        names: Sequence[str] | None = None,
    ) -> Parameters:
        """Return the parameters of consecutive layers, all zero.

        `Shared` layers are those of their ``names``, which are places if None.
        """
        return cls(variables_along(layers, input_shape, names)[1], dtype, shared)

    def _check_shape(self, place, variable):
        owner = self.shared.get(place)
        if owner is not None and self._shapes[owner] != variable.shape:
            raise ValueError(
                f"layer {place[0]}: {place[1]!r} would have the shape {variable.shape}, but the"
                f" variable {owner[1]!r} of layer {owner[0]}, which it shares, has the shape"
                f" {self._shapes[owner]}"
            )

    def _take(self, vector):
        self.vector = vector
        self.variables: list[dict[str, np.ndarray]] = [{} for _ in range(self._n_layers)]
        for place in self._order:
            begin, shape = self._offsets[place], self._shapes[place]
            size = math.prod(shape)
            self.variables[place[0]][place[1]] = vector[begin : begin + size].reshape(shape)

    def twin(self) -> Parameters:
        """Return parameters of the same layout, with these values."""
        other = copy.copy(self)
        vector = aligned(len(self.vector), self.vector.dtype)
        vector[...] = self.vector
        other._take(vector)
        return other

    def offsets_of(self, layers: Iterable[int]) -> frozenset[int]:
        """Return where in the vector the variables of some layers begin, by their numbers."""
        places = [(number, name) for number in layers for name in self._names[number]]
        return frozenset(self._offsets[self.shared.get(place, place)] for place in places)

    def slots(self, number: int, gradient: np.ndarray | None = None) -> dict[str, Slot]:
        """Return where a layer's variables are, those it shares too.

        Parameters
        ----------
        number : int
            Of the layer.
        gradient : ndarray of shape (n_trained,) or None, default=None
            Where gradients go; None if each is needed only for its update.
        """
        slots = {}
        for name in self._names[number]:
            place = self.shared.get((number, name), (number, name))
            offset = self._offsets[place]
            trained, address = offset < self.n_trained, 0
            if gradient is not None and trained:
                address = address_of(gradient[offset:])
            slots[name] = Slot(self.variables[place[0]][place[1]], offset, address, trained)
        return slots


def variables_along(
    layers: Sequence[Layer], input_shape: Shape, names: Sequence[str] | None = None
) -> tuple[list[Shape], list[list[Variable]]]:
    """Return the shapes before, between and behind layers, and the variables that each uses.

    `Shared` layers are bound to those of their ``names``, which are places if None.
    """
    named = list(zip(names or map(str, range(len(layers))), layers, strict=True))
    bind_shared(named, "")
    shapes = shapes_along(named, input_shape)
    pairs = zip(layers, shapes[:-1], strict=True)
    return shapes, [[*x.kept_variables(shape), *x.shared_variables(shape)] for x, shape in pairs]
