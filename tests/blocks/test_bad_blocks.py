"""Bad blocks: which one it is, what is wrong, and an estimator that is left as it was."""

import errno
import io

import numpy as np
import pytest

from _blocks import SMALL, classifier, numbers, regressor
from skneural import (
    BernoulliRBM,
    DBNClassifier,
    GMDHClassifier,
    GMDHRegressor,
    MLPClassifier,
    SelfOrganizingMap,
    TabularRegressor,
)
from skneural.blocks import ArrayBlocks, IteratorBlocks, ParquetBlocks
from skneural.data.sources import FarRows

X, Y, _ = numbers()


def raises(estimator, message, blocks, error=ValueError, method="fit"):
    before = dict(vars(estimator))
    with pytest.raises(error, match=message):
        getattr(estimator, method)(blocks)
    assert vars(estimator).keys() == before.keys()
    assert all(vars(estimator)[name] is value for name, value in before.items())


@pytest.mark.parametrize("buffer", [1 << 27, SMALL])
def test_numbers_that_are_not_finite(buffer, tmp_path):
    bad = X.copy()
    bad[1234, 3] = np.nan
    np.save(tmp_path / "X.npy", bad)
    raises(classifier(), "NaN", ArrayBlocks(tmp_path / "X.npy", Y, buffer=buffer))
    if buffer == SMALL:
        message = r"MLPClassifier: rows \d+ to \d+: Input X contains NaN in row 1234, column 3"
        raises(classifier(), message, ArrayBlocks(bad, Y, buffer=buffer))


def changed(what):
    """Blocks of which the third is unlike the others."""
    for number in range(5):
        rows = slice(200 * number, 200 * number + 200)
        block, y = X[rows], Y[rows]
        if number == 2:
            if what == "columns":
                block = np.c_[block, block[:, :1]]
            elif what == "dtype":
                block = block.astype(np.float32)
            elif what == "y":
                yield block
                continue
            elif what == "length":
                y = y[:-1]
            elif what == "labels":
                y = y.astype(str)
            elif what == "text":
                block = block.astype(str)
            elif what == "dimensions":
                block = block[:, 0]
        yield block, y


@pytest.mark.parametrize("buffer", [1 << 27, SMALL])
@pytest.mark.parametrize(("what", "message"), [
    ("columns", "has 11 columns where the first has 10"),
    ("dtype", "has the dtype float32 where the first has float64"),
    ("y", "has no y, unlike the first"),
    ("length", "y has 199 rows, X 200"),
    ("labels", "y has the dtype <U21, unlike that of the first block"),
    ("text", "X has the dtype <U32, where numbers are needed"),
    ("dimensions", r"X has the shape \(200,\), where rows of numbers are needed"),
])  # fmt: skip
def test_blocks_that_change_midway(what, message, buffer):
    where = r"MLPClassifier: IteratorBlocks: block 2 \(rows 400 to 600\): "
    raises(classifier(), where + message, IteratorBlocks(lambda: changed(what), buffer=buffer))


def test_frames_whose_columns_change():
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pd.DataFrame(X[:, :2], columns=["a", "b"])
    blocks = [(frame[:100], Y[:100]), (frame[["b", "a"]][100:200], Y[100:200])]
    raises(classifier(), "block 1 .* columns .*b.*a.* where the first", IteratorBlocks(blocks))


def test_parquet_files_that_differ(tmp_path):
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    import pyarrow.parquet as pq

    columns = {"a": X[:100, 0], "b": X[:100, 1], "y": Y[:100]}
    pq.write_table(pa.table(columns), tmp_path / "part-0.parquet")
    blocks = ParquetBlocks(tmp_path, "y")
    classifier(max_iter=1).fit(blocks)

    def second(**table):
        pq.write_table(pa.table(table), tmp_path / "part-1.parquet")

    second(a=X[:100, 0], y=Y[:100])
    raises(classifier(), r"block 1 \(file part-1.parquet\) has no column 'b'", blocks)
    second(**columns, c=Y[:100])
    raises(classifier(), r"part-1.parquet\) has 4 columns where the first has 3", blocks)
    second(**columns | {"b": X[:100, 1].astype(np.float32)})
    message = r"block 1 \(file part-1.parquet\): column 'b' holds float, in the first file double"
    raises(classifier(), message, blocks)
    second(**columns | {"b": pa.array([None, *X[1:100, 1]])})
    raises(classifier(), "NaN", blocks)
    raises(classifier(), r"part-\d.parquet\): Input X contains NaN",
           ParquetBlocks(tmp_path, "y", buffer=1000))  # fmt: skip
    (tmp_path / "part-1.parquet").write_text("no table")
    raises(classifier(), "part-1.parquet is no file of Parquet", blocks)
    (tmp_path / "part-1.parquet").unlink()
    raises(classifier(), "has no column 'z'", ParquetBlocks(tmp_path, "z"))
    (tmp_path / "part-0.parquet").unlink()
    raises(classifier(), "there are no files", blocks, FileNotFoundError)
    missing = ParquetBlocks(tmp_path / "nothing.parquet", "y")
    raises(classifier(), "there is no file", missing, FileNotFoundError)


def test_text_in_parquet(tmp_path):
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    import pyarrow.parquet as pq

    table = {"a": X[:, 0], "city": np.where(Y, "Bern", "Rome"), "y": X[:, 1]}
    pq.write_table(pa.table(table), tmp_path / "table.parquet")
    for buffer in (1 << 27, SMALL):
        blocks = ParquetBlocks(tmp_path, "y", buffer=buffer)
        raises(regressor(), "text, such as '(Bern|Rome)'", blocks)
    raises(TabularRegressor(), "encode categories as numbers", blocks)


