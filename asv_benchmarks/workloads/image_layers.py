"""Layers of the convolutional networks compared, said once for every library.

Each knows the shape it gives, (height, width, channels), and the products of its forward pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Convolution:
    """A convolution; then batch normalization instead of a bias, if wanted, and a rectifier.

    It has as many directions as its images.
    """

    filters: int
    size: int = 3
    padding: str = "same"
    strides: int = 1
    normalized: bool = False
    rectified: bool = True
    groups: int = 1
    along_time: bool = False

    def output_shape(self, shape: Shape) -> Shape:
        lost = 0 if self.padding == "same" else self.size - 1
        return (*(-(-(side - lost) // self.strides) for side in shape[:-1]), self.filters)

    def products(self, shape: Shape) -> int:
        taps = self.size ** (len(shape) - 1)
        return prod(self.output_shape(shape)) * taps * shape[-1] // self.groups


@dataclass(frozen=True)
class Transposed:
    """A transposed convolution of stride 2 that doubles the image, and a rectifier."""

    filters: int
    size: int = 4

    def output_shape(self, shape: Shape) -> Shape:
        return 2 * shape[0], 2 * shape[1], self.filters

    def products(self, shape: Shape) -> int:
        return prod(shape) * self.size**2 * self.filters


@dataclass(frozen=True)
class Pooling:
    """The largest of each two by two pixels."""

    def output_shape(self, shape: Shape) -> Shape:
        return shape[0] // 2, shape[1] // 2, shape[2]

    def products(self, shape: Shape) -> int:
        return 0


@dataclass(frozen=True)
class GlobalPooling:
    """The mean of each channel."""

    def output_shape(self, shape: Shape) -> Shape:
        return shape[-1:]

    def products(self, shape: Shape) -> int:
        return 0


@dataclass(frozen=True)
class Flattening:
    """All numbers of a sample in a row."""

    def output_shape(self, shape: Shape) -> Shape:
        return (prod(shape),)

    def products(self, shape: Shape) -> int:
        return 0


@dataclass(frozen=True)
class Dropping:
    """Dropout."""

    rate: float

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def products(self, shape: Shape) -> int:
        return 0


@dataclass(frozen=True)
class Connection:
    """A dense layer."""

    units: int
    rectified: bool = True

    def output_shape(self, shape: Shape) -> Shape:
        return (self.units,)

    def products(self, shape: Shape) -> int:
        return shape[0] * self.units


@dataclass(frozen=True)
class Block:
    """Two normalized convolutions beside a shortcut, a projection where the size changes."""

    filters: int
    strides: int = 1

    @property
    def convolutions(self) -> tuple[Convolution, Convolution]:
        """The two, the second rectified after the shortcut is added."""
        first = Convolution(self.filters, strides=self.strides, normalized=True)
        return first, Convolution(self.filters, normalized=True, rectified=False)

    @property
    def projection(self) -> Convolution | None:
        """What stands in the shortcut."""
        if self.strides == 1:
            return None
        return Convolution(self.filters, 1, "same", self.strides, True, False)

    def output_shape(self, shape: Shape) -> Shape:
        return self.convolutions[0].output_shape(shape)

    def products(self, shape: Shape) -> int:
        first, second = self.convolutions
        total = first.products(shape) + second.products(first.output_shape(shape))
        return total + (self.projection.products(shape) if self.projection else 0)


def shapes_along(layers: tuple, shape: Shape) -> list[Shape]:
    """Shapes of each layer's input, and of the last one's output."""
    shapes = [shape]
    for layer in layers:
        shapes.append(layer.output_shape(shapes[-1]))
    return shapes


def lenet5() -> tuple:
    """LeNet-5 as `skneural` has it."""
    return (
        Convolution(6, 5), Pooling(), Convolution(16, 5, "valid"), Pooling(), Flattening(),
        Connection(120), Connection(84), Connection(10, rectified=False),
    )


def plain(filters: tuple, padding: str, hidden: tuple = (), dropout: float = 0.0) -> tuple:
    """Convolutions, each with pooling, and dense layers, each after dropout if there is any."""
    layers: list = []
    for count in filters:
        layers += [Convolution(count, padding=padding), Pooling()]
    layers.append(Flattening())
    for units in (*hidden, 10):
        layers += [Dropping(dropout)] if dropout else []
        layers.append(Connection(units, rectified=units != 10))
    return tuple(layers)


def resnet20() -> tuple:
    """ResNet-20 of He et al. for CIFAR-10, with projections."""
    blocks = [Block(16), Block(16), Block(16)]
    for filters in (32, 64):
        blocks += [Block(filters, 2), Block(filters), Block(filters)]
    first = Convolution(16, normalized=True)
    return first, *blocks, GlobalPooling(), Connection(10, rectified=False)
