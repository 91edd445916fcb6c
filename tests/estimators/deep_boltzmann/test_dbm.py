"""`DeepBoltzmannMachine`: what it learns, shows and refuses."""

import pickle
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.exceptions import NotFittedError

import skneural
from _machines import log_partition, log_probability
from skneural import DeepBoltzmannMachine
from skneural.exceptions import NonFiniteLossWarning

X = np.float32(load_digits().data[:300] > 7)
pytestmark = pytest.mark.needs_jit(reason="a hundred epochs")


def make(sizes=(12, 8), **parameters):
    settings = {"max_iter": 2, "pretraining_max_iter": 2, "n_annealing_steps": 10,
                "random_state": 0, **parameters}
    return DeepBoltzmannMachine(sizes, **settings)


def test_attributes_have_the_layers():
    machine = make((12, 8, 5)).fit(X)
    assert [kernel.shape for kernel in machine.coefs_] == [(64, 12), (12, 8), (8, 5)]
    assert [bias.shape for bias in machine.intercepts_] == [(64,), (12,), (8,), (5,)]
    assert [states.shape for states in machine.particles_] == [(100, n) for n in (64, 12, 8, 5)]
    assert [len(curve) for curve in machine.pretraining_loss_curves_] == [2, 2, 2]
    assert len(machine.loss_curve_) == machine.n_iter_ == 2
    assert machine.coefs_[0].dtype == np.float32


def test_it_learns_a_distribution():
    """Two visible units are always equal, another is their opposite: all of it is learned."""
    first = np.random.RandomState(0).randint(2, size=(500, 2))
    rows = np.column_stack([first, first[:, 0], 1 - first[:, 0]]).astype(float)
    machine = make(
        (6, 3), max_iter=300, pretraining_max_iter=50, learning_rate=0.1, alpha=0.0,
        n_annealing_steps=2000,
    ).fit(rows)
    exact = machine.log_partition("exact")[0]
    assert machine.log_partition_ == pytest.approx(exact, abs=0.1)
    assert exact == pytest.approx(log_partition(machine.coefs_, machine.intercepts_))
    probabilities = [
        log_probability(x, machine.coefs_, machine.intercepts_) for x in np.unique(rows, axis=0)
    ]
    assert np.mean(probabilities) > -1.6  # that of the data is -ln 4 = -1.39
    drawn = machine.sample(500, random_state=0)
    assert np.mean(drawn[:, 0] == drawn[:, 2]) > 0.9
    assert np.mean(drawn[:, 0] != drawn[:, 3]) > 0.9


def test_training_improves_the_bound():
    settings = {"batch_size": 10, "learning_rate": 0.05, "n_annealing_steps": 1000}
    before = make((30, 20), max_iter=1, pretraining_max_iter=0, **settings).fit(X)
    after = make((30, 20), max_iter=50, pretraining_max_iter=20, **settings).fit(X)
    assert after.score(X) > before.score(X) + 3


@pytest.mark.parametrize("n_jobs", [2, None])
def test_n_jobs_does_not_change_a_bit(n_jobs):
    one, other = make(n_jobs=1).fit(X), make(n_jobs=n_jobs).fit(X)
    for a, b in zip(
        [*one.coefs_, *one.intercepts_, *one.particles_],
        [*other.coefs_, *other.intercepts_, *other.particles_], strict=True,
    ):
        np.testing.assert_array_equal(a, b)
    assert one.log_partition_ == other.log_partition_
    np.testing.assert_array_equal(one.score_samples(X), other.score_samples(X))
    np.testing.assert_array_equal(one.sample(9, 0), other.sample(9, 0))


def test_equal_numbers_give_equal_results():
    machines = [make(dtype="float32").fit(given) for given in (X, X.tolist(), X.astype(bool))]
    for machine in machines[1:]:
        np.testing.assert_array_equal(machine.coefs_[0], machines[0].coefs_[0])
        np.testing.assert_array_equal(machine.transform(X > 0), machines[0].transform(X))


def test_features_of_transform():
    top, every, both = (make(features=name).fit(X) for name in ("top", "all", "augmented"))
    features = top.transform(X)
    assert features.shape == (300, 8)
    np.testing.assert_array_equal(every.transform(X)[:, 12:], features)
    np.testing.assert_array_equal(both.transform(X), np.concatenate([X, features], axis=1))
    for machine in (top, every, both):
        assert len(machine.get_feature_names_out()) == machine.transform(X).shape[1]
    assert top.get_feature_names_out()[0] == "deepboltzmannmachine0"


