"""What the estimators of tables take as X and y, and what they say of what they do not."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from skneural import TabularClassifier, TabularRegressor

RANDOM = np.random.default_rng(1)
N = 150
X = pd.DataFrame(
    {
        "size": RANDOM.normal(size=N),
        "place": RANDOM.choice(["north", "south", "east"], N),
        "code": RANDOM.integers(0, 4, N),
        "open": RANDOM.random(N) > 0.5,
    }
)
X.loc[::9, "size"] = np.nan
Y = ((X["place"] == "north") ^ (X["code"] > 1)).astype(int)
NET = TabularClassifier(categorical_features=["place", "code", "open"], max_iter=3, random_state=0)


@pytest.fixture(scope="module")
def fitted():
    return clone(NET).fit(X, Y)


def containers():
    order = ["south", "north", "west", "east"]
    place, code = pd.Categorical(X["place"], order), X["code"].astype("category")
    yield "categories", X.assign(place=place, code=code)
    yield "other integers", X.assign(code=X["code"].astype("int8"), open=X["open"].astype(int))
    yield "floats", X.assign(code=X["code"].astype(float), open=X["open"].astype("float32"))
    yield "nullable", X.convert_dtypes()
    yield "objects", X.astype(object)
    polars = pytest.importorskip("polars")
    yield "polars", polars.from_pandas(X, nan_to_null=True)
    pyarrow = pytest.importorskip("pyarrow")
    yield "pyarrow", X.convert_dtypes(dtype_backend="pyarrow")
    yield "arrow table", pyarrow.Table.from_pandas(X)


@pytest.mark.parametrize("kind", range(8))
def test_the_same_table_in_other_containers(fitted, kind):
    name, table = list(containers())[kind]
    expected = fitted.predict_proba(X)
    np.testing.assert_array_equal(fitted.predict_proba(table), expected, err_msg=name)
    np.testing.assert_array_equal(clone(NET).fit(table, Y).predict_proba(X), expected)


def test_an_array_is_the_table_of_its_columns():
    net = clone(NET).set_params(categorical_features=[1, 2, 3])
    table = X.to_numpy(object)
    expected = clone(NET).fit(X, Y).predict_proba(X)
    np.testing.assert_array_equal(net.fit(table, Y).predict_proba(table), expected)


def test_unknown_and_missing_categories_are_alike(fitted):
    unknown, missing = X.assign(place="nowhere"), X.assign(place=None)
    np.testing.assert_array_equal(fitted.predict_proba(unknown), fitted.predict_proba(missing))


def test_columns_that_say_nothing_change_nothing():
    more = X.assign(constant=3.0, nothing=np.nan)
    net = clone(NET).fit(more, Y)
    other = more.assign(constant=-7.0, nothing=1.0)
    np.testing.assert_array_equal(net.predict_proba(more), net.predict_proba(other))


def test_a_missing_number_where_fit_had_none_is_the_median():
    whole = X.assign(size=X["size"].fillna(0.0))
    net = clone(NET).fit(whole, Y)
    median = net._table.scale.median[0]
    np.testing.assert_array_equal(
        net.predict_proba(whole.assign(size=np.nan)), net.predict_proba(whole.assign(size=median))
    )


def test_a_category_as_y_with_unused_levels():
    y = pd.Series(pd.Categorical(np.where(Y, "yes", "no"), ["no", "yes", "maybe"]))
    assert list(clone(NET).fit(X, y).classes_) == ["no", "yes"]


@pytest.mark.parametrize("y", [[0] + [1] * (N - 1), [0] + [1] * 70 + [2] * (N - 71)])
def test_a_class_of_one_row(y):
    net = clone(NET).set_params(class_weight="balanced").fit(X, y)
    assert list(net.classes_) == sorted(set(y)) and len(net.validation_scores_) == 3


def test_a_row_of_each_class():
    assert clone(NET).fit(X[:5], list("abcde")).predict_proba(X).shape == (N, 5)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (X.assign(size=X["size"].astype(str)), "column 'size', holds text, .*to_numeric"),
        (X.drop(columns="code").assign(new=1), "unseen at fit time:\n- new\n.*missing:\n- code"),
        (X.assign(size=np.inf), "infinity.*column 'size'"),
        (X[["place", "size", "code", "open"]], "same order"),
    ],
    ids=["text", "columns", "infinity", "order"],
)
def test_bad_tables_to_predict(fitted, changed, message):
    with pytest.raises(ValueError, match=f"(?s)TabularClassifier: .*{message}"):
        fitted.predict(changed)


def test_text_that_spells_the_numbers_of_categories(fitted):
    with pytest.warns(UserWarning, match="column 'code', holds '.' of type str.*astype\\(float\\)"):
        found = fitted.predict_proba(X.assign(code=X["code"].astype(str)))
    np.testing.assert_array_equal(found, fitted.predict_proba(X))


@pytest.mark.parametrize(
    ("changed", "parameters", "error", "message"),
    [
        (X.assign(place=X["place"].where(X.index > 3, 7)), {}, ValueError, "'place', mixes text"),
        (X.assign(size=-np.inf), {}, ValueError, "column 'size'.*make it NaN"),
        (X, {"categorical_features": ["plaice"]}, ValueError, "'plaice', which is not a column"),
        (X, {"categorical_features": [4]}, ValueError, r"column 4, but .* \[0, 3\]"),
        (X, {"categorical_features": None}, ValueError, "'place', holds text"),
        (X, {"hidden_layer_sizes": (8, 0)}, ValueError, "hidden_layer_sizes must be > 0"),
        (X, {"numeric_embedding": "piecwise"}, ValueError, "Did you mean 'piecewise'"),
        (X.assign(at=pd.Timestamp("2020-01-01")), {}, ValueError, "'at', holds times"),
    ],
)
def test_bad_tables_to_fit_change_nothing(fitted, changed, parameters, error, message):
    net, before = clone(NET).fit(X, Y), fitted.predict_proba(X)
    net.set_params(**parameters)
    with pytest.raises(error, match=f"TabularClassifier.*{message}"):
        net.fit(changed, Y)
    np.testing.assert_array_equal(net.predict_proba(X), before)


def test_identifiers_are_named():
    with pytest.warns(UserWarning, match=f"column 'id', has {N} categories in {N} rows"):
        clone(NET).set_params(categorical_features="from_dtype").fit(
            X.assign(id=np.arange(N).astype(str)), Y
        )


def test_targets_of_numbers_are_checked():
    with pytest.raises(ValueError, match="TabularRegressor: loss='poisson' needs y >= 0"):
        TabularRegressor(loss="poisson").fit(X, X["code"] - 1)


def test_what_only_validation_rows_have_is_not_learned():
    """A missing number or a category that no row trained on has stays without effect."""
    X_train = X.assign(size=X["size"].fillna(0.0))
    held_back = X_train[:20].assign(size=np.nan, place="west")
    net = clone(NET).set_params(max_iter=30)
    net.fit(X_train[20:], Y[20:], X_val=held_back, y_val=Y[:20])
    median = net._table.scale.median[0]
    filled = X_train.assign(size=median, place=None)
    np.testing.assert_array_equal(
        net.predict_proba(X_train.assign(size=np.nan, place="west")), net.predict_proba(filled)
    )
    whole = pd.concat([held_back, X_train[20:]])
    y = np.concatenate([Y[:20], Y[20:]])
    weight = np.repeat([0.0, 1.0], [20, N - 20])
    net = clone(NET).fit(whole, y, sample_weight=weight)
    np.testing.assert_array_equal(
        net.predict_proba(X_train.assign(size=np.nan)),
        net.predict_proba(X_train.assign(size=net._table.scale.median[0])),
    )


def test_an_unknown_category_among_many_is_neutral():
    names = np.array([f"k{k}" for k in RANDOM.integers(0, 30, N)])
    net = TabularRegressor(max_iter=5, random_state=0)
    net.fit(X.assign(name=names), RANDOM.normal(size=N))
    starts = [0]
    np.testing.assert_array_equal(net.weights_["categories"]["vectors"][starts], 0)


def test_text_that_spells_several_numbers_alike():
    codes = np.where(np.arange(N) % 2, "1", "01")
    net = clone(NET).set_params(max_iter=40).fit(X.assign(code=codes), codes == "1")
    with pytest.warns(UserWarning, match="column 'code', holds 1 of type int"):
        found = net.predict_proba(X.assign(code=1))
    np.testing.assert_array_equal(found, net.predict_proba(X.assign(code="1")))


def test_categories_of_another_type_are_named():
    first = pd.Timestamp("2020-01-01")
    days = (first + pd.to_timedelta(X["code"], unit="D")).dt.date
    net = clone(NET).fit(X.assign(code=days), Y)
    with pytest.warns(UserWarning, match="column 'code', holds '2020-01-0.' of type str, but"):
        net.predict(X.assign(code=days.astype(str)))


def test_a_lazy_frame_is_named():
    polars = pytest.importorskip("polars")
    with pytest.raises(TypeError, match=r"TabularClassifier: .*use X.collect\(\)"):
        clone(NET).fit(polars.from_pandas(X, nan_to_null=True).lazy(), Y)


def test_large_targets_are_named():
    with pytest.raises(ValueError, match="TabularRegressor: y has numbers of up to 1e\\+200"):
        TabularRegressor().fit(X, np.full(N, 1e200))
