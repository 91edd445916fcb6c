"""Set a part of each image to zero."""

from __future__ import annotations

from typing import Any, ClassVar

from ..engine.fields import Count, Row, RowKey
from ..engine.kernels import row_kernel
from ..engine.plan import Buffer, Plan
from ..engine.primitives import real
from ..engine.random import below
from ._base import SIZE, Augmentation, ImageSize, pixels


class Cutout(Augmentation, name="cutout"):
    """Set a square of each image to zero, at a random position.

    DeVries and Taylor 2017, "Improved regularization of convolutional neural networks with
    cutout", :arxiv:`1708.04552`. The centre may be any pixel, so that a part of the square may
    lie outside.

    Parameters
    ----------
    size : int or float in [0, 1], default=0.5
        Side of the square in pixels, or its share of the image's height and width; 0.5 is the
        paper's for CIFAR-10.
    """

    keeps_pixels = True
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {"size": SIZE}

    def __init__(self, size: float = 0.5):
        self.size = size

    def build(self, plan: Plan, images: Buffer, number: int) -> Buffer:
        size = ImageSize(*images.shape)
        high, wide = pixels(self.size, size.height), pixels(self.size, size.width)
        if high and wide:
            plan.by_rows(cut_out, image=images, size=size, high=high, wide=wide, key=number)
        return images

    @classmethod
    def examples(cls) -> list[Augmentation]:
        return [cls(), cls(3), cls(1.0)]


@row_kernel
def cut_out(image: Row, size: ImageSize, high: Count, wide: Count, key: RowKey) -> None:
    """Zero a rectangle of an image X (height, width, channels) in place."""
    top = below(key, 0, size.height) - high // 2
    left = below(key, 1, size.width) - wide // 2
    begin = max(0, left) * size.channels
    end = min(size.width, left + wide) * size.channels
    for line in range(max(0, top), min(size.height, top + high)):
        start = line * size.width * size.channels
        for j in range(begin, end):
            image[start + j] = real(0.0)
