"""Early stopping splits by index: only the rows held back are copied."""

import dataclasses
import tracemalloc

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone

from skneural import (
    AutoencoderTransformer,
    ConvNetClassifier,
    MLPClassifier,
    MLPRegressor,
    NeuralNetClassifier,
    NeuralOutlierDetector,
)
from skneural.data.reader import Dataset
from skneural.layers import Dense, Dropout

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
SETTINGS = {"early_stopping": True, "max_iter": 4, "random_state": 0, "batch_size": 16}
RANDOM = np.random.RandomState(0)
X = RANDOM.standard_normal((90, 12))
WEIGHT = RANDOM.uniform(0.5, 2, 90) * (RANDOM.uniform(size=90) < 0.9)
IMAGES = RANDOM.randint(0, 256, (90, 8, 8)).astype(np.uint8)
CASES = {
    "classifier": (MLPClassifier((6,), class_weight="balanced", **SETTINGS), X),
    "sparse": (MLPClassifier((6,), **SETTINGS), sparse.csr_array(X * (X > 0))),
    "in_order": (MLPRegressor(hidden_layer_sizes=(6,), shuffle=False, **SETTINGS), X),
    "clipped": (MLPRegressor(hidden_layer_sizes=(6,), max_grad_norm=0.1, **SETTINGS), X),
    "noise": (NeuralNetClassifier([Dense(6, "relu"), Dropout(0.3)], **SETTINGS), X),
    "images": (ConvNetClassifier(2, augmentation=["flip", "mixup"], **SETTINGS), IMAGES),
    "fast": (ConvNetClassifier((4,), architecture="fast", augmentation=[], **SETTINGS), IMAGES),
    "autoencoder": (AutoencoderTransformer(3, (6,), pretraining="layerwise", **SETTINGS), X),
    "bytes": (AutoencoderTransformer(3, (6,), noise="masking", **SETTINGS), IMAGES),
    "detector": (NeuralOutlierDetector(3, **SETTINGS), sparse.csr_array(X * (X > 0))),
}


def bits(model):
    weights = [np.asarray(array).tobytes() for array in model._weights()]
    return weights, model.loss_curve_, model.validation_scores_


@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["even", "weighted"])
@pytest.mark.parametrize("name", CASES)
def test_as_from_a_copy_of_the_training_rows(name, weight, monkeypatch):
    model, data = CASES[name]
    y = np.arange(90) % 3
    keywords = {} if weight is None else {"sample_weight": weight}
    by_index = clone(model).fit(data, y, **keywords)
    split = Dataset.hold_back

    def copied(*arguments):
        data = split(*arguments)
        assert data.rows.among is not None
        return dataclasses.replace(data, rows=data.rows.alone())

    monkeypatch.setattr(Dataset, "hold_back", copied)
    assert bits(clone(model).fit(data, y, **keywords)) == bits(by_index)


@pytest.mark.needs_jit(reason="many rows")
@pytest.mark.parametrize("model", [MLPClassifier, AutoencoderTransformer])
def test_X_is_not_copied(model, tmp_path):
    random = np.random.default_rng(0)
    np.save(tmp_path / "X.npy", random.standard_normal((100_000, 100), np.float32))
    X, y = np.load(tmp_path / "X.npy", mmap_mode="r"), np.arange(100_000) % 3
    fitted = model(hidden_layer_sizes=(4,), early_stopping=True, max_iter=1, random_state=0)
    fitted.fit(X[:500], y[:500])
    tracemalloc.start()
    fitted.fit(X, y)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 0.3 * X.nbytes, "a tenth is held back, the rest stays where it is"
