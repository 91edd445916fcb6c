"""Models come back from a file as they were."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge

import skneural
from _saved_models import MODELS, digits, fitted, outputs, same
from skneural import MLPClassifier, MLPRegressor
from skneural._plain_state import class_name
from skneural.estimators.base.predictor import predictor
from skneural.forecasting import WindowForecaster
from skneural.losses import CustomLoss
from skneural.persistence import load, save

pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.needs_jit(reason="fits every kind of model"),
]
EACH = pytest.mark.parametrize("name", list(MODELS))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.safetensors"


def public_estimators():
    members = [getattr(skneural, name) for name in skneural.__all__]
    return {m for m in members if isinstance(m, type) and issubclass(m, BaseEstimator)}


def test_every_estimator_is_tested():
    assert {type(estimator) for estimator, _ in MODELS.values()} == public_estimators()


@EACH
def test_a_file_holds_the_model(name, path):
    model, X = fitted(name)
    save(model, path)
    loaded = load(path)
    assert type(loaded) is type(model)
    assert repr(loaded) == repr(model)
    assert set(vars(loaded)) == set(vars(model))
    assert same(outputs(loaded, X), outputs(model, X))


@EACH
def test_a_state_has_no_private_class(name):
    model, _ = fitted(name)
    assert foreign(model.__getstate__()) == set()


def foreign(value):
    """Names of the package's classes in a plain value that have no public name."""
    if isinstance(value, dict):
        return set().union(*map(foreign, value.values()))
    if isinstance(value, list | tuple):
        return set().union(*map(foreign, value))
    kind = type(value)
    if not kind.__module__.startswith("skneural.") or isinstance(value, BaseEstimator):
        return set()
    return {kind.__qualname__}


@EACH
def test_pickles_and_copies_hold_it_too(name):
    model, X = fitted(name)
    assert same(outputs(pickle.loads(pickle.dumps(model)), X), outputs(model, X))


def test_a_loaded_model_saves_the_same_bytes(path):
    model, _ = fitted("table")
    save(model, path)
    first = path.read_bytes()
    save(load(path), path)
    assert path.read_bytes() == first


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_weights_keep_their_dtype(path, dtype):
    X, y = digits()
    model = MLPClassifier((4,), max_iter=1).fit(X.astype(dtype), y)
    save(model, path)
    assert load(path).coefs_[0].dtype == dtype


def test_training_goes_on_as_if_it_had_not_been_saved(path):
    X, y = digits()
    model = MLPClassifier((8,), random_state=0)
    model.partial_fit(X, y, classes=np.unique(y))
    save(model, path)
    loaded = load(path)
    for each in (model, loaded):
        each.set_params(random_state=1).partial_fit(X, y)
    assert same(model.coefs_, loaded.coefs_)
    assert loaded.loss_curve_ == model.loss_curve_


def test_an_unfitted_one_keeps_its_parameters(path):
    model = MLPClassifier((3, 4), learning_rate=skneural.schedules.Cosine(), tol=np.inf)
    save(model, path)
    loaded = load(path)
    assert repr(loaded) == repr(model)
    with pytest.raises(NotFittedError):
        loaded.predict(digits()[0])


def test_a_random_state_goes_on_where_it_was(path):
    state = np.random.RandomState(3)
    state.normal()
    save(MLPClassifier(random_state=state), path)
    loaded = load(path).random_state
    assert np.array_equal(loaded.normal(size=4), state.normal(size=4))


def test_names_of_features_are_kept(path):
    X, y = digits()
    frame = pd.DataFrame(X).add_prefix("pixel")
    model = MLPClassifier((4,), max_iter=1).fit(frame, y)
    save(model, path)
    loaded = load(path)
    assert list(loaded.feature_names_in_) == list(frame.columns)
    assert same(loaded.predict(frame), model.predict(frame))


def test_categories_of_a_table_are_kept(path):
    frame = pd.DataFrame({"a": ["x", "y", None] * 20, "b": pd.Categorical(["u", "v"] * 30),
                          "c": np.arange(60.0), "d": [True, False] * 30})
    model = skneural.TabularClassifier(max_iter=2).fit(frame, frame["d"])
    save(model, path)
    assert same(load(path).predict_proba(frame), model.predict_proba(frame))


@pytest.mark.parametrize("regressor", [MLPRegressor(max_iter=2, random_state=0), Ridge()],
                         ids=["ours", "scikit-learn's"])
