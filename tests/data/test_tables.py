"""Tables as they are: which columns are categories, their codes, and scaled numbers."""

import datetime
import decimal
import pickle
import re

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import BaseEstimator

from skneural.data.rows import Rows
from skneural.data.sources import Columns
from skneural.data.table_samples import TableSamples
from skneural.data.table_scale import QuantileScale, RobustScale, weighted_quantiles

pd = pytest.importorskip("pandas")
HOLES = [1.0, 2.0, np.nan, 5.0, 2.0]
SIZES = ["S", "L", None, "M", "S"]
N_ROWS = len(HOLES)


class Reader(BaseEstimator):
    """Stands for an estimator of tables."""

    _numeric_targets = True

    def __init__(self, categorical_features="from_dtype", dtype="float64", clip=None):
        self.categorical_features, self.dtype, self.clip = categorical_features, dtype, clip

    def samples(self):
        return TableSamples(self, self.categorical_features, self.clip)

    def fit(self, X, weight=None, among=None):
        samples = self.samples()
        y = np.zeros(len(X))
        read, y = samples.check_with_targets(X, y, samples.accepted_dtypes(), first=True)
        among = None if among is None else np.array(among)
        rows = Rows(read, y, weight, y, weight, among)
        self.rows = samples.prepare(rows, None, np.dtype(self.dtype), first=True)[0].X
        return self

    def read(self, X):
        return self.samples().check(X, np.dtype(self.dtype))


def frame(**columns):
    return pd.DataFrame(columns)


def codes(reader, X):
    return reader.read(X).codes.T.tolist()


def mixed_frame():
    return frame(
        number=HOLES, size=SIZES, flag=[True, False, True, True, False],
        grade=pd.Categorical([3, 1, None, 3, 2]), count=[1, 2, 3, 4, 5],
    )  # fmt: skip


def test_a_frame_becomes_numbers_and_codes():
    reader = Reader().fit(mixed_frame())
    assert reader.is_categorical_.tolist() == [False, True, False, True, False]
    samples = reader.samples()
    assert (samples.n_numbers, samples.n_categories, samples.shape) == (3, (4, 4), (6,))
    assert reader.n_features_in_ == 5
    assert reader.feature_names_in_.tolist() == ["number", "size", "flag", "grade", "count"]
    read = reader.read(mixed_frame())
    assert isinstance(read, Columns)
    assert read.codes.T.tolist() == [[3, 1, 0, 2, 3], [3, 1, 0, 3, 2]]  # L, M, S and 1, 2, 3
    np.testing.assert_array_equal(read.numbers, reader.rows.numbers)
    # median 2 and quartiles 1.5 and 3.5 of 1 2 2 5; then the flag, the count, the indicator
    number = (np.array(HOLES) - 2) / 2
    number[2] = 0
    np.testing.assert_array_equal(read.numbers[:, 0], number)
    np.testing.assert_array_equal(read.numbers[:, 1], [0, -1, 0, 0, -1])
    np.testing.assert_array_equal(read.numbers[:, 2], [-1, -0.5, 0, 0.5, 1])
    np.testing.assert_array_equal(read.numbers[:, 3], [0, 0, 1, 0, 0])


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        (None, None),
        ([], None),
        (["b"], [False, True]),
        ([1], [False, True]),
        (np.array([1]), [False, True]),
        ([False, True], [False, True]),
        ([False, False], None),
        ("from_dtype", None),
    ],
)
def test_categorical_features(features, expected):
    found = Reader(features).fit(frame(a=[1, 2, 3], b=[1, 2, 2])).is_categorical_
    assert found is None if expected is None else found.tolist() == expected


@pytest.mark.parametrize(
    ("features", "message"),
    [
        (["c"], r"names 'c', which is not a column of X; its columns: \[a, b\]"),
        ([2], r"names column 2, but indices must be in \[0, 1\]"),
        ([-1], r"names column -1"),
        ([True], r"must have shape \(n_features,\), which is \(2,\), got: \(1,\)"),
        ([1.5], "must be an array-like of bool, int or str, got: float"),
    ],
)
def test_wrong_categorical_features(features, message):
    with pytest.raises(ValueError, match=f"Reader: categorical_features.*{message}"):
        Reader(features).fit(frame(a=[1, 2, 3], b=[1, 2, 2]))


def test_names_need_names():
    with pytest.raises(ValueError, match="X has none; pass indices, a mask, or a data frame"):
        Reader(["a"]).fit(np.ones((3, 2)))


