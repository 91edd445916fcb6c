"""Teams of threads: barriers, slices, shared cores, and nothing left behind."""

import ctypes
import itertools
import signal
import sys
import threading

import numpy as np
import pytest

from _helpers import team_of
from skneural.engine import cores, threads, timings
from skneural.engine.compile import interrupts
from skneural.engine.compile.jit import kernel
from skneural.engine.epoch import barrier, run_batches
from skneural.engine.primitives import (
    BATCH,
    BATCH_BEGIN,
    BATCH_END,
    BATCH_SIZE,
    EVERY_THREAD,
    N_SAMPLES,
    N_THREADS,
    ROWS,
    RUN_FIELDS,
    SCRATCH,
    STEP,
    THREAD,
    integers,
)
from skneural.engine.rows import rows_of
from skneural.engine.shares import share_begin, share_end
from skneural.engine.steps import Step
from skneural.engine.threads import Team

FLOAT64 = np.dtype(np.float64)
pytestmark = pytest.mark.usefixtures("no_leaked_threads")


@kernel
def count_own(row, run):
    """Add one to this thread's count."""
    r = integers(run, RUN_FIELDS)
    counts = integers(integers(row, 3)[2], 64)
    counts[8 * r[THREAD]] += 1


@kernel
def sum_counts(row, run):
    """Write the sum of all threads' counts to (batch, thread) of the results."""
    field, r = integers(row, 4), integers(run, RUN_FIELDS)
    counts, total = integers(field[2], 64), 0
    for thread in range(r[N_THREADS]):
        total += counts[8 * thread]
    integers(field[3], (r[BATCH] + 1) * 8)[8 * r[BATCH] + r[THREAD]] = total


@kernel
def note(row, run):
    """Append the step's name, the batch and the update to a list of threes."""
    field, r = integers(row, 4), integers(run, RUN_FIELDS)
    notes = integers(field[2], 3000)
    n = notes[0]
    notes[3 * n + 1] = field[3]
    notes[3 * n + 2] = r[BATCH]
    notes[3 * n + 3] = r[STEP]
    notes[0] = n + 1


@kernel
def mark_rows(row, run):
    """Add one to the mark of each of this thread's rows of the batch."""
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    marks = integers(integers(row, 3)[2], n_rows)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        marks[i] += 1


class Notes:
    """A plan of steps that note that they run."""

    def __init__(self, *names):
        self.memory = np.zeros(3000, np.int64)
        steps = [Step(note, (self.memory.ctypes.data, name), 0) for name in names]
        self.rows = rows_of(steps, FLOAT64)

    @property
    def taken(self):
        return self.memory[1 : 1 + 3 * self.memory[0]].reshape(-1, 3).tolist()


@pytest.mark.needs_jit(reason="plain Python runs on one thread")
@pytest.mark.parametrize("n_threads", [1, 2, 3, 4])
def test_no_thread_passes_a_barrier_before_all_have_come(n_threads):
    n_batches = 400
    counts, results = np.zeros(64, np.int64), np.zeros((n_batches, 8), np.int64)
    wait = Step(barrier, (), EVERY_THREAD)
    add = Step(count_own, (counts.ctypes.data,), EVERY_THREAD)
    read = Step(sum_counts, (counts.ctypes.data, results.ctypes.data), EVERY_THREAD)
    with team_of(n_threads) as team:
        team.run(rows_of([add, wait, read, wait], FLOAT64), 0, FLOAT64, n_batches, 1e-5)
        assert len(team._workers) == n_threads - 1
    expected = n_threads * np.arange(1, n_batches + 1)
    for thread in range(n_threads):
        np.testing.assert_array_equal(results[:, thread], expected)
    assert not results[:, n_threads:].any()


@pytest.mark.needs_jit(reason="plain Python runs on one thread")
def test_a_step_runs_on_its_owners_thread():
    counts = np.zeros(64, np.int64)
    steps = [Step(count_own, (counts.ctypes.data,), owner) for owner in range(7)]
    with team_of(3) as team:
        team.run(rows_of(steps, FLOAT64), 0, FLOAT64, 10, 1e-5)
    assert counts[:32:8].tolist() == [30, 20, 20, 0]


@pytest.fixture
def slices(monkeypatch):
    """First and last batch of each slice that is run, as it comes."""
    seen, original = [], threads.call_address
    loop = run_batches.address(FLOAT64)

    def call_address(address, row, run):
        if address == loop:
            state = (ctypes.c_int64 * RUN_FIELDS).from_address(run)
            seen.append((state[BATCH_BEGIN], state[BATCH_END]))
        original(address, row, run)

    monkeypatch.setattr(threads, "call_address", call_address)
    return seen


