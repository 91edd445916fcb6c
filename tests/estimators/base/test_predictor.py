"""The network kept beside a fitted estimator follows its weights, in every thread."""

import copy
import gc
import pickle
import tracemalloc
import warnings
import weakref
from concurrent.futures import ThreadPoolExecutor

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skneural import AutoencoderTransformer, ConvNetClassifier, MLPClassifier, NeuralNetClassifier
from skneural.estimators.base import predictor as _predictor
from skneural.layers import BatchNorm, Dense


def fitted(**parameters):
    random = np.random.RandomState(0)
    X = random.standard_normal((50, 4))
    with warnings.catch_warnings(action="ignore"):
        model = MLPClassifier((5,), max_iter=2, random_state=0, **parameters)
        return model.fit(X, random.randint(0, 3, 50)), X


def test_the_trained_network_predicts():
    model, _ = fitted()
    network = _predictor.predictor(model)
    assert _predictor.predictor(model) is network
    assert network.variables[0]["kernel"] is model.coefs_[0]


def test_weights_edited_in_place():
    model, X = fitted()
    before = model.predict_proba(X)
    model.coefs_[0] *= 2
    network = _predictor.predictor(model)
    assert not np.array_equal(model.predict_proba(X), before)
    assert _predictor.predictor(model) is network


def test_weights_replaced():
    model, X = fitted()
    before = model.predict_proba(X)
    model.coefs_[0] = model.coefs_[0].copy()
    model.intercepts_ = [bias.tolist() and bias + 1 for bias in model.intercepts_]
    after = model.predict_proba(X)
    assert not np.array_equal(after, before)
    network = _predictor.predictor(model)
    model.coefs_ = [kernel.copy() for kernel in model.coefs_]
    assert _predictor.predictor(model) is network
    model.coefs_[1][...] = 0
    assert _predictor.predictor(model) is not network
    assert_array_equal(model.predict_proba(X), np.broadcast_to(model.predict_proba(X)[0], (50, 3)))


def test_a_copy_has_a_network_of_its_own():
    model, X = fitted()
    expected = model.predict_proba(X)
    for copied in (copy.deepcopy(model), copy.copy(model)):
        assert_array_equal(copied.predict_proba(X), expected)
    deep = copy.deepcopy(model)
    model.coefs_[0][...] = 0
    assert_array_equal(deep.predict_proba(X), expected)


def test_the_network_goes_with_the_estimator():
    model, _ = fitted()
    network = weakref.ref(_predictor.predictor(model))
    del model
    gc.collect()
    assert network() is None


def test_threads_predict_while_weights_are_replaced():
    model, X = fitted()
    weights = [model.coefs_, [kernel * 2 for kernel in model.coefs_]]
    allowed = []
    for coefs in weights:
        model.coefs_ = coefs
        allowed.append(model.predict_proba(X).tobytes())

    def predict(number):
        if number % 5 == 0:
            model.coefs_ = weights[number % 2]
        return model.predict_proba(X).tobytes()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(predict, range(200))) <= set(allowed)


def test_old_attributes_survive_a_refit():
    """A later fit writes into arrays of its own."""
    model, X = fitted(warm_start=True)
    kept = model.coefs_[0]
    values = kept.copy()
    with warnings.catch_warnings(action="ignore"):
        model.fit(X, np.arange(50) % 3)
    assert_array_equal(kept, values)
    assert not np.array_equal(model.coefs_[0], values)


KINDS = {
    "mlp": MLPClassifier((5, 3), normalization="batch"),
    "neural_net": NeuralNetClassifier([Dense(5, "relu"), BatchNorm()]),
    "convnet": ConvNetClassifier(filters=2, hidden_layer_sizes=(3,), normalization="batch"),
    "autoencoder": AutoencoderTransformer(2, (4,), tied_weights=True),
}
COPIES = {
    "pickle": lambda model, folder: pickle.loads(pickle.dumps(model)),
    "joblib": lambda model, folder: joblib.load(joblib.dump(model, folder / "model")[0]),
    "compressed": lambda model, folder: joblib.load(joblib.dump(model, folder / "m", 3)[0]),
    "deepcopy": lambda model, folder: copy.deepcopy(model),
}


