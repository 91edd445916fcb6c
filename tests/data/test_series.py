"""Series in every container that users hold them in, and the errors for what is no series."""

import re

import numpy as np
import pytest
from scipy import sparse

from skneural import RecurrentClassifier
from skneural.data.series import is_flat, is_list, read_series

pd = pytest.importorskip("pandas")

RANDOM = np.random.default_rng(0)
FEATURES = 2
# whole numbers of few bits are the same in every dtype
LENGTHS = [5, 3, 4, 7, 3, 6]
UNEQUAL = [RANDOM.integers(-9, 9, (length, FEATURES)).astype(float) for length in LENGTHS]
EQUAL = RANDOM.integers(0, 9, (6, 4, FEATURES)).astype(float)
FLAT = EQUAL[:, :, 0]
LABELS = np.arange(6) % 2
SHORT = {"hidden_layer_sizes": (3,), "max_iter": 2, "random_state": 0, "dtype": "float64"}


def objects(items):
    array = np.empty(len(items), object)
    array[:] = items
    return array


def filled(series, steps=0):
    """An array of series filled up with NaN, by a number of steps more than needed."""
    padded = np.full((len(series), max(map(len, series)) + steps, FEATURES), np.nan)
    for row, each in zip(padded, series, strict=True):
        row[: len(each)] = each
    return padded


def same(read, expected):
    assert isinstance(read, np.ndarray) == isinstance(expected, np.ndarray)
    assert len(read) == len(expected)
    for ours, theirs in zip(read, expected, strict=True):
        assert ours.dtype == theirs.dtype
        assert ours.flags.c_contiguous
        np.testing.assert_array_equal(ours, theirs)


CONTAINERS = {
    "list": UNEQUAL,
    "tuple": tuple(UNEQUAL),
    "array of objects": objects(UNEQUAL),
    "lists of lists": [series.tolist() for series in UNEQUAL],
    "tuples": tuple(tuple(map(tuple, series.tolist())) for series in UNEQUAL),
    "data frames": [pd.DataFrame(series) for series in UNEQUAL],
    "pandas series of arrays": pd.Series(UNEQUAL, index=range(6, 0, -1)),
    "filled up": filled(UNEQUAL),
    "filled up further": filled(UNEQUAL, 3),
    "filled up, objects": filled(UNEQUAL).astype(object),
    "list of filled up": list(filled(UNEQUAL)),
    "in Fortran's order": [np.asfortranarray(series) for series in UNEQUAL],
    "read only": [np.frombuffer(series.tobytes()).reshape(series.shape) for series in UNEQUAL],
    "int64": [series.astype(np.int64) for series in UNEQUAL],
    "int8": [series.astype(np.int8) for series in UNEQUAL],
    "float16": [series.astype(np.float16) for series in UNEQUAL],
    "long double": [series.astype(np.longdouble) for series in UNEQUAL],
    "objects": [series.astype(object) for series in UNEQUAL],
    "mixed dtypes": [UNEQUAL[0].astype(np.float32), *UNEQUAL[1:]],
}
ALIKE = {
    "list": list(EQUAL),
    "tuple": tuple(EQUAL),
    "nested lists": EQUAL.tolist(),
    "objects": EQUAL.astype(object),
    "uint8": EQUAL.astype(np.uint8),
    "float16": EQUAL.astype(np.float16),
    "in Fortran's order": np.asfortranarray(EQUAL),
    "reversed": EQUAL[::-1].copy()[::-1],
    "filled up": np.concatenate([EQUAL, np.full((6, 2, FEATURES), np.nan)], axis=1),
    "frames": [pd.DataFrame(series) for series in EQUAL],
    "masked without masks": np.ma.array(EQUAL),
}
each_container = pytest.mark.parametrize("X", CONTAINERS.values(), ids=CONTAINERS.keys())
each_alike = pytest.mark.parametrize("X", ALIKE.values(), ids=ALIKE.keys())


@each_container
def test_unequal_lengths_in_any_container(X):
    assert not is_flat(X)
    same(read_series(X, "Owner"), UNEQUAL)


@each_alike
def test_equal_lengths_in_any_container(X):
    assert not is_flat(X)
    same(read_series(X, "Owner"), EQUAL)


