"""Networks for series known by a name: functions that return their layers.

None has an output layer, which follows from y.
"""

from __future__ import annotations

from collections.abc import Callable

from ...layers import (
    LSTM,
    Activation,
    BatchNorm,
    Conv1D,
    Dropout,
    GlobalAvgPool,
    Layer,
    MaxPool,
    Parallel,
    Residual,
    Sequential,
)

_INCEPTION_KERNELS = (40, 20, 10)


def fcn() -> list[Layer]:
    """Return the layers of a fully convolutional network.

    Wang, Yan and Oates 2017, "Time series classification from scratch with deep neural networks: a
    strong baseline", :arxiv:`1611.06455`: convolutions of 128, 256 and 128 filters over 8, 5 and 3
    steps, each with batch normalization and relu, and the mean over time.
    """
    layers = [
        layer for filters, size in ((128, 8), (256, 5), (128, 3))
        for layer in [*_convolution(filters, size), Activation("relu")]
    ]
    return [*layers, GlobalAvgPool()]


def resnet() -> list[Layer]:
    """Return the layers of a residual network.

    Wang, Yan and Oates 2017, :arxiv:`1611.06455`: three blocks of 64, 128 and 128 filters, each of
    convolutions over 8, 5 and 3 steps, and the mean over time.
    """
    blocks = []
    for filters, changes in ((64, True), (128, True), (128, False)):
        layers = [
            *_convolution(filters, 8), Activation("relu"), *_convolution(filters, 5),
            Activation("relu"), *_convolution(filters, 3),
        ]
        shortcut = _convolution(filters, 1) if changes else [BatchNorm()]
        blocks.append(Residual(layers, shortcut, "relu"))
    return [*blocks, GlobalAvgPool()]


def inception_time() -> list[Layer]:
    """Return the layers of a network of InceptionTime, which is an ensemble of five.

    Ismail Fawaz et al. 2020, "InceptionTime: finding AlexNet for time series classification",
    :arxiv:`1909.04939`: six modules in two residual blocks, each of 32 filters over 40, 20 and 10
    steps behind a bottleneck of 32 channels, and 32 behind a maximum of three steps.
    """
    blocks = []
    for _ in range(2):
        modules = [layer for _ in range(3) for layer in _inception()]
        blocks.append(Residual(modules, _convolution(128, 1), "relu"))
    return [*blocks, GlobalAvgPool()]


def lstm_fcn() -> list[Layer]:
    """Return the layers of a fully convolutional network with an LSTM beside it.

    Karim et al. 2018, "LSTM fully convolutional networks for time series classification",
    :arxiv:`1709.05206`. Their LSTM reads a series of one feature as one step; this one reads it
    step by step.
    """
    return [Parallel([("lstm", [LSTM(8), Dropout(0.8)]), ("fcn", fcn())])]


ARCHITECTURES: dict[str, Callable[[], list[Layer]]] = {
    "fcn": fcn, "inception_time": inception_time, "lstm_fcn": lstm_fcn, "resnet": resnet,
}


def _convolution(filters: int, size: int) -> list[Layer]:
    """Return a convolution that keeps the length, and batch normalization."""
    return [_plain(filters, size), BatchNorm()]


def _plain(filters: int, size: int) -> Layer:
    return Conv1D(filters, size, padding="same", use_bias=False, initializer="glorot_uniform")


def _inception() -> list[Layer]:
    """Return a module of InceptionTime."""
    wide = Parallel([_plain(32, size) for size in _INCEPTION_KERNELS])
    pooled = [MaxPool(3, strides=1, padding="same"), _plain(32, 1)]
    branches = Parallel([Sequential([_plain(32, 1), wide]), pooled])
    return [branches, BatchNorm(), Activation("relu")]
