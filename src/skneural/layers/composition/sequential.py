"""A sequence of layers as one layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from ...engine.plan import Buffer, Plan
from .._base import Backward, Layer, Shape, Slot
from ..activation.activation import Activation
from ..dense.dense import Dense
from ..noise.dropout import Dropout
from ..normalization.batch_norm import BatchNorm
from ..pooling.pool import MaxPool
from .base import Composite, build_chain, check_items, part_number


class Sequential(Composite, name="sequential"):
    """A sequence of layers as one layer: to name a block, or to nest it.

    Parameters
    ----------
    layers : list of Layer or of (str, Layer)
        Parameters of a layer are reached as ``name__parameter``, by its place if it has no name.
        ``"passthrough"`` removes a layer. Variables are called ``"name.kernel"``.

    Examples
    --------
    >>> from skneural.layers import Activation, Dense, Sequential
    >>> block = Sequential([("dense", Dense(16)), Activation("relu")])
    >>> block.set_params(dense__units=32).output_shape((8,))
    (32,)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {"layers": [list, tuple]}
    _items = "layers"
    reads_sequences = True

    def __init__(self, layers: Sequence):
        self.layers = layers

    def _parts(self, input_shape: Shape | None = None) -> list[tuple[str, Layer]]:
        return check_items("Sequential", self.layers, (Layer,))

    def _part_shapes(self, input_shape: Shape) -> list[Shape]:
        return shapes_along(self._parts(), input_shape)[:-1]

    def _chains(self, parts):
        return [parts]

    def _shape_of_output(self, input_shape: Shape) -> Shape:
        return shapes_along(self._parts(), input_shape)[-1]

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        def number_of(place):
            return part_number(number, place)

        return build_chain(plan, inputs, self._parts(), slots, number_of)

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        pool = ("pool", MaxPool())
        return [
            (cls([Dense(4), Activation("tanh"), Dense(3)]), (5,)),
            (cls([pool, cls([BatchNorm(), ("drop", Dropout(0.25))]), "passthrough"]), (4, 4, 2)),
            (cls([]), (3,)),
        ]


def shapes_along(
    parts: Sequence[tuple[str, Layer]], shape: Shape, owner: str = ""
) -> list[Shape]:
    """Return the shapes before, between and behind layers one behind the other.

    Raises
    ------
    ValueError
        If a layer cannot work on what the one before it gives; it names the layer, after
        ``owner`` if that is given.
    """
    shapes = [shape]
    for name, layer in parts:
        try:
            shapes.append(layer.output_shape(shapes[-1]))
        except ValueError as error:
            prefix = f"{owner}: " if owner else ""
            raise ValueError(f"{prefix}layer {name!r}: {error}") from error
    return shapes
