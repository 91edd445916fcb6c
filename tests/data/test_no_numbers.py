"""Text, times and masked values are refused wherever numbers are wanted, in any container."""

import datetime

import numpy as np
import pytest
from sklearn.base import clone, is_classifier, is_regressor

import skneural as sk
from skneural.layers import Flatten

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")

RANDOM = np.random.default_rng(0)
X, CLASSES = RANDOM.normal(size=(20, 4)), np.arange(20) % 2
SHORT = {"max_iter": 1, "random_state": 0}
ESTIMATORS = [
    sk.MLPClassifier((3,), **SHORT),
    sk.MLPRegressor(hidden_layer_sizes=(3,), **SHORT),
    sk.NeuralNetClassifier([Flatten()], **SHORT),
    sk.NeuralNetRegressor([Flatten()], **SHORT),
    sk.ConvNetClassifier(filters=2, hidden_layer_sizes=(3,), **SHORT),
    sk.ConvNetRegressor(filters=2, hidden_layer_sizes=(3,), **SHORT),
    sk.AutoencoderTransformer(2, (3,), **SHORT),
    sk.NeuralOutlierDetector(2, (3,), **SHORT),
]
each = pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
REGRESSORS = [e for e in ESTIMATORS if is_regressor(e)]
each_regressor = pytest.mark.parametrize("estimator", REGRESSORS, ids=lambda e: type(e).__name__)


def with_one(value):
    objects = X.astype(object)
    objects[3, 1] = value
    return objects


DATES = (100 * X).astype("datetime64[s]").astype("datetime64[us]")
NO_NUMBERS = {
    "text": (np.full((20, 4), "1.5"), "text, such as '1.5'"),
    "bytes": (np.full((20, 4), b"1.5"), "text, such as b'1.5'"),
    "object": (with_one("1.5"), "text, such as '1.5'"),
    "object_date": (with_one(datetime.date(2020, 1, 2)), "times, such as 2020-01-02"),
    "list": (with_one("1.5").tolist(), "text, such as '1.5'"),
    "list_of_arrays": (list(np.full((20, 4), "1.5")), "text, such as '1.5'"),
    "timedelta": ((100 * X).astype("timedelta64[s]"), "times"),
    "datetime": (DATES, "times, such as 1970"),
    "pandas_text": (pd.DataFrame(X).assign(a="1.5"), "in column 'a', holds text"),
    "pandas_category": (pd.DataFrame(X).assign(a="1.5").astype({"a": "category"}), "'a'"),
    "pandas_dates": (pd.DataFrame(DATES), "in column 0, holds times"),
    "pandas_zone": (pd.DataFrame(DATES).apply(lambda c: c.dt.tz_localize("UTC")), "times"),
    "pandas_span": (pd.DataFrame(DATES - DATES[0]), "in column 0, holds times"),
    "polars_text": (pl.DataFrame(X).with_columns(a=pl.lit("1.5")), "in column 'a', holds text"),
    "polars_dates": (pl.DataFrame({"a": DATES[:, 0]}), "in column 'a', holds times"),
    "masked": (np.ma.array(X, mask=X > 1), "masked values"),
    "masked_list": (list(np.ma.array(X, mask=X > 1)), "masked values"),
}


def targets(estimator):
    return X[:, 0] if is_regressor(estimator) else CLASSES


def calls(model, bad):
    y = targets(model)
    yield "fit", (bad, y), {}
    if hasattr(model, "predict"):
        yield "predict", (bad,), {}
    if hasattr(model, "transform"):
        yield "transform", (bad,), {}
    if hasattr(model, "activations"):
        yield "activations", (bad, 0), {}
    if hasattr(model, "partial_fit"):
        yield "partial_fit", (bad, y), {}
    if is_classifier(model) or is_regressor(model):
        yield "fit", (X, y), {"X_val": bad, "y_val": y}


@each
@pytest.mark.parametrize("kind", NO_NUMBERS)
def test_X(estimator, kind, raises_unchanged):
    bad, words = NO_NUMBERS[kind]
    model = clone(estimator).fit(X, targets(estimator))
    for method, arguments, keywords in calls(model, bad):
        owner = type(model).__name__
        raises_unchanged(model, [owner, "X", words], method, *arguments, **keywords)


@pytest.mark.parametrize("estimator", ESTIMATORS[2:], ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("kind", ["text", "object", "list", "timedelta", "masked"])
def test_X_of_images(estimator, kind, raises_unchanged):
    bad, words = NO_NUMBERS[kind]
    model = clone(estimator).fit(X.reshape(20, 2, 2, 1), targets(estimator))
    if isinstance(bad, list):
        bad = [[[[a], [b]], [[c], [d]]] for a, b, c, d in bad]
    else:
        bad = bad.reshape(20, 2, 2, 1)
    for method, arguments, keywords in calls(model, bad):
        if not keywords:
            raises_unchanged(model, [type(model).__name__, words], method, *arguments)


@each_regressor
@pytest.mark.parametrize("kind", NO_NUMBERS)
@pytest.mark.parametrize("columns", [1, 2])
def test_y(estimator, kind, columns, raises_unchanged):
    if "polars" in kind or "pandas" in kind or "list" in kind:
        return
    bad, words = NO_NUMBERS[kind]
    bad = bad[:, 1] if columns == 1 else bad[:, :2]
    model = clone(estimator)
    raises_unchanged(model, [type(model).__name__, "y", words.partition(",")[0]], "fit", X, bad)


@pytest.mark.parametrize("estimator", ESTIMATORS[::2][:3], ids=lambda e: type(e).__name__)
def test_labels_may_be_text_but_not_masked(estimator, raises_unchanged):
    model = clone(estimator).fit(X, np.array(["a", "b"])[CLASSES])
    assert set(model.predict(X)) <= {"a", "b"}
    masked = np.ma.array(CLASSES, mask=CLASSES == 1)
    raises_unchanged(model, [type(model).__name__, "y", "10 masked values"], "fit", X, masked)


@each
@pytest.mark.parametrize(
    ("weight", "words"),
    [
        ("a", "text, such as 'a'"),
        (["1"] * 20, "text, such as '1'"),
        (np.ones(20, "timedelta64[s]"), "times"),
        (np.ma.array(np.ones(20), mask=CLASSES == 1), "10 masked values"),
    ],
    ids=["scalar", "text", "times", "masked"],
)
def test_weights(estimator, weight, words, raises_unchanged):
    model, fragments = clone(estimator), [type(estimator).__name__, "sample_weight", words]
    raises_unchanged(model, fragments, "fit", X, targets(model), sample_weight=weight)


def test_codes(raises_unchanged):
    model = clone(ESTIMATORS[6]).fit(X)
    fragments = ["AutoencoderTransformer", "codes", "text"]
    raises_unchanged(model, fragments, "inverse_transform", np.full((2, 2), "1"))


@each
def test_numbers_in_any_container_pass(estimator):
    model, expected = clone(estimator), clone(estimator)
    y = targets(estimator)
    call = "predict" if hasattr(model, "predict") else "transform"
    expected = getattr(expected.fit(X, y), call)(X)
    for same in (
        X.astype(object), pd.DataFrame(X), pd.DataFrame(X).astype("Float64"), pl.DataFrame(X),
        X.tolist(), list(X), np.ma.array(X), pd.DataFrame(X.astype(object)),
    ):
        assert np.array_equal(getattr(clone(estimator).fit(same, y), call)(same), expected)
