"""What is trained on the real sets, and how: networks, optimizers, augmentation, epochs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from skneural import ConvNetClassifier, NeuralNetClassifier
from skneural.augmentation import Crop, Rotate, Shift
from skneural.layers import (
    Activation,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    MaxPool,
)
from skneural.schedules import OneCycle

CIFAR_BATCH = 128
CIFAR_DECAY = 5e-4  # the L2 penalty's factor, as PyTorch's `weight_decay` means it
CIFAR_RATE = 0.01
CIFAR_SCHEDULE = OneCycle(peak_factor=10.0, warmup_fraction=0.2)  # up to 0.1


@dataclass(frozen=True)
class Recipe:
    """A network and its training on one set.

    Parameters
    ----------
    data : str
        The set, as the data folder's `load.py` names it.
    epochs : int
        Of the whole training; schedules stretch over them.
    make : callable
        Gives the estimator, but for epochs, threads and the scoring.
    must, aim : float or None
        Accuracy on the test set: what it has to reach, what it should reach.
    scaled : bool
        Divide the images by 255 first, as the lectures do; else the estimator takes their bytes.
    """

    data: str
    epochs: int
    make: Callable[[], Any]
    must: float | None = None
    aim: float | None = None
    scaled: bool = False


def hello_world() -> NeuralNetClassifier:
    """The lectures' first network."""
    return NeuralNetClassifier(
        layers=[Flatten(), Dense(128, "relu"), Dropout(0.2), Dense(10)],
        solver="adam", batch_size=32, alpha=0.0, initializer="glorot_uniform",
    )


def lenet5() -> ConvNetClassifier:
    """LeNet-5 on digits moved and turned a little."""
    return ConvNetClassifier(
        architecture="lenet5", augmentation=[Shift(2), Rotate(10)],
        solver="adam", batch_size=64, alpha=0.0,
        learning_rate=OneCycle(peak_factor=10.0, warmup_fraction=0.3), learning_rate_init=4e-4,
    )


def small_net() -> ConvNetClassifier:
    """Five normalized convolutions; pooling stands before rectifiers, which is less work."""
    layers = []
    for filters, pools in ((32, True), (64, False), (64, True), (128, False), (128, False)):
        layers += [Conv2D(filters, 3, padding="same", use_bias=False), BatchNorm()]
        layers += [MaxPool(2)] * pools + [Activation("relu")]
    return ConvNetClassifier(
        architecture=[*layers, GlobalAvgPool(), Dropout(0.2)], augmentation=["flip", Shift(2)],
        **cifar_training(),
    )


def cifar_training() -> dict[str, Any]:
    """Nesterov's SGD with one cycle of the rate; `alpha` is a penalty on the batch's sum."""
    return {
        "solver": "sgd", "momentum": 0.9, "nesterovs_momentum": True, "batch_size": CIFAR_BATCH,
        "alpha": CIFAR_DECAY * CIFAR_BATCH, "learning_rate": CIFAR_SCHEDULE,
        "learning_rate_init": CIFAR_RATE,
    }


def resnet20() -> ConvNetClassifier:
    """ResNet-20 with flip and crop."""
    return ConvNetClassifier(
        architecture="resnet20", augmentation=["flip", Crop(4)], **cifar_training()
    )


def fast() -> ConvNetClassifier:
    """The library's own network with the training that comes with it, for at most 20 minutes."""
    return ConvNetClassifier(architecture="fast", max_time=1200.0)


RECIPES = {
    "hello-world": Recipe("mnist", 5, hello_world, 0.975, scaled=True),
    "mnist": Recipe("mnist", 15, lenet5, 0.9905, 0.993),
    "fashion": Recipe("fashion_mnist", 20, small_net, 0.925, 0.935),
    "cifar-resnet20": Recipe("cifar10_subset", 60, resnet20),
    "cifar-fast": Recipe("cifar10_subset", 30, fast),
}
