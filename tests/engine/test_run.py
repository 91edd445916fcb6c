"""A kernel outside a plan: its bits, its threads, Ctrl-C, and what it refuses."""

import contextlib
import itertools
import json

import numpy as np
import pytest

from _helpers import plain_python
from skneural.engine.fields import (
    BlockGradient,
    Count,
    Reals,
    Row,
    RowDouble,
    RowInteger,
    RowKey,
    Rows,
    SampleRow,
)
from skneural.engine.kernels import kernel, row_kernel, row_of
from skneural.engine.primitives import real, reals
from skneural.engine.random import uniform
from skneural.engine.run import run

EACH_DTYPE = pytest.mark.parametrize("dtype", [np.float32, np.float64])


@row_kernel(summing=True)
def nearest(
    x: Row, distances: Row, best: RowInteger, prototypes: Reals, n_prototypes: Count,
    columns: Count,
) -> None:
    """Squared distances of x (n) to prototypes (k, n), and which is the nearest."""
    best[0] = 0
    for k in range(n_prototypes):
        total = real(0.0)
        for j in range(columns):
            difference = x[j] - prototypes[k * columns + j]
            total += difference * difference
        distances[k] = total
        if total < distances[best[0]]:
            best[0] = k


@kernel
def double_share(x: Rows, columns: Count, begin: int, end: int) -> None:
    """X (rows, n) *= 2."""
    for i in range(begin, end):
        row = row_of(x, i)
        for j in range(columns):
            row[j] += row[j]


@row_kernel
def draw(result: RowDouble, key: RowKey) -> None:
    """Draw a random number."""
    result[0] = uniform(key, 0)


@kernel
def of_a_block(gradient: BlockGradient) -> None:
    """Write a gradient."""
    reals(gradient, 1)[0] = real(0.0)


@row_kernel
def number(x: SampleRow, i: int, sample: int, n_rows: int) -> None:
    """Write the number of a row, three times."""
    x[0], x[1], x[2] = real(i), real(sample), real(n_rows)


@row_kernel
def place_in_share(x: SampleRow, i: int, begin: int) -> None:
    """Write which row of the thread's share a row is."""
    x[0] = real(i - begin)


def found(dtype, n_rows, n_jobs, columns=7, n_prototypes=5):
    rng = np.random.RandomState(0)
    X = rng.normal(size=(n_rows, columns)).astype(dtype)
    prototypes = rng.normal(size=(n_prototypes, columns)).astype(dtype)
    distances, best = np.empty((n_rows, n_prototypes), dtype), np.empty(n_rows, np.int64)
    run(nearest, n_rows, n_jobs, x=X, distances=distances, best=best, prototypes=prototypes,
        n_prototypes=n_prototypes, columns=columns)
    return X, prototypes, distances, best


@pytest.mark.parametrize("mode", [contextlib.nullcontext, plain_python])
@EACH_DTYPE
def test_distances_are_those_of_numpy(dtype, mode):
    with mode():
        X, prototypes, distances, best = found(dtype, 37, 1)
    expected = ((X[:, None].astype(float) - prototypes) ** 2).sum(axis=-1)
    np.testing.assert_allclose(distances, expected, rtol=1e-5 if dtype == np.float32 else 1e-13)
    np.testing.assert_array_equal(best, expected.argmin(axis=1))


@EACH_DTYPE
def test_any_number_of_threads_gives_the_same_bits(dtype, no_leaked_threads):
    n_rows = 20_003
    first, *others = (found(dtype, n_rows, n_jobs)[2:] for n_jobs in (1, 2, 3, None))
    for other in others:
        for one, another in zip(first, other, strict=True):
            assert one.tobytes() == another.tobytes()


def test_a_share_of_rows(no_leaked_threads):
    X = np.arange(300_000.0).reshape(-1, 3)
    run(double_share, len(X), 2, x=X, columns=3)
    np.testing.assert_array_equal(X.ravel(), 2 * np.arange(300_000))


def test_a_row_knows_its_number():
    X = np.zeros((2000, 3))
    run(number, len(X), 2, x=X)
    np.testing.assert_array_equal(X[:, 0], np.arange(2000))
    np.testing.assert_array_equal(X[:, 1], np.arange(2000))
    assert set(X[:, 2]) == {2000}


@pytest.mark.parametrize("mode", [contextlib.nullcontext, plain_python])
def test_a_row_knows_where_its_share_begins(mode):
    X = np.full((50, 1), -1.0)
    with mode():
        run(place_in_share, len(X), 1, x=X)
    firsts, = np.nonzero(X[:, 0] == 0)
    expected = [range(end - begin) for begin, end in itertools.pairwise([*firsts, len(X)])]
    assert firsts[0] == 0
    np.testing.assert_array_equal(X[:, 0], np.concatenate(expected))


def test_random_numbers_follow_seed_number_and_row():
    results = []
    for seed, key in ((0, 0), (0, 0), (1, 0), (0, 1)):
        result = np.zeros(50)
        run(draw, 50, 2, seed=seed, result=result, key=key)
        results.append(result)
    assert np.array_equal(results[0], results[1])
    assert all(len(set(result)) == 50 for result in results)
    assert not np.intersect1d(results[0], results[2]).size
    assert not np.intersect1d(results[0], results[3]).size


