"""Timings of plans: slices, pieces, steps timed in groups, and what is kept of them."""

import numpy as np
import pytest

from skneural.engine import timings
from skneural.engine.primitives import EVERY_THREAD, IN_CHUNKS, OWNER, ROW_FIELDS
from skneural.engine.timings import MOST_TOGETHER, Timings, UntimedSteps, timings_of


def rows_with(*steps):
    """Rows of a plan with kernels and owners."""
    rows = np.zeros((len(steps), ROW_FIELDS), np.int64)
    rows[:, : OWNER + 1] = steps
    return rows


def groups_of(untimed, seconds):
    """All groups of steps, where each step takes some seconds."""
    groups = []
    while group := untimed.next_group():
        groups.append(group)
        untimed.note(group, sum(seconds(step) for step in group))
    return groups


def test_short_steps_of_a_long_batch_run_together(monkeypatch):
    """Threads start and stop for every piece: a step of its own each would cost more than it."""
    monkeypatch.setattr(timings, "SLICE_SECONDS", 1.0)
    times = Timings()
    times.steps = {3: 0.4, 4: 0.5, 6: 0.2, 7: 2.5, 8: 0.1, 9: 30.0, 11: 0.3, 12: 0.3, 13: 5.0}
    owners = np.full(14, EVERY_THREAD)
    owners[13] = 0  # of one thread, which has all rows
    pieces = list(times.pieces(owners, batch_size=80))
    assert pieces[:4] == [(3, 6, 1), (6, 7, 1), (7, 8, 3), (8, 9, 1)]
    assert pieces[4:] == [(9, 11, 10), (11, 13, 1), (13, 14, 1)]


def test_how_long_a_batch_takes_corrects_the_times_of_its_steps():
    """Or steps first timed on cold caches would run in too many pieces for ever."""
    times = Timings()
    times.steps = {0: 30.0, 1: 60.0}
    times.correct(0.3)
    assert times.steps == pytest.approx({0: 0.1, 1: 0.2})


@pytest.mark.parametrize(
    ("batch", "guess", "is_long"),
    [(0, 0.3, False), (0, 0.5, True), (0.09, 9, False), (0.2, 0, True)],
)
def test_what_was_measured_decides_and_not_the_guess(batch, guess, is_long):
    times = Timings()
    times.batch = batch
    assert times.is_long(guess) == is_long


def test_steps_of_blocks_are_timed_in_groups():
    """Two kernels in turn for each of 2,000 blocks: a few dozen groups, none of them long."""
    rows = rows_with((1, EVERY_THREAD), (2, EVERY_THREAD), *[(3, n) for n in range(2000)] * 2)
    rows[3::2, 0] = 4
    untimed = UntimedSteps(rows, 0)
    groups = groups_of(untimed, lambda step: 1e-5)
    assert groups[:5] == [[0], [1], [2], [3], [4]]  # each kernel alone for the first time
    assert sum(groups, []) == list(range(len(rows)))
    assert max(len(group) for group in groups) == MOST_TOGETHER
    assert len(groups) < 80
    assert list(untimed.seconds) == list(range(len(rows)))


def test_long_steps_are_timed_alone():
    rows = rows_with(*[(3, n) for n in range(50)])
    groups = groups_of(UntimedSteps(rows, 0), lambda step: 0.02)
    assert all(len(group) == 1 for group in groups)


def test_a_group_ends_where_another_kind_of_step_begins():
    """A kernel not yet timed may take long, and steps of all threads run in parts."""
    blocks = [(3, n) for n in range(100)]
    rows = rows_with(*blocks, (9, EVERY_THREAD), *blocks, (7, 1), *blocks)
    groups = groups_of(UntimedSteps(rows, 0), lambda step: 1e-6)
    assert [100] in groups and [201] in groups
    assert [len(g) for g in groups[groups.index([201]) + 1 :]][:3] == [1, 2, 4]


def test_rows_run_by_others_and_before_the_batches_are_left_out():
    rows = rows_with((5, 0), (1, EVERY_THREAD), (2, IN_CHUNKS), (2, IN_CHUNKS), (3, 0))
    assert groups_of(UntimedSteps(rows, 1), lambda step: 1e-6) == [[1], [4]]


def test_timings_are_kept_for_plans_alike():
    rows = rows_with((1, EVERY_THREAD), (2, 0))
    first = timings_of(rows, 200)
    rows[:, OWNER + 1 :] = 7  # addresses of other memory
    assert timings_of(rows.copy(), 200) is first
    assert timings_of(rows, 100) is not first
    rows[1, 0] = 3
    assert timings_of(rows, 200) is not first


def test_few_timings_are_kept():
    before = timings_of(rows_with((1, 0)), -1)
    for number in range(2 * timings._MOST_KEPT):
        timings_of(rows_with((1, 0)), number)
    assert len(timings._kept) == timings._MOST_KEPT
    assert timings_of(rows_with((1, 0)), -1) is not before


