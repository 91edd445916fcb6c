"""What every registered schedule keeps to."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone

from skneural.schedules import Cosine, Progress, Schedule, Warmup, get_schedule

NAMES = sorted(Schedule.registry)
EXAMPLES = [example for name in NAMES for example in Schedule.registry[name].examples()]


def test_the_names_are_the_documented_ones():
    assert NAMES == [
        "adaptive",
        "constant",
        "cosine",
        "coslog",
        "exponential",
        "flat_cos",
        "invscaling",
        "one_cycle",
        "step",
        "warmup",
    ]


@pytest.mark.parametrize("schedule", EXAMPLES, ids=repr)
@pytest.mark.parametrize(("n_epochs", "n_batches"), [(1, 1), (2, 3), (40, 5)])
def test_rates_are_positive_finite_float64_one_per_update(schedule, n_epochs, n_batches):
    for epoch in range(n_epochs + 1):
        rates = schedule.rates(0.1, Progress(epoch, n_epochs, n_batches, epoch * 10))
        assert rates.shape == (n_batches,) and rates.dtype == np.float64
        assert rates.flags.c_contiguous
        assert np.isfinite(rates).all() and (rates >= 0).all()


@pytest.mark.parametrize("schedule", EXAMPLES, ids=repr)
def test_rates_scale_with_the_initial_rate(schedule):
    progress = Progress(3, 10, 4, 300)
    np.testing.assert_allclose(
        schedule.rates(0.3, progress), 3 * schedule.rates(0.1, progress), rtol=1e-12
    )


@pytest.mark.parametrize("schedule", EXAMPLES, ids=repr)
def test_rates_accept_an_integer_initial_rate_and_do_not_remember(schedule):
    late, early = Progress(7, 10, 4, 700), Progress(1, 10, 4, 100)
    before = schedule.rates(1, early)
    schedule.rates(1, late)
    np.testing.assert_array_equal(schedule.rates(1.0, early), before)


@pytest.mark.parametrize("schedule", EXAMPLES, ids=repr)
def test_clone_pickle_and_repr(schedule):
    for copy in (clone(schedule), pickle.loads(pickle.dumps(schedule))):
        assert copy is not schedule and repr(copy) == repr(schedule)
        progress = Progress(2, 10, 4, 200)
        np.testing.assert_array_equal(copy.rates(0.1, progress), schedule.rates(0.1, progress))


@pytest.mark.parametrize("name", NAMES)
def test_every_name_resolves_to_its_class(name):
    assert type(get_schedule(name)) is Schedule.registry[name]


def test_an_instance_passes_through():
    schedule = Cosine()
    assert get_schedule(schedule) is schedule


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("cosin", "MLPClassifier: learning_rate='cosin' .*did you mean 'cosine'"),
        ("zzz", "learning_rate='zzz' .*adaptive, constant"),
        (Cosine, "MLPClassifier: learning_rate=.*instance"),
        (0.1, "MLPClassifier: learning_rate=0.1 .*instance"),
        (Cosine(minimum=2.0), "'minimum' parameter of Cosine"),
        (Cosine(cycle_length=0), "'cycle_length' parameter of Cosine"),
        (Warmup("cosin"), "Warmup: learning_rate='cosin'"),
        (Warmup(Cosine(minimum=-1)), "'minimum' parameter of Cosine"),
        (Warmup(n_epochs=0.5), "'n_epochs' parameter of Warmup"),
    ],
    ids=repr,
)
def test_a_wrong_schedule_is_named(value, message):
    with pytest.raises((ValueError, TypeError), match=f"(?i){message}"):
        get_schedule(value, owner="MLPClassifier")


def test_parameters_of_a_nested_schedule_can_be_searched():
    schedule = Warmup(Cosine()).set_params(schedule__minimum=0.25)
    assert schedule.schedule.minimum == 0.25


def test_a_users_own_schedule_needs_only_rates():
    class Ramp(Schedule):
        def rates(self, initial, progress):
            return np.full(progress.n_batches, initial * (1 + progress.epoch))

    np.testing.assert_array_equal(get_schedule(Ramp()).rates(1.0, Progress(1, 2, 2)), [2, 2])
    assert Ramp().on_plateau(0.1) is None
    assert "Ramp" not in {cls.__name__ for cls in Schedule.registry.values()}


@pytest.mark.parametrize("schedule", EXAMPLES, ids=repr)
@pytest.mark.parametrize("n_batches", [1, 5])
def test_plateaus_and_the_end_are_yes_or_no(schedule, n_batches):
    for epoch in range(41):
        progress = Progress(epoch, 40, n_batches, epoch * 10)
        assert isinstance(schedule.counts_towards_plateau(progress), bool)
        assert isinstance(schedule.is_complete(progress), bool)
    assert not schedule.is_complete(Progress(0, 40, n_batches)) or hasattr(schedule, "cycle_length")


def test_a_users_own_schedule_has_no_end_and_counts_every_epoch():
    class Ramp(Schedule):
        def rates(self, initial, progress):
            return np.full(progress.n_batches, initial)

    assert not Ramp().is_complete(Progress(10, 10, 2))
    assert Ramp().counts_towards_plateau(Progress(0, 10, 2))


def test_the_base_has_no_rates():
    with pytest.raises(NotImplementedError):
        Schedule().rates(0.1, Progress(0, 1, 1))
