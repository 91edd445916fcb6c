"""Whatever holds the rows: results are those of an array where they fit in the buffer."""

import numpy as np
import pytest

from _blocks import SMALL, classifier, numbers, regressor, weights
from skneural import MLPClassifier, NeuralNetRegressor, TabularClassifier
from skneural.blocks import ArrayBlocks, IteratorBlocks, ParquetBlocks
from skneural.estimators.base import large_data

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def in_npy(X, y, folder):
    np.save(folder / "X.npy", X)
    np.save(folder / "y.npy", y)
    return {"X": folder / "X.npy", "y": str(folder / "y.npy")}


def in_map(X, y, folder):
    np.save(folder / "X.npy", X)
    return {"X": np.load(folder / "X.npy", mmap_mode="r"), "y": y}


def in_zarr(X, y, folder):
    zarr = pytest.importorskip("zarr", reason="zarr is not installed")
    array = zarr.open(str(folder / "X.zarr"), mode="w", shape=X.shape, chunks=(150, 4),
                      dtype=X.dtype)  # fmt: skip
    array[:] = X
    return {"X": array, "y": y}


def in_dask(X, y, folder):
    da = pytest.importorskip("dask.array", reason="dask is not installed")
    return {"X": da.from_array(X, chunks=(130, 5)), "y": da.from_array(y, chunks=700)}


CONTAINERS = [in_npy, in_map, in_zarr, in_dask]


@pytest.mark.parametrize("dtype", ["float64", "float32", "int16", "bool"])
@pytest.mark.parametrize("container", CONTAINERS)
def test_arrays_that_fit_give_the_bits_of_an_array(container, dtype, tmp_path):
    X, y, _ = numbers()
    X = (3 * X).astype(dtype)
    expected = classifier().fit(X, y)
    blocks = ArrayBlocks(**container(X, y, tmp_path))
    fitted = classifier().fit(blocks)
    np.testing.assert_array_equal(weights(fitted), weights(expected))
    np.testing.assert_array_equal(fitted.predict_proba(blocks), expected.predict_proba(X))
    assert fitted.score(blocks) == expected.score(X, y)


@pytest.mark.parametrize("container", CONTAINERS)
def test_in_windows_the_order_of_the_file_gives_the_bits_of_an_array(container, tmp_path):
    X, y, _ = numbers()
    blocks = ArrayBlocks(**container(X, y, tmp_path), buffer=SMALL)
    fitted = classifier(shuffle=False).fit(blocks)
    expected = classifier(shuffle=False).fit(X, y)
    np.testing.assert_array_equal(weights(fitted), weights(expected))
    np.testing.assert_array_equal(fitted.predict_proba(blocks), expected.predict_proba(X))
    assert fitted.loss_curve_ == expected.loss_curve_


@pytest.mark.parametrize("container", [in_zarr, in_dask])
def test_arrays_of_zarr_and_dask_are_passed_as_they_are(container, tmp_path):
    X, y, weight = numbers()
    given = container(X, y, tmp_path)
    fitted = classifier().fit(given["X"], given["y"])
    expected = classifier().fit(X, y)
    np.testing.assert_array_equal(weights(fitted), weights(expected))
    np.testing.assert_array_equal(fitted.predict(given["X"]), expected.predict(X))
    assert fitted.score(given["X"], given["y"]) == expected.score(X, y)
    fitted.partial_fit(given["X"], given["y"], weight)
    np.testing.assert_array_equal(weights(fitted), weights(expected.partial_fit(X, y, weight)))


def test_large_mapped_files_are_read_in_blocks_on_every_machine(tmp_path, monkeypatch):
    X, y, _ = numbers()
    mapped = in_map(X, y, tmp_path)["X"]
    assert large_data.provided(mapped) is mapped
    assert large_data.provided(X) is X
    monkeypatch.setattr(large_data, "LARGE_BYTES", X.nbytes)
    assert isinstance(large_data.provided(mapped), ArrayBlocks)
    copies = tmp_path / "joblib_memmapping_folder_1"  # so joblib passes arrays in memory
    copies.mkdir()
    copied = in_map(X, y, copies)["X"]
    assert large_data.provided(copied) is copied


def parquet(folder, X, y, weight=None, n_files=3, dtype="float64"):
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    import pyarrow.parquet as pq

    names = [f"x{n}" for n in range(X.shape[1])]
    for n, rows in enumerate(np.array_split(np.arange(len(X)), n_files)):
        columns = {name: X[rows, j].astype(dtype) for j, name in enumerate(names)}
        columns["label"] = y[rows]
        if weight is not None:
            columns["weight"] = weight[rows]
        pq.write_table(pa.table(columns), folder / f"part-{n}.parquet", row_group_size=300)
    return names


@pytest.mark.parametrize("dtype", ["float64", "float32", "int32"])
def test_parquet(dtype, tmp_path):
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    X, y, weight = numbers()
    X = (3 * X).astype(dtype)
    names = parquet(tmp_path, X, y, weight, dtype=dtype)
    frame = pd.DataFrame(X, columns=names)
    expected = classifier(shuffle=False).fit(frame, y, weight)
    for buffer in (1 << 27, SMALL):
        blocks = ParquetBlocks(tmp_path, "label", "weight", buffer=buffer)
        fitted = classifier(shuffle=False).fit(blocks)
        np.testing.assert_array_equal(fitted.feature_names_in_, names)
        np.testing.assert_array_equal(weights(fitted), weights(expected))
        np.testing.assert_array_equal(fitted.predict(blocks), expected.predict(frame))
        assert fitted.score(blocks) == expected.score(frame, y, weight)
    shuffled = [classifier(n_jobs=n).fit(blocks) for n in (1, 2)]
    np.testing.assert_array_equal(weights(shuffled[0]), weights(shuffled[1]))


