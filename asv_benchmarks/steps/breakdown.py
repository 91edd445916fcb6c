"""Where the time of a training batch goes: the share of each layer and pass.

`python -m asv_benchmarks.breakdown resnet20` runs the steps of a batch one by one, on one thread,
in the order and the chunks of an epoch. It adds up their least times by kind of layer (`--by
layer`: by layer of the network, `--by kernel`: by kernel) and by pass: forward, backward (the
gradient of the input and what is found beside it), weights (gradients of parameters where they are
a step of their own). The optimizer has a line of its own, and so have the input and the loss.
"""

from __future__ import annotations

import argparse
from collections import defaultdict

import numpy as np

from asv_benchmarks.peers.child import pin_to_one_core
from asv_benchmarks.peers.contestants import estimator_of
from asv_benchmarks.peers.table_contestants import columns_of, estimator_of_table
from asv_benchmarks.steps.labels import BACKWARD, FORWARD, GRADIENT, StepLabels
from asv_benchmarks.steps.times import measure
from asv_benchmarks.workloads.images import IMAGE_WORKLOADS, ImageWorkload, make_images
from asv_benchmarks.workloads.layers import LAYER_WORKLOADS
from asv_benchmarks.workloads.tables import TABLE_WORKLOADS, TableWorkload, make_table
from skneural.engine.epoch import barrier
from skneural.engine.primitives import FIELDS
from skneural.engine.rows import rows_of
from skneural.engine.steps import Step
from skneural.engine.units import in_chunks
from skneural.optimizers import Adam

PASSES = (FORWARD, BACKWARD, GRADIENT, "other")
NETWORKS = {
    name.split(" b")[0]: workload
    for name, workload in {**IMAGE_WORKLOADS, **LAYER_WORKLOADS, **TABLE_WORKLOADS}.items()
    if not workload.predicts
}


def samples_and_estimator(workload: ImageWorkload | TableWorkload) -> tuple:
    """X, y and this library's estimator of a workload."""
    if not isinstance(workload, TableWorkload):
        return *make_images(workload), estimator_of(workload)
    numbers, codes, y = make_table(workload)
    return columns_of(numbers, codes), y, estimator_of_table(workload, numbers)


def open_session(workload: ImageWorkload | TableWorkload, labels: StepLabels):
    """A session of one thread that trains the network of a workload, its steps labelled."""
    X, y, estimator = samples_and_estimator(workload)
    estimator = estimator.set_params(
        max_iter=1, random_state=0, batch_size=workload.batch_size, tol=0.0, n_jobs=1
    )
    network = fitted_network(estimator, X[: workload.batch_size], y[: workload.batch_size])
    with labels.recording():
        return network.training_session(
            X.reshape(len(X), -1), y.reshape(-1, 1).astype(network.dtype),
            batch_size=workload.batch_size, optimizer=Adam(), alpha=1e-4, n_jobs=1,
        )


def fitted_network(estimator, X, y):
    """The network that the estimator makes for the data."""
    import warnings

    from skneural.estimators.base.predictor import predictor

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return predictor(estimator.fit(X, y))


def add_up(session, labels: StepLabels, times: np.ndarray, by: str) -> dict:
    """Seconds by (line of the table, pass)."""
    runner = session._runner
    known = {}
    for (kernel, fields), (layer, kind, passed) in labels.labels.items():
        line = {"kind": kind, "layer": layer, "kernel": f"{kind} {kernel.function.__name__}"}[by]
        row = rows_of([Step(kernel, fields)], runner.dtype)[0]
        known[int(row[0]), *row[FIELDS : FIELDS + len(fields)].tolist()] = line, passed
    update = session.updates[0].optimizer.kernel.address(runner.dtype)
    nothing = {kernel.address(runner.dtype) for kernel in (barrier, in_chunks)}
    total: defaultdict = defaultdict(float)
    for row, seconds in zip(runner.rows[runner.n_prepare :], times[runner.n_prepare :]):
        if row[0] in nothing:
            continue
        label = label_of(row, known)
        if label is None:
            label = "optimizer" if row[0] == update else "input and loss", "other"
        total[label] += seconds
    return total


def label_of(row: np.ndarray, known: dict):
    """The label of a plan's row: the longest fields that are known, zeros behind them."""
    numbers = row[FIELDS:].tolist()
    for length in range(len(numbers), -1, -1):
        if label := known.get((int(row[0]), *numbers[:length])):
            return label
    return None


def table(total: dict) -> list[str]:
    """The shares as lines of text."""
    whole, names = sum(total.values()), list(dict.fromkeys(name for name, _ in total))
    width = max(map(len, names))
    lines = [f"{'':{width}} " + "".join(f"{title:>10}" for title in (*PASSES, "together"))]
    for name in names:
        seconds = [total.get((name, passed), 0.0) for passed in PASSES]
        shares = [f"{s / whole:10.1%}" if s else f"{'':10}" for s in (*seconds, sum(seconds))]
        lines.append(f"{name:{width}} " + "".join(shares))
    together = [sum(s for (_, p), s in total.items() if p == passed) for passed in PASSES]
    shares = "".join(f"{s / whole:10.1%}" for s in (*together, whole))
    return [*lines, f"{'all':{width}} {shares}"]


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser("python -m asv_benchmarks.breakdown", description=__doc__)
    parser.add_argument("network", choices=tuple(NETWORKS), help="of the comparison with peers")
    parser.add_argument("--by", choices=("kind", "layer", "kernel"), default="kind")
    parser.add_argument("--repeats", type=int, default=30)
    options = parser.parse_args(arguments)
    pin_to_one_core()
    workload, labels = NETWORKS[options.network], StepLabels()
    session = open_session(workload, labels)
    session.run_epoch(None, np.full(session.n_batches, 1e-3))
    times, batch = measure(session, options.repeats)
    total = add_up(session, labels, times, options.by)
    print("\n".join(table(total)))
    samples = "rows" if workload.kind == "tables" else "images"
    print(f"steps {1e3 * sum(total.values()):.2f} ms, the batch at once {1e3 * batch:.2f} ms,"
          f" {workload.batch_size / batch:,.0f} {samples}/s on one thread")


if __name__ == "__main__":
    main()
