"""Numbers that are not finite are named by the block and the row that they are in."""

import numpy as np
import pytest

from _blocks import SMALL, classifier, numbers
from skneural.blocks import ArrayBlocks, IteratorBlocks, ParquetBlocks

X, Y, _ = numbers(3000)
BAD = X.copy()
BAD[2345, 3] = np.nan
EITHER = pytest.mark.parametrize("buffer", [1 << 27, SMALL], ids=["memory", "windows"])
METHOD = pytest.mark.parametrize("method", ["fit", "partial_fit", "predict"])


def message_of(blocks, method):
    model = classifier()
    if method != "fit":
        model.fit(X, Y)
    with pytest.raises(ValueError, match="Input X contains NaN") as caught:
        getattr(model, method)(blocks)
    return str(caught.value)


def in_blocks(X, first=500):
    yield X[:first], Y[:first]
    yield X[:0], Y[:0]  # an empty one counts too
    for begin in range(first, len(X), 500):
        yield X[begin : begin + 500], Y[begin : begin + 500]


@METHOD
@EITHER
@pytest.mark.parametrize(("row", "block"), [
    (0, "block 0 (rows 0 to 500)"), (700, "block 2 (rows 500 to 1000)"),
    (2345, "block 5 (rows 2000 to 2500)"), (2999, "block 6 (rows 2500 to 3000)"),
], ids=["first", "third", "sixth", "last"])
def test_blocks_of_a_program(buffer, method, row, block):
    bad = X.copy()
    bad[row, 3] = np.nan
    found = message_of(IteratorBlocks(lambda: in_blocks(bad), buffer=buffer), method)
    assert "MLPClassifier" in found
    assert f"contains NaN in row {row}, column 3" in found
    assert block in found
    assert found.count("block") == 1


@METHOD
@EITHER
def test_a_small_first_block(buffer, method):
    """What features are learned from, the first rows, may be of several blocks."""
    bad = X.copy()
    bad[30, 3] = np.nan
    found = message_of(IteratorBlocks(lambda: in_blocks(bad, 20), buffer=buffer), method)
    assert "block 2 (rows 20 to 520)" in found
    assert "in row 30, column 3" in found


@METHOD
@EITHER
def test_rows_of_an_array(buffer, method):
    found = message_of(ArrayBlocks(BAD, Y, buffer=buffer), method)
    assert "in row 2345, column 3" in found
    assert "block" not in found


@METHOD
@EITHER
def test_row_groups_of_files(buffer, method, tmp_path):
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    import pyarrow.parquet as pq

    for number in range(2):
        rows = slice(1500 * number, 1500 * number + 1500)
        columns = {f"x{n}": BAD[rows, n] for n in range(10)} | {"y": Y[rows]}
        path = tmp_path / f"part-{number}.parquet"
        pq.write_table(pa.table(columns), path, row_group_size=500)
    columns = [f"x{n}" for n in range(10)]
    blocks = ParquetBlocks(tmp_path, "y", columns=columns, buffer=buffer)
    model = classifier()
    if method != "fit":
        model.fit(ParquetBlocks([tmp_path / "part-0.parquet"], "y"))
    with pytest.raises(ValueError, match="Input X contains NaN in row 2345, column 'x3'") as caught:
        getattr(model, method)(blocks)
    assert "block 4 (rows 2000 to 2500, file part-1.parquet)" in str(caught.value)
