"""Hinge losses, those of support vector machines."""

from __future__ import annotations

from ..engine.compile.jit import helper
from ..engine.fields import Count, Row, RowDouble, SampleRow, SampleWeight
from ..engine.kernels import NamedKernel, row_kernel
from ..engine.primitives import real
from ._base import CLASSIFICATION, Loss


class Hinge(Loss, name="hinge", task=CLASSIFICATION):
    """max(0, 1 - margin).

    The margin of a label is the output, or minus it where the label is absent; that of a class
    among several is its output less the highest of the others (Crammer and Singer 2001).
    """

    def for_targets(self, kind: str, label_smoothing: float = 0.0) -> Loss:
        return MulticlassHinge() if kind == "multiclass" else self

    @helper
    def rule(output, target, parameter):
        sign = real(2.0) * target - real(1.0)
        short = real(1.0) - sign * output
        inside = short <= real(0.0)
        return (real(0.0) if inside else short), (real(0.0) if inside else -sign)

    @classmethod
    def examples(cls) -> list[tuple[Loss, int]]:
        return [(cls(), 1), (cls(), 3), (MulticlassHinge(), 4)]


class MulticlassHinge(Hinge):
    """Hinge loss of one class among several; targets are a column of class indices."""

    @property
    def kernel(self) -> NamedKernel:
        return multiclass_hinge

    def n_targets(self, n_outputs: int) -> int:
        return 1


@row_kernel
def multiclass_hinge(
    outputs: Row, targets: SampleRow, weight: SampleWeight, loss: RowDouble, columns: Count,
    members: Count,
) -> None:
    """Loss of a row; gradients replace outputs (members, n)."""
    label, weight = int(targets[0]), weight / members
    total = 0.0
    for at in range(0, members * columns, columns):
        rival = 1 if label == 0 else 0
        for j in range(columns):
            if j != label and not outputs[at + j] <= outputs[at + rival]:
                rival = j
        short = real(1.0) - outputs[at + label] + outputs[at + rival]
        for j in range(columns):
            outputs[at + j] = real(0.0)
        if not short <= real(0.0):
            outputs[at + rival] = real(weight)
            outputs[at + label] = -real(weight)
            total += short
    loss[0] = weight * total
