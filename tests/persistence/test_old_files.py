"""Files that earlier versions wrote are read, and the models in them predict as they did then."""

import numpy as np
import pytest

from _old_files import EXACT, FOLDER, inputs, outputs
from skneural import MLPClassifier
from skneural.persistence import load

pytestmark = pytest.mark.needs_jit(reason="predictions of many kinds of models")
NAMES = sorted(set(inputs()) - {"unfitted", "pipeline"})
TOLERANCE = {np.dtype(np.float32): 1e-5, np.dtype(np.float64): 1e-9}


@pytest.fixture(scope="module")
def expected():
    with np.load(FOLDER / "expected.npz") as arrays:
        return dict(arrays)


def check(name, model, expected):
    found = outputs(model, inputs()[name])
    assert {f"{name}.{method}" for method in found} == {
        key for key in expected if key.startswith(f"{name}.")
    }
    for method, value in found.items():
        known = expected[f"{name}.{method}"]
        if value.dtype == object:
            assert value.astype(str).tolist() == known.tolist()
            continue
        assert value.dtype == known.dtype
        # a softmax is computed by other instructions on other processors; sums of eighths are exact
        if value.dtype.kind != "f" or (name in EXACT and method != "predict_proba"):
            np.testing.assert_array_equal(value, known)
        else:
            tolerance = TOLERANCE[value.dtype]
            np.testing.assert_allclose(value, known, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", NAMES)
def test_a_model(name, expected):
    check(name, load(FOLDER / f"{name}.safetensors"), expected)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.InconsistentVersionWarning")
def test_a_pipeline(expected):
    skops = pytest.importorskip("skops.io", reason="skops is not installed")
    path = FOLDER / "pipeline.skops"
    trusted = skops.get_untrusted_types(file=path)
    assert trusted == ["skneural.estimators.mlp.mlp.MLPClassifier"]
    check("pipeline", skops.load(path, trusted=trusted), expected)


def test_a_model_that_was_not_fitted():
    model = load(FOLDER / "unfitted.safetensors")
    assert type(model) is MLPClassifier
    assert model.hidden_layer_sizes == (3, 4)
    assert model.tol == np.inf


def test_the_files_are_small():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 200_000
