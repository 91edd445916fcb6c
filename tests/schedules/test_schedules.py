"""Each schedule against values worked out by hand."""

import numpy as np
import pytest

from skneural.schedules import (
    Adaptive,
    Constant,
    Cosine,
    CosLog,
    Exponential,
    FlatCos,
    InverseScaling,
    OneCycle,
    Progress,
    Step,
    Warmup,
)


def curve(schedule, initial=1.0, n_epochs=6, n_batches=4, n_samples=100):
    """Rates of a whole training, (n_epochs, n_batches)."""
    return np.array(
        [
            schedule.rates(initial, Progress(epoch, n_epochs, n_batches, epoch * n_samples))
            for epoch in range(n_epochs)
        ]
    )


def test_progress_counts_epochs_and_updates():
    progress = Progress(epoch=2, n_epochs=5, n_batches=4)
    np.testing.assert_array_equal(progress.epochs, [2.0, 2.25, 2.5, 2.75])
    np.testing.assert_array_equal(progress.updates, [8, 9, 10, 11])


def test_constant():
    np.testing.assert_array_equal(curve(Constant(), 0.3), np.full((6, 4), 0.3))


@pytest.mark.parametrize("power_t", [0.0, 0.5, 1.0])
def test_inverse_scaling_is_scikit_learns(power_t):
    from sklearn.neural_network._stochastic_optimizers import SGDOptimizer

    optimizer = SGDOptimizer([], 0.2, lr_schedule="invscaling", power_t=power_t)
    for rates, samples_seen in zip(
        curve(InverseScaling(power_t), 0.2), range(100, 700, 100), strict=True
    ):
        np.testing.assert_array_equal(rates, optimizer.learning_rate)
        optimizer.iteration_ends(samples_seen)


def test_inverse_scaling_starts_again_at_the_initial_rate_on_warm_start():
    rates = InverseScaling().rates(0.2, Progress(0, 5, 2, samples_seen=1000))
    np.testing.assert_array_equal(rates, [0.2, 0.2])


def test_adaptive_divides_at_each_plateau_as_scikit_learn_does():
    from sklearn.neural_network._stochastic_optimizers import SGDOptimizer

    optimizer = SGDOptimizer([], 0.1, lr_schedule="adaptive")
    rate = 0.1
    while (following := Adaptive().on_plateau(rate)) is not None:
        assert not optimizer.trigger_stopping("", False)
        assert following == optimizer.learning_rate
        rate = following
    assert optimizer.trigger_stopping("", False)
    np.testing.assert_array_equal(curve(Adaptive(), 0.1), np.full((6, 4), 0.1))


def test_adaptive_follows_its_factor_and_minimum():
    assert Adaptive(factor=2.0, minimum=0.1).on_plateau(0.4) == 0.2
    assert Adaptive(factor=2.0, minimum=0.1).on_plateau(0.1) is None


def test_step():
    rates = curve(Step(step_size=2, gamma=0.5), 0.8)
    np.testing.assert_allclose(rates[:, 0], [0.8, 0.8, 0.4, 0.4, 0.2, 0.2])
    assert (rates == rates[:, :1]).all()


def test_exponential():
    rates = curve(Exponential(gamma=0.5), 0.8, n_epochs=4)
    np.testing.assert_allclose(rates[:, 0], [0.8, 0.4, 0.2, 0.1])
    assert (rates == rates[:, :1]).all()


def test_cosine_falls_once_over_the_whole_training():
    rates = curve(Cosine(minimum=0.2), 2.0, n_epochs=3, n_batches=2).ravel()
    expected = 2.0 * (0.2 + 0.8 * (1 + np.cos(np.pi * np.arange(6) / 6)) / 2)
    np.testing.assert_allclose(rates, expected, rtol=1e-14)


def test_cosine_stays_low_after_its_only_cycle():
    np.testing.assert_allclose(Cosine(0.1).rates(1.0, Progress(5, 3, 2)), [0.1, 0.1])


@pytest.mark.parametrize(
    ("multiplier", "restarts"),
    [(1.0, [0, 2, 4, 6, 8, 10]), (2.0, [0, 2, 6]), (1.5, [0, 2, 5, 9.5])],
)
def test_cosine_restarts(multiplier, restarts):
    rates = curve(Cosine(cycle_length=2, cycle_multiplier=multiplier), n_epochs=12).ravel()
    np.testing.assert_array_equal(np.flatnonzero(rates == 1.0) / 4, restarts)
    falls = np.diff(rates) < 0
    np.testing.assert_array_equal((np.flatnonzero(~falls) + 1) / 4, restarts[1:])