def count_comparisons(monkeypatch):
    compared = []

    def array_equal(a, b):
        compared.append(a.shape)
        return bool((a == b).all())

    monkeypatch.setattr(_predictor.np, "array_equal", array_equal)
    return compared


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", COPIES)
def test_a_loaded_model_shows_the_weights_of_its_network(kind, way, tmp_path, monkeypatch):
    X = np.random.RandomState(0).standard_normal((50, 4))
    model = KINDS[kind].set_params(max_iter=2, random_state=0).fit(X, np.arange(50) % 3)
    call = "transform" if kind == "autoencoder" else "predict_proba"
    expected = getattr(model, call)(X)
    loaded = COPIES[way](model, tmp_path)
    compared = count_comparisons(monkeypatch)
    assert_array_equal(getattr(loaded, call)(X), expected)
    assert not compared
    network = _predictor.predictor(loaded)
    for array, kept in zip(loaded._weights(), model._weights(), strict=True):
        assert np.shares_memory(array, network.parameters)
        assert not np.shares_memory(array, kept)
    loaded._weights()[0][...] *= 2
    assert _predictor.predictor(loaded) is network
    assert not np.array_equal(getattr(loaded, call)(X), expected)
    assert_array_equal(getattr(model, call)(X), expected)
    if kind == "mlp":
        loaded.coefs_[1] = loaded.coefs_[1] * 3
    else:
        variables = next(iter(loaded.weights_.values()))
        variables["kernel"] = variables["kernel"] * 3
    assert _predictor.predictor(loaded) is not network


def test_a_loaded_model_holds_its_weights_once(tmp_path):
    random = np.random.RandomState(0)
    X = random.standard_normal((20, 200))
    model = MLPClassifier((1000, 500), max_iter=1, solver="sgd", momentum=0, random_state=0)
    with warnings.catch_warnings(action="ignore"):
        model.fit(X, np.arange(20) % 2)
    del model._solver_state  # holds as much for each slot
    size = sum(array.nbytes for array in model._weights())
    joblib.dump(model, tmp_path / "model")
    model.predict(X[:1])
    del model
    gc.collect()
    tracemalloc.start()
    loaded = joblib.load(tmp_path / "model")
    loaded.predict(X[:1])
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < held < 1.2 * size


def test_weights_of_a_mapped_file_stay_there(tmp_path, monkeypatch):
    model, X = fitted()
    expected = model.predict_proba(X)
    joblib.dump(model, tmp_path / "model")
    loaded = joblib.load(tmp_path / "model", mmap_mode="r")
    compared = count_comparisons(monkeypatch)
    for _ in range(3):
        assert_array_equal(loaded.predict_proba(X), expected)
    assert not compared
    assert isinstance(loaded.coefs_[0], np.memmap)
    loaded = joblib.load(tmp_path / "model", mmap_mode="c")
    loaded.predict(X)
    loaded.coefs_[0][...] *= 2  # may be written into, and so is compared
    assert not np.array_equal(loaded.predict_proba(X), expected)
    assert compared


def test_a_shallow_copy_predicts_with_the_same_network():
    model, X = fitted()
    copied = copy.copy(model)
    assert copied.coefs_ is model.coefs_
    assert _predictor.predictor(copied) is _predictor.predictor(model)
    copied.coefs_ = [2 * kernel for kernel in copied.coefs_]
    assert not np.array_equal(copied.predict_proba(X), model.predict_proba(X))


def test_unfitted_and_broken_estimators_are_unpickled():
    assert pickle.loads(pickle.dumps(MLPClassifier())).get_params() == MLPClassifier().get_params()
    model, X = fitted()
    del model.intercepts_
    with pytest.raises(ValueError, match="intercepts_"):
        pickle.loads(pickle.dumps(model)).predict(X)
