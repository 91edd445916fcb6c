"""A fit on a file beside the same fit on an array in memory: rows a second.

`python -m asv_benchmarks.blocks` writes rows of float32 to a .npy file, an array of zarr and a file
of Parquet, reads each once, so that the disk's cache is warm, and fits an MLP on them and on the
array in memory in alternating rounds. It prints the best rows a second of each, and the median of
the rounds' ratios to memory. ``--rows`` and ``--columns`` set the size; ``--layers`` that of the
network; ``--jobs`` its threads.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from functools import partial
from pathlib import Path

import numpy as np

from asv_benchmarks._alternating import ratio, seconds, take_turns

N_ROWS, N_COLUMNS, LAYERS, ROUNDS, EPOCHS = 200_000, 256, (512, 512), 3, 2


def write(folder: Path, X, y):
    """Write X to files of all kinds; return what reads them, by name, for a size of the buffer."""
    from skneural.blocks import ArrayBlocks, ParquetBlocks

    np.save(folder / "X.npy", X)
    found = {"npy": partial(ArrayBlocks, folder / "X.npy", y)}
    try:
        import zarr
    except ImportError:
        pass
    else:
        array = zarr.open(
            str(folder / "X.zarr"), mode="w", shape=X.shape, dtype=X.dtype,
            chunks=(max(1, (1 << 21) // X[:1].nbytes), X.shape[1]),
        )  # fmt: skip
        array[:] = X
        found["zarr"] = partial(ArrayBlocks, array, y)
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        pass
    else:
        columns = {f"x{j}": X[:, j] for j in range(X.shape[1])}
        group = max(1, (1 << 24) // X[:1].nbytes)
        pq.write_table(pa.table(columns | {"y": y}), folder / "X.parquet", row_group_size=group)
        found["Parquet"] = partial(ParquetBlocks, folder / "X.parquet", "y")
    return found


def contestants(folder: Path, n_rows, n_columns, layers, n_jobs, buffer=None, epochs=EPOCHS):
    """Fits by name, the one in memory first."""
    from skneural import MLPRegressor

    X = np.random.RandomState(0).standard_normal((n_rows, n_columns)).astype(np.float32)
    y = X[:, 0] * X[:, 1] + X[:, 2]
    buffer = buffer or X.nbytes // 4

    def fit(*data):
        network = MLPRegressor(
            hidden_layer_sizes=layers, max_iter=epochs, random_state=0, n_jobs=n_jobs
        )
        return network.fit(*data)

    kinds = write(folder, X, y)
    files = {name: lambda make=make: fit(make(buffer=buffer)) for name, make in kinds.items()}
    return {"memory": lambda: fit(X, y), **files}


def main():
    """Measure, and print a line for each."""
    from sklearn.exceptions import ConvergenceWarning

    warnings.simplefilter("ignore", ConvergenceWarning)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds that count")
    parser.add_argument("--rows", type=int, default=N_ROWS)
    parser.add_argument("--columns", type=int, default=N_COLUMNS)
    parser.add_argument("--layers", type=int, nargs="+", default=LAYERS)
    parser.add_argument("--jobs", type=int, default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        runs = contestants(
            Path(folder), asked.rows, asked.columns, tuple(asked.layers), asked.jobs
        )
        times = take_turns(
            {name: partial(seconds, run) for name, run in runs.items()}, asked.rounds
        )
    for name, taken in times.items():
        speed, share = EPOCHS * asked.rows / min(taken), ratio(times["memory"], taken)
        print(f"{name:8} {speed:10,.0f} rows a second   {share:5.2f} of memory")


if __name__ == "__main__":
    sys.exit(main())
