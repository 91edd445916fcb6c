"""SeriesScaler: mean 0 and variance 1 over all steps, in any container of the same numbers."""

import pickle
import re

import numpy as np
import pytest
import sklearn
from scipy import sparse
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skneural import RecurrentClassifier, SeriesScaler

RANDOM = np.random.default_rng(0)
FEATURES = 3
# three decimals in binary: the same numbers in float16, float32 and float64
UNEQUAL = [
    RANDOM.integers(-40, 40, (length, FEATURES)) / 8 + np.arange(FEATURES)
    for length in (5, 3, 4, 7, 3, 6)
]
EQUAL = RANDOM.integers(-40, 40, (6, 4, FEATURES)) / 8
LABELS = np.arange(6) % 2


def objects(items):
    array = np.empty(len(items), object)
    array[:] = items
    return array


def filled(series, steps=0):
    padded = np.full((len(series), max(map(len, series)) + steps, FEATURES), np.nan)
    for row, each in zip(padded, series, strict=True):
        row[: len(each)] = each
    return padded


def same(result, expected):
    """Whether results are of one container, and have the same bits and dtypes."""
    assert type(result) is type(expected)
    if isinstance(expected, (list, tuple)) or expected.dtype == object:
        assert len(result) == len(expected)
        for ours, theirs in zip(result, expected, strict=True):
            same(ours, theirs)
        return
    assert result.dtype == expected.dtype
    np.testing.assert_array_equal(result, expected)


def test_mean_and_variance_over_all_steps():
    scaler = SeriesScaler().fit(UNEQUAL)
    steps = np.concatenate(UNEQUAL)
    np.testing.assert_allclose(scaler.mean_, steps.mean(axis=0), rtol=1e-14)
    np.testing.assert_allclose(scaler.var_, steps.var(axis=0), rtol=1e-14)
    np.testing.assert_array_equal(scaler.scale_, np.sqrt(scaler.var_))
    assert scaler.n_features_in_ == FEATURES
    scaled = np.concatenate(scaler.transform(UNEQUAL))
    np.testing.assert_allclose(scaled, StandardScaler().fit_transform(steps), atol=1e-14)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(scaled.std(axis=0), 1, rtol=1e-14)


SCALED = SeriesScaler().fit_transform(UNEQUAL)
CONTAINERS = {
    "list": (UNEQUAL, SCALED),
    "tuple": (tuple(UNEQUAL), tuple(SCALED)),
    "array of objects": (objects(UNEQUAL), objects(SCALED)),
    "nested lists": ([series.tolist() for series in UNEQUAL], SCALED),
    "filled up": (filled(UNEQUAL), filled(SCALED)),
    "filled up further": (filled(UNEQUAL, 4), filled(SCALED, 4)),
    "list of filled up": (list(filled(UNEQUAL)), list(filled(SCALED))),
    "in Fortran's order": ([np.asfortranarray(series) for series in UNEQUAL], SCALED),
    "float16": ([series.astype(np.float16) for series in UNEQUAL], SCALED),
    "float32": ([series.astype(np.float32) for series in UNEQUAL],
                [series.astype(np.float32) for series in SCALED]),
    "float32, filled up": (filled(UNEQUAL).astype(np.float32), filled(SCALED).astype(np.float32)),
    "both": ([UNEQUAL[0].astype(np.float32), *UNEQUAL[1:]], SCALED),
}