def test_an_array_without_need_of_conversion_is_not_copied():
    assert read_series(EQUAL, "Owner") is EQUAL


@pytest.mark.parametrize(
    ("dtype", "kinds", "expected"),
    [
        (None, ["float32", "float32"], "float32"),
        (None, ["float32", "float64"], "float64"),
        (None, ["float16", "float32"], "float64"),
        (None, ["int64", "float32"], "float64"),
        (np.float32, ["float64", "int8"], "float32"),
        (np.float64, ["float32", "float32"], "float64"),
    ],
)
def test_dtypes(dtype, kinds, expected):
    series = [x.astype(kind) for x, kind in zip(UNEQUAL, kinds, strict=False)]
    assert {x.dtype.name for x in read_series(series, "Owner", dtype)} == {expected}
    alike = [x.astype(kind) for x, kind in zip(EQUAL, kinds, strict=False)]
    assert read_series(alike, "Owner", dtype).dtype == expected


def test_series_of_numbers_have_one_feature():
    same(read_series([[1, 2, 3], (4, 5)], "Owner"),
         [np.array([[1.0], [2.0], [3.0]]), np.array([[4.0], [5.0]])])
    columns = [pd.Series([1.0, 2.0, 3.0]), pd.Series([4.0, np.nan])]
    same(read_series(columns, "Owner"), [np.array([[1.0], [2.0], [3.0]]), np.array([[4.0]])])
    same(read_series([[1.0, None], [2.0, 3.0]], "Owner"),
         [np.array([[1.0]]), np.array([[2.0], [3.0]])])


TABLES = {
    "array": FLAT,
    "objects": FLAT.astype(object),
    "list": FLAT.tolist(),
    "list of arrays": list(FLAT),
    "frame": pd.DataFrame(FLAT),
    "sparse": sparse.csr_array(FLAT),
    "numbers": FLAT[0],
    "a column": pd.Series(FLAT[0]),
}


@pytest.mark.parametrize("X", TABLES.values(), ids=TABLES.keys())
def test_tables_are_flat(X):
    assert is_flat(X)


def test_polars_frames_are_flat():
    pl = pytest.importorskip("polars")
    assert is_flat(pl.DataFrame(FLAT))
    assert not is_list(pl.DataFrame(FLAT))


def test_missing_steps_are_left_out_where_asked_for():
    holed = [series.copy() for series in UNEQUAL]
    holed[0][2, 1] = holed[3][[0, 6], :] = np.nan
    expected = [np.delete(UNEQUAL[0], 2, axis=0), *UNEQUAL[1:3], UNEQUAL[3][1:6], *UNEQUAL[4:]]
    same(read_series(holed, "Owner", missing="mask"), expected)
    holed[1][:] = np.nan
    with pytest.raises(ValueError, match=r"Owner: X\[1\] has no steps; every series needs"):
        read_series(holed, "Owner", missing="mask")


def with_value(value, place=5, step=2, feature=0):
    series = [x.copy() for x in UNEQUAL]
    series[place][step, feature] = value
    return series


def with_item(item, place=3):
    return [*UNEQUAL[:place], item, *UNEQUAL[place:]]