VALUES = [3, 1, 2, 3]
AS_NUMBERS = {
    "list": lambda: np.array(VALUES, object),
    "int8": lambda: pd.Series(VALUES, dtype="int8"),
    "float32": lambda: pd.Series(VALUES, dtype="float32"),
    "Int64": lambda: pd.Series(VALUES, dtype="Int64"),
    "objects": lambda: pd.Series([3, 1.0, decimal.Decimal(2), np.int16(3)], dtype=object),
    "category": lambda: pd.Series(pd.Categorical(VALUES)),
    "other order": lambda: pd.Series(pd.Categorical(VALUES, categories=[7, 3, 1, 2, 5])),
    "float category": lambda: pd.Series(pd.Categorical([3.0, 1.0, 2.0, 3.0])),
}
TEXTS = ["no", "it", "en", "no"]
AS_TEXT = {
    "objects": lambda: pd.Series(TEXTS, dtype=object),
    "string": lambda: pd.Series(TEXTS, dtype="string"),
    "str": lambda: pd.Series(TEXTS),
    "category": lambda: pd.Series(pd.Categorical(TEXTS)),
    "other order": lambda: pd.Series(pd.Categorical(TEXTS, categories=["xx", "no", "it", "en"])),
}


def arrow(values):
    pa = pytest.importorskip("pyarrow")
    return pd.Series(values, dtype=pd.ArrowDtype(pa.array(values).type))


def arrow_dictionary(values):
    pa = pytest.importorskip("pyarrow")
    return pd.Series(pd.arrays.ArrowExtensionArray(pa.array(values).dictionary_encode()))


AS_NUMBERS |= {"arrow": lambda: arrow(VALUES), "dictionary": lambda: arrow_dictionary(VALUES)}
AS_TEXT |= {"arrow": lambda: arrow(TEXTS), "dictionary": lambda: arrow_dictionary(TEXTS)}


@pytest.mark.parametrize("later", AS_NUMBERS)
@pytest.mark.parametrize("first", AS_NUMBERS)
def test_equal_numbers_are_one_category(first, later):
    reader = Reader([0]).fit(frame(a=AS_NUMBERS[first]()))
    assert codes(reader, frame(a=AS_NUMBERS[later]())) == [[3, 1, 2, 3]]


@pytest.mark.parametrize("later", AS_TEXT)
@pytest.mark.parametrize("first", AS_TEXT)
def test_equal_texts_are_one_category(first, later):
    reader = Reader().fit(frame(a=AS_TEXT[first]()))
    assert codes(reader, frame(a=AS_TEXT[later]())) == [[3, 2, 1, 3]]


@pytest.mark.parametrize("values", [VALUES, TEXTS])
@pytest.mark.parametrize("dtype", ["Categorical", "Enum", "plain"])
def test_polars(values, dtype):
    pl = pytest.importorskip("polars")
    reader = Reader([0]).fit(frame(a=values))
    expected = codes(reader, frame(a=values))
    table = pl.DataFrame({"a": values})
    if dtype != "plain" and values is TEXTS:
        to = pl.Enum(["xx", *sorted(set(values))]) if dtype == "Enum" else pl.Categorical
        table = table.with_columns(pl.col("a").cast(to))
        assert Reader().fit(table).is_categorical_.tolist() == [True]
    assert codes(reader, table) == expected
    assert codes(Reader([0]).fit(table), frame(a=values)) == expected


def test_polars_numbers():
    pl = pytest.importorskip("polars")
    columns = {"a": HOLES, "b": [1, 2, None, 4, 5], "c": [True, None, False, True, True]}
    table = pl.DataFrame(columns).with_columns(pl.col("a").fill_nan(None))
    fitted, other = Reader().fit(table), Reader().fit(pd.DataFrame(columns))
    np.testing.assert_array_equal(fitted.rows.numbers, other.rows.numbers)
    assert fitted.feature_names_in_.tolist() == ["a", "b", "c"]


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "Float32", "object", "int64[pyarrow]"])
def test_numbers_with_holes_of_pandas(dtype):
    pytest.importorskip("pyarrow")
    values = [1, 2, None, 5, 2]
    reader = Reader().fit(frame(a=pd.Series(values, dtype=dtype)))
    expected = Reader().fit(frame(a=HOLES))
    np.testing.assert_array_equal(reader.rows.numbers, expected.rows.numbers)
    np.testing.assert_array_equal(expected.read(frame(a=pd.Series(values, dtype=dtype))).numbers,
                                  expected.rows.numbers)
    whole = Reader([0]).fit(frame(a=pd.Series(values, dtype=dtype)))
    assert codes(whole, frame(a=HOLES)) == [[1, 2, 0, 3, 2]]


