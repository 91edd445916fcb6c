"""Pooling: the largest or the mean number of each window, channel by channel."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval, StrOptions

from ...engine.compile.jit import Kernel
from ...engine.plan import Buffer, Plan
from .._base import Backward, Layer, Shape, Slot
from .._over_time import OverTime
from .._sequences import SequenceBuffer, lengths_behind, with_lengths
from .._windows import Windows, slide
from .kernels import (
    average_pool,
    average_pool_backward,
    average_pool_backward_apart,
    max_pool,
    max_pool_backward,
    max_pool_backward_apart,
)
from .over_time import (
    average_over_time,
    average_over_time_backward,
    average_pool_of_steps,
    average_pool_of_steps_backward,
    average_pool_of_steps_backward_apart,
    max_over_time,
    max_over_time_backward,
    max_pool_of_steps,
    max_pool_of_steps_backward,
    max_pool_of_steps_backward_apart,
)


class _Pool(Layer):
    """A kernel over windows, and those of its backward pass."""

    forward_kernel: ClassVar[Kernel]
    backward_kernels: ClassVar[tuple[Kernel, Kernel]]  # windows that overlap, and that do not

    def _windows(self, input_shape: Shape) -> Windows:
        raise NotImplementedError

    def output_shape(self, input_shape: Shape) -> Shape:
        return self._windows(input_shape).output_shape

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        windows = self._windows(inputs.shape)
        outputs = plan.buffer(self.output_shape(inputs.shape))
        plan.by_rows(self.forward_kernel, x=inputs, y=outputs, windows=windows, result=outputs)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if not wanted:
                return None
            result = plan.buffer(inputs.shape)
            kernel = self.backward_kernels[not windows.overlap]
            plan.by_rows(kernel, x=inputs, y=gradient, windows=windows, result=result)
            return result

        return outputs, backward


class _LocalPool(_Pool):
    """Pooling over windows of some size, of sequences over those of the steps that are theirs."""

    reads_sequences = True
    of_steps_kernels: ClassVar[tuple[Kernel, Kernel, Kernel]]  # forward, then as backward_kernels
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "pool_size": [Interval(Integral, 1, None, closed="left"), tuple],
        "strides": [Interval(Integral, 1, None, closed="left"), tuple, None],
        "padding": [StrOptions({"valid", "same"}), Interval(Integral, 0, None, closed="left"),
                    tuple],
    }

    def __init__(
        self,
        pool_size: int | tuple[int, ...] = 2,
        *,
        strides: int | tuple[int, ...] | None = None,
        padding: str | int | tuple[int, ...] = "valid",
    ):
        self.pool_size = pool_size
        self.strides = strides
        self.padding = padding

    def _windows(self, input_shape):
        owner = type(self).__name__
        return slide(owner, input_shape, self.pool_size, self.strides, self.padding)

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        if not isinstance(inputs, SequenceBuffer):
            return super().build(plan, inputs, slots, number)
        windows = self._windows(inputs.shape)
        same, size, stride = self.padding == "same", windows.size[1], windows.strides[1]
        over_time = OverTime(stride - 1, stride)
        if not same:
            over_time = OverTime.of_windows(size, stride, windows.before[1])
        behind = lengths_behind(plan, inputs.lengths, over_time)
        outputs = plan.buffer(windows.output_shape)
        fields = {"x": inputs, "windows": windows, "same": same, "length": inputs.lengths,
                  "behind": behind}
        forward, *of_inputs = self.of_steps_kernels
        plan.by_rows(forward, y=outputs, result=outputs, **fields)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if not wanted:
                return None
            result = plan.buffer(inputs.shape)
            plan.by_rows(of_inputs[not windows.overlap], y=gradient, result=result, **fields)
            return result

        return with_lengths(outputs, behind), backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(), (4, 6, 3)),
            (cls(3, strides=2, padding="same"), (5, 4, 2)),
            (cls((2, 1), strides=(3, 2)), (6, 5, 19)),
            (cls(3, strides=1, padding=1), (5, 2)),
        ]


class _GlobalPool(_Pool):
    """Pooling over all positions, of sequences over those that are their own."""

    over_time_kernels: ClassVar[tuple[Kernel, Kernel]]  # forward and backward
    reads_sequences = True

    def _windows(self, input_shape):
        return slide(type(self).__name__, input_shape, input_shape[:-1])

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        if not isinstance(inputs, SequenceBuffer):
            return super().build(plan, inputs, slots, number)
        most, channels = inputs.shape
        sizes = {"channels": channels, "most": most, "length": inputs.lengths}
        outputs, (forward, of_inputs) = plan.buffer((channels,)), self.over_time_kernels
        plan.by_rows(forward, x=inputs, y=outputs, result=outputs, **sizes)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if not wanted:
                return None
            result = plan.buffer(inputs.shape)
            plan.by_rows(of_inputs, x=inputs, y=gradient, result=result, **sizes)
            return result

        return outputs, backward

    def output_shape(self, input_shape: Shape) -> Shape:
        return (self._windows(input_shape).channels,)

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(), (3, 2, 5)), (cls(), (4, 3))]


class _Largest:
    forward_kernel = max_pool
    backward_kernels = (max_pool_backward, max_pool_backward_apart)
    over_time_kernels = (max_over_time, max_over_time_backward)
    of_steps_kernels = (
        max_pool_of_steps, max_pool_of_steps_backward, max_pool_of_steps_backward_apart
    )


class _Mean:
    forward_kernel = average_pool
    backward_kernels = (average_pool_backward, average_pool_backward_apart)
    over_time_kernels = (average_over_time, average_over_time_backward)
    of_steps_kernels = (
        average_pool_of_steps, average_pool_of_steps_backward, average_pool_of_steps_backward_apart
    )


class MaxPool(_Largest, _LocalPool, name="max_pool"):
    """The largest number of each window, channel by channel.

    Where a window holds its largest number more than once, the gradient goes to the first. A
    window with a NaN in it gives NaN. Ranzato et al. 2007, "Unsupervised learning of invariant
    feature hierarchies with applications to object recognition".

    Parameters
    ----------
    pool_size : int or tuple of int, default=2
        Positions of a window on each axis: one axis for samples of shape ``(length, channels)``,
        two for ``(height, width, channels)``.
    strides : int or tuple of int, default=None
        Positions from a window to the next. None for `pool_size`.
    padding : {"valid", "same"}, int or tuple of int, default="valid"
        Positions added around the input, which never are the largest: none, so many that there
        is a window for each stride, or so many at each side.

    Examples
    --------
    >>> from skneural.layers import MaxPool
    >>> MaxPool(2).output_shape((28, 28, 32))
    (14, 14, 32)
    >>> MaxPool(3, strides=2, padding="same").output_shape((7, 8))
    (4, 8)
    """


class AvgPool(_Mean, _LocalPool, name="avg_pool"):
    """The mean of each window, channel by channel; padding does not count.

    LeCun et al. 1989, "Backpropagation applied to handwritten zip code recognition".

    Parameters
    ----------
    pool_size : int or tuple of int, default=2
        Positions of a window on each axis: one axis for samples of shape ``(length, channels)``,
        two for ``(height, width, channels)``.
    strides : int or tuple of int, default=None
        Positions from a window to the next. None for `pool_size`.
    padding : {"valid", "same"}, int or tuple of int, default="valid"
        Positions added around the input, left out of the mean: none, so many that there is a
        window for each stride, or so many at each side.
    """


class GlobalMaxPool(_Largest, _GlobalPool, name="global_max_pool"):
    """The largest number of each channel: ``(..., channels)`` to ``(channels,)``.

    Oquab et al. 2015, "Is object localization for free?".
    """


class GlobalAvgPool(_Mean, _GlobalPool, name="global_avg_pool"):
    """The mean of each channel: ``(..., channels)`` to ``(channels,)``.

    Lin, Chen and Yan 2014, "Network in network", arXiv 1312.4400.
    """