@pytest.mark.parametrize(("X", "expected"), CONTAINERS.values(), ids=CONTAINERS.keys())
def test_any_container_has_the_same_bits_and_is_kept(X, expected):
    before = pickle.dumps(X)
    scaler = SeriesScaler()
    same(scaler.fit_transform(X), expected)
    same(scaler.fit(X).transform(X), expected)
    same(scaler.mean_, SeriesScaler().fit(UNEQUAL).mean_)
    assert pickle.dumps(X) == before, "changed what it was given"
    back = scaler.inverse_transform(expected)
    assert type(back) is type(X)
    for ours, theirs in zip(back, X, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_arrays(dtype):
    X = EQUAL.astype(dtype)
    scaler = SeriesScaler().fit(X)
    result = scaler.transform(X)
    same(result, SeriesScaler().fit(list(X)).transform(X))
    assert result.shape == X.shape
    assert result.dtype == dtype
    same(list(result), SeriesScaler().fit_transform(list(X)))
    np.testing.assert_allclose(scaler.inverse_transform(result), X, atol=1e-6)
    same(scaler.transform(X[:, :2]), result[:, :2].copy())
    same(scaler.transform(X[:1]), result[:1])


def test_integers_become_float64():
    X = RANDOM.integers(0, 9, (6, 4, FEATURES))
    expected = SeriesScaler().fit_transform(X.astype(float))
    for dtype in (np.uint8, np.int64, np.float16, object):
        same(SeriesScaler().fit_transform(X.astype(dtype)), expected)
    same(SeriesScaler().fit_transform(X > 4), SeriesScaler().fit_transform((X > 4) * 1.0))


def test_pandas():
    pd = pytest.importorskip("pandas")
    frames = [pd.DataFrame(series) for series in UNEQUAL]
    same(SeriesScaler().fit_transform(frames), SCALED)
    column = pd.Series(UNEQUAL, index=list("abcdef"), name="steps")
    result = SeriesScaler().fit_transform(column)
    assert isinstance(result, pd.Series)
    assert list(result.index) == list("abcdef")
    assert result.name == "steps"
    same(list(result), SCALED)
    table = pd.DataFrame(EQUAL[:, :, 0], columns=list("abcd"))
    scaler = SeriesScaler().set_output(transform="pandas").fit(table)
    result = scaler.transform(table)
    assert list(result.columns) == list("abcd")
    np.testing.assert_array_equal(result, SeriesScaler().fit_transform(table.to_numpy()))


def test_series_stay_series_where_data_frames_are_asked_for():
    pytest.importorskip("pandas")
    with sklearn.config_context(transform_output="pandas"):
        same(SeriesScaler().fit_transform(UNEQUAL), SCALED)
        assert SeriesScaler().fit_transform(EQUAL).shape == EQUAL.shape


def test_one_feature_a_step():
    X = [np.array([1.0, 2.0, 6.0]), np.array([3.0])]
    scaler = SeriesScaler().fit(X)
    assert scaler.n_features_in_ == 1
    assert scaler.mean_ == [3]
    columns = [series[:, None] for series in X]
    same(SeriesScaler().fit_transform(columns), [x[:, None] for x in scaler.transform(X)])
    same(scaler.transform([X[0]]), scaler.transform(X)[:1])
    same(scaler.transform(X[0][None]), scaler.transform(X)[0][None])


def test_tables():
    table = EQUAL[:, :, 0]
    scaler = SeriesScaler().fit(table)
    assert scaler.n_features_in_ == 4
    assert scaler.input_shape_ == (4, 1)
    assert scaler.mean_.shape == (1,)
    result = scaler.transform(table)
    same(result, SeriesScaler().fit_transform(table[:, :, None])[:, :, 0].copy())
    same(SeriesScaler().fit_transform(table.tolist()), result)
    same(scaler.transform(table[:, :, None]), result[:, :, None])
    assert list(scaler.get_feature_names_out()) == ["x0", "x1", "x2", "x3"]
    with pytest.raises(ValueError, match="X has 3 features, but SeriesScaler is expecting 4"):
        scaler.transform(table[:, :3])
    assert not hasattr(SeriesScaler().fit(EQUAL), "get_feature_names_out")


def test_series_shape():
    flat = EQUAL.reshape(6, -1)
    scaler = SeriesScaler((4, FEATURES)).fit(flat)
    assert scaler.mean_.shape == (FEATURES,)
    result = scaler.transform(flat)
    same(result, SeriesScaler().fit_transform(EQUAL).reshape(6, -1))
    same(scaler.transform(EQUAL), result.reshape(EQUAL.shape))
    same(scaler.inverse_transform(result), scaler.inverse_transform(result.tolist()))
    said = r"SeriesScaler: X has 12 features, series_shape=\(5, 3\) needs 15"
    with pytest.raises(ValueError, match=said):
        SeriesScaler((5, 3)).fit(flat)


def test_constant_features_are_only_centered():
    X = [series.copy() for series in UNEQUAL]
    for series in X:
        series[:, 1] = 0.1
    scaler = SeriesScaler().fit(X)
    assert scaler.scale_[1] == 1
    result = np.concatenate(scaler.transform(X))
    np.testing.assert_allclose(result[:, 1], 0, atol=1e-15)
    assert np.isfinite(result).all()
    same(SeriesScaler().fit_transform([np.array([[2.0]])]), [np.array([[0.0]])])


HOLED = [UNEQUAL[0], np.where(np.arange(9).reshape(3, 3) == 4, np.nan, UNEQUAL[1])]
BAD = {
    "NaN": (HOLED, ValueError, "X[1] is NaN at step 1, feature 1"),
    "infinity": ([np.full((2, 3), np.inf)], ValueError, "X[0] is infinite at step 0, feature 0"),
    "empty": ([UNEQUAL[0], np.empty((0, 3))], ValueError, "X[1] has no steps"),
    "features": ([UNEQUAL[0], np.ones((2, 2))], ValueError, "X[1] has 2 features, X[0] has 3"),
    "no series": ([], ValueError, "X has no series"),
    "texts": (["some", "texts"], TypeError, "X[0] is a text; tokenise first: TextTokenizer"),
    "sparse": (sparse.csr_array(np.eye(3)), TypeError, "Sparse data was passed for X, but series"),
    "four dimensions": (EQUAL[None], ValueError, "X has shape (1, 6, 4, 3)"),
    "a table with NaN": (np.array([[1.0, np.nan]]), ValueError, "NaN"),
}


@pytest.mark.parametrize(("X", "kind", "said"), BAD.values(), ids=BAD.keys())
def test_what_is_no_series(X, kind, said, raises_unchanged):
    raises_unchanged(SeriesScaler(), ["SeriesScaler", said], "fit", X, error=kind)
    scaler = SeriesScaler().fit(EQUAL)
    before = scaler.mean_
    raises_unchanged(scaler, ["SeriesScaler", said], "fit", X, error=kind)
    assert scaler.mean_ is before


def test_other_features_than_in_fit():
    scaler = SeriesScaler().fit(np.ones((3, 7, 2)))
    with pytest.raises(ValueError, match=re.escape("channels seem to come first: X.transpose(0")):
        scaler.transform(np.ones((3, 2, 7)))
    with pytest.raises(ValueError, match="X is a table of 14 columns, but fit has seen series of"):
        scaler.transform(np.ones((3, 14)))


def test_misspelt_parameters():
    with pytest.raises(TypeError, match="Did you mean 'series_shape'"):
        SeriesScaler(serie_shape=(2, 2))
    with pytest.raises(ValueError, match="'series_shape' parameter of SeriesScaler must be"):
        SeriesScaler(series_shape=3).fit(EQUAL)


def test_clones_pickles_and_searches():
    scaler = SeriesScaler((4, FEATURES)).fit(EQUAL)
    same(pickle.loads(pickle.dumps(scaler)).transform(EQUAL), scaler.transform(EQUAL))
    assert clone(scaler).get_params() == {"series_shape": (4, FEATURES)}
    net = RecurrentClassifier(hidden_layer_sizes=(3,), max_iter=1, random_state=0)
    pipeline = make_pipeline(SeriesScaler(), net)
    grid = {"recurrentclassifier__cell": ["gru"]}
    search = GridSearchCV(pipeline, grid, cv=2, error_score="raise")
    for X in (UNEQUAL, objects(UNEQUAL), filled(UNEQUAL)):
        assert search.fit(X, LABELS).predict(X).shape == (6,)