def test_booleans_with_holes():
    values = [True, None, False, True, True]
    plain = Reader().fit(frame(a=[1.0, np.nan, 0, 1, 1]))
    for dtype in ("boolean", "object"):
        given = frame(a=pd.Series(values, dtype=dtype))
        np.testing.assert_array_equal(plain.read(given).numbers, plain.rows.numbers)
    assert codes(Reader([0]).fit(frame(a=values)), frame(a=[0, 1.0, 2])) == [[1, 2, 0]]


def test_sparse_columns_of_pandas():
    dense = frame(a=[0.0, 1, 0, 3], b=[0, 0, 2, 5])
    given = frame(a=pd.arrays.SparseArray([0.0, 1, 0, 3]), b=pd.arrays.SparseArray([0, 0, 2, 5]))
    reader = Reader().fit(dense)
    np.testing.assert_array_equal(reader.read(given).numbers, reader.rows.numbers)


def test_pyarrow_tables():
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"a": HOLES, "b": SIZES, "c": pa.array(SIZES).dictionary_encode()})
    reader = Reader().fit(table)
    assert reader.is_categorical_.tolist() == [False, True, True]
    assert codes(reader, table) == [[3, 1, 0, 2, 3]] * 2


def test_an_array_of_objects_is_as_the_frame():
    table = mixed_frame()
    table["grade"] = table["grade"].astype(object)
    whole, names = Reader(["size", "grade"]).fit(table), [1, 3]
    array = Reader(names).fit(table.to_numpy(dtype=object))
    np.testing.assert_array_equal(array.rows.numbers, whole.rows.numbers)
    np.testing.assert_array_equal(array.rows.codes, whole.rows.codes)
    rows = [list(row) for row in table.itertuples(index=False)]
    np.testing.assert_array_equal(array.read(rows).codes, whole.rows.codes)
    assert Reader().fit(rows).is_categorical_.tolist() == [False, True, False, False, False]


def test_unseen_and_missing_categories_have_code_0():
    reader = Reader().fit(frame(a=["x", "y", None]))
    assert codes(reader, frame(a=["z", "y", np.nan, "", "x"])) == [[0, 2, 0, 0, 1]]
    assert codes(reader, frame(a=pd.Categorical([None, "q"]))) == [[0, 0]]
    number = Reader([0]).fit(frame(a=[1.0, np.nan, 2.0]))
    assert codes(number, frame(a=[np.nan, 3.0, 2.0])) == [[0, 0, 2]]
    empty = Reader().fit(frame(a=pd.Categorical([None, None])))
    assert empty.samples().n_categories == (2,)


def test_text_that_spells_the_numbers_of_fit():
    reader = Reader([0]).fit(frame(a=[1, 2, 3]))
    message = re.escape(
        "Reader: X, in column 'a', holds '3' of type str, but the categories that fit has seen are"
        " numbers, [1, 2, 3]; what spells one of them counts as it, all else as unknown. Convert"
        " the column by X['a'].astype(float)"
    )
    with pytest.warns(UserWarning, match=message):
        assert codes(reader, frame(a=["3", "1.0", "x", None])) == [[3, 1, 0, 0]]
    texts = Reader().fit(frame(a=["1", "2", "b"]))
    with pytest.warns(UserWarning, match=r"are text, \[1, 2, b\].*astype\(str\)"):
        assert codes(texts, frame(a=[2.0, 1, 7])) == [[2, 1, 0]]


def test_columns_of_numbers_at_predict():
    reader = Reader().fit(frame(a=[1.0, 2.0, 4.0]))
    as_category = frame(a=pd.Categorical([2, 1, 4]))
    np.testing.assert_array_equal(
        reader.read(as_category).numbers, reader.read(frame(a=[2, 1, 4])).numbers
    )
    with pytest.raises(ValueError, match=re.escape(
        "Reader: X, in column 'a', holds text, such as '2', where numbers are needed; convert it,"
        " as by pandas.to_numeric(X['a'], errors='coerce'), or name it in categorical_features"
    )):
        reader.read(frame(a=["2", "1"]))