BAD = {
    "empty series": (with_item(np.empty((0, 2))), "X[3] has no steps; every series needs at least"),
    "empty list": (with_item([]), "X mixes arrays of one and of two dimensions"),
    "empty list of numbers": ([[1.0], [], [2.0, 3.0]], "X[1] has no steps"),
    "only NaN": (with_item(np.full((3, 2), np.nan)), "X[3] has no steps"),
    "a row of NaN": (filled(with_item(np.full((3, 2), np.nan))), "X[3] has no steps"),
    "no time": (np.empty((3, 0, 2)), "X[0] has no steps"),
    "no features": (np.empty((3, 4, 0)), "X[0] has no features"),
    "no features, a list": ([np.empty((3, 0)), np.empty((4, 0))], "X[0] has no features"),
    "other features": (with_item(np.ones((4, 3))), "X[3] has 3 features, X[0] has 2"),
    "NaN": (with_value(np.nan), "X[5] is NaN at step 2, feature 0; NaN is only allowed after a"),
    "NaN at the end": (with_value(np.nan, 0, -1, 1), "X[0] is NaN at step 4, feature 1"),
    "NaN in an array": (filled(with_value(np.nan)), "X[5] is NaN at step 2, feature 0"),
    "infinity": (with_value(np.inf), "X[5] is infinite at step 2, feature 0"),
    "infinity in an array": (filled(with_value(-np.inf)), "X[5] is infinite at step 2, feature 0"),
    "complex": (with_item(np.ones((4, 2), complex)), "X[3]: Complex data not supported"),
    "complex array": (EQUAL.astype(complex), "X: Complex data not supported"),
    "no series": (np.empty((0, 4, 2)), "X has no series; at least one is needed"),
    "empty": ([], "X has no series; at least one is needed"),
    "empty array of objects": (np.empty(0, object), "X has no series"),
    "mixed": (with_item(np.ones(4)), "X mixes arrays of one and of two dimensions, as X[0] of shape"
              " (5, 2) and X[3] of shape (4,)"),
    "four dimensions": (EQUAL[None], "X has shape (1, 6, 4, 2); series need (n_samples, time,"),
    "four, objects": (EQUAL[None].astype(object), "X has shape (1, 6, 4, 2)"),
    "an item of three": (with_item(EQUAL), "X[3] has shape (6, 4, 2); a series has the shape"),
    "numbers": ([1.0, 2.0], "X[0] has shape (); a series has the shape (time, features)"),
    "rows unlike": (with_item([[1.0, 2.0], [3.0]]), "X[3] is no array of numbers"),
    "an object": (with_item(object()), "X[3] is no array of numbers"),
    "an object inside": (with_item([[1.0, object()]]), "X[3] is no array of numbers"),
    "nothing": (with_item(None), "X[3] has shape ()"),
    "times": (with_item(np.ones((4, 2)).astype("datetime64[s]")), "X[3] holds times"),
    "times in an array": (EQUAL.astype("datetime64[s]"), "X holds times"),
    "masked": (with_item(np.ma.masked_equal(np.ones((4, 2)), 1)), "X[3] has 8 masked values"),
    "masked array": (np.ma.masked_equal(EQUAL > 4, True), f"X has {(EQUAL > 4).sum()} masked val"),
}
TYPES = {
    "texts": (["some text", "more"], "X[0] is a text; tokenise first: TextTokenizer"),
    "an array of texts": (np.array(["some text", "more"]), "X[0] is a text; tokenise first"),
    "objects": (np.array(["some text", "more"], object), "X[0] is a text; tokenise first"),
    "a column of texts": (pd.Series(["some text", "more"]), "X[0] is a text; tokenise first"),
    "bytes": ([b"some", b"text"], "X[0] is a text; tokenise first"),
    "words": ([["some", "text"], ["more"]], "X[0] holds texts; tokenise first: TextTokenizer"),
    "a text": (with_item([["1", "2"]]), "X[3] holds texts; tokenise first"),
    "sparse": (with_item(sparse.csr_array(np.ones((4, 2)))), "X[3] is sparse, but series are"),
}
CASES = [(*case, ValueError) for case in BAD.values()] + [(*c, TypeError) for c in TYPES.values()]
each_bad = pytest.mark.parametrize(("X", "said", "kind"), CASES, ids=[*BAD, *TYPES])


@each_bad
def test_what_is_no_series(X, said, kind):
    with pytest.raises(kind, match=re.escape(f"Owner: {said}")):
        read_series(X, "Owner")


def test_numbers_too_large_for_a_dtype():
    with pytest.raises(ValueError, match=r"Owner: X\[5\] has numbers that are too large for float"):
        read_series(with_value(1e200), "Owner", np.float32)
    with pytest.raises(ValueError, match="Owner: X has numbers that are too large for float32"):
        read_series(EQUAL + 1e200, "Owner", np.float32)


def test_a_sparse_array_is_no_array_of_series():
    with pytest.raises(TypeError, match=r"X is sparse, but series are dense; use X.toarray\(\)"):
        read_series(sparse.csr_array(FLAT), "Owner")