def test_cosine_restarts_inside_an_epoch():
    rates = curve(Cosine(cycle_length=0.5), n_epochs=1).ravel()
    np.testing.assert_allclose(rates, [1.0, 0.5, 1.0, 0.5])


def test_one_cycle_meets_its_three_corners():
    rates = curve(OneCycle(4.0, 0.25, 0.01), 0.1, n_epochs=10, n_batches=4).ravel()
    assert rates[0] == pytest.approx(0.1)
    assert rates.argmax() == 9 and rates[9] == pytest.approx(0.4)
    assert rates[-1] == pytest.approx(0.001)
    assert (np.diff(rates[:10]) > 0).all() and (np.diff(rates[9:]) < 0).all()


@pytest.mark.parametrize(
    ("warmup_fraction", "first", "last"), [(0.0, 10.0, 1e-4), (1.0, 1.0, 10.0)]
)
def test_one_cycle_without_one_of_its_sides(warmup_fraction, first, last):
    rates = curve(OneCycle(warmup_fraction=warmup_fraction)).ravel()
    np.testing.assert_allclose(rates[[0, -1]], [first, last])


def test_one_cycle_of_a_single_update_and_beyond_its_end():
    assert np.isfinite(OneCycle().rates(0.1, Progress(0, 1, 1))).all()
    np.testing.assert_allclose(OneCycle().rates(1.0, Progress(9, 3, 2)), [1e-4, 1e-4])


def test_warmup_rises_linearly_then_keeps_the_rate():
    rates = curve(Warmup(n_epochs=2, start_factor=0.2), 0.5, n_epochs=3).ravel()
    expected = 0.5 * np.r_[np.linspace(0.2, 1.0, 9)[:8], np.ones(4)]
    np.testing.assert_allclose(rates, expected)


@pytest.mark.parametrize("after", [Cosine(), OneCycle(), Step(2), InverseScaling(), "exponential"])
def test_warmup_hands_over_to_a_whole_schedule(after):
    rates = curve(Warmup(after, n_epochs=2), 0.5, n_epochs=8)
    alone = curve(Exponential() if after == "exponential" else after, 0.5, n_epochs=6)
    np.testing.assert_array_equal(rates[2:], alone)


def test_warmup_can_outlast_the_training():
    rates = curve(Warmup("one_cycle", n_epochs=10), n_epochs=4)
    assert (rates < 1).all()


def test_warmup_leaves_plateaus_to_the_schedule_behind():
    assert Warmup("adaptive").on_plateau(0.5) == 0.1
    assert Warmup("constant").on_plateau(0.5) is None


def counting(schedule, n_epochs=10, n_batches=4):
    """Epochs that count towards a plateau, from 0."""
    progress = [Progress(epoch, n_epochs, n_batches) for epoch in range(n_epochs)]
    return [p.epoch for p in progress if schedule.counts_towards_plateau(p)]


def ends(schedule, n_epochs=10):
    """Numbers of epochs after which the schedule is complete."""
    passed = range(1, n_epochs + 1)
    return [n for n in passed if schedule.is_complete(Progress(n, n_epochs, 4))]


@pytest.mark.parametrize("schedule", [Constant(), Step(2), Exponential(), Adaptive()], ids=repr)
def test_schedules_that_go_on_for_ever(schedule):
    assert counting(schedule) == list(range(10))
    assert ends(schedule) == []


def test_cosine_is_complete_at_its_end():
    assert ends(Cosine()) == [10]
    assert counting(Cosine()) == list(range(10))


def test_cosine_with_restarts_is_complete_at_the_end_of_each_cycle():
    assert ends(Cosine(cycle_length=2, cycle_multiplier=2)) == [2, 6]
    assert ends(Cosine(cycle_length=0.1)) == list(range(1, 11))
    assert ends(Cosine(cycle_length=2.5)) == [5, 10]


