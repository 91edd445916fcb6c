"""Write the files of this version that later ones must read: `python tests/_old_files.py`.

A release that changes the format adds a folder of its own beside the ones there are, and never
writes these again. Weights of the models in EXACT are multiples of 1/8, and so is their input: all
sums are then exact in any order, and predictions have the same bits on every processor.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler

import skneural
from skneural import (
    BernoulliRBM,
    GMDHRegressor,
    MLPClassifier,
    MLPRegressor,
    NeuralNetClassifier,
    RecurrentClassifier,
    SelfOrganizingMap,
    TabularClassifier,
    TextTokenizer,
)
from skneural.forecasting import WindowForecaster
from skneural.layers import Conv2D, Dense, Flatten, MaxPool
from skneural.persistence import save

FOLDER = Path(__file__).parent / "persistence" / "files" / "format_1"
EXACT = {"perceptron", "regressor", "images", "pipeline"}
SHORT = {"max_iter": 2, "random_state": 0}
TEXTS = ["the cat sat", "a dog ran", "größer 猫 🐈 the bird sang"]


def numbers(*shape):
    """Multiples of 1/8 from -1 to 1."""
    return np.random.RandomState(0).randint(-8, 9, shape) / 8


def table():
    """Numbers, categories and missing values."""
    return pd.DataFrame({
        "number": np.where(np.arange(24) % 7 == 3, np.nan, numbers(24)),
        "städte": pd.Categorical(["Köln", "北京", "Köln", None] * 6),
        "flag": [True, False, False] * 8,
    })


def labels(n, names=("b", "ä", "c")):
    """Labels that take turns."""
    return np.array(names, object)[np.arange(n) % len(names)]


def inputs():
    """What each model is asked."""
    return {
        "perceptron": numbers(24, 6), "regressor": numbers(24, 6).astype(np.float32),
        "images": numbers(24, 6, 6, 1), "table": table(), "series": numbers(24, 5, 2),
        "map": numbers(24, 6), "polynomial": numbers(24, 6), "machine": np.abs(numbers(24, 6)),
        "tokens": TEXTS, "forecaster": 3, "pipeline": numbers(24, 6), "unfitted": None,
    }


def outputs(model, X):
    """What a model gives for X, by method."""
    if isinstance(model, WindowForecaster):
        return {"predict": np.asarray(model.predict(X))}
    if isinstance(model, TextTokenizer):
        return {"transform": np.concatenate(model.transform(X))}
    names = ("predict", "decision_function", "predict_proba", "transform")
    found = {name: getattr(model, name)(X) for name in names if hasattr(model, name)}
    return {name: np.asarray(value) for name, value in found.items()}


def models():
    """Fitted models of different kinds, and one that is not."""
    X, y = inputs(), labels(24)
    stack = [Conv2D(3, 2, "relu"), MaxPool(2), Flatten(), Dense(3)]
    found = {
        "perceptron": MLPClassifier((5,), **SHORT).fit(X["perceptron"], y),
        "regressor": MLPRegressor(hidden_layer_sizes=(4,), solver="lbfgs", **SHORT).fit(
            X["regressor"], X["regressor"][:, :2]),
        "images": NeuralNetClassifier(stack, **SHORT).fit(X["images"], y),
        "table": TabularClassifier(hidden_layer_sizes=(6,), n_members=3, **SHORT).fit(
            X["table"], y),
        "series": RecurrentClassifier(hidden_layer_sizes=(3,), **SHORT).fit(X["series"], y),
        "map": SelfOrganizingMap((2, 3), max_iter=2).fit(X["map"]),
        "polynomial": GMDHRegressor(max_layers=2).fit(X["polynomial"], X["polynomial"][:, 0] ** 2),
        "machine": BernoulliRBM(3, n_iter=2, random_state=0).fit(X["machine"]),
        "tokens": TextTokenizer().fit(TEXTS),
        "forecaster": WindowForecaster(MLPRegressor(hidden_layer_sizes=(3,), **SHORT),
                                       window=4).fit(pd.Series(
            np.sin(np.arange(30.0)), pd.date_range("2024-01-01", periods=30, tz="Europe/Berlin"))),
        "unfitted": MLPClassifier((3, 4), learning_rate=skneural.schedules.Cosine(), tol=np.inf),
        "pipeline": make_pipeline(MaxAbsScaler(), MLPClassifier((5,), **SHORT)).fit(
            X["pipeline"], y),
    }
    for name in EXACT:
        model = found[name][-1] if name == "pipeline" else found[name]
        for array in getattr(model, "coefs_", None) or weights_of(model):
            array[...] = np.round(8 * array) / 8
        for array in getattr(model, "intercepts_", []):
            array[...] = np.round(8 * array) / 8
    return found


def weights_of(model):
    """The arrays of all layers."""
    return [array for of_layer in model.weights_.values() for array in of_layer.values()]


def main():
    """Write all models, and what they predict."""
    import skops.io

    if FOLDER.exists():
        sys.exit(f"{FOLDER} is there already, and stays as it is")
    FOLDER.mkdir(parents=True)
    expected = {}
    for name, model in models().items():
        if name == "pipeline":
            skops.io.dump(model, FOLDER / f"{name}.skops", compression=8)
        else:
            save(model, FOLDER / f"{name}.safetensors")
        if name != "unfitted":
            for method, value in outputs(model, inputs()[name]).items():
                is_text = value.dtype == object
                expected[f"{name}.{method}"] = value.astype(str) if is_text else value
    np.savez_compressed(FOLDER / "expected.npz", **expected)


if __name__ == "__main__":
    main()
