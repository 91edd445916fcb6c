"""Random augmentations of images, usable by name ("flip") or as instances (``Crop(2)``)."""

from ._base import Augmentation, get_augmentation
from ._crop import Crop
from ._cutout import Cutout
from ._flip import Flip
from ._mixup import Mixup
from ._rotate import Rotate
from ._shift import Shift

__all__ = [
    "Augmentation",
    "Crop",
    "Cutout",
    "Flip",
    "Mixup",
    "Rotate",
    "Shift",
    "get_augmentation",
]
