"""The network with the best accuracy per second, and its training recipe."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ....augmentation import Augmentation, Crop, Flip
from ....data.rows import Rows
from ....layers import Activation, BatchNorm, Conv2D, GlobalMaxPool, Layer, Scale
from ....network.network import Network
from ....schedules import OneCycle
from ....training.settings import Settings
from .recipe import Recipe
from .stack import Stack
from .whitening import whitening_filters

_FILTERS = (64, 128, 256)
_MOST_DIRECTIONS = 32  # that patches are whitened in
_IMAGES_SEEN, _PIXELS_SEEN = 2000, 2000 * 32 * 32  # the most that patches are taken from
_OUTPUT_SCALE = 1 / 9
_SMALLEST_BATCH, _LARGEST_BATCH, _BATCHES = 32, 512, 50
_PEAK_RATE = 1.5 / 1024  # at the top of the cycle, for each sample of a batch
_PEAK_FACTOR = 5.0  # of the rate the cycle begins with


def fast(image_shape: tuple[int, ...], filters: Sequence[int] | None = None) -> list[Layer]:
    """Return the layers of this library's own network for accuracy per second.

    After Jordan 2024, "94% on CIFAR-10 in 3.29 seconds on a single GPU", :arxiv:`2404.00498`: a
    frozen first convolution that whitens patches, then for each of ``filters`` a block of two 3x3
    convolutions, pooled in between, global maximum pooling, and small outputs. Blocks are narrower
    than the paper's 64, 256 and 256.

    Parameters
    ----------
    image_shape : tuple of int
        Height, width and channels.
    filters : sequence of int or None, default=None
        Of both convolutions of each block; None for 64, 128 and 256, one block fewer for images
        below about 24 pixels, and two below 12.
    """
    if filters is None:
        halvings = round(math.log2(min(image_shape[:2])))
        filters = _FILTERS[: max(1, halvings - 2)]
    stack = Stack(image_shape, "lecun_uniform", "batch")
    height, width, channels = image_shape
    side = 2 if channels > 2 else 3
    size = min(side, height), min(side, width)
    directions = min(size[0] * size[1] * channels, _MOST_DIRECTIONS)
    stack.add(Conv2D(2 * directions, size, "gelu", trainable=False))
    for number in filters:
        stack.add(_convolution(int(number)))
        stack.pool()
        stack.add(BatchNorm())
        stack.add(Activation("gelu"))
        stack.convolve(int(number), activation="gelu")
    stack.add(GlobalMaxPool())
    stack.add(Scale(_OUTPUT_SCALE))
    return stack.layers


def _convolution(filters: int) -> Conv2D:
    return Conv2D(filters, padding="same", use_bias=False, initializer="lecun_uniform")


def _augmentation(image_shape: tuple[int, ...]) -> list[Augmentation]:
    """Return mirror images, and a crop by two pixels or fewer for images below 32."""
    margin = min(2, min(image_shape[:2]) // 8)
    crop = [Crop(margin, "reflect")] if margin else []
    return [Flip(alternating=True), *crop]


def _training(settings: Settings, n_samples: int, most_rows: int | None) -> dict[str, Any]:
    """Return how to train: the paper's numbers, its rate in proportion to the batch."""
    if settings.is_lbfgs:
        return {}
    size = settings.batch_size
    if size == "auto":
        size = min(max(n_samples // _BATCHES, _SMALLEST_BATCH), _LARGEST_BATCH)
        size = min(size, most_rows or size)
    values = {
        "max_iter": 20,
        "n_iter_no_change": np.inf,
        "batch_size": size if n_samples > 2 * _SMALLEST_BATCH else "auto",
        "learning_rate": OneCycle(_PEAK_FACTOR, warmup_fraction=0.23, minimum=0.02),
    }
    if settings.loss == "log_loss":
        values["label_smoothing"] = 0.2
    if settings.solver == "adam":
        values |= {
            "solver": "sgd",
            "momentum": 0.85,
            "learning_rate_init": min(size, n_samples) * _PEAK_RATE / _PEAK_FACTOR,
            "alpha": 0.0,
            "weight_decay": 0.01,
        }
    return values


def _first_weights(
    network: Network, rows: Rows, random_state: np.random.RandomState
) -> None:
    """Initialise the first convolution to whiten patches, and the others to the identity."""
    images = _some_images(rows, network, random_state)
    first = network.variables[0]
    *size, _, n_filters = first["kernel"].shape
    kernel, bias = whitening_filters(images, (size[0], size[1]), n_filters // 2)
    first["kernel"][...], first["bias"][...] = kernel, bias
    for layer, variables in zip(network.layers[1:], network.variables[1:], strict=True):
        if isinstance(layer, Conv2D):
            _begin_as_identity(variables["kernel"])


def _some_images(
    rows: Rows, network: Network, random_state: np.random.RandomState
) -> np.ndarray:
    """Return images drawn from the training rows, float64, as the network sees them."""
    shape = network.input_shape
    most = min(_IMAGES_SEEN, max(1, _PIXELS_SEEN // (shape[0] * shape[1])))
    X, chosen = rows.X, rows.among
    if rows.n_samples > most:
        drawn = np.sort(random_state.choice(rows.n_samples, most, replace=False))
        chosen = drawn if chosen is None else chosen[drawn]
    if chosen is not None:
        X = X[chosen]
    return (X.astype(np.float64) * network.scale).reshape(-1, *shape)


def _begin_as_identity(kernel: np.ndarray) -> None:
    """Set the first filters to pass on one channel each; the others stay as drawn."""
    height, width, channels, filters = kernel.shape
    same = np.arange(min(channels, filters))
    kernel[..., same] = 0
    kernel[height // 2, width // 2, same, same] = 1


FAST = Recipe(_augmentation, _training, _first_weights)