@pytest.mark.parametrize(
    ("values", "features", "error", "message"),
    [
        (["a", 3, "b"], "from_dtype", ValueError, r"mixes text, such as 'a', with .* such as 3;"),
        (["a", 3, "b"], [0], ValueError, r"as by X\['a'\].astype\(str\)"),
        (["a", "b", "c"], None, ValueError, r"in column 'a', holds text, such as 'a'"),
        ([datetime.date(2024, 5, 1)] * 3, "from_dtype", ValueError, "holds times, such as 2024"),
        (pd.to_datetime(["2024-05-01"] * 3), "from_dtype", ValueError, "holds times"),
        ([{"k": 1}, 2, 3], "from_dtype", TypeError, "argument must be a string or a number"),
        ([[1], [2], [3]], [0], TypeError, "argument must be a string or a number"),
        ([1.0, np.inf, 2.0], "from_dtype", ValueError, r"X has infinity.*in \[column 'a'\]"),
    ],
)
def test_values_that_cannot_be_read(values, features, error, message):
    with pytest.raises(error, match=f"Reader: .*{message}"):
        Reader(features).fit(frame(a=values, b=[1, 2, 3]))


def test_infinity_names_every_column():
    with pytest.raises(ValueError, match=r"in \[column 0, column 2\]; make it NaN"):
        Reader().fit(np.array([[np.inf, 1.0, -np.inf], [1, 2, 3]]))


def test_identifiers():
    names = [f"id{i}" for i in range(30)]
    with pytest.warns(UserWarning, match="Reader: X, in column 'a', has 30 categories in 30 rows"):
        Reader().fit(frame(a=names))


def test_other_columns():
    reader = Reader().fit(frame(a=[1, 2], b=[3, 4]))
    with pytest.raises(ValueError, match=r"(?s)Reader: The feature names.*- c.*missing.*- b"):
        reader.read(frame(a=[1], c=[2]))
    with pytest.raises(ValueError, match="same order"):
        reader.read(frame(b=[1], a=[2]))
    with pytest.raises(ValueError, match="3 features, but Reader is expecting 2"):
        Reader().fit(np.ones((2, 2))).read(np.ones((4, 3)))


@pytest.mark.parametrize("X", [np.ones(3), np.ones((2, 2, 2)), np.ones((0, 2)), np.ones((2, 0))])
def test_other_shapes(X):
    with pytest.raises(ValueError, match="Reader"):
        Reader().fit(X)


def test_empty_frames_and_sparse_matrices():
    with pytest.raises(ValueError, match="0 sample"):
        Reader().fit(frame(a=[]))
    with pytest.raises(TypeError, match="Reader: Sparse data was passed for X, but tables are"):
        TableSamples(Reader()).check_with_targets(sparse.eye(3), np.zeros(3), None, True)


def test_constant_and_missing_columns_are_zero():
    X = np.array([[7.0, np.nan, 1], [7, np.nan, np.nan], [7, np.nan, 1], [7, np.nan, 2]])
    reader = Reader().fit(X)
    assert reader.samples().shape == (4,)  # only the last column has an indicator
    later = reader.read(np.array([[1e300, 5.0, 9.0]])).numbers
    np.testing.assert_array_equal(later[:, :2], 0)
    # the quartiles 1 and 2, and where they are equal half of the range
    np.testing.assert_array_equal(later[:, 2:], [[8, 0]])
    peak = Reader().fit(np.array([[0.0]] * 9 + [[4.0]]))
    np.testing.assert_array_equal(peak.read(np.array([[4.0], [2.0]])).numbers, [[2.0], [1.0]])


def test_missing_numbers_without_any_in_fit_are_the_median():
    reader = Reader().fit(np.array([[1.0], [2.0], [5.0]]))
    np.testing.assert_array_equal(reader.read(np.array([[np.nan], [2.0]])).numbers, 0)


def test_clip_is_smooth_and_finite():
    X = np.random.default_rng(0).normal(size=(50, 1))
    plain, clipped = Reader(clip=None).fit(X), Reader(clip=3.0, dtype="float32").fit(X)
    z = plain.read(X).numbers
    expected = z / np.sqrt(1 + (z / 3) ** 2)
    np.testing.assert_allclose(clipped.read(X).numbers, expected, rtol=1e-6)
    far = clipped.read(np.array([[1e308], [-1e308]])).numbers
    np.testing.assert_allclose(far, [[3], [-3]])
    assert far.dtype == np.float32
    wide = Reader(clip=None).fit(np.array([[1e308], [-1e308], [0.0]]))
    assert np.isfinite(wide.rows.numbers).all()


@pytest.mark.parametrize(("factor", "shift"), [(1e6, 0), (1e-6, 0), (1, 1e6)])
def test_scale_and_shift_of_a_column_do_not_matter(factor, shift):
    X = np.random.default_rng(0).normal(size=(101, 3)).round(2)
    plain, other = Reader(dtype="float32").fit(X), Reader(dtype="float32").fit(X * factor + shift)
    np.testing.assert_allclose(other.rows.numbers, plain.rows.numbers, rtol=1e-6, atol=1e-8)