@pytest.mark.parametrize(
    ("n_batches", "seconds", "n_slices"), [(10, 1e-5, 1), (10, 0.02, 4), (3, 0.06, 3)]
)
def test_batches_run_in_slices(monkeypatch, slices, n_batches, seconds, n_slices):
    """As many batches as fill a slice by what they are known to take."""
    plan, calls = Notes(1, 2), itertools.count()

    def perf_counter():
        """Batches take exactly the seconds they are said to."""
        begin, end = slices[-1] if next(calls) % 2 else (0, 0)
        return (end - begin) * seconds

    monkeypatch.setattr(threads.time, "perf_counter", perf_counter)
    with team_of(1) as team:
        team.run(plan.rows, 0, FLOAT64, n_batches, seconds)
    assert len(slices) == n_slices
    assert plan.taken == [[name, b, b] for b in range(n_batches) for name in (1, 2)]


def test_long_batches_run_piecemeal(monkeypatch, slices):
    """So that Ctrl-C is heeded inside a batch; every row is still run once, and what comes once."""
    n_rows = 700
    plan, marks = Notes(7, 1, 2, 3), np.zeros(n_rows, np.int64)
    plan.rows[2] = rows_of([Step(mark_rows, (marks.ctypes.data,), EVERY_THREAD)], FLOAT64)[0]
    monkeypatch.setattr(timings, "SLICE_SECONDS", 1e-9)
    with team_of(1) as team:
        team.states[:, BATCH_SIZE], team.states[:, N_SAMPLES] = n_rows, 2 * n_rows
        team.run(plan.rows, 1, FLOAT64, 2, 1.0)
    assert [name for name, *_ in plan.taken] == [7, 1, 3, 1, 3]
    assert (marks == 2).all()
    assert len(slices) == 2 * (1 + 88 + 1)  # eight rows at a time, if threads share them
    assert set(slices) == {(0, 1), (1, 2)}


@pytest.mark.needs_jit(reason="plain Python runs on one thread")
def test_a_long_batch_is_timed_on_one_thread_and_then_run_on_all(monkeypatch, slices):
    counts = np.zeros(64, np.int64)
    steps = [Step(count_own, (counts.ctypes.data,), EVERY_THREAD)] * 3
    monkeypatch.setattr(timings, "SLICE_SECONDS", 0.05)
    with team_of(2) as team:
        team.states[:, BATCH_SIZE] = 8
        team.run(rows_of(steps, FLOAT64), 0, FLOAT64, 1, 1.0)
        assert counts[:16:8].tolist() == [3, 0]
        team.timings.batch = 1.0
        team.run(rows_of(steps, FLOAT64), 0, FLOAT64, 1, 1.0)
    assert counts[:16:8].tolist() == [6, 3]
    assert len(slices) == 3 + 2


def test_what_comes_before_the_batches_comes_once_a_run():
    plan = Notes(7, 1)
    with team_of(1) as team:
        for _ in range(2):
            team.run(plan.rows, 1, FLOAT64, 3, 1e-5)
    assert [name for name, *_ in plan.taken] == [7, 1, 1, 1] * 2


def test_updates_are_counted_on_from_where_a_run_begins():
    plan = Notes(1)
    with team_of(1) as team:
        team.states[:, STEP] = 40
        team.run(plan.rows, 0, FLOAT64, 3, 1e-5)
        assert (team.states[:, STEP] == 40).all()
    assert [step for *_, step in plan.taken] == [40, 41, 42]


def test_no_batches_no_work():
    plan = Notes(1)
    with team_of(1) as team:
        team.run(plan.rows, 0, FLOAT64, 0, 1e-5)
    assert plan.taken == []


@pytest.mark.parametrize(
    ("n_jobs", "useful", "size"),
    [(None, 8, 4), (None, 2, 2), (None, 0, 1), (1, 8, 1), (3, 1, 3), (9, 1, 9), (-1, 1, 4),
     (-2, 1, 3), (-100, 1, 1)],
)
def test_size_of_a_team(monkeypatch, n_jobs, useful, size):
    monkeypatch.setattr(cores, "available_cores", lambda: 4)
    with team_of(n_jobs, useful) as team:
        assert team.size == size == len(team.states)


def test_scratch_of_threads_is_aligned_and_apart():
    with team_of(3, scratch=640) as team:
        begins = team.states[:, SCRATCH]
    assert (begins % 64 == 0).all() and (np.diff(begins) >= 640).all()


def test_cores_are_shared_out():
    shared = threads._Cores()
    taken = [shared.take(3, 4), shared.take(3, 4), shared.take(3, 4)]
    assert taken == [3, 1, 1], "everyone gets one, even where none is free"
    for number in taken:
        shared.give_back(number)
    assert shared.busy == 0
    assert shared.take(9, 4) == 4


