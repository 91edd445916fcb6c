"""Convolution in one direction."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

from sklearn.base import clone
from sklearn.utils._param_validation import Interval, StrOptions

from ...activations import Activation as Rule
from ...engine.plan import Buffer, Plan
from ...initializers import Initializer
from .._base import Backward, Layer, Shape, Slot
from .._over_time import OverTime
from .._rates import RateFactor
from .._sequences import SequenceBuffer, lengths_behind, with_lengths
from .aligned_steps import crop_steps, pad_steps
from .base import Convolution
from .conv2d import Conv2D
from .correlation import Correlation
from .filters import correlation


class Conv1D(Convolution, name="conv1d"):
    """Convolution of series: as `Conv2D`, in one direction.

    Parameters
    ----------
    filters : int
        Channels of the output.
    kernel_size : int, default=3
        Length of a filter.
    activation : str or skneural.activations.Activation, default="identity"
    strides : int, default=1
        Steps from one window to the next.
    padding : {"valid", "same", "causal"} or int, default="valid"
        Zeros at both ends: none; as many as give an output of ``ceil(length / strides)``, the odd
        one at the end; or so many. "causal" puts all of them in front, so that no step depends on
        later ones.
    dilation_rate : int, default=1
        Steps between neighbouring elements of a filter.
    groups : int, default=1
        Number of groups of channels, each with its own filters.
    use_bias : bool, default=True
    initializer : str or Initializer, default="he_uniform"
        Draws the initial filters.
    trainable : bool, default=True
        Whether training changes the filters.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"bias": 0.1}``.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Conv2D._parameter_constraints,
        "padding": [
            StrOptions({"valid", "same", "causal"}), Interval(Integral, 0, None, closed="left"),
            tuple,
        ],
    }

    def __init__(
        self,
        filters: int,
        kernel_size: int = 3,
        activation: str | Rule = "identity",
        *,
        strides: int = 1,
        padding: str | int = "valid",
        dilation_rate: int = 1,
        groups: int = 1,
        use_bias: bool = True,
        initializer: str | Initializer = "he_uniform",
        trainable: bool = True,
        learning_rate_factor: RateFactor = 1.0,
    ):
        self.filters = filters
        self.kernel_size = kernel_size
        self.activation = activation
        self.strides = strides
        self.padding = padding
        self.dilation_rate = dilation_rate
        self.groups = groups
        self.use_bias = use_bias
        self.initializer = initializer
        self.trainable = trainable
        self.learning_rate_factor = learning_rate_factor

    def _correlation(self, input_shape: Shape) -> Correlation:
        if len(input_shape) != 2:
            raise ValueError(
                "Conv1D: needs samples of shape (length, channels), got shape"
                f" {input_shape}; put Reshape(...) before it"
            )

        names = ("kernel_size", "strides", "dilation_rate")
        kernel_size, strides, dilation = [(1, *self._along(name, 1)) for name in names]
        padding = self._padding(1)
        return correlation(
            "Conv1D", (1, *input_shape), self.filters, kernel_size, strides,
            padding if isinstance(padding, str) else (0, *padding), dilation, self.groups,
        )

    def over_time(self, input_shape: Shape) -> OverTime:
        names = ("kernel_size", "strides", "dilation_rate")
        size, stride, dilation = (self._along(name, 1)[0] for name in names)
        reach, padding = (size - 1) * dilation + 1, self._padding(1)
        if padding == "same":
            return OverTime(stride - 1, stride, reads_behind=True)
        if padding == "causal":
            return OverTime(stride - 1, stride)
        return OverTime.of_windows(reach, stride, 0 if padding == "valid" else padding[0])

    @property
    def reads_sequences(self) -> bool:  # type: ignore[override]
        """Whether where windows lie follows from the length of each sequence."""
        return self.padding == "same" and self._along("strides", 1)[0] > 1

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        if not isinstance(inputs, SequenceBuffer):
            return super().build(plan, inputs, slots, number)
        over_time = self.over_time(inputs.shape)
        sizes = self._correlation(inputs.shape)
        reach = (sizes.kernel_width - 1) * sizes.dilation_x + 1
        padded = plan.buffer(((sizes.out_width - 1) * sizes.stride_x + reach, sizes.channels))
        fields = {
            "padded": padded, "length": inputs.lengths, "most": sizes.width,
            "most_padded": padded.shape[0], "channels": sizes.channels, "reach": reach,
            "stride": sizes.stride_x,
        }
        plan.by_rows(pad_steps, x=inputs, **fields)
        valid = clone(self).set_params(padding="valid")
        outputs, of_padded = valid.build(plan, padded, slots, number)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            given = of_padded(gradient, wanted)
            if given is None:
                return None
            result = plan.buffer(inputs.shape)
            plan.by_rows(crop_steps, x=result, **{**fields, "padded": given})
            return result

        return with_lengths(outputs, lengths_behind(plan, inputs.lengths, over_time)), backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(3), (6, 2)),
            (cls(4, 4, "tanh", strides=2, padding="same", groups=2), (7, 4)),
            (cls(2, 2, padding=1, dilation_rate=2, use_bias=False), (5, 3)),
            (cls(3, 3, padding="causal", dilation_rate=2, strides=2), (7, 2)),
        ]
