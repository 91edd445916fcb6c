"""Single measurements, each in its own process: `python -m asv_benchmarks.targets.probes NAME`.

A probe imports what it measures inside itself, so that the process holds nothing else, and
returns a JSON value.
"""

from __future__ import annotations

import json
import statistics
import sys
import threading
import time
import warnings
from importlib import import_module

from asv_benchmarks.targets.memory import peak_memory, resident_memory

SCIKIT_LEARN = "sklearn.neural_network"


def least_time(run, repeats: int) -> float:
    """Seconds of the quickest of some calls."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def classes(n_samples: int, n_features: int):
    """Float32 rows and ten classes, made without a temporary copy."""
    import numpy as np

    random = np.random.default_rng(0)
    X = np.empty((n_samples, n_features), "float32")
    random.standard_normal(dtype="float32", out=X)
    return X, random.integers(10, size=n_samples)


def import_time(module: str) -> dict:
    """Seconds of an import, and what it brought about."""
    start = time.perf_counter()
    import_module(module)
    seconds = time.perf_counter() - start
    numba = "numba" in sys.modules
    return {"seconds": seconds, "numba": numba, "compiled": compile_count(module)}


def compile_count(module: str = "skneural") -> int:
    """Functions compiled so far in this process."""
    if module != "skneural":
        return 0
    return import_module("skneural.engine.compile.jit").compile_count()


def images(n_samples: int, side: int = 28, channels: int = 1):
    """Float32 images and ten classes."""
    X, y = classes(n_samples, side * side * channels)
    return X.reshape(-1, side, side, channels), y


def first_fit(name: str) -> dict:
    """Seconds of the first fit of this process, by an estimator's name, and of a later one."""
    X, y = images(500) if name.startswith("ConvNet") else classes(2000, 64)
    estimator = getattr(import_module("skneural"), name)(max_iter=5, random_state=0)

    def fit():
        return estimator.fit(X, y)

    first = least_time(fit, 1)
    return {"first": first, "second": least_time(fit, 5), "compiled": compile_count()}


def further_compiles() -> dict:
    """Functions compiled by other networks and settings once each kind was fitted."""
    from skneural import MLPClassifier

    seen = [
        {"solver": "adam"},
        {"solver": "sgd", "dropout": 0.1},
        {"solver": "adamw", "normalization": "batch", "activation": "tanh"},
    ]
    X, y = classes(600, 24)
    for parameters in seen:
        MLPClassifier(max_iter=2, **parameters).fit(X, y)
    before, fits = compile_count(), 0
    for parameters in seen:
        for hidden in ((7,), (64, 32), (33, 17, 9), (256,), (300, 300)):
            for further in (
                {"batch_size": 16, "beta_1": 0.8, "momentum": 0.5},
                {"batch_size": 600, "alpha": 0.1, "nesterovs_momentum": False},
                {"learning_rate_init": 0.01, "learning_rate": "cosine", "shuffle": False},
            ):
                MLPClassifier(hidden, max_iter=2, **parameters, **further).fit(X[:, :20], y)
                fits += 1
    return {"compiled": compile_count() - before, "fits": fits}


def further_convolution_compiles() -> dict:
    """Functions compiled by other convolutional networks once each kind of layer was fitted."""
    from skneural import ConvNetClassifier

    seen = [{"dropout": 0.2}, {"normalization": "batch", "pooling": "average"}]
    X, y = images(100)
    for parameters in seen:
        ConvNetClassifier(max_iter=2, **parameters).fit(X, y)
    before, fits = compile_count(), 0
    for parameters in seen:
        for filters in ((5,), (16, 16, 24), (64, 7)):
            for further in (
                {"kernel_size": 5, "batch_size": 16},
                {"padding": "valid", "strides": 2, "hidden_layer_sizes": (33,)},
                {"pool_size": 3, "hidden_layer_sizes": ()},
            ):
                ConvNetClassifier(filters, max_iter=2, **parameters, **further).fit(X, y)
                fits += 1
    for X, y in (images(100), images(100, 32, 3)):
        ConvNetClassifier(architecture="lenet5", max_iter=2).fit(X, y)
        fits += 1
    return {"compiled": compile_count() - before, "fits": fits}


def one_row() -> dict:
    """Seconds of `predict_proba` on one row, the two libraries in turn."""
    X, y = classes(2000, 64)
    models = {
        name: import_module(name).MLPClassifier(max_iter=2, random_state=0).fit(X, y)
        for name in ("skneural", SCIKIT_LEARN)
    }
    row, calls, best = X[:1], 200, {}
    for name, model in 20 * [*models.items()]:

        def run(predict=model.predict_proba):
            for _ in range(calls):
                predict(row)

        best[name] = min(best.get(name, float("inf")), least_time(run, 1) / calls)
    return best