def test_no_rows_are_nothing_to_do():
    run(draw, 0, 1, result=np.zeros(0), key=0)


def given(**changed):
    fields = {
        "x": np.zeros((4, 3)), "distances": np.zeros((4, 2)), "best": np.zeros(4, np.int64),
        "prototypes": np.zeros((2, 3)), "n_prototypes": 2, "columns": 3,
    }
    fields |= changed
    return {name: value for name, value in fields.items() if value is not ...}


@pytest.mark.parametrize(("changed", "error", "message"), [
    ({"columns": ...}, TypeError, "no value for 'columns'"),
    ({"colums": 3}, TypeError, r"has no field 'colums'\. Did you mean 'columns'"),
    ({"columns": 3.0}, TypeError, "columns must be an integer, got 3.0"),
    ({"x": np.zeros((4, 3), np.float32)}, TypeError,
     "fields must be of one dtype, but x is float32, distances is float64"),
    ({"x": np.zeros((3, 4)).T}, TypeError, "x must be a Buffer, got ndarray of float64, not cont"),
    ({"x": np.zeros((4, 3)).tolist()}, TypeError, "x must be a Buffer, got list"),
    ({"best": np.zeros(4)}, TypeError, "best must be an int64 array"),
    ({"x": np.zeros((3, 3))}, ValueError, "x has 3 rows, fewer than the 4 to run"),
    ({"best": np.zeros(1, np.int64)}, ValueError, "best has 1 rows, fewer than the 4 to run"),
])
def test_wrong_fields_are_named(changed, error, message):
    with pytest.raises(error, match=f"^kernel nearest: {message}"):
        run(nearest, 4, 1, **given(**changed))


def test_what_does_not_go_by_rows_is_refused():
    with pytest.raises(TypeError, match="^kernel of_a_block: is not a row_kernel"):
        run(of_a_block, 4, 1, gradient=64)


# argv: threads. Prints how long a run went on after Ctrl-C, what it raised, which threads are left.
INTERRUPTED = """
import json, os, signal, sys, threading, time
import numpy as np
from skneural.engine.fields import Count, Row
from skneural.engine.kernels import row_kernel
from skneural.engine.run import run

@row_kernel
def idle(x: Row, n_turns: Count) -> None:
    for _ in range(n_turns):
        x[0] += 1.0 / (1.0 + x[0])

X, n_jobs = np.zeros((2_000_000, 1)), int(sys.argv[1])
run(idle, 1, 1, x=X, n_turns=1)
sent = []

def press():
    sent.append(time.perf_counter())
    os.kill(os.getpid(), signal.SIGINT)

threading.Timer(0.5, press).start()
raised = ""
try:
    run(idle, len(X), n_jobs, x=X, n_turns=3000)
except BaseException as error:
    raised = repr(error)
stopped = time.perf_counter()
print(json.dumps({
    "seconds": stopped - sent[0] if sent else None,
    "raised": raised,
    "threads": [repr(t) for t in threading.enumerate() if t is not threading.main_thread()],
    "done": int(np.count_nonzero(X)),
}))
"""


@pytest.mark.needs_jit(reason="plain Python stops between any two lines")
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_ctrl_c_ends_a_run_at_once(run_python, n_jobs):
    for _ in range(3):  # another process may hold the cores
        result = json.loads(run_python(INTERRUPTED, n_jobs).stdout)
        if result["seconds"] is not None and result["seconds"] <= 0.5:
            break
    assert result["seconds"] is not None, "the run ended before the signal"
    assert result["seconds"] <= 0.5
    assert result["raised"] == "KeyboardInterrupt()"
    assert result["threads"] == []
    assert 0 < result["done"] < 2_000_000


@pytest.mark.parametrize("dtype", [np.int64, bool, np.float16, np.dtype(np.float64).newbyteorder()])
def test_other_dtypes_are_refused(dtype):
    X = np.ones((4, 3)).astype(dtype)
    with pytest.raises(TypeError, match="kernel number: x must be of float32 or float64"):
        run(number, 4, x=X)


def test_memory_that_is_read_only_is_not_written():
    X = np.ones((4, 3))
    X.setflags(write=False)
    with pytest.raises(ValueError, match="double_share: x is read-only.* SampleRow"):
        run(double_share, 4, x=X, columns=3)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: run(len, 3), TypeError, "needs a kernel made by row_kernel"),
        (lambda: run(number, 2.7, x=np.ones((4, 3))), ValueError, "n_rows=2.7"),
        (lambda: run(number, -1, x=np.ones((4, 3))), ValueError, "n_rows=-1"),
        (lambda: run(number, 4, 0, x=np.ones((4, 3))), ValueError, "n_jobs=0"),
    ],
)
def test_wrong_calls_are_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_numbers_of_rows_have_one_dimension():
    numbers = np.zeros((4, 2), np.int64)
    with pytest.raises(TypeError, match="nearest: best must be an int64 array"):
        run(nearest, 4, x=np.ones((4, 1)), distances=np.ones((4, 1)), best=numbers,
            prototypes=np.ones((1, 1)), n_prototypes=1, columns=1)
