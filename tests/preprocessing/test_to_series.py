"""to_series: arrays with channels first, arrays filled up with NaN, and long data frames."""

import re

import numpy as np
import pytest
from scipy import sparse

from skneural.preprocessing import to_series

RANDOM = np.random.default_rng(0)
UNEQUAL = [RANDOM.normal(size=(length, 2)) for length in (5, 3, 4)]
EQUAL = RANDOM.normal(size=(3, 4, 2))
FLAT = EQUAL[:, :, 0]


def filled(series):
    padded = np.full((len(series), max(map(len, series)) + 1, 2), np.nan)
    for row, each in zip(padded, series, strict=True):
        row[: len(each)] = each
    return padded


def same(result, expected):
    assert type(result) is type(expected)
    assert len(result) == len(expected)
    for ours, theirs in zip(result, expected, strict=True):
        assert ours.dtype == theirs.dtype
        assert ours.flags.c_contiguous
        np.testing.assert_array_equal(ours, theirs)


def long_frame(series, order=None):
    """A long data frame; 30 + i is the name of series i, and times begin at 5."""
    pd = pytest.importorskip("pandas")
    parts = [
        pd.DataFrame({"who": 30 + i, "when": 5 + np.arange(len(x)), "a": x[:, 0], "b": x[:, 1]})
        for i, x in enumerate(series)
    ]
    frame = pd.concat(parts, ignore_index=True)
    return frame if order is None else frame.iloc[order]


def test_channels_first():
    same(to_series(EQUAL.transpose(0, 2, 1), "channels_first"), EQUAL)
    same(to_series([x.T for x in EQUAL], "channels_first"), list(EQUAL))
    same(to_series(tuple(x.T for x in UNEQUAL), "channels_first"), UNEQUAL)
    same(to_series([x.T.tolist() for x in UNEQUAL], "channels_first"), UNEQUAL)
    same(to_series(filled(UNEQUAL).transpose(0, 2, 1), "channels_first"), UNEQUAL)
    same(to_series(EQUAL.transpose(0, 2, 1).tolist(), "channels_first"), list(EQUAL))


def test_tslearn():
    same(to_series(filled(UNEQUAL), "tslearn"), UNEQUAL)
    same(to_series(filled(EQUAL), "tslearn"), EQUAL)
    same(to_series(list(filled(UNEQUAL)), "tslearn"), UNEQUAL)
    same(to_series(filled(UNEQUAL).tolist(), "tslearn"), UNEQUAL)
    same(to_series(EQUAL.astype(np.float32), "tslearn"), EQUAL.astype(np.float32))


@pytest.mark.parametrize("layout", ["channels_first", "tslearn"])
def test_without_channels_there_is_one(layout):
    same(to_series(FLAT, layout), FLAT[:, :, None].copy())
    same(to_series(list(FLAT), layout), list(FLAT[:, :, None].copy()))
    ragged = [FLAT[0], FLAT[1, :2]]
    same(to_series(ragged, layout), [x[:, None] for x in ragged])
    padded = np.array([[1.0, 2.0], [3.0, np.nan]])
    same(to_series(padded, layout), [np.array([[1.0], [2.0]]), np.array([[3.0]])])
    assert to_series(pytest.importorskip("pandas").DataFrame(FLAT), layout).shape == (3, 4, 1)


def test_real_series_of_unequal_lengths(data_folder, monkeypatch):
    monkeypatch.syspath_prepend(str(data_folder))
    import load

    channels_first, padded = load.japanese_vowels(pad=False)[0], load.japanese_vowels()[0]
    series = to_series(channels_first, "channels_first")
    assert series[0].shape == channels_first[0].shape[::-1]
    same(to_series(padded, "channels_first"), series)


def test_long():
    frame = long_frame(UNEQUAL)
    same(to_series(frame, "long", instance="who", time="when"), UNEQUAL)
    same(to_series(frame, "long", instance="who", time="when", values=["a", "b"]), UNEQUAL)
    same(to_series(frame, "long", instance="who", time="when", values="b"),
         [x[:, 1:].copy() for x in UNEQUAL])
    same(to_series(frame, "long", instance="who", time="when", values=["b", "a"]),
         [x[:, ::-1].copy() for x in UNEQUAL])
    same(to_series(long_frame(EQUAL), "long", instance="who", time="when"), list(EQUAL))
    same(to_series(frame.drop(columns="when"), "long", instance="who"), UNEQUAL)


def test_long_in_any_order():
    order = RANDOM.permutation(12)
    frame = long_frame(UNEQUAL, order)
    expected = [UNEQUAL[name - 30] for name in frame["who"].unique()]
    same(to_series(frame, "long", instance="who", time="when"), expected)
    same(to_series(frame.set_index(["who", "when"]), "long"), expected)


def test_multi_index():
    frame = long_frame(UNEQUAL).set_index(["who", "when"])
    same(to_series(frame, "long"), UNEQUAL)
    same(to_series(frame, "long", values="a"), [x[:, :1].copy() for x in UNEQUAL])
    frame.index.names = [None, None]
    same(to_series(frame, "long"), UNEQUAL)


