"""The last step of a series."""

from __future__ import annotations

from ...engine.fields import Count, OptionalAddress, RowAddress
from ...engine.kernels import row_kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ITEMSIZE, integers
from .._base import Backward, Layer, Shape, Slot
from .._sequences import SequenceBuffer
from .numbers import clear, copy


class LastStep(Layer, name="last_step"):
    """The last step of each series: ``(time, features)`` to ``(features,)``.

    Of series of unequal lengths, the last one of their own.
    """

    reads_sequences = True

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != 2:
            raise ValueError(
                "LastStep: needs series of shape (time, features), got samples of shape"
                f" {input_shape}"
            )
        return input_shape[1:]

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        most, features = inputs.shape
        lengths = inputs.lengths if isinstance(inputs, SequenceBuffer) else None
        outputs = plan.buffer((features,))
        plan.by_rows(take_last, x=inputs, y=outputs, most=most, features=features, lengths=lengths)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if not wanted:
                return None
            result = plan.buffer(inputs.shape)
            plan.by_rows(give_last, gradient=gradient, result=result, most=most,
                         features=features, lengths=lengths)
            return result

        return outputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(), (4, 3))]


@row_kernel
def take_last(
    x: RowAddress, y: RowAddress, most: Count, features: Count, lengths: OptionalAddress, i: int
) -> None:
    """Y (n) = the last step of X (most, n)."""
    length = integers(lengths, i + 1)[i] if lengths != 0 else most
    copy(y, x + (length - 1) * features * ITEMSIZE, features)


@row_kernel
def give_last(
    gradient: RowAddress, result: RowAddress, most: Count, features: Count,
    lengths: OptionalAddress, i: int,
) -> None:
    """dX (most, n) = dY (n) in the last step, zeros in the others."""
    length = integers(lengths, i + 1)[i] if lengths != 0 else most
    clear(result, most * features)
    copy(result + (length - 1) * features * ITEMSIZE, gradient, features)
