"""Transposed convolution."""

from __future__ import annotations

from ...activations import Activation as Rule
from ...initializers import Initializer
from .._base import Layer, Shape
from .._rates import RateFactor
from .transposed import TransposedConvolution


class Conv2DTranspose(TransposedConvolution, name="conv2d_transpose"):
    """Transposed convolution: the gradient of a convolution with respect to its input, as a layer.

    Zeiler et al. 2010, "Deconvolutional networks". Enlarges images, ``strides`` times.

    Parameters
    ----------
    filters : int
        Channels of the output.
    kernel_size : int or tuple of 2 int, default=3
        Rows and columns of a filter.
    activation : str or skneural.activations.Activation, default="identity"
    strides : int or tuple of 2 int, default=1
        How many times larger the output is.
    padding : {"valid", "same"}, default="valid"
        "same" gives outputs of ``size * strides``, "valid" the full extent of the filters.
    use_bias : bool, default=True
    initializer : str or Initializer, default="he_uniform"
        Draws the initial filters.
    trainable : bool, default=True
        Whether training changes the filters.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"bias": 0.1}``.
    """

    _n_axes, _axes = 2, "height, width"

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, int] = 3,
        activation: str | Rule = "identity",
        *,
        strides: int | tuple[int, int] = 1,
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

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(3), (3, 4, 2)),
            (cls(2, (3, 2), "tanh", strides=2, padding="same"), (3, 2, 3)),
            (cls(2, 2, strides=3, use_bias=False), (2, 3, 2)),
        ]
