"""Residual blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from sklearn.utils._param_validation import StrOptions

from ...activations import Activation as Rule
from ...engine.plan import Buffer, Plan
from .._base import Backward, Layer, Shape, Slot
from .._memory import lend
from .._sequences import with_lengths
from ..activation.activation import Activation
from ..convolution.conv1d import Conv1D
from ..convolution.conv2d import Conv2D
from ..dense.dense import Dense
from ..noise.dropout import Dropout
from ..normalization.batch_norm import BatchNorm
from ..pooling.pool import AvgPool, MaxPool
from .base import Composite, below, build_chain, check_items, nearest_activations, part_number
from .branches import add_up
from .lengths import common_lengths
from .parallel import Parallel
from .sequential import Sequential, shapes_along


class Residual(Composite, name="residual"):
    """Layers whose output is added to their input: ``activation(layers(x) + shortcut(x))``.

    He et al. 2015, "Deep residual learning for image recognition", arXiv 1512.03385.

    Parameters
    ----------
    layers : list of Layer or of (str, Layer)
        Parameters of a layer are reached as ``name__parameter``, by its place if it has no name.
        Variables are called ``"name.kernel"``, those of the shortcut ``"shortcut.name.kernel"``.
    shortcut : None, "projection", or list of Layer, default=None
        Applied to the input: nothing, if the output has the input's shape; a dense layer or, for
        sequences and images, a convolution of one position with the strides that give the
        output's shape, and batch normalisation; or layers, whose parameters are
        reached as ``shortcut__name__parameter``.
    activation : str or skneural.activations.Activation, default="identity"
        Applied to the sum.

    Examples
    --------
    >>> from skneural.layers import Activation, Dense, Residual
    >>> block = Residual([Dense(8), Activation("relu"), Dense(8)], activation="relu")
    >>> block.output_shape((8,))
    (8,)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "layers": [list, tuple],
        "shortcut": [None, StrOptions({"projection"}), list, tuple],
        "activation": [str, Rule],
    }
    _items = "layers"
    _lists = ("shortcut",)
    reads_sequences = True

    def __init__(
        self,
        layers: Sequence,
        shortcut: str | Sequence | None = None,
        activation: str | Rule = "identity",
    ):
        self.layers = layers
        self.shortcut = shortcut
        self.activation = activation

    def _layers(self) -> list[tuple[str, Layer]]:
        parts = check_items("Residual", self.layers, (Layer,))
        if any(name == "shortcut" for name, _ in parts):
            raise ValueError("Residual: a layer cannot be named 'shortcut', as the parameter is")
        return parts

    def _parts(self, input_shape: Shape | None = None) -> list[tuple[str, Layer]]:
        shortcut: Any = () if self.shortcut is None else self.shortcut
        if self.shortcut == "projection":
            shortcut = (BatchNorm(),)
            if input_shape is not None:
                shortcut = projection(input_shape, shapes_along(self._layers(), input_shape)[-1])
        return [*self._layers(), ("shortcut", Sequential(shortcut))]

    def _chains(self, parts):
        return [parts[:-1], parts[-1:]]

    def _part_shapes(self, input_shape: Shape) -> list[Shape]:
        return [*shapes_along(self._layers(), input_shape)[:-1], input_shape]

    @property
    def _name(self) -> str:
        return getattr(self.activation, "name", self.activation)

    @property
    def activation_names(self) -> list[str]:
        names = [name for _, layer in self._layers() for name in layer.activation_names]
        return names if self._name == "identity" else [*names, self._name]

    def _shape_of_output(self, input_shape: Shape) -> Shape:
        shape = shapes_along(self._layers(), input_shape)[-1]
        shortcut = shapes_along(self._parts(input_shape)[-1:], input_shape)[-1]
        if shape != shortcut:
            raise ValueError(
                f"Residual: the layers give {shape}, the shortcut {shortcut}; give"
                " shortcut='projection', or a list of layers that gives the same"
            )
        return shape

    def initialize(self, values, random_state, activation):
        following = activation if self._name == "identity" else self._name
        layers = self._layers()
        nearest = nearest_activations([layer for _, layer in layers], following)
        for (name, layer), rule in zip(layers, nearest, strict=True):
            layer.initialize(below(values, name), random_state, rule)
        of_shortcut = below(values, "shortcut")
        shortcut = self._parts()[-1][1]
        if self.shortcut == "projection":
            # an input's axes and the output's channels, as the kernel's shape tells
            shape = of_shortcut["0.kernel"].shape
            ones = (1,) * (len(shape) - 1)
            shortcut = Sequential(projection(ones, (*ones[1:], shape[-1])))
        shortcut.initialize(of_shortcut, random_state, following)

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        *layers, (_, shortcut) = self._parts(inputs.shape)
        lend(plan, inputs, 2)
        output, back = build_chain(
            plan, inputs, layers, slots, lambda place: part_number(number, place)
        )
        other, shortcut_back = shortcut.build(
            plan, inputs, below(slots, "shortcut"), part_number(number, len(layers))
        )
        branches = [("layers", Sequential(layers)), ("shortcut", shortcut)]
        lengths = common_lengths(self, branches, inputs, [output, other])
        total = add_up(plan, [output, other])
        result, activation_back = Activation(self.activation).build(plan, total, {}, number)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            of_sum = activation_back(gradient, True) or gradient
            lend(plan, of_sum, 2)
            results = [back(of_sum, wanted), shortcut_back(of_sum, wanted)]
            return add_up(plan, [r for r in results if r]) if wanted else None

        return with_lengths(result, lengths), backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        pool = MaxPool(3, strides=1, padding="same")
        return [
            (cls([Dense(4), Activation("tanh"), ("last", Dense(5))]), (5,)),
            (cls([BatchNorm(), Activation("tanh"), Dense(5)], activation="silu"), (5,)),
            (cls([Dense(4), BatchNorm()], [Dense(4), BatchNorm()], "tanh"), (5,)),
            (cls([Dense(4)], "projection"), (5,)),
            (cls([Conv1D(4, 3, strides=2, padding="same")], "projection"), (5, 2)),
            (cls([Conv2D(3, padding="same"), BatchNorm(), Activation("tanh"),
                  Conv2D(2, padding="same"), BatchNorm()], activation="silu"), (4, 3, 2)),
            (cls([BatchNorm(), Activation("tanh"), Conv2D(3, strides=2, padding="same")],
                 "projection"), (5, 4, 2)),
            (cls([pool, BatchNorm()]), (3, 4, 2)),
            (cls([MaxPool(), BatchNorm(), Dropout(0.25)], [AvgPool()], "tanh"), (4, 4, 2)),
            (cls([Parallel([[cls([Dense(3), Activation("tanh")], [Dense(3)])], Dense(2)])]), (5,)),
        ]


def projection(input_shape: Shape, output_shape: Shape) -> tuple[Layer, Layer]:
    """Return layers that bring a sample to another size and number of channels."""
    channels, each = output_shape[-1], zip(input_shape[:-1], output_shape[:-1], strict=True)
    strides = tuple(-(-old // new) for old, new in each)
    layer: Layer
    if len(input_shape) == 1:
        layer = Dense(channels)
    elif len(input_shape) == 2:
        layer = Conv1D(channels, 1, strides=strides[0], use_bias=False)
    else:
        layer = Conv2D(channels, 1, strides=strides, use_bias=False)  # type: ignore[arg-type]
    return layer, BatchNorm()