@pytest.mark.parametrize("index", [
    pd.date_range("2024-01-01", periods=60, freq="D", tz="Europe/Berlin"),
    pd.period_range("2020-01", periods=60, freq="M"),
    pd.timedelta_range("1h", periods=60, freq="h"),
    pd.RangeIndex(60),
], ids=["dates", "periods", "differences", "numbers"])
def test_a_forecaster_keeps_its_times(path, regressor, index):
    y = pd.Series(np.sin(np.arange(60.0)), index=index)
    model = WindowForecaster(regressor, window=5).fit(y)
    save(model, path)
    loaded = load(path)
    assert same(loaded.predict(4), model.predict(4))
    exog = pd.DataFrame({"x": np.arange(70.0)}, index=index.append(index[:10])[:70])
    assert vars(loaded).keys() == vars(model).keys()
    assert len(exog) == 70


def test_every_class_has_a_name_that_finds_it():
    assert class_name(MLPClassifier) == "skneural.MLPClassifier"
    assert class_name(skneural.layers.Dense) == "skneural.layers.Dense"
    assert class_name(BaseEstimator) is None
    assert class_name(skneural.engine.plan.Plan) is None


class OwnClassifier(MLPClassifier):
    """A user's subclass."""


def squared(target, output, gradient):
    gradient[0] = 2 * (output[0] - target[0])
    return (output[0] - target[0]) ** 2


def test_own_classes_are_loaded_where_they_are_trusted(path):
    X, y = digits()
    model = OwnClassifier((4,), max_iter=1).fit(X, y)
    save(model, path)
    with pytest.raises(skneural.exceptions.ModelFileError, match="trusted=.OwnClassifier"):
        load(path)
    assert same(outputs(load(path, trusted=[OwnClassifier]), X), outputs(model, X))


def test_own_losses_are_loaded_where_they_are_trusted(path):
    X, y = digits()
    model = MLPRegressor(CustomLoss(squared), max_iter=1).fit(X, y)
    save(model, path)
    with pytest.raises(skneural.exceptions.ModelFileError, match="trusted=.squared"):
        load(path)
    assert same(outputs(load(path, trusted=[squared]), X), outputs(model, X))


def test_a_loaded_network_has_its_weights_once(path):
    model, X = fitted("perceptron")
    save(model, path)
    loaded = load(path)
    network = predictor(loaded)
    assert all(np.shares_memory(each, network.parameters) for each in loaded.coefs_)
    loaded.predict(X)
    assert predictor(loaded) is network


@pytest.mark.parametrize("labels", [
    np.array(["ä", "🐈", "a\u0000b", "\u202e"], object), np.array(["ä", "北京"]),
    np.array(["2020-01-01", "2021-05-01"], "M8[D]"), np.array([1, -3], np.int8),
    np.array([1, 2**63 + 5], np.uint64), np.array([True, False]), np.array([-0.0, 1.0], np.float32),
    pd.Categorical(["a", "b", "ü"]), pd.array(["a", "b"], dtype="string"),
], ids=lambda labels: str(labels.dtype))
def test_labels_of_all_kinds(path, labels):
    X = np.random.RandomState(0).normal(size=(24, 3))
    model = MLPClassifier((3,), max_iter=1, random_state=0).fit(X, labels[np.arange(24) % 2])
    save(model, path)
    loaded = load(path)
    assert same(loaded.classes_, model.classes_)
    assert [type(each) for each in loaded.classes_] == [type(each) for each in model.classes_]
    assert same(loaded.predict(X), model.predict(X))


@pytest.mark.parametrize("value", [
    np.inf, -np.inf, -0.0, np.nan, np.float32(0.1), np.int64(2**62), 2**70, (1, (2.5, None)),
    "größer \ud800 \u2028", {1: "a", (2, 3): [b"\x00"]}, range(3), frozenset({"a"}),
    slice(1, None), np.float32, np.dtype(">i4"),
], ids=repr)
def test_values_of_all_kinds(path, value):
    save(MLPClassifier(alpha=value), path)
    loaded = load(path).alpha
    assert type(loaded) is type(value)
    assert repr(loaded) == repr(value)


@pytest.mark.parametrize("dtype", ["<f8", ">f8", "<f4", ">f4", "f2", "<i4", ">i4", "i8", "u2", "?"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_of_all_kinds(path, dtype, order):
    array = np.array([[np.nan, np.inf, -0.0], [-np.inf, 5e-324, np.pi]])
    array = array.copy(order) if "f" in dtype else np.asarray(np.nan_to_num(array) > 0, order=order)
    with np.errstate(all="ignore"):
        array = array.astype(dtype)
    save(MLPClassifier(alpha=array), path)
    loaded = load(path).alpha
    native = array.astype(array.dtype.newbyteorder("="))
    assert loaded.dtype == native.dtype
    assert loaded.flags.f_contiguous == native.flags.f_contiguous
    assert loaded.tobytes() == native.tobytes()
