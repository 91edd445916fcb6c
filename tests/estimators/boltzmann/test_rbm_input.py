"""What restricted Boltzmann machines warn of, and the rules by which training ends."""

import re
import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler

from skneural import BernoulliRBM, GaussianRBM
from skneural.exceptions import NonFiniteLossWarning
from skneural.schedules import Schedule

X = load_digits().data / 16
SCALED = StandardScaler().fit_transform(X)


class Growing(Schedule):
    """Ten times the rate in each pass."""

    def rates(self, initial, progress):
        return np.full(progress.n_batches, initial * 10.0**progress.epoch)


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_numbers_that_are_no_probabilities(method, container):
    wide = X[:200].copy()
    wide[3, 4] = 79
    words = (
        r"BernoulliRBM: X has values from 0 to 79, outside \[0, 1\]: they are probabilities of"
        " being on. Scale with MinMaxScaler or use GaussianRBM"
    )
    with pytest.warns(UserWarning, match=words):
        getattr(BernoulliRBM(4, n_iter=1), method)(container(wide))
    getattr(GaussianRBM(4, n_iter=1), method)(container(wide))


def test_first_pass_that_diverges_leaves_the_first_parameters():
    with pytest.warns(NonFiniteLossWarning, match="weights grew to .* in pass 1;.*learning_rate"):
        machine = BernoulliRBM(4, learning_rate=1e6, random_state=0).fit(X)
    first = BernoulliRBM(4, n_iter=0, random_state=0).fit(X)
    np.testing.assert_array_equal(machine.components_, first.components_)
    assert machine.n_iter_ == 1
    assert np.isfinite(machine.score(X))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_later_pass_that_diverges_leaves_the_parameters_before(dtype):
    how = {"learning_rate": 1e-3, "learning_rate_schedule": Growing(), "random_state": 0}
    with pytest.warns(NonFiniteLossWarning, match="reconstruction error|weights|infinite") as found:
        machine = GaussianRBM(8, n_iter=12, **how).fit(SCALED.astype(dtype))
    assert len(found) == 1
    number = int(re.search(r"in pass (\d+)", str(found[0].message))[1])
    assert machine.n_iter_ == number - 1 == len(machine.reconstruction_error_curve_)
    assert np.isfinite(machine.score(SCALED))


def test_pass_of_partial_fit_that_diverges_changes_no_parameters():
    machine = BernoulliRBM(4, random_state=0).partial_fit(X)
    before = machine.components_.copy()
    machine.set_params(learning_rate=1e6)
    with pytest.warns(NonFiniteLossWarning, match="in pass 2"):
        assert machine.partial_fit(X) is machine
    np.testing.assert_array_equal(machine.components_, before)


def test_rows_held_back_end_training():
    how = {"early_stopping": True, "n_iter_no_change": 2, "random_state": 0}
    machine = BernoulliRBM(64, learning_rate=0.5, n_iter=300, **how).fit(X[:200])
    assert machine.n_iter_ < 300
    assert len(machine.free_energy_gap_curve_) == machine.n_iter_
    shorter = BernoulliRBM(64, learning_rate=0.5, n_iter=machine.n_iter_ - 2, **how).fit(X[:200])
    np.testing.assert_array_equal(machine.components_, shorter.components_)
    long = {"n_iter": 100, "n_iter_no_change": 100, "early_stopping": True, "random_state": 0}
    grown = BernoulliRBM(64, learning_rate=0.3, **long)
    gaps = grown.fit(X[:100]).free_energy_gap_curve_
    assert np.mean(gaps[-10:]) > np.mean(gaps[:10]) + 1  # it overfits


def test_biases_begin_at_the_data():
    machine = BernoulliRBM(4, n_iter=0, visible_bias_init="data", random_state=0).fit(X)
    means = X.mean(axis=0).clip(0.001, 0.999)
    np.testing.assert_allclose(machine.intercept_visible_, np.log(means / (1 - means)))
    machine = GaussianRBM(4, n_iter=0, visible_bias_init="data", random_state=0).fit(X)
    np.testing.assert_allclose(machine.intercept_visible_, X.mean(axis=0), atol=1e-12)


def test_sparsity_lowers_the_activity():
    plain = BernoulliRBM(32, n_iter=15, random_state=0).fit(X)
    how = {"sparsity_target": 0.05, "sparsity_weight": 1.0}
    sparse_units = BernoulliRBM(32, n_iter=15, random_state=0, **how).fit(X)
    assert sparse_units.transform(X).mean() < 0.5 * plain.transform(X).mean()


def test_penalty_shrinks_weights():
    norms = [
        np.linalg.norm(BernoulliRBM(16, alpha=alpha, random_state=0).fit(X).components_)
        for alpha in (0.0, 0.01, 0.1)
    ]
    assert norms[0] > norms[1] > norms[2]


def test_lines_are_scikit_learns(capsys):
    BernoulliRBM(2, n_iter=2, verbose=1, random_state=0).fit(X)
    lines = capsys.readouterr().out.splitlines()
    for number, line in enumerate(lines, 1):
        words = rf"\[BernoulliRBM\] Iteration {number}, pseudo-likelihood = -[\d.]+, time = [\d.]+s"
        assert re.fullmatch(words, line)
    assert len(lines) == 2
    GaussianRBM(2, n_iter=1, verbose=True).fit(X)
    assert "[GaussianRBM] Iteration 1, reconstruction error = " in capsys.readouterr().out


def test_time_limit_ends_training():
    machine = BernoulliRBM(4, n_iter=10**6, max_time=0.05, random_state=0).fit(X)
    assert 1 <= machine.n_iter_ < 10**5


def test_grid_search_needs_no_scoring():
    search = GridSearchCV(
        BernoulliRBM(random_state=0, n_iter=3), {"n_components": [1, 24]}, cv=3
    ).fit(X)
    assert search.best_params_ == {"n_components": 24}


def test_parameters_that_need_one_another_warn_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        BernoulliRBM(3, batch_size=5000, n_iter=2, n_gibbs_steps=3, momentum=0.9).fit(X[:7])


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_components": 0}, {"learning_rate": 0.0}, {"batch_size": 0}, {"n_iter": -1},
        {"algorithm": "pdc"}, {"n_gibbs_steps": 0}, {"momentum": 1.0}, {"sparsity_target": 1.0},
        {"learning_rate_schedule": "constnat"}, {"variance": "learnt"}, {"n_components": True},
    ],
)
def test_wrong_parameters(wrong, raises_unchanged):
    name = next(iter(wrong))
    raises_unchanged(GaussianRBM(**wrong), ["GaussianRBM", name], "fit", X)