def hashed_rows(number: int):
    """200 rows of 2^18 columns with 100 stored numbers each, as HashingVectorizer makes them."""
    import numpy as np
    from scipy import sparse

    random = np.random.default_rng(number)
    columns = random.integers(2**18, size=(200, 100), dtype="int32")
    starts = np.arange(0, columns.size + 1, 100, dtype="int32")
    values = random.uniform(-1, 1, columns.size)
    X = sparse.csr_matrix((values, columns.ravel(), starts), shape=(200, 2**18))
    X.sum_duplicates()
    return X, random.integers(2, size=200)


def partial_fits(estimator: str, kind: str, n_calls: int) -> dict:
    """Median processor seconds of `partial_fit`, call by call in turn; kinds: sparse, row."""
    if kind == "sparse":
        hidden, batches = (16,), [hashed_rows(number) for number in range(4)]
    else:
        X, y = classes(256, 20)
        hidden, batches = (64,), [(X[i : i + 1], y[i : i + 1]) for i in range(len(X))]
    how = {"classes": range(2 if kind == "sparse" else 10)}
    how = how if estimator.endswith("Classifier") else {}
    times: dict[str, list] = {"skneural": [], SCIKIT_LEARN: []}
    models = {
        name: getattr(import_module(name), estimator)(hidden_layer_sizes=hidden, random_state=0)
        for name in times
    }
    for call in range(2 + n_calls):  # the first ones load kernels and touch memory
        for name, model in models.items():
            start = time.process_time()
            model.partial_fit(*batches[call % len(batches)], **how)
            times[name].append(time.process_time() - start)
    return {name: statistics.median(seconds[2:]) for name, seconds in times.items()}


def fit_memory(module: str) -> dict:
    """Bytes that a fit on 60,000 x 784 needs at its peak, its data included."""
    Classifier = import_module(module).MLPClassifier
    Classifier(max_iter=1).fit(*classes(1000, 784))
    before = resident_memory()
    X, y = classes(60_000, 784)
    Classifier(max_iter=2).fit(X, y)
    return {"data": X.nbytes + y.nbytes, "peak": peak_memory() - before}


class _EpochClock:
    """A callback that notes the seconds of each epoch but the fit's first."""

    def __init__(self):
        self.begun, self.seconds = [], []

    def setup(self, estimator, context):
        self.begun = []

    def teardown(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context, **keywords):
        self.begun.append(time.perf_counter())

    def on_fit_task_end(self, estimator, context, **keywords):
        if context.task_name == "epoch" and len(self.begun) > 2:
            self.seconds.append(time.perf_counter() - self.begun[-1])


def thread_scaling(network: str, repeats: int) -> dict:
    """Seconds of an epoch of a large network, batch 128, with one thread and with two.

    "dense" is 784-512-512-10, "convolutional" three convolutions on 32x32x3. Short fits take turns,
    and the median is over all epochs but the first of each.
    """
    from skneural import ConvNetClassifier, MLPClassifier

    if network == "dense":
        (X, y), made = classes(10_000, 784), MLPClassifier((512, 512))
    else:
        (X, y), made = images(1024, 32, 3), ConvNetClassifier((32, 64, 128))
    clocks = {1: _EpochClock(), 2: _EpochClock()}
    for n_jobs in (1, 2) * (3 * repeats):
        made.set_params(batch_size=128, max_iter=5, n_jobs=n_jobs, random_state=0)
        made.set_callbacks(clocks[n_jobs]).fit(X, y)
    return {n_jobs: statistics.median(clock.seconds) for n_jobs, clock in clocks.items()}


def concurrent_fits(repeats: int) -> dict:
    """Seconds of one single-threaded fit, and of two at once in two threads."""
    from skneural import MLPClassifier

    X, y = classes(10_000, 784)

    def fit():
        MLPClassifier((512,), batch_size=128, max_iter=4, n_jobs=1, random_state=0).fit(X, y)

    def fit_two():
        threads = [threading.Thread(target=fit) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    fit()
    times = [(least_time(fit, 1), least_time(fit_two, 1)) for _ in range(repeats)]
    return {"one": min(one for one, _ in times), "two": min(two for _, two in times)}


def digits_grid(module: str, max_iter: int) -> dict:
    """Seconds of a grid search of 12 candidates on digits, 3 folds, two processes.

    The first search starts the processes, which import the library; the second finds them ready.
    """
    from sklearn.datasets import load_digits
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    classifier = import_module(module).MLPClassifier(max_iter=max_iter, random_state=0)
    grid = {
        "mlpclassifier__hidden_layer_sizes": [(50,), (100,), (100, 50)],
        "mlpclassifier__alpha": [1e-4, 1e-2],
        "mlpclassifier__learning_rate_init": [0.001, 0.01],
    }
    pipeline = make_pipeline(StandardScaler(), classifier)
    search = GridSearchCV(pipeline, grid, cv=3, n_jobs=2)
    X, y = load_digits(return_X_y=True)
    return {when: least_time(lambda: search.fit(X, y), 1) for when in ("first", "second")}


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # ConvergenceWarning: few epochs on purpose
    probe, *values = sys.argv[1:]
    arguments = [int(value) if value.isdigit() else value for value in values]
    print(json.dumps(globals()[probe](*arguments)))