def test_weighted_quantiles_are_those_of_repeated_rows():
    random = np.random.default_rng(1)
    values, weight = random.normal(size=20), random.integers(1, 4, 20)
    ranks = (0.0, 0.25, 0.5, 0.75, 1.0)
    expected = np.quantile(np.repeat(values, weight), ranks, method="averaged_inverted_cdf")
    np.testing.assert_allclose(weighted_quantiles(values, weight, ranks), expected, rtol=1e-15)
    np.testing.assert_allclose(
        weighted_quantiles(values, None, ranks),
        np.quantile(values, ranks, method="averaged_inverted_cdf"), rtol=1e-15,
    )
    X = random.normal(size=(20, 2))
    X[3, 0] = np.nan
    weight[5] = 0
    ours = RobustScale.of(X, weight, None)
    repeated = RobustScale.of(np.repeat(X, weight, axis=0), None, None)
    np.testing.assert_allclose(ours.center, repeated.center)
    np.testing.assert_allclose(ours.spread, repeated.spread)


def test_only_rows_to_train_on_are_learned_from():
    table = frame(a=[1.0, 2.0, 3.0, 1e6, np.nan], b=["u", "v", "u", "w", "u"])
    reader = Reader().fit(table, among=[0, 1, 2])
    expected = Reader().fit(table[:3])
    np.testing.assert_array_equal(reader._table.scale.center, expected._table.scale.center)
    np.testing.assert_array_equal(reader._table.scale.spread, expected._table.scale.spread)
    assert reader.rows.codes.T.tolist() == [[1, 2, 1, 0, 1]]  # w is unknown
    assert codes(reader, table) == [[1, 2, 1, 0, 1]]
    assert reader.samples().n_categories == (4,)
    weightless = Reader().fit(table, weight=np.array([1.0, 1, 1, 0, 0]))
    np.testing.assert_array_equal(weightless._table.scale.center, expected._table.scale.center)
    assert codes(weightless, table) == [[1, 2, 1, 0, 1]]


def test_what_is_learned_is_small_and_can_be_pickled():
    table = pd.concat([mixed_frame()] * 1000, ignore_index=True)
    reader = Reader().fit(table)
    expected = reader.read(table)
    del reader.rows
    stored = pickle.dumps(reader)
    assert len(stored) < 3000
    read = pickle.loads(stored).read(table)
    np.testing.assert_array_equal(read.codes, expected.codes)
    np.testing.assert_array_equal(read.numbers, expected.numbers)


def test_rows_that_are_read_are_left():
    reader = Reader().fit(mixed_frame())
    assert reader.read(reader.rows) is reader.rows


def scaled(scale, X):
    result = np.full(X.shape, np.nan)
    scale.write(X, result)
    return result


def test_places_among_quantiles():
    X = np.array([[1.0, 5], [2, 5], [3, np.nan], [10, 5], [np.nan, 5]])
    scale = QuantileScale.of(X, None, 2)
    np.testing.assert_array_equal(scale.edges[0], [1, 2, 10])
    found = scaled(scale, np.array([[1.5, 5], [6, 7], [-3, 0], [99, np.nan], [np.nan, 5]]))
    np.testing.assert_array_equal(found[:, 0], [0.5, 1.5, 0, 2, 1 + 0.5 / 8])
    np.testing.assert_array_equal(found[:, 1], 0)


@pytest.mark.parametrize("n_bins", [1, 3, 8])
def test_a_weight_counts_as_so_many_rows(n_bins):
    random = np.random.default_rng(0)
    X, weight = random.normal(size=(40, 3)).round(1), random.integers(0, 4, 40)
    X[::7, 1] = np.nan
    one = QuantileScale.of(X, weight.astype(float), n_bins)
    other = QuantileScale.of(np.repeat(X, weight, axis=0), None, n_bins)
    for ours, theirs in zip(one.edges, other.edges, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(one.median, other.median)


@pytest.mark.parametrize("change", [lambda x: x * 2.0**20, lambda x: x + 1e6, np.exp])
def test_only_the_order_of_numbers_decides_their_bins(change):
    X = np.random.default_rng(1).gamma(2, size=(200, 1))
    expected = scaled(QuantileScale.of(X, None, 16), X)
    found = scaled(QuantileScale.of(change(X), None, 16), change(X))
    np.testing.assert_array_equal(np.floor(found), np.floor(expected))
