"""Series of the UCR and UEA archives in their default split, and rows of MNIST's images."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from sklearn.linear_model import RidgeClassifierCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from asv_benchmarks.accuracy.real_data import load_images
from asv_benchmarks.accuracy.series.contest import TRAINING, Contest, Trial, fit_and_score
from asv_benchmarks.accuracy.series.minirocket import MiniRocket
from skneural import RecurrentClassifier, SeriesNetClassifier

UCR = {
    "italy_power_demand": (0.96, 0.97), "gun_point": (0.99, 1.0), "arrow_head": (0.83, 0.863),
    "basic_motions": (1.0, 1.0),
}
ARCHITECTURES = ("fcn", "resnet", "inception_time")


def load(name: str) -> tuple:
    """Series of a set as (n, time, features), with NaN behind the short ones, and labels."""
    X, y, X_test, y_test = load_images(name)
    return by_steps(X), y, by_steps(X_test), y_test


def by_steps(X):
    return np.ascontiguousarray(np.float32(X).transpose(0, 2, 1))


def vowels() -> Iterator[Contest]:
    """JapaneseVowels: speakers, by series of unequal lengths."""
    data = load("japanese_vowels")

    def recurrent(cell: str, seed: int) -> tuple[float, float]:
        network = RecurrentClassifier(
            cell, bidirectional=True, dropout=0.2, max_iter=60, random_state=seed, **TRAINING
        )
        return fit_and_score(network, *data)

    cells = {f"bidirectional {cell}": partial(recurrent, cell) for cell in ("gru", "lstm")}
    yield Contest("JapaneseVowels, recurrent", cells, 0.97, 0.98)
    networks = {
        name: partial(convolutions, data, name, max_iter=100) for name in ("fcn", "resnet")
    }
    yield Contest("JapaneseVowels, convolutions", networks, 0.985, 0.993)


def ucr() -> Iterator[Contest]:
    """Four sets of the UCR and UEA archives."""
    for name, (must, aim) in UCR.items():
        data = load(name)
        networks: dict[str, Trial] = {
            architecture: partial(convolutions, data, architecture)
            for architecture in ARCHITECTURES
        }
        peers: dict[str, Trial] = {"MiniRocket + ridge": partial(minirocket, data)}
        yield Contest(name, networks, must, aim, peers)


def convolutions(data: tuple, architecture: str, seed: int, **how: Any) -> tuple[float, float]:
    """Fit a network of convolutions over time."""
    network = SeriesNetClassifier(architecture, n_jobs=1, random_state=seed, **how)
    return fit_and_score(network, *data)


def minirocket(data: tuple, seed: int) -> tuple[float, float]:
    """Fit a ridge classifier on features of fixed convolutions."""
    model = make_pipeline(
        MiniRocket(random_state=seed), StandardScaler(), RidgeClassifierCV(np.logspace(-3, 3, 10))
    )
    return fit_and_score(model, *data)


def mnist() -> Iterator[Contest]:
    """MNIST, an image's rows as steps."""
    X, y, X_test, y_test = load_images("mnist")
    data = (np.float32(X) / 255, y, np.float32(X_test) / 255, y_test)

    def by_rows(units: int, epochs: int, seed: int) -> tuple[float, float]:
        network = RecurrentClassifier(
            "lstm", (units,), batch_size=128, max_iter=epochs, random_state=seed, **TRAINING
        )
        return fit_and_score(network, *data)

    for units, epochs, must, aim in ((64, 5, 0.97, 0.98), (128, 10, 0.985, 0.99)):
        name = f"MNIST by rows, {epochs} epochs"
        yield Contest(name, {f"lstm({units})": partial(by_rows, units, epochs)}, must, aim)