def test_features_of_the_fit():
    said = "X has samples of 4 steps x 2 features, fitted with 4 features a step; channels seem to"
    with pytest.raises(ValueError, match=re.escape(f"Owner: {said} come first: X.transpose(0, 2")):
        read_series(EQUAL, "Owner", n_features=4)
    said = "X[1] is a series of 3 steps x 2 features, fitted with 3 features a step; channels seem"
    series = [np.ones((5, 3)), UNEQUAL[1]]
    with pytest.raises(ValueError, match=re.escape(f"{said} to come first: [series.T for")):
        read_series(series, "Owner", n_features=3)
    with pytest.raises(ValueError, match="2 features, fitted with 7 features a step$"):
        read_series(EQUAL, "Owner", n_features=7)


# Through an estimator


@pytest.fixture(scope="module")
def fitted():
    return RecurrentClassifier(**SHORT).fit(UNEQUAL, LABELS)


@each_container
def test_an_estimator_learns_the_same(X, fitted):
    model = RecurrentClassifier(**SHORT).fit(X, LABELS)
    assert model.n_features_in_ == FEATURES
    assert model.input_shape_ == fitted.input_shape_
    assert model.loss_curve_ == fitted.loss_curve_
    np.testing.assert_array_equal(model.predict_proba(X), fitted.predict_proba(UNEQUAL))


@each_alike
def test_an_estimator_learns_the_same_of_equal_lengths(X):
    expected, model = (RecurrentClassifier(**SHORT).fit(x, LABELS) for x in (EQUAL, X))
    assert model.input_shape_ == (4, FEATURES)
    np.testing.assert_array_equal(model.predict_proba(X), expected.predict_proba(EQUAL))
    np.testing.assert_array_equal(model.predict_proba(list(X)), expected.predict_proba(EQUAL))


@each_bad
def test_an_estimator_refuses(X, said, kind, fitted, raises_unchanged):
    y = np.arange(len(X)) % 2
    raises_unchanged(RecurrentClassifier(**SHORT), [f"RecurrentClassifier: {said}"], "fit", X, y,
                     error=kind)
    if "features" not in said and said != "X[1] has no steps":
        with pytest.raises(kind, match=re.escape(f"RecurrentClassifier: {said}")):
            fitted.predict(X)


def test_channels_first_at_predict(fitted):
    model = RecurrentClassifier(**SHORT).fit(np.ones((6, 9, 3)) + np.arange(3), LABELS)
    said = "RecurrentClassifier: X has samples of 3 steps x 9 features, fitted with 3 features a"
    with pytest.raises(ValueError, match=re.escape(said) + ".*transpose"):
        model.predict(np.ones((6, 3, 9)))
    with pytest.raises(ValueError, match=re.escape("[series.T for series in X]")):
        model.predict([np.ones((3, 9)), np.ones((3, 8))])


def test_one_series_is_predicted_as_among_others(fitted):
    proba = fitted.predict_proba(UNEQUAL)
    for place, series in enumerate(UNEQUAL):
        np.testing.assert_array_equal(fitted.predict_proba([series])[0], proba[place])
        np.testing.assert_array_equal(fitted.predict_proba(series[None])[0], proba[place])


ROWS = [FLAT, FLAT.tolist(), list(FLAT), pd.DataFrame(FLAT), FLAT[:, :, None],
        list(FLAT[:, :, None])]


@pytest.mark.parametrize("learned", ROWS, ids=["array", "lists", "list", "frame", "3-D", "series"])
def test_rows_of_numbers_are_series_of_one_feature(learned):
    """Whether fit has seen them as a table or as series, any container of them can follow."""
    model = RecurrentClassifier(**SHORT).fit(learned, LABELS)
    named = hasattr(model, "feature_names_in_")
    expected = RecurrentClassifier(**SHORT).fit(FLAT, LABELS).predict_proba(FLAT)
    for X in ROWS[2:] if named else ROWS:
        np.testing.assert_array_equal(model.predict_proba(X), expected)
    shorter = model.predict_proba(FLAT[:, :3, None])
    np.testing.assert_array_equal(model.predict_proba(list(FLAT[:, :3])), shorter)
    np.testing.assert_array_equal(model.predict_proba([FLAT[0, :3]])[0], shorter[0])
    ragged = model.predict_proba([*FLAT[:, :3], [1.0]])
    np.testing.assert_array_equal(ragged[:-1], shorter)