def test_a_better_partition_function_can_be_assigned():
    machine = make().fit(X)
    before, log_z = machine.score_samples(X), machine.log_partition(n_steps=50, random_state=0)[0]
    shift = machine.log_partition_ - log_z
    machine.log_partition_ = log_z
    np.testing.assert_allclose(machine.score_samples(X), before + shift)
    assert machine.score(X) == pytest.approx(np.mean(before) + shift)


def test_a_copy_scores_and_samples_the_same():
    machine = make().fit(X)
    copied = pickle.loads(pickle.dumps(machine))
    np.testing.assert_array_equal(copied.score_samples(X), machine.score_samples(X))
    np.testing.assert_array_equal(copied.sample(5, 1), machine.sample(5, 1))


def test_samples_are_binary_or_probabilities():
    machine = make().fit(X)
    drawn, chances = machine.sample(20, 0), machine.sample(20, 0, binary=False)
    assert set(np.unique(drawn)) == {0, 1}
    assert ((chances > 0) & (chances < 1)).all()
    assert drawn.shape == chances.shape == (20, 64)
    assert drawn.dtype == np.float32


def test_norms_are_limited():
    machine = make(max_norm=0.05, learning_rate=0.1).fit(X)
    assert max(np.linalg.norm(kernel, axis=0).max() for kernel in machine.coefs_) < 0.0501


def test_x_outside_the_unit_interval_is_warned_of():
    message = r"DeepBoltzmannMachine: X has values from 0 to 16, outside \[0, 1\]"
    with pytest.warns(UserWarning, match=message):
        make().fit(load_digits().data[:50])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make().fit(X)


def test_diverging_weights_are_left():
    with pytest.warns(NonFiniteLossWarning, match="Lower learning_rate"):
        machine = make(
            learning_rate=1e38, max_iter=20, learning_rate_schedule="constant",
        ).fit(X)
    assert all(np.isfinite(kernel).all() for kernel in machine.coefs_)


def test_max_time_ends_the_fit():
    machine = make(max_iter=10**6, max_time=0.3).fit(X)
    assert machine.n_iter_ < 10**6


def test_an_interrupt_leaves_the_last_epoch(monkeypatch):
    from skneural.network.phased import PhasedTraining

    run_epoch, calls = PhasedTraining.run_epoch, []

    def interrupted(self, *given):
        calls.append(1)
        if len(calls) == 6:
            raise KeyboardInterrupt
        return run_epoch(self, *given)

    monkeypatch.setattr(PhasedTraining, "run_epoch", interrupted)
    with pytest.warns(UserWarning, match="interrupted"):
        machine = make(max_iter=5).fit(X)
    assert machine.n_iter_ == 1
    assert len(machine.sample(3)) == 3


def test_what_is_refused():
    machine = make()
    with pytest.raises(NotFittedError):
        machine.sample()
    machine.fit(X)
    with pytest.raises(ValueError, match="n_samples=0 must be > 0"):
        machine.sample(0)
    with pytest.raises(ValueError, match=r"n_gibbs_steps=2.5"):
        machine.sample(n_gibbs_steps=2.5)
    with pytest.raises(ValueError, match="method='sum' is neither"):
        machine.log_partition("sum")
    with pytest.raises(ValueError, match="n_chains=0"):
        machine.log_partition(n_chains=0)
    with pytest.raises(ValueError, match="lists all states of .* units, and at most 20"):
        make((64, 64)).fit(X).log_partition("exact")
    with pytest.raises(ValueError, match="hidden_layer_sizes"):
        make((12, 0)).fit(X)
    assert skneural.DeepBoltzmannMachine is DeepBoltzmannMachine
    assert clone(machine).get_params() == machine.get_params()


def test_a_machine_needs_a_layer():
    with pytest.raises(ValueError, match="hidden_layer_sizes is empty"):
        DeepBoltzmannMachine(()).fit(np.eye(4))


def test_an_error_that_begins_small_may_grow():
    """Pretrained layers of nearly constant features begin at almost no error."""
    X = (np.random.RandomState(0).uniform(size=(300, 6)) < 0.5).astype(float)
    machine = DeepBoltzmannMachine(
        (3, 3, 2), max_iter=20, batch_size=20, pretraining_max_iter=10, learning_rate=0.05,
        random_state=0,
    ).fit(X)
    assert machine.n_iter_ == 20
