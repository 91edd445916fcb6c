"""Blocks, and arrays and frames of dask, where scikit-learn or another estimator gets them."""

import mmap
import sys

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from _blocks import SMALL, classifier, numbers, weights
from skneural import GMDHRegressor, NeuralNetClassifier, TabularClassifier
from skneural.blocks import ArrayBlocks
from skneural.blocks._arrays import SlicedArray

X, Y, WEIGHT = numbers()
EITHER = pytest.mark.parametrize("buffer", [1 << 27, SMALL])


@EITHER
def test_where_all_rows_are_needed(buffer):
    blocks = ArrayBlocks(X, Y, buffer=buffer)
    needs = {"match": "ArrayBlocks is read in parts, .* cross-validation and searches need all"}
    with pytest.raises(TypeError, **needs):
        make_pipeline(StandardScaler(), classifier()).fit(blocks)
    for y in (None, Y):
        with pytest.raises(TypeError, **needs):
            cross_val_score(classifier(), blocks, y)
        with pytest.raises(TypeError, **needs):
            GridSearchCV(classifier(), {"alpha": [0.1]}).fit(blocks, y)
    alone = make_pipeline(classifier()).fit(blocks)
    np.testing.assert_array_equal(weights(alone[-1]), weights(classifier().fit(blocks)))
    assert alone.score(blocks) == alone[-1].score(blocks)


@EITHER
def test_validation_blocks_have_their_targets(buffer):
    how = {"shuffle": False, "early_stopping": True}
    rows = ArrayBlocks(X[500:], Y[500:], buffer=buffer)
    expected = classifier(**how).fit(
        X[500:], Y[500:], X_val=X[:100], y_val=Y[:100], sample_weight_val=WEIGHT[:100]
    )
    blocks = ArrayBlocks(X[:100], Y[:100], WEIGHT[:100])
    fitted = classifier(**how).fit(rows, X_val=blocks)
    assert fitted.validation_scores_ == expected.validation_scores_
    unweighted = classifier(**how).fit(rows, X_val=blocks, y_val=Y[:100])
    assert unweighted.validation_scores_ != expected.validation_scores_
    with pytest.raises(ValueError, match="X_val of ArrayBlocks has no y, and y_val was not given"):
        classifier(**how).fit(rows, X_val=ArrayBlocks(X[:100]))


@pytest.mark.parametrize("estimator", [
    classifier(), NeuralNetClassifier(), TabularClassifier(), GMDHRegressor(),
], ids=lambda estimator: type(estimator).__name__)  # fmt: skip
def test_frames_of_dask(estimator):
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    dd = pytest.importorskip("dask.dataframe", reason="dask.dataframe is not installed")
    frame = pd.DataFrame(X, columns=list("abcdefghij"))
    lazy = dd.from_pandas(frame, npartitions=3)
    message = f"{type(estimator).__name__}: X is a data frame of dask, .*to_dask_array"
    with pytest.raises(TypeError, match=message):
        estimator.fit(lazy, Y)
    if isinstance(estimator, type(classifier())):
        fitted = classifier().fit(frame, Y)
        with pytest.raises(TypeError, match=message):
            fitted.predict(lazy)
        with pytest.raises(TypeError, match="MLPClassifier, validation data .*: X is a data frame"):
            classifier(early_stopping=True).fit(X, Y, X_val=lazy, y_val=Y)


def test_series_of_dask_as_targets():
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    dd = pytest.importorskip("dask.dataframe", reason="dask.dataframe is not installed")
    y, weight = (dd.from_pandas(pd.Series(each), npartitions=3) for each in (Y, WEIGHT))
    fitted, expected = classifier().fit(X, y, weight), classifier().fit(X, Y, WEIGHT)
    np.testing.assert_array_equal(weights(fitted), weights(expected))
    assert fitted.score(X, y) == expected.score(X, Y)


def resident(path):
    """Bytes of a mapped file that count as this process's memory."""
    found, inside = 0, False
    with open("/proc/self/smaps") as lines:
        for line in lines:
            first = line.split()[0]
            inside = line.rstrip().endswith(str(path)) if "-" in first else inside
            found += int(line.split()[1]) * 1024 if inside and first == "Rss:" else 0
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc of Linux")
def test_pages_of_a_mapped_file_are_given_back(tmp_path):
    path = tmp_path / "X.npy"
    rows = np.arange(8_000_000.0).reshape(-1, 100)
    np.save(path, rows)
    for mode in ("r", "r+"):
        mapped = np.load(path, mmap_mode=mode)
        if mode == "r+":
            mapped[5] += 1  # of a mapping that is shared, so it stays
            rows[5] += 1
        store = SlicedArray(mapped[1000:])
        for begin in range(0, store.n_samples, 5000):
            end = min(begin + 5000, store.n_samples)
            np.testing.assert_array_equal(store.read(begin, end), rows[1000:][begin:end])
        assert resident(path) < 4_000_000 + 64 * mmap.PAGESIZE
        np.testing.assert_array_equal(mapped[5], rows[5])
        del mapped, store
    changed = np.load(path, mmap_mode="c")
    changed[7] = -1  # in memory alone
    SlicedArray(changed).read(0, 5000)
    assert (SlicedArray(changed).read(7, 8) == -1).all()
