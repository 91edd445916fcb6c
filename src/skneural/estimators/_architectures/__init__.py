"""Convolutional networks known by a name: functions from an image's shape to layers.

None has an output layer, which follows from y. Sizes are cut down where an image is too small.
"""

from collections.abc import Callable

from ...layers import Layer
from ._alexnet import alexnet
from ._lenet import lenet5
from ._resnet import resnet20, resnet32, resnet56
from ._vgg import vgg11

ARCHITECTURES: dict[str, Callable[[tuple[int, ...]], list[Layer]]] = {
    "alexnet": alexnet,
    "lenet5": lenet5,
    "resnet20": resnet20,
    "resnet32": resnet32,
    "resnet56": resnet56,
    "vgg11": vgg11,
}
