"""Checkpoints of fits in windows: what the order of the rows depends on is compared."""

import numpy as np
import pytest

from _blocks import SMALL, classifier, numbers, weights
from _checkpoints import KillAt, Killed
from skneural.blocks import ArrayBlocks, ParquetBlocks
from skneural.callbacks import HAS_CALLBACKS
from skneural.persistence import Checkpoint

pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.skipif(not HAS_CALLBACKS, reason="needs scikit-learn 1.9"),
]
X, Y, _ = numbers()


def network(*callbacks, **how):
    made = classifier(**{"max_iter": 5, "tol": 0} | how)
    return made.set_callbacks(*callbacks) if callbacks else made


def killed(path, *data, **how):
    with pytest.raises(Killed):
        network(Checkpoint(path), KillAt(3), **how).fit(*data)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "fit.ckpt"


@pytest.mark.parametrize("how", [{}, {"early_stopping": True}], ids=["all", "held back"])
def test_another_buffer_is_another_order(path, how):
    blocks = ArrayBlocks(X, Y, buffer=SMALL)
    expected = network(**how).fit(blocks)
    killed(path, blocks, **how)
    message = "MLPClassifier: the checkpoint .* is of the rows in another order: the windows"
    with pytest.raises(ValueError, match=message):
        network(Checkpoint(path), **how).fit(ArrayBlocks(X, Y, buffer=2 * SMALL))
    resumed = network(Checkpoint(path), **how).fit(blocks)
    np.testing.assert_array_equal(weights(resumed), weights(expected))


def test_rows_in_memory_and_in_windows(path, tmp_path):
    windows = ArrayBlocks(X, Y, buffer=SMALL)
    killed(path, windows)
    message = "another order: they were read in windows, and are all in memory here"
    with pytest.raises(ValueError, match=message):
        network(Checkpoint(path)).fit(X, Y)
    path.unlink()
    killed(path, X, Y)
    message = "another order: they were all in memory, and are read in windows here"
    with pytest.raises(ValueError, match=message):
        network(Checkpoint(path)).fit(windows)
    expected = network().fit(X, Y)
    resumed = network(Checkpoint(path)).fit(ArrayBlocks(X, Y))
    np.testing.assert_array_equal(weights(resumed), weights(expected))


@pytest.mark.parametrize("how", [{"shuffle": False}, {"solver": "lbfgs"}], ids=["file", "lbfgs"])
def test_an_order_that_does_not_depend_on_the_buffer(path, how):
    expected = network(**how).fit(ArrayBlocks(X, Y, buffer=SMALL))
    killed(path, ArrayBlocks(X, Y, buffer=SMALL), **how)
    resumed = network(Checkpoint(path), **how).fit(ArrayBlocks(X, Y, buffer=2 * SMALL))
    np.testing.assert_array_equal(weights(resumed), weights(expected))


class Chunked:
    """An array in chunks of some rows."""

    def __init__(self, n_rows):
        self.shape, self.dtype, self.chunks = X.shape, X.dtype, (n_rows, X.shape[1])

    def __getitem__(self, rows):
        return X[rows]


def test_other_chunks_are_another_order(path):
    killed(path, ArrayBlocks(Chunked(50), Y, buffer=SMALL))
    with pytest.raises(ValueError, match="is of the rows in another order"):
        network(Checkpoint(path)).fit(ArrayBlocks(Chunked(70), Y, buffer=SMALL))


def test_other_row_groups_are_another_order(path, tmp_path):
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    import pyarrow.parquet as pq

    table = pa.table({f"x{n}": X[:, n] for n in range(10)} | {"y": Y})
    pq.write_table(table, tmp_path / "table.parquet", row_group_size=500)
    blocks = ParquetBlocks(tmp_path / "table.parquet", "y", buffer=SMALL)
    killed(path, blocks)
    pq.write_table(table, tmp_path / "table.parquet", row_group_size=400)
    with pytest.raises(ValueError, match="is of the rows in another order"):
        network(Checkpoint(path)).fit(blocks)


@pytest.mark.parametrize("blocks", [False, True], ids=["memory", "windows"])
def test_another_dtype(path, blocks):
    def data(X):
        return (ArrayBlocks(X, Y, buffer=SMALL),) if blocks else (X, Y)

    killed(path, *data(X.astype(np.float32)))
    message = "another dtype: X is of float64, and was of float32 there"
    with pytest.raises(ValueError, match=message):
        network(Checkpoint(path)).fit(*data(X))
