"""
===================================================
A file larger than memory
===================================================

A file of many gigabytes on a laptop: `blocks.ArrayBlocks` reads it in windows, one ahead of the
one that the network trains on, so memory stays the same however long the file is. Here files of
growing length are fitted on, and the same rows as an array beside them. How much memory does each
take, and what does reading cost?

The files are small, so that the example runs in seconds; so is the buffer.
"""

# %%
# Files of growing length
# -----------------------
#
# Rows are written a part at a time to a file of NumPy's format, never whole: the way to make a
# large one. The rows are sorted by class, the hardest order for a fit that reads in parts.

import tempfile
import time
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn.exceptions import ConvergenceWarning

from skneural import MLPClassifier
from skneural.blocks import ArrayBlocks

warnings.simplefilter("ignore", ConvergenceWarning)
N_FEATURES, BUFFER = 100, 4 * 2**20
random = np.random.RandomState(0)
centers = random.normal(0, 0.25, (2, N_FEATURES))
folder = tempfile.TemporaryDirectory()


def write(n_rows):
    """Write rows of two classes, one behind the other; return path and labels."""
    path = Path(folder.name) / f"{n_rows}.npy"
    y = np.repeat([0, 1], n_rows // 2)
    file = np.lib.format.open_memmap(path, "w+", np.float32, (n_rows, N_FEATURES))
    for begin in range(0, n_rows, 10_000):
        rows = slice(begin, begin + 10_000)
        noise = random.standard_normal((len(y[rows]), N_FEATURES))
        file[rows] = centers[y[rows]] + noise
    file.flush()
    return path, y


# %%
# Memory and speed
# ----------------
#
# ``tracemalloc`` counts what Python and NumPy allocate. It slows Python, so that speed is
# measured in a fit of its own.

import tracemalloc


def measure(make):
    """Return megabytes at most, rows a second, and accuracy of a fit."""
    tracemalloc.start()
    data = make()
    network = MLPClassifier((64,), max_iter=2, random_state=0, n_jobs=1).fit(*data)
    megabytes = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    begun = time.perf_counter()
    network.fit(*data)
    rows = 2 * len(data[1] if len(data) > 1 else data[0].y)
    return megabytes, rows / (time.perf_counter() - begun), network.score(*data)


sizes = [20_000, 40_000, 80_000, 160_000]
found = {"array in memory": [], "file in blocks": []}
for n_rows in sizes:
    path, y = write(n_rows)
    found["array in memory"].append(measure(lambda p=path, y=y: (np.load(p), y)))
    found["file in blocks"].append(
        measure(lambda p=path, y=y: (ArrayBlocks(p, y, buffer=BUFFER),))
    )
    path.unlink()
for name, figures in found.items():
    for n_rows, (megabytes, speed, accuracy) in zip(sizes, figures):
        print(
            f"{name:16} {n_rows:7,} rows {megabytes:6.1f} MB "
            f"{speed:10,.0f} rows/s  accuracy {accuracy:.3f}"
        )

# %%
# The memory of blocks is that of two windows and the labels. The accuracy is the same: a window
# has pieces of the whole file, so that both classes come in each batch. Larger rows cost more to
# train than to read, and reading is done by a thread of its own.

fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
megabytes = np.array(sizes) * N_FEATURES * 4 / 2**20
for (name, figures), marker in zip(found.items(), "os"):
    memory, speed, _ = zip(*figures)
    left.plot(megabytes, memory, marker=marker, label=name)
    right.plot(megabytes, np.array(speed) / 1000, marker=marker, label=name)
left.axhline(2 * BUFFER / 2**20, color="grey", linestyle=":", label="two windows")
left.set(xlabel="size of the file, MB", ylabel="memory at most, MB", title="Memory")
right.set(xlabel="size of the file, MB", ylabel="thousand rows a second", title="Speed")
right.set_ylim(0)
left.legend()
plt.show()
folder.cleanup()
