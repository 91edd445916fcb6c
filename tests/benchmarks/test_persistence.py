"""The benchmarks of saved models: what is measured runs, and what must hold without a clock."""

import os
from pathlib import Path

import numpy as np
import pytest

from skneural.callbacks import HAS_CALLBACKS

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.needs_jit(reason="sizes of benchmarks"),
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]


@pytest.fixture
def persistence(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    from asv_benchmarks import persistence

    monkeypatch.setattr(persistence, "WIDTHS", (32, 16))
    return persistence


@pytest.fixture
def model(persistence):
    return persistence.fresh(200)


def test_all_predict_the_same(persistence, model):
    models, _ = persistence.contestants(model)
    X, _ = persistence.data(10)
    expected = model.predict_proba(X)
    assert all(np.array_equal(each.predict_proba(X), expected) for each in models.values())
    times = persistence.predictions(models, X, 1, 1, 2)
    assert set(times) == {"fresh", "loaded", "unpickled"}
    assert min(times.values()) > 0


def test_weights_are_held_once_and_files_are_no_larger(persistence, monkeypatch):
    from skneural.persistence import load

    monkeypatch.setattr(persistence, "WIDTHS", (512,))
    model = persistence.fresh(200)
    weights, (X, _) = persistence.weights_of(model), persistence.data(10)
    _, path = persistence.contestants(model)
    moments = model._solver_state.slots.nbytes
    assert os.path.getsize(path) < 1.1 * (weights + moments)
    assert persistence.bytes_held(lambda: load(path), X) < 1.3 * weights + moments


@pytest.mark.skipif(not HAS_CALLBACKS, reason="callbacks need scikit-learn 1.9")
def test_checkpoints(persistence):
    epoch, written = persistence.cost_of_checkpoints(200, 3)
    assert 0 < written < epoch


def test_onnx(persistence, model):
    pytest.importorskip("onnxruntime", reason="needs the extra 'onnx'")
    X, _ = persistence.data(10)
    times, difference = persistence.beside_onnx(model, X, 10, 1, 2)
    assert set(times) == {"ours", "ONNX Runtime"}
    assert difference < 1e-5