def test_cosine_with_restarts_counts_epochs_of_low_rates():
    assert counting(Cosine(cycle_length=4)) == [2, 3, 6, 7]
    assert counting(Cosine(cycle_length=1)) == counting(Cosine(cycle_length=0.1), 10, 1)
    assert counting(Cosine(cycle_length=1)) == list(range(10))


@pytest.mark.parametrize("n_batches", [1, 7])
def test_one_cycle_counts_once_the_rate_has_come_down(n_batches):
    rates = curve(OneCycle(), n_epochs=60, n_batches=n_batches)
    counted = counting(OneCycle(), 60, n_batches)
    assert counted == list(range(counted[0], 60))
    assert (rates[counted] <= 1).all() and (rates[counted[0] - 1] > 1).any()
    assert 45 < counted[0] < 55
    assert ends(OneCycle(), 60) == [60]


def test_one_cycle_at_its_edges():
    assert counting(OneCycle(warmup_fraction=1.0)) == []
    assert counting(OneCycle(peak_factor=1.0, warmup_fraction=0.5)) == [5, 6, 7, 8, 9]


def test_warmup_counts_no_epoch_of_its_own():
    assert counting(Warmup(n_epochs=3)) == list(range(3, 10))
    assert ends(Warmup("cosine", n_epochs=3)) == [10]
    assert ends(Warmup("cosine", n_epochs=10)) == ends(Warmup(n_epochs=3)) == []
    assert counting(Warmup(Cosine(cycle_length=4), n_epochs=2)) == [4, 5, 8, 9]


def test_inverse_scaling_by_a_huge_power_is_zero_without_a_warning():
    rates = InverseScaling(power_t=1e30).rates(0.1, Progress(1, 5, 2, samples_seen=100))
    np.testing.assert_array_equal(rates, [0.0, 0.0])


@pytest.mark.parametrize(("n_cycles", "minimum"), [(4, 0.0), (1, 0.0), (3, 0.25)])
def test_coslog_is_its_formula(n_cycles, minimum):
    passed = np.arange(24).reshape(6, 4) / 24
    wave = 0.5 * (1 - np.cos(2 * np.pi * np.log2(1 + (2**n_cycles - 1) * passed)))
    expected = 0.3 * (minimum + (1 - minimum) * wave)
    np.testing.assert_allclose(curve(CosLog(n_cycles, minimum), 0.3), expected, atol=1e-15)


def test_coslog_has_its_peaks_and_ends_where_cycles_do():
    passed = (2.0 ** np.arange(5) - 1) / 15  # ends of the cycles
    peaks = (2.0 ** (np.arange(4) + 0.5) - 1) / 15
    for place, expected in [*((p, 0.0) for p in passed), *((p, 1.0) for p in peaks)]:
        rate = CosLog().rates(1.0, Progress(round(place * 1e9), 10**9, 1))[0]
        assert rate == pytest.approx(expected, abs=1e-6)
    assert CosLog().is_complete(Progress(8, 8, 3)) and not CosLog().is_complete(Progress(7, 8, 3))


def test_coslog_counts_epochs_of_falling_halves():
    rates = np.append(curve(CosLog(), n_epochs=60, n_batches=1)[:, 0], 0.0)
    counts = [CosLog().counts_towards_plateau(Progress(epoch, 60, 1)) for epoch in range(60)]
    # an epoch that begins and ends in the falling half counts, one in the rising half does not
    falls = np.diff(rates) < 0
    cycles = np.log2(1 + 15 * np.arange(61) / 60)
    within = np.floor(cycles[:-1] * 2) == np.floor(cycles[1:] * 2 - 1e-9)
    np.testing.assert_array_equal(np.array(counts)[within], falls[within])


@pytest.mark.parametrize(("flat", "minimum"), [(0.5, 0.0), (0.25, 0.1), (0.0, 0.0), (1.0, 0.0)])
def test_flat_cos_is_flat_and_then_a_cosine(flat, minimum):
    passed = np.arange(24) / 24
    fallen = np.clip((passed - flat) / (1 - flat) if flat < 1 else 0 * passed, 0, 1)
    expected = 0.3 * (minimum + (1 - minimum) * 0.5 * (1 + np.cos(np.pi * fallen)))
    found = curve(FlatCos(flat, minimum), 0.3)
    np.testing.assert_allclose(found.ravel(), expected, atol=1e-15)
    assert FlatCos().rates(1.0, Progress(6, 6, 2))[0] == pytest.approx(0)
