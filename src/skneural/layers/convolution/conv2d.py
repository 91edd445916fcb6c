"""Convolution in two directions."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ...activations import Activation as Rule
from ...initializers import Initializer
from .._base import Layer, Shape
from .._rates import RateFactor
from .base import CONSTRAINTS, SIZE, Convolution
from .correlation import Correlation
from .filters import correlation


class Conv2D(Convolution, name="conv2d"):
    """Convolution of images.

    As usual in deep learning it is a cross-correlation: the filters are not flipped.
    LeCun et al. 1989, "Backpropagation applied to handwritten zip code recognition".

    Parameters
    ----------
    filters : int
        Channels of the output.
    kernel_size : int or tuple of 2 int, default=3
        Rows and columns of a filter.
    activation : str or skneural.activations.Activation, default="identity"
    strides : int or tuple of 2 int, default=1
        Pixels from one window to the next.
    padding : {"valid", "same"}, int or tuple of 2 int, default="valid"
        Zeros around the image: none; as many as give an output of ``ceil(size / strides)``, the
        odd one at the end; or so many rows and columns on each side.
    dilation_rate : int or tuple of 2 int, default=1
        Pixels between neighbouring elements of a filter.
    groups : int, default=1
        Number of groups of channels, each with its own filters; as many groups as channels are a
        depthwise convolution.
    use_bias : bool, default=True
    initializer : str or Initializer, default="he_uniform"
        Draws the initial filters.
    trainable : bool, default=True
        Whether training changes the filters.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"bias": 0.1}``.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **CONSTRAINTS,
        "dilation_rate": SIZE,
        "groups": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, int] = 3,
        activation: str | Rule = "identity",
        *,
        strides: int | tuple[int, int] = 1,
        padding: str | int | tuple[int, int] = "valid",
        dilation_rate: int | tuple[int, int] = 1,
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
        if len(input_shape) != 3:
            raise ValueError(
                "Conv2D: needs samples of shape (height, width, channels), got shape"
                f" {input_shape}; put Reshape(...) before it"
            )
        return correlation(
            "Conv2D", input_shape, self.filters, self._along("kernel_size"),
            self._along("strides"), self._padding(2), self._along("dilation_rate"), self.groups,
        )

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(3), (4, 5, 2)),
            (cls(2, (2, 3), "tanh", strides=(2, 1), padding="same"), (5, 4, 3)),
            (cls(4, 2, padding=1, dilation_rate=2, groups=2, use_bias=False), (5, 5, 2)),
            (cls(6, 3, strides=2, padding=1, groups=3), (5, 6, 3)),
            (cls(5, 1), (2, 3, 4)),
        ]