def test_parquet_of_chosen_columns_labels_and_several_targets(tmp_path):
    X, y, _ = numbers()
    text = np.where(y > 0, "yes", "no").astype(object)
    parquet(tmp_path, X, text)
    blocks = ParquetBlocks(tmp_path, "label", columns=["x3", "x0"], buffer=SMALL)
    fitted = classifier(shuffle=False).fit(blocks)
    assert fitted.classes_.tolist() == ["no", "yes"]
    expected = classifier(shuffle=False).fit(X[:, [3, 0]], text)
    np.testing.assert_array_equal(weights(fitted), weights(expected))
    both = ParquetBlocks(tmp_path, ["x1", "x2"], columns=["x3", "x0"], buffer=SMALL)
    fitted = regressor(shuffle=False).fit(both)
    expected = regressor(shuffle=False).fit(X[:, [3, 0]], X[:, 1:3])
    np.testing.assert_array_equal(weights(fitted), weights(expected))


def test_parquet_of_categories(tmp_path):
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    X, y, _ = numbers(300, 2)
    frame = pd.DataFrame(X, columns=["a", "b"])
    frame["c"] = pd.Categorical(np.where(X[:, 0] > 0, "left", "right"))
    frame.assign(label=y).to_parquet(tmp_path / "table.parquet")
    network = TabularClassifier(hidden_layer_sizes=(8,), max_iter=2, random_state=0)
    blocks = ParquetBlocks(tmp_path / "table.parquet", "label")
    found = network.fit(blocks).predict_proba(blocks)
    np.testing.assert_array_equal(found, network.fit(frame, y).predict_proba(frame))


def pieces(X, y, weight=None, size=170):
    for begin in range(0, len(X), size):
        rows = slice(begin, begin + size)
        yield (X[rows], y[rows]) if weight is None else (X[rows], y[rows], weight[rows])


@pytest.mark.parametrize("buffer", [1 << 27, SMALL])
def test_iterators(buffer, tmp_path):
    X, y, weight = numbers()
    expected = classifier(shuffle=False).fit(X, y, weight)
    for given in (lambda: pieces(X, y, weight), list(pieces(X, y, weight)), pieces(X, y, weight)):
        blocks = IteratorBlocks(given, folder=tmp_path, buffer=buffer)
        fitted = classifier(shuffle=False).fit(blocks)
        np.testing.assert_array_equal(weights(fitted), weights(expected))
        assert fitted.score(blocks) == expected.score(X, y, weight)
    assert not list(tmp_path.iterdir())


def test_iterators_of_frames_and_empty_blocks():
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    X, y, _ = numbers()
    frame = pd.DataFrame(X, columns=[f"x{n}" for n in range(10)])
    expected = classifier(shuffle=False).fit(frame, y)

    def blocks():
        yield from pieces(frame, y)
        yield frame[:0], y[:0]

    for buffer in (1 << 27, SMALL):
        fitted = classifier(shuffle=False).fit(IteratorBlocks(blocks, buffer=buffer))
        assert fitted.feature_names_in_.tolist() == frame.columns.tolist()
        np.testing.assert_array_equal(weights(fitted), weights(expected))


def test_an_iterator_and_a_file_of_its_rows_give_the_same_bits(tmp_path):
    X, y, _ = numbers()
    first = classifier().fit(IteratorBlocks(lambda: pieces(X, y), buffer=SMALL))
    second = classifier().fit(ArrayBlocks(**in_npy(X, y, tmp_path), buffer=SMALL))
    third = classifier().fit(ArrayBlocks(X, buffer=SMALL), y)
    np.testing.assert_array_equal(weights(first), weights(second))
    np.testing.assert_array_equal(weights(first), weights(third))


def test_validation_data_may_be_blocks():
    X, y, _ = numbers()
    blocks = ArrayBlocks(X[500:], y[500:], buffer=SMALL)
    how = {"shuffle": False, "early_stopping": True}
    fitted = classifier(**how).fit(blocks, X_val=ArrayBlocks(X[:500]), y_val=y[:500])
    expected = classifier(**how).fit(X[500:], y[500:], X_val=X[:500], y_val=y[:500])
    np.testing.assert_array_equal(weights(fitted), weights(expected))
    assert fitted.validation_scores_ == expected.validation_scores_


def test_blocks_are_pickled_without_their_files(tmp_path):
    import pickle

    X, y, _ = numbers()
    blocks = IteratorBlocks(list(pieces(X, y)), buffer=SMALL)
    classifier().fit(blocks)
    copied = pickle.loads(pickle.dumps(blocks))
    np.testing.assert_array_equal(
        weights(classifier().fit(copied)), weights(classifier().fit(blocks))
    )


def test_images_from_a_function_of_blocks():
    random = np.random.RandomState(0)
    X = random.randint(0, 256, (600, 6, 6, 1)).astype(np.uint8)
    y = X.mean(axis=(1, 2, 3))
    network = NeuralNetRegressor(max_iter=1, random_state=0, shuffle=False)
    expected = weights(network.fit(X, y))
    network.fit(IteratorBlocks(lambda: pieces(X, y), buffer=5000))
    np.testing.assert_array_equal(weights(network), expected)


def test_packages_are_named_where_they_are_missing(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "pyarrow.dataset", None)
    message = r'ParquetBlocks needs the package pyarrow: pip install "scikit-neural\[blocks\]"'
    with pytest.raises(ImportError, match=message):
        MLPClassifier().fit(ParquetBlocks("missing", "label"))
