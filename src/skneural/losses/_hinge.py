"""Hinge losses, those of support vector machines."""

from __future__ import annotations

from ..engine.compile.jit import Kernel, helper, kernel
from ..engine.primitives import ROWS, RUN_FIELDS, doubles, integers, real, reals
from ..engine.shares import sample_at, share_begin, share_end
from ._base import CLASSIFICATION, Loss, weight_of


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
    def kernel(self) -> Kernel:
        return multiclass_hinge

    def n_targets(self, n_outputs: int) -> int:
        return 1


@kernel
def multiclass_hinge(row, run):
    """Losses of rows; gradients replace outputs (rows, n)."""
    field = integers(row, 10)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    stride, columns = field[3], field[4]
    outputs = reals(field[2], n_rows * stride)
    losses = doubles(field[8], n_rows)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        sample = sample_at(i, run)
        weight = weight_of(field[7], sample)
        label = int(reals(field[5], sample + 1)[sample])
        at = i * stride
        rival = 1 if label == 0 else 0
        for j in range(columns):
            if j != label and not outputs[at + j] <= outputs[at + rival]:
                rival = j
        short = real(1.0) - outputs[at + label] + outputs[at + rival]
        inside = short <= real(0.0)
        for j in range(columns):
            outputs[at + j] = real(0.0)
        if not inside:
            outputs[at + rival] = real(weight)
            outputs[at + label] = -real(weight)
        losses[i] = 0.0 if inside else weight * short