def test_lists_of_numbers_of_unequal_lengths():
    X = [[1, 2, 3], [2.0], [4, 2], [0, 1, 2, 3], [5], [1, 1]]
    model = RecurrentClassifier(**SHORT).fit(X, LABELS)
    assert model.n_features_in_ == 1
    columns = [np.array(x, float)[:, None] for x in X]
    np.testing.assert_array_equal(model.predict_proba(columns), model.predict_proba(X))
    np.testing.assert_array_equal(model.predict_proba([X[0]])[0], model.predict_proba(X)[0])


def test_a_table_after_series(fitted):
    said = "X is a table of 8 columns, but fit has seen series of 2 features a step"
    with pytest.raises(ValueError, match=f"RecurrentClassifier: {said}.*time, 2"):
        fitted.predict(EQUAL.reshape(6, -1))
    with pytest.raises(TypeError, match="Sparse data was passed for X, but series are dense"):
        fitted.predict(sparse.csr_array(FLAT))
    with pytest.raises(ValueError, match="RecurrentClassifier: Expected 2D array, got 1D"):
        fitted.predict(FLAT[0])


def test_series_shape():
    model = RecurrentClassifier(series_shape=(4, 2), **SHORT).fit(EQUAL.reshape(6, -1), LABELS)
    of_series = RecurrentClassifier(series_shape=(4, 2), **SHORT).fit(EQUAL, LABELS)
    for X in (EQUAL.reshape(6, -1), EQUAL, EQUAL.reshape(6, -1).tolist(), list(EQUAL)):
        np.testing.assert_array_equal(of_series.predict_proba(X), model.predict_proba(X))


@pytest.mark.parametrize(
    ("series_shape", "X", "said"),
    [
        ((10, 3), np.ones((6, 31)), "X has 31 features, series_shape=(10, 3) needs 30"),
        ((30,), np.ones((6, 30)), "series_shape=(30,) is not a pair of positive integers"),
        ((2, 3, 5), np.ones((6, 30)), "series_shape=(2, 3, 5) is not a pair of positive integers"),
        ((0, 3), np.ones((6, 30)), "series_shape=(0, 3) is not a pair of positive integers"),
        ((4, 3), EQUAL, "X has series of 2 features a step, but series_shape=(4, 3) has 3"),
        ((4, 3), UNEQUAL, "X has series of 2 features a step, but series_shape=(4, 3) has 3"),
    ],
)
def test_series_shapes_that_do_not_fit(series_shape, X, said, raises_unchanged):
    model = RecurrentClassifier(series_shape=series_shape, **SHORT)
    raises_unchanged(model, [f"RecurrentClassifier: {said}"], "fit", X, LABELS)


def test_sparse_tables_are_refused(raises_unchanged):
    X = sparse.csr_array(FLAT)
    said = ["RecurrentClassifier: Sparse data was passed for X, but series are dense"]
    raises_unchanged(RecurrentClassifier(**SHORT), said, "fit", X, LABELS, error=TypeError)


def test_as_many_targets_as_series(raises_unchanged):
    said = ["RecurrentClassifier: Found input variables with inconsistent numbers of samples: [6, "]
    raises_unchanged(RecurrentClassifier(**SHORT), said, "fit", UNEQUAL, LABELS[:5])


def test_validation_data_in_other_containers():
    first = RecurrentClassifier(**SHORT, early_stopping=True)
    second = RecurrentClassifier(**SHORT, early_stopping=True)
    first.fit(UNEQUAL, LABELS, X_val=UNEQUAL[:3], y_val=LABELS[:3])
    second.fit(filled(UNEQUAL), LABELS, X_val=filled(UNEQUAL[:3]), y_val=LABELS[:3])
    assert first.validation_scores_ == second.validation_scores_
    with pytest.raises(ValueError, match=r"validation data X_val and y_val: .*X\[0\] is NaN at st"):
        first.fit(UNEQUAL, LABELS, X_val=with_value(np.nan, 0), y_val=LABELS)
