"""Convolutional networks known by a name: functions from an image's shape to layers.

None has an output layer, which follows from y. Sizes are cut down where an image is too small. One
with a recipe takes filters as a second argument.
"""

from collections.abc import Callable
from typing import Any

from ....layers import Layer
from .alexnet import alexnet
from .fast_recipe import FAST, fast
from .lenet import lenet5
from .recipe import Recipe
from .resnet import resnet20, resnet32, resnet56
from .vgg import vgg11

ARCHITECTURES: dict[str, Callable[..., list[Layer]]] = {
    "alexnet": alexnet,
    "fast": fast,
    "lenet5": lenet5,
    "resnet20": resnet20,
    "resnet32": resnet32,
    "resnet56": resnet56,
    "vgg11": vgg11,
}

RECIPES: dict[str, Recipe] = {"fast": FAST}


def recipe_of(architecture: Any) -> Recipe | None:
    """Return the recipe of an architecture, None if it is trained like any other network."""
    return RECIPES.get(architecture) if isinstance(architecture, str) else None
