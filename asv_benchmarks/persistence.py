"""Saved models: time of predictions, memory, files, checkpoints, and ONNX Runtime beside ours.

`python -m asv_benchmarks.persistence` measures contestants in alternating rounds, and prints the
best of each. Fresh, loaded and unpickled models predict one row and a batch; then the bytes that
each holds, the size of its file beside its weights, the seconds of `save` and `load`, what a
`Checkpoint` at each epoch adds to a fit, and what ONNX Runtime takes.
"""

from __future__ import annotations

import gc
import os
import pickle
import statistics
import sys
import tempfile
import time
import tracemalloc
import warnings
from functools import partial

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from asv_benchmarks._alternating import rounds_asked, seconds, take_turns

ROUNDS, CALLS, BATCH, N_ROWS = 15, 50, 1000, 60_000
WIDTHS, N_FEATURES = (256, 128), 784


def data(n_rows=N_ROWS):
    """Rows of the size of MNIST's, and ten classes."""
    random = np.random.RandomState(0)
    y = np.arange(n_rows) % 10
    X = random.normal(0, 1, (n_rows, N_FEATURES)).astype(np.float32)
    X[np.arange(n_rows), y] += 3
    return X, y


def fresh(n_rows=2000):
    """A fitted model."""
    from skneural import MLPClassifier

    return MLPClassifier(WIDTHS, max_iter=2, random_state=0, n_jobs=1).fit(*data(n_rows))


def contestants(model):
    """The same model: as fitted, from a file, from a pickle; and its file's path."""
    from skneural.persistence import load, save

    path = os.path.join(tempfile.mkdtemp(), "model.safetensors")
    save(model, path)
    return {
        "fresh": model, "loaded": load(path), "unpickled": pickle.loads(pickle.dumps(model))
    }, path


def of_calls(call, n_calls=CALLS):
    """Mean seconds of a call, of some in a row."""
    return seconds(lambda: [call() for _ in range(n_calls)]) / n_calls


def predictions(models, X, n_rows, n_rounds, n_calls=CALLS):
    """Least seconds of a prediction of so many rows, by each model."""
    rows = X[:n_rows]
    for model in models.values():
        model.predict_proba(rows)
    runs = {
        name: partial(of_calls, partial(model.predict_proba, rows), n_calls)
        for name, model in models.items()
    }
    return {name: min(times) for name, times in take_turns(runs, n_rounds).items()}


def bytes_held(make, X):
    """Bytes that a model holds once it has predicted, plans of predictions not counted twice."""
    make().predict_proba(X[:1])  # imports and compiles what is needed
    gc.collect()
    tracemalloc.start()
    try:
        model = make()
        model.predict_proba(X[:1])
        gc.collect()
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def weights_of(model):
    """Bytes of the weights that a model shows."""
    return sum(array.nbytes for array in [*model.coefs_, *model.intercepts_])


def cost_of_checkpoints(n_rows, n_epochs):
    """Seconds of an epoch, and of them those in which its checkpoint is written; medians."""
    from skneural import MLPClassifier
    from skneural.persistence import Checkpoint

    written, ended = [], []

    class Timed(Checkpoint):
        def keeper_for(self, estimator):
            keeper = super().keeper_for(estimator)
            keep = keeper.keep

            def timed(*given):
                written.append(seconds(lambda: keep(*given)))
                ended.append(time.perf_counter())

            keeper.keep = timed
            return keeper

    X, y = data(n_rows)
    model = MLPClassifier(
        WIDTHS, max_iter=n_epochs, random_state=0, tol=0, n_iter_no_change=10**6
    )
    path = os.path.join(tempfile.mkdtemp(), "training.safetensors")
    model.set_callbacks(Timed(path)).fit(X, y)
    return statistics.median(np.diff(ended[:n_epochs])), statistics.median(written[1:n_epochs])


def beside_onnx(model, X, n_rows, n_rounds, n_calls=CALLS):
    """Least seconds of a prediction by ours and by ONNX Runtime, each in one thread."""
    import onnxruntime

    from skneural.persistence import to_onnx

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        to_onnx(model, dtype="float32").SerializeToString(), options,
        providers=["CPUExecutionProvider"],
    )
    rows = X[:n_rows]
    runs = {
        "ours": lambda: model.predict_proba(rows),
        "ONNX Runtime": lambda: session.run(["probabilities"], {"X": rows}),
    }
    difference = np.abs(runs["ours"]() - runs["ONNX Runtime"]()[0]).max()
    times = take_turns({k: partial(of_calls, run, n_calls) for k, run in runs.items()}, n_rounds)
    return {name: min(found) for name, found in times.items()}, float(difference)


def main():
    """Measure, and print a line for each."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    n_rounds = rounds_asked(__doc__, ROUNDS)
    from skneural.persistence import load, save

    model, (X, _) = fresh(), data(BATCH)
    models, path = contestants(model)
    for n_rows in (1, BATCH):
        times = predictions(models, X, n_rows, n_rounds, CALLS if n_rows == 1 else 5)
        for name, taken in times.items():
            print(f"predict {n_rows:5} rows, {name:10} {1e6 * taken:9.1f} us"
                  f"   {taken / times['fresh']:5.2f} times fresh")
    weights, moments = weights_of(model), model._solver_state.slots.nbytes
    pickled = pickle.dumps(model)
    held = {"loaded": lambda: load(path), "unpickled": lambda: pickle.loads(pickled)}
    for name, make in held.items():
        factor = bytes_held(make, X) / (weights + moments)
        print(f"bytes held, {name:10} {factor:5.2f} times weights and moments of the solver")
    size = os.path.getsize(path)
    print(f"file {size / (weights + moments):5.2f} times weights and moments of the solver"
          f" ({weights + moments:,} bytes)")
    for name, run in (("save", lambda: save(model, path)), ("load", lambda: load(path))):
        taken = min(seconds(run) for _ in range(n_rounds))
        print(f"{name} {1e3 * taken:6.1f} ms, {1e-6 * size / taken:6.0f} MB/s")
    epoch, written = cost_of_checkpoints(N_ROWS, n_rounds)
    print(f"an epoch of {N_ROWS:,} rows takes {epoch:6.3f} s, of which its checkpoint"
          f" {written:6.3f} s: {written / epoch:.1%}")
    for n_rows in (1, BATCH):
        times, difference = beside_onnx(model, X, n_rows, n_rounds, CALLS if n_rows == 1 else 5)
        print(f"predict {n_rows:5} rows, ours {1e6 * times['ours']:8.1f} us, ONNX Runtime"
              f" {1e6 * times['ONNX Runtime']:8.1f} us, differ by {difference:.0e}")


if __name__ == "__main__":
    sys.exit(main())
