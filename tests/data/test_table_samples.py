"""Estimators that read tables as they are, on a layer of a test's own."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.utils._testing import ignore_warnings
from sklearn.utils.estimator_checks import parametrize_with_checks

from skneural import NeuralNetClassifier, NeuralNetRegressor
from skneural.data.splits import hold_out
from skneural.data.table_samples import TableSamples
from skneural.engine.compile.jit import kernel
from skneural.engine.primitives import ITEMSIZE, ROWS, RUN_FIELDS, indices, integers, real, reals
from skneural.engine.shares import share_begin, share_end
from skneural.layers import Dense, Layer

pd = pytest.importorskip("pandas")
RANDOM = np.random.default_rng(0)


@kernel
def join(row, run):
    """Y (rows, n + n_codes) = numbers X (rows, n), and codes as numbers."""
    field = integers(row, 9)
    n_rows, n, n_codes = integers(run, RUN_FIELDS)[ROWS], field[4], field[6]
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        x = reals(field[2] + i * field[3] * ITEMSIZE, n)
        codes = indices(field[5] + i * n_codes * 4, n_codes)
        y = reals(field[7] + i * field[8] * ITEMSIZE, n + n_codes)
        for j in range(n):
            y[j] = x[j]
        for c in range(n_codes):
            y[n + c] = real(codes[c])


class CodesAsNumbers(Layer):
    """Numbers, and behind them the codes as numbers."""

    reads_columns = True

    def build(self, plan, inputs, slots, number):
        outputs = plan.buffer(inputs.shape)
        plan.by_rows(
            join, inputs.numbers.address, inputs.numbers.stride, inputs.numbers.columns,
            inputs.codes.address, inputs.codes.columns, outputs.address, outputs.stride,
        )
        return outputs, lambda gradient, wanted: None


class OfTables:
    """Reads X as a table."""

    _needs_dense = "tables are dense"

    def _samples(self):
        return TableSamples(self)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.sparse = False
        return tags


class TableClassifier(OfTables, NeuralNetClassifier):
    """A classifier of tables."""


class TableRegressor(OfTables, NeuralNetRegressor):
    """A regressor of tables."""


LAYERS = [CodesAsNumbers(), Dense(16, "relu")]


def table(n_rows=200, seed=0):
    random = np.random.default_rng(seed)
    a, b = random.normal(size=n_rows), random.normal(size=n_rows) * 50 + 1e6
    a[random.random(n_rows) < 0.2] = np.nan
    color = random.choice(["red", "green", "blue"], n_rows)
    X = pd.DataFrame({"a": a, "b": b, "color": pd.Categorical(color)})
    y = (color == "red") ^ (b > 1e6)
    return X, np.where(y, "yes", "no")


def make(**parameters):
    parameters = {"max_iter": 30, "learning_rate_init": 0.01, "random_state": 0} | parameters
    return TableClassifier(layers=LAYERS, **parameters)


def test_a_table_is_learned():
    X, y = table()
    model = make(max_iter=100, batch_size=20).fit(X, y)
    assert model.score(X, y) > 0.9
    assert model.n_features_in_ == 3
    assert model.feature_names_in_.tolist() == ["a", "b", "color"]
    assert model.is_categorical_.tolist() == [False, False, True]


def test_the_same_categories_predict_the_same():
    X, y = table()
    model = make().fit(X, y)
    expected = model.predict_proba(X)
    as_text = X.assign(color=X["color"].astype(str))
    reordered = X.assign(color=X["color"].cat.set_categories(["none", "red", "blue", "green"]))
    for other in (as_text, reordered, X.astype({"b": "Float64"})):
        np.testing.assert_array_equal(model.predict_proba(other), expected)
        np.testing.assert_array_equal(make().fit(other, y).predict_proba(X), expected)
    rows = [model.predict_proba(X[i : i + 1])[0] for i in range(20)]
    np.testing.assert_array_equal(rows, expected[:20])


def test_threads_change_no_bit():
    X, y = table(2000)
    one, two = (make(max_iter=3, n_jobs=n).fit(X, y).predict_proba(X) for n in (1, 2))
    np.testing.assert_array_equal(one, two)


def test_the_dtype_of_the_network():
    X, y = table()
    single = X.astype({"a": "float32", "b": "float32"})
    for given, dtype, expected in (
        (X, None, np.float64), (single, None, np.float32), (X, "float32", np.float32),
        (single, "float64", np.float64), (X[["color"]], None, np.float64),
    ):  # fmt: skip
        assert make(dtype=dtype, max_iter=1).fit(given, y).predict_proba(given).dtype == expected
    model = make(dtype="float32").fit(single, y)
    same = single.astype({"a": "float64", "b": "float64"})
    np.testing.assert_array_equal(model.predict_proba(same), model.predict_proba(single))


@pytest.mark.parametrize("scoring", [None, "neg_log_loss"])
def test_validation_rows_teach_nothing(scoring):
    X, y = table()
    settings = {"early_stopping": True, "validation_fraction": 0.2, "scoring": scoring}
    model = make(**settings).fit(X, y)
    assert len(model.validation_scores_) > 0
    random = np.random.RandomState(0)
    # first weights are drawn before the split
    fresh = make(**settings, max_iter=1).fit(X, y)
    np.testing.assert_array_equal(fresh._table.scale.center, model._table.scale.center)
    splits = []

    def noting(*args):
        splits.append(hold_out(*args))
        return splits[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skneural.data.reader.hold_out", noting)
        make(**settings).fit(X, y)
        kept, held_back = splits[0]
        X.loc[held_back, "b"] = random.normal(size=len(held_back)) * 1e9
        X["color"] = X["color"].astype(str)
        X.loc[held_back[0], "color"] = "violet"
        other = make(**settings).fit(X, y)
    np.testing.assert_array_equal(splits[1][1], held_back)
    np.testing.assert_array_equal(other._table.scale.center, model._table.scale.center)
    np.testing.assert_array_equal(other._table.scale.spread, model._table.scale.spread)
    assert other._table.categories[0].absent == {4}
    alone = make().fit(X.iloc[kept], y[kept])
    np.testing.assert_array_equal(alone._table.scale.center, model._table.scale.center)


def test_validation_data_of_the_user():
    X, y = table()
    X_val, y_val = table(50, seed=1)
    X_val["color"] = X_val["color"].astype(str).replace("red", "violet")
    alone = make().fit(X, y)
    model = make(early_stopping=True).fit(X, y, X_val=X_val, y_val=y_val)
    np.testing.assert_array_equal(model._table.scale.center, alone._table.scale.center)
    assert model._table.categories == alone._table.categories


def test_later_fits_keep_what_the_first_learned():
    X, y = table()
    model = make().partial_fit(X, y, classes=["no", "yes"])
    first, before = model._table, model.predict_proba(X)
    later = X.assign(b=X["b"] * 3, color="violet")
    model.partial_fit(later, y)
    assert model._table is first
    assert (model.predict_proba(X) != before).any()
    warm = make(warm_start=True).fit(X, y)
    first = warm._table
    warm.fit(later, y)
    assert warm._table is first


def test_an_error_changes_nothing():
    X, y = table()
    model = make().fit(X, y)
    before = dict(vars(model))
    with pytest.raises(ValueError, match="TableClassifier: X has infinity"):
        model.fit(X.assign(a=np.inf, c=1), y)
    assert vars(model) == before
    with pytest.raises(ValueError, match=r"(?s)TableClassifier: The feature names.*- c"):
        model.predict(X.assign(c=1))


@pytest.mark.needs_jit(reason="hundreds of epochs a check")
@parametrize_with_checks([clone(make(max_iter=100)), TableRegressor(LAYERS, max_iter=100)])
def test_sklearn_check(estimator, check):
    with ignore_warnings(category=(FutureWarning, UserWarning)):
        check(estimator)