@pytest.mark.parametrize("buffer", [1 << 27, SMALL])
def test_targets_and_weights(buffer):
    raises(classifier(), "no y|requires y", ArrayBlocks(X, buffer=buffer))
    raises(classifier(), "y has 1999, X of the blocks 2000", ArrayBlocks(X, Y[1:], buffer=buffer))
    weighted = ArrayBlocks(X, Y, np.ones(3), buffer=buffer)
    raises(classifier(), "sample_weight has 3, X of the blocks 2000", weighted)
    with pytest.raises(ValueError, match="y is part of the ArrayBlocks and was passed to fit too"):
        classifier().fit(ArrayBlocks(X, Y, buffer=buffer), Y)
    with pytest.raises(ValueError, match="score needs y"):
        classifier().fit(X, Y).score(ArrayBlocks(X, buffer=buffer))
    with pytest.raises(ValueError, match="score needs y"):
        classifier().fit(X, Y).score(X)


def test_no_rows(tmp_path):
    np.save(tmp_path / "X.npy", X[:0])
    raises(classifier(), "has no rows", ArrayBlocks(tmp_path / "X.npy", Y[:0]))
    raises(classifier(), "there are no blocks", IteratorBlocks([]))
    raises(classifier(), "has no rows", IteratorBlocks([(X[:0], Y[:0])]))


def test_files_that_are_missing_cut_or_of_another_kind(tmp_path):
    path = tmp_path / "X.npy"
    blocks = ArrayBlocks(path, Y, buffer=SMALL)
    raises(classifier(), "MLPClassifier: ArrayBlocks: X: there is no file", blocks,
           FileNotFoundError)  # fmt: skip
    np.save(path, X)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1000])
    raises(classifier(), r"rows \d+ to \d+: the file ends before its last row", blocks)
    path.write_bytes(b"no array" + whole)
    raises(classifier(), "is no file of numpy.save", blocks)
    np.save(path, np.asfortranarray(X))
    raises(classifier(), "columns one after the other", blocks)
    np.save(path, X.astype(object), allow_pickle=True)
    raises(classifier(), "holds Python objects", blocks)
    np.save(path, np.float64(1))
    raises(classifier(), "a single number", blocks)


def test_arguments():
    with pytest.raises(ValueError, match="X is list, where the path of a .npy file or an array"):
        ArrayBlocks([[1, 2]])
    with pytest.raises(ValueError, match="rows of numbers are needed"):
        ArrayBlocks(Y)
    with pytest.raises(ValueError, match="buffer=0, where bytes are needed"):
        ArrayBlocks(X, buffer=0)
    with pytest.raises(ValueError, match="IteratorBlocks: blocks is int"):
        IteratorBlocks(3)
    da = pytest.importorskip("dask.array", reason="dask is not installed")
    chosen = da.from_array(X, chunks=100)
    with pytest.raises(ValueError, match="compute_chunk_sizes"):
        ArrayBlocks(chosen[chosen[:, 0] > 0])


def test_fitted_estimators_check_the_columns_of_blocks():
    fitted = classifier().fit(X, Y)
    for buffer in (1 << 27, SMALL):
        blocks = ArrayBlocks(X[:, :9], buffer=buffer)
        raises(fitted, "X has 9 features, but MLPClassifier is expecting 10", blocks,
               method="predict")  # fmt: skip
        with pytest.raises(ValueError, match="X has 9 features"):
            fitted.partial_fit(ArrayBlocks(X[:, :9], Y, buffer=buffer))


def test_validation_rows_that_take_too_much_memory():
    message = r"MLPClassifier: .*rows have to be in memory .* lower validation_fraction"
    blocks = ArrayBlocks(np.zeros((4000, 2)), np.arange(4000) % 2, buffer=20_000)
    raises(classifier(early_stopping=True, validation_fraction=0.5), message, blocks)
    with pytest.raises(ValueError, match="X_val takes more memory than buffer"):
        classifier(early_stopping=True).fit(X, Y, X_val=blocks, y_val=np.arange(4000) % 2)


def test_rows_that_are_not_in_memory_are_in_no_plan():
    far = FarRows(lambda begin, end: X[begin:end], [(0, 2000)], (10,), X.dtype, 1 << 20)
    with pytest.raises(TypeError, match=r"read them by parts\(\)"):
        far.addresses(X.dtype, 1.0)
    with pytest.raises(TypeError, match=r"read them by parts\(\)"):
        far.add_gathering(None, None)
    np.testing.assert_array_equal(far.first_row(np.float32), X[0].astype(np.float32))
    assert [len(part) for _, part in far.parts(300)] == [300] * 6 + [200]


@pytest.mark.parametrize("estimator", [
    SelfOrganizingMap(), BernoulliRBM(), GMDHRegressor(), GMDHClassifier()
])  # fmt: skip
def test_estimators_that_need_all_rows(estimator):
    for y in ((), (Y,)):
        with pytest.raises(TypeError, match="ArrayBlocks, which is read in parts, but .* needs"):
            estimator.fit(ArrayBlocks(X, Y), *y)


def test_pretraining_needs_all_rows():
    network = DBNClassifier((4,), max_iter=1, pretraining_max_iter=1, visible="gaussian")
    network.fit(ArrayBlocks(X, Y))
    with pytest.raises(TypeError, match="DBNClassifier: X is read in parts, but pretraining"):
        network.fit(ArrayBlocks(X, Y, buffer=SMALL))


def test_a_full_disk_names_the_folder(monkeypatch):
    class Full(io.BytesIO):
        def write(self, data):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: Full())
    blocks = IteratorBlocks([(X, Y)], folder="small", buffer=SMALL)
    message = "MLPClassifier: IteratorBlocks: small has no space for the temporary file"
    raises(MLPClassifier(), message, blocks, OSError)
