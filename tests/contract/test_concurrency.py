"""Fits at once in threads and processes: nothing aborts, hangs, differs or is left running."""

import os
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from skneural import MLPClassifier, MLPRegressor

needs_jit = pytest.mark.needs_jit(reason="plain Python holds the interpreter's lock")
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

PRELUDE = """
import hashlib, sys, warnings
import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone
from skneural import MLPClassifier

warnings.simplefilter("ignore")
random = np.random.RandomState(0)
X, y = random.standard_normal((600, 30)), random.randint(0, 3, 600)

def digest(seed, n_jobs=None, sizes=(128, 33)):
    model = MLPClassifier(
        sizes, batch_size=300, dropout=0.2, max_iter=3, random_state=seed, n_jobs=n_jobs
    ).fit(X, y)
    arrays = [*model.coefs_, *model.intercepts_, model.predict_proba(X)]
    return hashlib.sha256(b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)).hexdigest()
"""


def make_data(n_samples=600, n_features=30):
    random = np.random.RandomState(0)
    X = random.standard_normal((n_samples, n_features))
    return X, random.randint(0, 3, n_samples)


def fit(estimator, X, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return estimator.fit(X, y)


def fit_all(estimators, X, y, n_threads):
    """Fit in a pool of threads; warnings are silenced once, as their filters are shared."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        with ThreadPoolExecutor(n_threads) as pool:
            return list(pool.map(lambda estimator: estimator.fit(X, y), estimators))


def bits(model):
    arrays = [*model.coefs_, *model.intercepts_]
    return b"".join(np.ascontiguousarray(array).tobytes() for array in arrays)


@needs_jit
@pytest.mark.parametrize("n_jobs", [None, 1, 2, 4])
def test_eight_fits_in_threads(n_jobs, no_leaked_threads):
    X, y = make_data()
    settings = {"batch_size": 300, "max_iter": 3, "n_jobs": n_jobs, "dropout": 0.2}
    estimators = [MLPClassifier((128, 33), random_state=i % 4, **settings) for i in range(8)]
    alone = [bits(fit(clone(estimator), X, y)) for estimator in estimators[:4]]
    together = [bits(model) for model in fit_all(estimators, X, y, 8)]
    assert together == alone * 2


@needs_jit
def test_different_estimators_in_threads(no_leaked_threads):
    """Layers, losses, solvers and dtypes do not share state between fits."""
    X, y = make_data(200)
    settings = {"max_iter": 2, "random_state": 0}
    estimators = [
        MLPClassifier((40,), solver="sgd", **settings),
        MLPClassifier((40,), dtype="float32", dropout=0.5, **settings),
        MLPClassifier((9, 9), normalization="batch", solver="lion", **settings),
        MLPClassifier((9,), loss="hinge", solver="adadelta", **settings),
        MLPClassifier((50,), solver="lbfgs", **settings),
        MLPRegressor(hidden_layer_sizes=(40,), activation="gelu", **settings),
        MLPRegressor("poisson", (17,), normalization="layer", **settings),
        MLPRegressor("huber", (17,), solver="nadam", **settings),
    ]
    alone = [bits(fit(clone(estimator), X, y)) for estimator in estimators]
    assert [bits(model) for model in fit_all(estimators, X, y, 8)] == alone


@needs_jit
def test_predictions_in_threads(no_leaked_threads):
    X, y = make_data()
    model = fit(MLPClassifier((128, 33), max_iter=2, random_state=0), X, y)
    expected = model.predict_proba(X).tobytes()
    with ThreadPoolExecutor(8) as pool:
        assert {p.tobytes() for p in pool.map(model.predict_proba, [X] * 32)} == {expected}


@needs_jit
@pytest.mark.parametrize(
    "backend", ["threading", "loky", pytest.param("multiprocessing", marks=needs_fork)]
)
def test_joblib_backends(run_python, backend):
    code = f"""{PRELUDE}
if __name__ == "__main__":
    alone = [digest(seed) for seed in range(4)]
    for _ in range(2):
        together = Parallel(n_jobs=2, backend={backend!r})(delayed(digest)(s) for s in range(4))
        assert together == alone, (together, alone)
    print("same")
"""
    assert run_python(code).stdout.strip() == "same"


@needs_jit
@needs_fork
@pytest.mark.parametrize("n_jobs", [1, 2, None])
def test_fork_after_a_fit(run_python, n_jobs):
    """A child of a process that has already trained with threads trains too, as does its parent."""
    code = f"""{PRELUDE}
import os
expected = digest(0, n_jobs={n_jobs})
for _ in range(3):
    child = os.fork()
    if child == 0:
        os._exit(0 if digest(0, n_jobs={n_jobs}) == expected else 3)
    assert digest(0, n_jobs={n_jobs}) == expected
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""
    run_python(code)


@needs_jit
@needs_fork
def test_fork_during_a_fit(run_python, tmp_path):
    """A fork in the middle of other threads' fits, cold kernels included, gives a usable child."""
    code = f"""{PRELUDE}
import os, threading, time
started = [threading.Thread(target=digest, args=(seed,)) for seed in range(2)]
for thread in started:
    thread.start()
children = []
for _ in range(4):
    time.sleep(0.1)
    child = os.fork()
    if child == 0:
        os._exit(0 if len(digest(0)) == 64 else 3)
    children.append(child)
for thread in started:
    thread.join()
for child in children:
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""
    run_python(code, env={"SKNEURAL_CACHE_DIR": str(tmp_path)}, timeout=90)


@needs_jit
def test_four_processes_start_on_an_empty_cache(run_python, tmp_path):
    environment = {"SKNEURAL_CACHE_DIR": str(tmp_path / "cache")}
    code = PRELUDE + "\nprint(digest(0))\n"
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: run_python(code, env=environment, timeout=240), range(4)))
    assert len({done.stdout for done in runs}) == 1
    assert not [done.stderr for done in runs if done.stderr.strip()]
    assert any((tmp_path / "cache").rglob("*"))
    assert run_python(code, env=environment).stdout == runs[0].stdout


@needs_jit
def test_a_hundred_threads_start_on_an_empty_cache(run_python, tmp_path):
    """Threads that need the same kernels at once wait for one compilation each."""
    code = f"""{PRELUDE}
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(100) as pool:
    digests = set(pool.map(lambda _: digest(0, sizes=(8,)), range(100)))
assert len(digests) == 1, digests
"""
    run_python(code, env={"SKNEURAL_CACHE_DIR": str(tmp_path)}, timeout=90)


@needs_jit
@pytest.mark.timing
def test_fits_in_threads_share_the_cores():
    """Eight fits at once take at most 1.3 times as long as the same eight one after another."""
    random = np.random.RandomState(0)
    X, y = random.standard_normal((4000, 100)), random.randint(0, 10, 4000)
    estimators = [
        MLPClassifier((128, 64), batch_size=256, max_iter=4, random_state=seed) for seed in range(8)
    ]
    fit(clone(estimators[0]), X, y)
    times = {1: [], 8: []}
    for _ in range(8):
        for n_threads, measured in times.items():
            start = time.perf_counter()
            fit_all([clone(estimator) for estimator in estimators], X, y, n_threads)
            measured.append(time.perf_counter() - start)
        ratio = min(times[8]) / min(times[1])
        if len(times[8]) >= 3 and ratio <= 1.3:
            break
    assert ratio <= 1.3, times


class Failing:
    """A scorer that raises on its second call."""

    def __init__(self, error):
        self.error = error
        self.calls = 0

    def __call__(self, estimator, X, y):
        self.calls += 1
        if self.calls == 2:
            raise self.error
        return float(self.calls)


STOPPING = {"early_stopping": True, "random_state": 0, "n_jobs": 3}


@needs_jit
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_no_thread_is_left_after_a_fit(no_leaked_threads, solver):
    X, y = make_data()
    model = fit(MLPClassifier((128,), max_iter=3, n_jobs=3, solver=solver), X, y)
    model.predict(X)
    if solver == "adam":
        model.partial_fit(X, y)


def test_no_thread_is_left_after_an_error_in_a_scorer(no_leaked_threads):
    X, y = make_data(40, 4)
    model = MLPClassifier((8,), max_iter=5, scoring=Failing(KeyError("mine")), **STOPPING)
    with pytest.raises(KeyError, match="mine"):
        fit(model, X, y)


@needs_jit
def test_a_fit_follows_a_failed_fit(no_leaked_threads):
    X, y = make_data()
    settings = {"hidden_layer_sizes": (128,), "max_iter": 3, **STOPPING}
    expected = bits(fit(MLPClassifier(**settings), X, y))
    model = MLPClassifier(scoring=Failing(ValueError("mine")), **settings)
    with pytest.raises(ValueError, match="mine"):
        fit(model, X, y)
    assert bits(fit(model.set_params(scoring=None), X, y)) == expected


def test_no_thread_is_left_after_an_error_in_a_callback(no_leaked_threads):
    pytest.importorskip("sklearn.callback", reason="callbacks came with scikit-learn 1.9")

    class Raising:
        def setup(self, estimator, context):
            pass

        def teardown(self, estimator, context):
            pass

        def on_fit_task_begin(self, estimator, context, **keywords):
            pass

        def on_fit_task_end(self, estimator, context, **keywords):
            raise ZeroDivisionError("in a callback")

    X, y = make_data(40, 4)
    model = MLPClassifier((8,), max_iter=3, n_jobs=3, random_state=0).set_callbacks(Raising())
    with pytest.raises(ZeroDivisionError, match="in a callback"):
        fit(model, X, y)


def test_no_thread_is_left_after_a_keyboard_interrupt(no_leaked_threads):
    X, y = make_data(40, 4)
    model = MLPClassifier((8,), max_iter=50, scoring=Failing(KeyboardInterrupt()), **STOPPING)
    with pytest.warns(UserWarning, match="interrupted by user"):
        fit(model, X, y)
    assert model.n_iter_ < 50
    assert model.predict(X).shape == y.shape


@needs_jit
def test_a_thread_without_the_main_thread_can_fit(no_leaked_threads):
    X, y = make_data(100)
    models = []
    thread = threading.Thread(
        target=lambda: models.append(MLPClassifier((64,), max_iter=2, random_state=0).fit(X, y))
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        thread.start()
        thread.join(60)
    assert bits(models[0]) == bits(fit(MLPClassifier((64,), max_iter=2, random_state=0), X, y))


@needs_jit
def test_default_n_jobs_follows_numba_num_threads(run_python):
    """Joblib's loky workers set NUMBA_NUM_THREADS, so that processes do not fight for cores."""
    code = f"""{PRELUDE}
import threading
counts = []
start = threading.Thread.start
threading.Thread.start = lambda thread: (counts.append(thread.name), start(thread))[1]
MLPClassifier((256, 256), batch_size=600, max_iter=1).fit(X, y)
print(counts.count("skneural"))
"""
    started = [
        int(run_python(code, env={"NUMBA_NUM_THREADS": str(n)}).stdout)
        for n in range(1, min(3, (os.cpu_count() or 1) + 1))
    ]
    assert started[0] <= 1
    if len(started) > 1:
        assert started[1] > started[0]