@pytest.mark.needs_jit(reason="plain Python runs on one thread")
@pytest.mark.parametrize("n_jobs", [None, -1])
def test_fits_at_the_same_time_share_the_cores(monkeypatch, n_jobs):
    """Teams that may choose take the cores that are free, one if none is, and give them back."""
    for module in (cores, threads):
        monkeypatch.setattr(module, "available_cores", lambda: 3)
    taken, original, both = [], threads._Cores.take, threading.Barrier(2)

    def take(shared, wanted, limit):
        number = original(shared, wanted, limit)
        taken.append((number, shared.busy))
        both.wait(timeout=10)  # so that both fits hold their cores at the same time
        return number

    def give_back(shared, number):
        both.wait(timeout=10)
        with shared.lock:
            shared.busy -= number

    monkeypatch.setattr(threads._Cores, "take", take)
    monkeypatch.setattr(threads._Cores, "give_back", give_back)
    counts = np.zeros((2, 64), np.int64)

    def fit(own):
        add = Step(count_own, (own.ctypes.data,), EVERY_THREAD)
        with team_of(n_jobs) as team:
            team.run(rows_of([add], FLOAT64), 0, FLOAT64, 1, 1e-5)

    together = [threading.Thread(target=fit, args=(own,)) for own in counts]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()
    assert sorted(number for number, _ in taken) == [1, 3]
    assert sorted(counts.sum(axis=1)) == [1, 3], "as many threads as cores taken"
    assert threads._cores.busy == 0


def test_cores_are_given_back_after_an_error(monkeypatch):
    def fail(*arguments):
        raise MemoryError

    monkeypatch.setattr(Team, "_slice", fail)
    with team_of(2) as team, pytest.raises(MemoryError):
        team.run(Notes(1).rows, 0, FLOAT64, 1, 1e-5)
    assert threads._cores.busy == 0


@pytest.mark.needs_jit(reason="plain Python runs on one thread")
def test_workers_leave_the_barrier_when_the_caller_has_failed(monkeypatch):
    original, caller = threads.call_address, threading.current_thread()

    def call_address(*arguments):
        if threading.current_thread() is caller:
            raise MemoryError("of the caller's")
        original(*arguments)

    rows = rows_of([Step(barrier, (), EVERY_THREAD)] * 3, FLOAT64)
    with team_of(3) as team:
        team.run(rows, 0, FLOAT64, 1, 1e-5)
        monkeypatch.setattr(threads, "call_address", call_address)
        with pytest.raises(MemoryError):
            team.run(rows, 0, FLOAT64, 5, 1e-5)
        monkeypatch.setattr(threads, "call_address", original)
        team.run(rows, 0, FLOAT64, 5, 1e-5)


@pytest.mark.needs_jit(reason="plain Python runs on one thread")
def test_a_closed_team_can_run_again():
    plan = Notes(1)
    with team_of(2) as team:
        team.run(plan.rows, 0, FLOAT64, 2, 1e-5)
        assert any(thread.name == "skneural" for thread in threading.enumerate())
        team.close()
        assert not any(thread.name == "skneural" for thread in threading.enumerate())
        team.close()
        team.run(plan.rows, 0, FLOAT64, 2, 1e-5)
    assert len(plan.taken) == 4


def test_worker_runs_what_it_is_given(monkeypatch):
    calls = []
    monkeypatch.setattr(threads, "call_address", lambda *arguments: calls.append(arguments))
    worker = threads._Worker()
    for number in range(3):
        worker.begin("loop", "plan", number)
        worker.wait()
    worker.end()
    assert calls == [("loop", "plan", number) for number in range(3)]
    assert not worker._thread.is_alive()


def test_together_runs_caller_and_workers(monkeypatch):
    """Also where the JIT is off and no fit takes this way."""
    calls = []
    monkeypatch.setattr(threads, "call_address", lambda loop, plan, state: calls.append(state))
    with team_of(3) as team:
        team._prepare_slice(3, 0, 1, 0)
        team._slice(3, 0, Notes(1).rows, 0, 1)
        base = team.states.ctypes.data
        assert sorted(calls) == [base + 8 * RUN_FIELDS * number for number in range(3)]
        assert team.states[:, N_THREADS].tolist() == [3, 3, 3]


def test_interrupt_waits_for_the_end_of_the_slice():
    passed = []
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), threads.late_interrupt():
            signal.raise_signal(signal.SIGINT)
            passed.append("the rest of the slice")
        assert passed
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_import_is_finished_before_an_interrupt(tmp_path, monkeypatch):
    """Or a module would be there by halves, and the next fit fail."""
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "module.py").write_text(
        "import signal\nsignal.raise_signal(signal.SIGINT)\nfinished = True\n", "utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(interrupts, "__package__", "half")
    monkeypatch.delitem(sys.modules, "half.module", raising=False)
    with pytest.raises(KeyboardInterrupt):
        interrupts.import_whole("module")
    assert sys.modules["half.module"].finished


def test_ignored_interrupts_stay_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with threads.late_interrupt():
            signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_leave_the_handler_alone():
    seen = []

    def inside():
        with threads.late_interrupt():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=inside)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGINT)]
