"""A stack of layers, with sizes that fit the image however small it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....layers import (
    Activation,
    AvgPool,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool,
)

POOLINGS = {"max": MaxPool, "average": AvgPool}
NORMALIZATIONS = {"batch": BatchNorm}


class Stack:
    """A stack of layers on images, with the output shape of the last.

    Parameters
    ----------
    image_shape : tuple of int
        Height, width and channels.
    initializer : str or Initializer, default="he_uniform"
        Draws the first weights.
    normalization : {"batch"} or None, default=None
        Between each layer with weights and its activation.
    """

    def __init__(
        self,
        image_shape: tuple[int, ...],
        initializer: Any = "he_uniform",
        normalization: str | None = None,
    ):
        self.shape = image_shape
        self.layers: list[Layer] = []
        self.initializer = initializer
        self.normalization = normalization

    def add(self, layer: Layer) -> None:
        """Append a layer."""
        self.shape = layer.output_shape(self.shape)
        self.layers.append(layer)

    def convolve(
        self,
        filters: int,
        kernel_size: int | Sequence[int] = 3,
        activation: Any = "relu",
        *,
        strides: int | Sequence[int] = 1,
        padding: str | int = "same",
    ) -> None:
        """Append a convolution, with normalization and activation."""
        size = _pair(kernel_size)
        if padding != "same":
            size = self.at_most(size, 0 if isinstance(padding, str) else 2 * padding)
        normalized = self.normalization is not None
        self.add(
            Conv2D(
                filters,
                size,
                "identity" if normalized else activation,
                strides=_pair(strides),
                padding=padding,
                use_bias=not normalized,
                initializer=self.initializer,
            )
        )
        self._normalize(activation)

    def pool(
        self,
        pooling: str = "max",
        pool_size: int | Sequence[int] = 2,
        strides: int | None = None,
    ) -> None:
        """Append pooling, none if there is one position only."""
        size = self.at_most(pool_size)
        if size != (1, 1):
            self.add(POOLINGS[pooling](size, strides=strides))

    def flatten(self) -> None:
        """Flatten images."""
        self.add(Flatten())

    def drop(self, rate: float) -> None:
        """Append dropout, if its rate is positive."""
        if rate > 0:
            self.add(Dropout(rate))

    def connect(self, units: int, activation: Any = "relu") -> None:
        """Append a dense layer, with normalization and activation."""
        normalized = self.normalization is not None
        self.add(
            Dense(
                units,
                "identity" if normalized else activation,
                use_bias=not normalized,
                initializer=self.initializer,
            )
        )
        self._normalize(activation)

    def _normalize(self, activation):
        if self.normalization is not None:
            self.add(NORMALIZATIONS[self.normalization]())
            self.add(Activation(activation))

    def at_most(self, size: int | Sequence[int], margin: int = 0) -> tuple[int, int]:
        """Return a window's size, reduced to that of the image with its padding."""
        rows, columns = _pair(size)
        return min(rows, self.shape[0] + margin), min(columns, self.shape[1] + margin)


def _pair(size: int | Sequence[int]) -> tuple[int, int]:
    """Return a size for each of the two axes of an image."""
    height, width = (size, size) if not isinstance(size, Sequence) else size
    return int(height), int(width)
