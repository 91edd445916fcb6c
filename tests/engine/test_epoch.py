"""The barrier, one thread at a time: who waits, who goes on, and who gives up."""

import numpy as np
import pytest

from _helpers import run_kernel
from skneural.engine.epoch import ABANDONED, ARRIVED, BARRIER_FIELDS, PASSED, barrier
from skneural.engine.primitives import BARRIER, GENERATION


def arrive(counters, n_threads, generation=0):
    """One of some threads comes to the barrier, having passed some before."""
    state = np.zeros(BARRIER_FIELDS, np.int64)
    state[list(counters)] = list(counters.values())
    # the kernel sees n_threads, but only one of them is run
    run_kernel(
        barrier, np.float64, (), n_threads=n_threads, threads=(0,),
        state={BARRIER: state, GENERATION: generation},
    )
    return state


@pytest.mark.parametrize("generation", [0, 6])
@pytest.mark.parametrize("n_threads", [2, 4])
def test_the_last_to_come_opens_the_barrier(n_threads, generation):
    arrived = n_threads * (generation + 1)
    before = {ARRIVED: arrived - 1, PASSED: generation}
    state = arrive(before, n_threads, generation)
    assert state[ARRIVED] == arrived and state[PASSED] == generation + 1


def test_an_open_barrier_is_passed():
    state = arrive({ARRIVED: 0, PASSED: 1}, n_threads=2)
    assert state[ARRIVED] == 1 and state[PASSED] == 1


def test_nobody_waits_at_an_abandoned_barrier():
    state = arrive({ABANDONED: 1}, n_threads=3)
    assert state[ARRIVED] == 1 and state[PASSED] == 0


def test_a_single_thread_needs_no_barrier():
    assert not arrive({}, n_threads=1).any()
