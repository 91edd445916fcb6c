"""Recurrent networks on series of random numbers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

CLASSES = 10
GATES = {"lstm": 4, "gru": 3}


@dataclass(frozen=True)
class SeriesWorkload:
    """One row of the comparison: a recurrent network whose last state is classified.

    Parameters
    ----------
    name : str
        As the tables print it.
    cell : {"lstm", "gru"}
    steps, features : int
        Of a series.
    hidden : tuple of int
        Units of each layer.
    batch_size : int
        Series of one update, or of a prediction.
    n_samples : int
        Series of one epoch, or of one pass.
    shortest : int or None
        Steps of the shortest series, if their lengths differ.
    predicts : bool
        Measure prediction in place of training.
    must, aim : float
        Throughput over the best peer's: what it has to reach, what it should reach.
    peak_must, peak_aim : float or None
        The same for the share of one thread's peak.
    """

    name: str
    cell: str
    steps: int
    features: int
    hidden: tuple[int, ...]
    batch_size: int
    n_samples: int
    must: float
    aim: float
    shortest: int | None = None
    predicts: bool = False
    peak_must: float | None = None
    peak_aim: float | None = None
    kind = "series"

    @property
    def flops(self) -> float:
        """Multiplications and additions for one series, as `Workload.flops` counts them."""
        sizes, gates = (self.features, *self.hidden), GATES[self.cell]
        products = [gates * units * (inputs + units) for inputs, units in pairwise(sizes)]
        steps = (self.steps + (self.shortest or self.steps)) / 2
        inputs = gates * self.features * self.hidden[0]
        return 2 * steps * (sum(products) if self.predicts else 3 * sum(products) - inputs)


def _rows() -> list[SeriesWorkload]:
    a, b, c, v = (28, 28, (64,)), (100, 1, (32,)), (64, 64, (128, 128)), (26, 12, (64,))
    return [
        SeriesWorkload("lstm A 28x28-64 b128", "lstm", *a, 128, 2560, 1.6, 2.0),
        SeriesWorkload("gru A 28x28-64 b128", "gru", *a, 128, 2560, 2.2, 3.0),
        SeriesWorkload("lstm B 100x1-32 b32", "lstm", *b, 32, 1280, 2.2, 3.5),
        SeriesWorkload("gru B 100x1-32 b32", "gru", *b, 32, 1280, 3.5, 5.0),
        SeriesWorkload("lstm C 64x64-128-128 b32", "lstm", *c, 32, 320, 1.2, 1.5),
        SeriesWorkload("gru C 64x64-128-128 b32", "gru", *c, 32, 320, 1.8, 2.5),
        SeriesWorkload("lstm V 7..26x12-64 b32", "lstm", *v, 32, 1280, 3.0, 5.0, shortest=7),
        SeriesWorkload("gru V 7..26x12-64 b32", "gru", *v, 32, 1280, 3.0, 5.0, shortest=7),
        SeriesWorkload("predict lstm A by 1", "lstm", *a, 1, 64, 3.0, 6.0, predicts=True),
        SeriesWorkload("predict gru A by 1", "gru", *a, 1, 64, 3.0, 6.0, predicts=True),
    ]


SERIES_WORKLOADS = {workload.name: workload for workload in _rows()}


def make_series(workload: SeriesWorkload):
    """Make the data of a workload, the same for the same workload.

    Returns
    -------
    X : ndarray of shape (n_samples, steps, features), float32, or list of (time_i, features)
    y : ndarray of shape (n_samples,), int64
    """
    import numpy as np

    random = np.random.default_rng(0)
    shape = (workload.n_samples, workload.steps, workload.features)
    X = random.standard_normal(shape, dtype=np.float32)
    y = np.arange(workload.n_samples) % CLASSES
    if workload.shortest is None:
        return X, y
    lengths = random.integers(workload.shortest, workload.steps + 1, len(X))
    return [series[:length] for series, length in zip(X, lengths, strict=True)], y
