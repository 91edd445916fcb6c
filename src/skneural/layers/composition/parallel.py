"""Branches side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from sklearn.utils._param_validation import StrOptions

from ...engine.plan import Buffer, Plan
from .._base import Backward, Layer, Shape, Slot
from .._memory import copy_channels, lend, own
from .._sequences import build_layer, with_lengths
from ..activation.activation import Activation
from ..dense.dense import Dense
from ..normalization.batch_norm import BatchNorm
from ..pooling.pool import AvgPool, MaxPool
from .base import Composite, below, check_items, part_number
from .branches import add_up, product, scale_in_place
from .lengths import common_lengths
from .sequential import Sequential, shapes_along


class Parallel(Composite, name="parallel"):
    """Branches with the same input, merged into one output.

    Szegedy et al. 2014, arXiv 1409.4842 (concatenated branches); Huang et al. 2016, arXiv
    1608.06993 (a block's input concatenated to its output, with the branch ``[]``).

    Parameters
    ----------
    branches : list of Layer, of list of Layer, or of (str, either)
        ``[]`` and "passthrough" pass the input on unchanged, as in scikit-learn's
        ``FeatureUnion``. Parameters of a branch that is one layer are reached as
        ``name__parameter``, by its place if it has no name, those of layers in a list as
        ``name__0__parameter``. Variables are called ``"name.kernel"``, ``"name.0.kernel"`` where a
        branch is a list.
    merge : {"concatenate", "add", "multiply", "average"}, default="concatenate"
        Concatenate the channels (the last axis), or combine the branches elementwise.

    Examples
    --------
    >>> from skneural.layers import AvgPool, MaxPool, Parallel
    >>> Parallel([MaxPool(2), AvgPool(2)]).output_shape((8, 8, 16))
    (4, 4, 32)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "branches": [list, tuple],
        "merge": [StrOptions({"concatenate", "add", "multiply", "average"})],
    }
    _items = "branches"
    reads_sequences = True

    def __init__(self, branches: Sequence, merge: str = "concatenate"):
        self.branches = branches
        self.merge = merge

    def _parts(self, input_shape: Shape | None = None) -> list[tuple[str, Layer]]:
        items = check_items("Parallel", self.branches, (Layer, list, tuple), passed=[])
        if not items:
            raise ValueError("Parallel: branches is empty; give a layer or a list for each")
        return [
            (name, item if isinstance(item, Layer) else Sequential(item)) for name, item in items
        ]

    def _part_shapes(self, input_shape: Shape) -> list[Shape]:
        return [input_shape] * len(self._parts())

    def _nearest(self, activation: str) -> list[str]:
        return [
            activation if isinstance(layer, Composite) else [*layer.activation_names, activation][0]
            for _, layer in self._parts()
        ]

    def _shape_of_output(self, input_shape: Shape) -> Shape:
        shapes = [shapes_along([part], input_shape)[-1] for part in self._parts()]
        joined = self.merge == "concatenate"
        if len({shape[:-1] if joined else shape for shape in shapes}) > 1:
            raise ValueError(
                f"Parallel: merge={self.merge!r} needs branches of equal output shape"
                f"{' but for the last axis' if joined else ''}, got {shapes}"
            )
        if joined:
            return (*shapes[0][:-1], sum(shape[-1] for shape in shapes))
        return shapes[0]

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        parts = self._parts()
        lend(plan, inputs, len(parts))
        outputs, steps = [], []
        for place, (name, layer) in enumerate(parts):
            variables, key = below(slots, name), part_number(number, place)
            output, back = build_layer(plan, layer, inputs, variables, key)
            outputs.append(output)
            steps.append(back)
        lengths = common_lengths(self, parts, inputs, outputs)
        merged = with_lengths(self._merge(plan, outputs), lengths)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            gradients = self._gradients(plan, gradient, outputs)
            results = [back(g, wanted) for back, g in zip(steps, gradients, strict=True)]
            if not wanted:
                return None
            return add_up(plan, [r for r in results if r is not None])

        return merged, backward

    def _merge(self, plan, outputs):
        if self.merge == "multiply":
            return product(plan, outputs) if len(outputs) > 1 else outputs[0]
        if self.merge != "concatenate":
            scale = 1 / len(outputs) if self.merge == "average" else 1.0
            return add_up(plan, outputs, scale)
        merged = plan.buffer((*outputs[0].shape[:-1], sum(o.shape[-1] for o in outputs)))
        place = 0
        for output in outputs:
            copy_channels(plan, output, 0, merged, place, output.shape[-1])
            place += output.shape[-1]
        return merged

    def _gradients(self, plan, gradient, outputs):
        """Add the steps that give each branch its gradient; return the gradients."""
        if self.merge == "concatenate":
            gradients, place = [], 0
            for output in outputs:
                gradients.append(plan.buffer(output.shape))
                copy_channels(plan, gradient, place, gradients[-1], 0, output.shape[-1])
                place += output.shape[-1]
            return gradients
        if self.merge == "multiply":
            others = [outputs[:place] + outputs[place + 1 :] for place in range(len(outputs))]
            return [product(plan, [gradient, *rest]) if rest else gradient for rest in others]
        if self.merge == "average" and len(outputs) > 1:
            gradient = own(plan, gradient)
            scale_in_place(plan, gradient, 1 / len(outputs))
        lend(plan, gradient, len(outputs))
        return [gradient] * len(outputs)

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        branches = [MaxPool(), [("pool", AvgPool()), BatchNorm()]]

        def inner() -> Layer:
            return cls([[Activation("tanh"), Dense(5)], [Activation("silu")], []], "multiply")

        return [
            (cls([Dense(3), [Dense(2), Activation("tanh")], []]), (5,)),
            (cls([("a", MaxPool(3, strides=1, padding=1)), []]), (3, 3, 2)),
            (cls(branches), (4, 4, 2)),
            (cls(branches, "add"), (4, 4, 2)),
            (cls([[], BatchNorm(), []], "average"), (5,)),
            (cls([inner(), ("b", [inner(), Activation("tanh")])], "add"), (5,)),
            (cls([[], []], "add"), (4,)),
            *[(cls([[]], merge), (4,)) for merge in ("concatenate", "add", "multiply", "average")],
        ]