def test_long_with_names_and_dates():
    pd = pytest.importorskip("pandas")
    frame = long_frame(UNEQUAL)
    frame["who"] = frame["who"].map({30: "z", 31: "a", 32: "k"}).astype("category")
    frame["when"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(-frame["when"], unit="D")
    same(to_series(frame, "long", instance="who", time="when"), [x[::-1].copy() for x in UNEQUAL])
    singles = frame.astype({"a": np.float32, "b": np.float32})
    assert to_series(singles, "long", instance="who", time="when")[0].dtype == np.float32


def test_missing_steps():
    holed = [x.copy() for x in UNEQUAL]
    holed[1][1, 0] = np.nan
    expected = [UNEQUAL[0], UNEQUAL[1][[0, 2]], UNEQUAL[2]]
    frame = long_frame(holed)
    cases = [(holed, "tslearn", {}), (filled(holed), "tslearn", {}),
             ([x.T for x in holed], "channels_first", {}),
             (frame, "long", {"instance": "who", "time": "when"})]
    for X, layout, names in cases:
        same(to_series(X, layout, missing="mask", **names), expected)
        with pytest.raises(ValueError, match=r"to_series: X\[1\] is NaN at step 1, feature 0"):
            to_series(X, layout, **names)


NAMES = {"instance": "who", "time": "when"}


@pytest.mark.parametrize(
    ("change", "names", "said"),
    [
        (lambda x: x, {}, "X needs a MultiIndex of two levels, series and time, or columns of"),
        (lambda x: x.set_index(["who", "when"]), {"time": "a"}, "X needs a MultiIndex of two lev"),
        (lambda x: x, {**NAMES, "instance": "hwo"}, "X has no column 'hwo'; it has [who, when, a,"),
        (lambda x: x, {**NAMES, "time": "wen"}, "X has no column 'wen'; it has [who, when, a, b]."
         " Did you mean 'when'?"),
        (lambda x: x, {**NAMES, "values": ["a", "c"]}, "X has no column 'c'"),
        (lambda x: x.assign(when=5), NAMES, "the series 30 has two rows of the time 5; leave one"),
        (lambda x: x.assign(who=[np.nan, *x["who"][1:]]), NAMES, "row 0 of X has no series; the"),
        (lambda x: x.assign(when=[np.nan, *x["when"][1:]]), NAMES, "row 0 of X has no time; the"),
        (lambda x: x.assign(label="c"), NAMES, "X, in column 'label', holds text, such as 'c'"),
        (lambda x: x[["who", "when"]], NAMES, "X[0] has no features"),
        (lambda x: x.iloc[:0], NAMES, "X has no series; at least one is needed"),
        (lambda x: x.assign(a=np.inf), NAMES, "X[0] is infinite at step 0, feature 0"),
        (lambda x: x.assign(a=np.nan, b=np.nan), NAMES, "X[0] has no steps"),
    ],
)
def test_long_frames_that_lack_something(change, names, said):
    with pytest.raises(ValueError, match=re.escape(f"to_series: {said}")):
        to_series(change(long_frame(UNEQUAL)), "long", **names)


def test_long_needs_a_data_frame():
    pl = pytest.importorskip("polars")
    for X in (EQUAL, UNEQUAL, pl.DataFrame(FLAT)):
        with pytest.raises(TypeError, match="is no pandas DataFrame, which layout='long' needs"):
            to_series(X, "long")


@pytest.mark.parametrize(
    ("X", "layout", "arguments", "said"),
    [
        (EQUAL, "channel_first", {}, "Did you mean 'channels_first'?"),
        (EQUAL, None, {}, "The 'layout' parameter of to_series must be one of 'channels_first', "),
        (EQUAL, "tslearn", {"missing": "drop"}, "The 'missing' parameter of to_series must be one"),
        (EQUAL, "tslearn", {"time": "t"}, "to_series: time='t' is for layout='long' only"),
        (EQUAL[None], "channels_first", {}, "to_series: X has shape (1, 3, 4, 2)"),
        (FLAT[0], "tslearn", {}, "to_series: X has shape (4,)"),
        ([x.T for x in UNEQUAL], "tslearn", {}, "to_series: X[1] has 3 features, X[0] has 5"),
        ([[[1.0, 2.0], [1.0]]], "channels_first", {}, "to_series: X[0] is no array of numbers"),
        ([EQUAL], "channels_first", {}, "to_series: X[0] has shape (2, 4, 3)"),
        ([], "channels_first", {}, "to_series: X has no series"),
        ([np.empty((2, 0))], "channels_first", {}, "to_series: X[0] has no steps"),
    ],
)
def test_what_does_not_fit(X, layout, arguments, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        to_series(X, layout, **arguments)


def test_texts_and_sparse_matrices():
    for layout in ("channels_first", "tslearn"):
        with pytest.raises(TypeError, match="is a text; tokenise first"):
            to_series(["some", "texts"], layout)
        with pytest.raises(TypeError, match="is sparse"):
            to_series(sparse.csr_array(FLAT), layout)
        with pytest.raises(TypeError, match="is sparse"):
            to_series([sparse.csr_array(FLAT)], layout)


def test_arrays_need_no_pandas(run_python):
    result = run_python(
        """
        import sys

        import numpy as np

        from skneural.preprocessing import to_series

        sys.modules["pandas"] = None  # an import raises
        print(to_series(np.ones((2, 3, 4)), "channels_first").shape)
        """
    )
    assert result.stdout.strip() == "(2, 4, 3)"
