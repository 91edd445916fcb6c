"""The convolutional networks and images that contestants train on and predict."""

from __future__ import annotations

from dataclasses import dataclass, field

from asv_benchmarks.workloads.image_layers import lenet5, plain, resnet20, shapes_along


@dataclass(frozen=True)
class ImageWorkload:
    """One row of the comparison: a network on images of random numbers.

    Parameters
    ----------
    name : str
        As the tables print it.
    image_shape : tuple of int
        Height, width, channels; or length, channels.
    layers : tuple
        From `image_layers`.
    parameters : dict or None
        Of this library's `ConvNetClassifier`, for the same network; None for a
        `NeuralNetClassifier` of the layers.
    batch_size : int
        Images of one update, or of one call where predicting is measured.
    n_samples : int
        Images of one epoch, or of one pass: whole batches.
    predicts : bool
        Measure prediction in place of training.
    must, aim : float
        Throughput over the best peer's: what it has to reach, what it should reach.
    peak_must, peak_aim : float or None
        The same for the share of one thread's peak.
    """

    name: str
    image_shape: tuple[int, ...]
    layers: tuple
    parameters: dict | None = field(hash=False)
    batch_size: int
    n_samples: int
    predicts: bool = False
    must: float = 1.3
    aim: float = 2.0
    peak_must: float | None = None
    peak_aim: float | None = None
    kind = "images"

    @property
    def flops(self) -> float:
        """Multiplications and additions for one image, as `Workload.flops` counts them."""
        shapes = shapes_along(self.layers, self.image_shape)
        products = [layer.products(shape) for layer, shape in zip(self.layers, shapes)]
        return 2 * (sum(products) if self.predicts else 3 * sum(products) - products[0])


SMALL = (28, 28, 1)
LARGE = (32, 32, 3)
TWO = plain((32, 64), "valid", dropout=0.5)
TWO_PARAMETERS = {
    "filters": (32, 64), "padding": "valid", "hidden_layer_sizes": (), "dropout": 0.5,
}
THREE = plain((32, 64, 128), "same", (128,))
THREE_PARAMETERS = {"filters": (32, 64, 128)}

IMAGE_WORKLOADS = {
    workload.name: workload
    for workload in (
        ImageWorkload(
            "lenet5 b64", SMALL, lenet5(), {"architecture": "lenet5"}, 64, 4096,
            must=1.5, aim=3.0,
        ),
        ImageWorkload("conv 32-64 b128", SMALL, TWO, TWO_PARAMETERS, 128, 2048),
        ImageWorkload(
            "conv 32-64-128 b128", LARGE, THREE, THREE_PARAMETERS, 128, 1024,
            aim=1.9, peak_must=0.6, peak_aim=0.8,
        ),
        ImageWorkload("resnet20 b128", LARGE, resnet20(), {"architecture": "resnet20"}, 128, 512),
        ImageWorkload(
            "predict 32-64 by 1", SMALL, TWO, TWO_PARAMETERS, 1, 500, True, must=0.4, aim=0.67
        ),
        ImageWorkload(
            "predict 32-64 by 1000", SMALL, TWO, TWO_PARAMETERS, 1000, 2000, True,
            must=1.3, aim=2.0,
        ),
    )
}


def make_images(workload: ImageWorkload):
    """Make the images of a workload, the same for the same workload.

    Returns
    -------
    X : ndarray of shape (n_samples, height, width, channels), float32
    y : ndarray of shape (n_samples,), int64
        Ten classes.
    """
    import numpy as np

    random = np.random.default_rng(0)
    X = random.standard_normal((workload.n_samples, *workload.image_shape), dtype="float32")
    flat = X.reshape(len(X), -1)
    signal = flat @ random.standard_normal((flat.shape[1], 10), dtype="float32")
    return X, signal.argmax(axis=1)


def batches(values, size: int) -> list:
    """Cut rows into batches."""
    return [values[begin : begin + size] for begin in range(0, len(values), size)]
