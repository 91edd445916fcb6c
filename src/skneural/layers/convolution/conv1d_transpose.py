"""Transposed convolution in one direction."""

from __future__ import annotations

from ...activations import Activation as Rule
from ...initializers import Initializer
from .._base import Layer, Shape
from .._over_time import OverTime
from .._rates import RateFactor
from .transposed import TransposedConvolution


class Conv1DTranspose(TransposedConvolution, name="conv1d_transpose"):
    """Transposed convolution of series: as `Conv2DTranspose`, in one direction.

    Makes series longer, ``strides`` times. Those of unequal lengths become what they do alone.

    Parameters
    ----------
    filters : int
        Channels of the output.
    kernel_size : int, default=3
        Length of a filter.
    activation : str or skneural.activations.Activation, default="identity"
    strides : int, default=1
        How many times longer the output is.
    padding : {"valid", "same"}, default="valid"
        "same" gives outputs of ``length * strides``, "valid" the full extent of the filters, up to
        ``kernel_size - strides`` steps more.
    use_bias : bool, default=True
    initializer : str or Initializer, default="he_uniform"
        Draws the initial filters.
    trainable : bool, default=True
        Whether training changes the filters.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"bias": 0.1}``.
    """

    _n_axes, _axes = 1, "length"

    def __init__(
        self,
        filters: int,
        kernel_size: int = 3,
        activation: str | Rule = "identity",
        *,
        strides: int = 1,
        padding: str = "valid",
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
        self.use_bias = use_bias
        self.initializer = initializer
        self.trainable = trainable
        self.learning_rate_factor = learning_rate_factor

    def over_time(self, input_shape: Shape) -> OverTime:
        (size,), (stride,) = self._along("kernel_size", 1), self._along("strides", 1)
        added = max(0, size - stride) if self.padding == "valid" else 0
        return OverTime(added, reads_behind=True, times=stride)

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(3), (4, 2)),
            (cls(2, 4, "tanh", strides=2, padding="same"), (3, 3)),
            (cls(2, 2, strides=3, use_bias=False), (3, 2)),
            (cls(20, 5, strides=2), (6, 17)),
        ]
