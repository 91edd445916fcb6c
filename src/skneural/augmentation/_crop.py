"""Crop images out of padded ones."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval, StrOptions

from ..engine.plan import Buffer, Plan
from ._base import Augmentation
from ._shift import FILLS, add_shift, check_fill


class Crop(Augmentation, name="crop"):
    """Pad images and crop them to their original size at a random position.

    The augmentation of He et al. 2015, "Deep residual learning for image recognition",
    :arxiv:`1512.03385`, for CIFAR-10, together with `Flip`.

    Parameters
    ----------
    padding : int, default=4
        Pixels added on every side before the cut.
    fill : {"zero", "nearest", "reflect"}, default="zero"
        Values of the padding: zeros, the pixel at the edge, or the image mirrored there.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "padding": [Interval(Integral, 0, None, closed="left")],
        "fill": [StrOptions(set(FILLS))],
    }

    def __init__(self, padding: int = 4, fill: str = "zero"):
        self.padding = padding
        self.fill = fill

    def check(self, shape: tuple[int, ...]) -> None:
        super().check(shape)
        reach = (self.padding, self.padding)
        check_fill(f"Crop: padding={self.padding}", self.fill, reach, shape)

    def build(self, plan: Plan, images: Buffer, number: int) -> Buffer:
        return add_shift(plan, images, (self.padding, self.padding), self.fill, number)

    @classmethod
    def examples(cls) -> list[Augmentation]:
        return [cls(2), cls(), cls(2, "reflect")]
