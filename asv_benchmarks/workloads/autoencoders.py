"""The autoencoders that contestants train, and one whose codes they compute."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

IMAGE_SHAPE = (28, 28, 1)
FILTERS = (16, 32)
SIZES = (784, 256, 64, 32, 64, 256, 784)
MASKED = 0.25  # share of features that noise sets to zero


@dataclass(frozen=True)
class AutoencoderWorkload:
    """One row of the comparison: an autoencoder on rows or images of random numbers.

    Parameters
    ----------
    name : str
        As the tables print it.
    form : {"plain", "denoising", "variational", "conv"}
    batch_size : int
        Rows of one update.
    n_samples : int
        Rows of one epoch, or of one pass.
    predicts : bool
        Measure the computation of codes in place of training.
    must, aim : float
        Throughput over the best peer's: what it has to reach, what it should reach.
    peak_must, peak_aim : float or None
        The same for the share of one thread's peak.
    """

    name: str
    form: str
    batch_size: int = 128
    n_samples: int = 12_800
    predicts: bool = False
    must: float = 1.5
    aim: float = 2.0
    peak_must: float | None = None
    peak_aim: float | None = None
    kind = "autoencoders"

    @property
    def sizes(self) -> tuple[int, ...]:
        """Widths of dense layers; the code of the variational form is that of means alone."""
        return SIZES

    @property
    def n_components(self) -> int:
        """Numbers of the code."""
        return min(SIZES)

    @property
    def flops(self) -> float:
        """Multiplications and additions for one row, as `Workload.flops` counts them."""
        if self.form == "conv":
            first, second = 14 * 14 * 9 * FILTERS[0], 7 * 7 * 9 * FILTERS[0] * FILTERS[1]
            products = [first, second, second, first]
        else:
            products = [rows * columns for rows, columns in pairwise(SIZES)]
            if self.form == "variational":
                products[len(products) // 2 - 1] *= 2
        if self.predicts:
            return 2 * sum(products[: len(products) // 2])
        return 2 * (3 * sum(products) - products[0])


AUTOENCODER_WORKLOADS = {
    workload.name: workload
    for workload in (
        AutoencoderWorkload("autoencoder b128", "plain"),
        AutoencoderWorkload("denoising autoencoder b128", "denoising"),
        AutoencoderWorkload("variational autoencoder b128", "variational"),
        AutoencoderWorkload("conv autoencoder b128", "conv", n_samples=2560),
        AutoencoderWorkload("codes of 60000 rows", "plain", 60_000, 60_000, True, must=2.0),
    )
}


def make_rows(workload: AutoencoderWorkload):
    """Make the data of a workload, the same for the same workload.

    Returns
    -------
    X : ndarray of shape (n_samples, 784) or (n_samples, 28, 28, 1), float32
        Numbers from 0 to 1.
    """
    import numpy as np

    X = np.random.default_rng(0).random((workload.n_samples, SIZES[0]), dtype="float32")
    return X.reshape(-1, *IMAGE_SHAPE) if workload.form == "conv" else X
