"""Numbers that follow a schedule, by themselves."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone

from skneural.schedules import Adaptive, Cosine, FlatCos, Progress, Schedule, Scheduled


@pytest.mark.parametrize("schedule", ["flat_cos", "coslog", Cosine(minimum=0.1), Adaptive()])
def test_numbers_are_the_schedules_rates(schedule):
    progress = Progress(3, 5, 4, 100)
    owner = FlatCos() if schedule == "flat_cos" else schedule
    owner = Schedule.registry[owner]() if isinstance(owner, str) else owner
    found = Scheduled(0.2, schedule).numbers(progress)
    np.testing.assert_array_equal(found, owner.rates(0.2, progress))
    assert found.dtype == np.float64 and found.shape == (4,)


def test_clone_pickle_and_nested_parameters():
    scheduled = Scheduled(0.2, Cosine(minimum=0.5))
    for copy in (clone(scheduled), pickle.loads(pickle.dumps(scheduled))):
        assert repr(copy) == repr(scheduled)
    assert scheduled.set_params(schedule__minimum=0.25).schedule.minimum == 0.25


class Wrong(Schedule):
    """What no number can follow."""

    def __init__(self, gives=()):
        self.gives = gives

    def rates(self, initial, progress):
        return np.array(self.gives, float)


@pytest.mark.parametrize(("gives", "message"), [
    ([1.0], r"gave an array of shape \(1,\) for epoch 1"), ([0.1, np.nan], r"gave \[0.1 nan\]"),
    ([0.1, -0.1], "needed is a finite number of 0 or more for each of its 2 updates"),
])
def test_a_schedule_that_gives_no_such_numbers_is_named(gives, message):
    with pytest.raises(ValueError, match=rf"Scheduled\(.*{message}"):
        Scheduled(0.1, Wrong(gives)).numbers(Progress(0, 1, 2))


@pytest.mark.parametrize(("scheduled", "message"), [
    (Scheduled(-0.1), "'value' parameter of Scheduled"),
    (Scheduled(0.1, "flatcos"), "Scheduled: schedule='flatcos' .*Did you mean 'flat_cos'"),
    (Scheduled(0.1, Cosine(minimum=2)), "'minimum' parameter of Cosine"),
])
def test_wrong_parameters(scheduled, message):
    with pytest.raises(ValueError, match=message):
        scheduled._validate_params()
