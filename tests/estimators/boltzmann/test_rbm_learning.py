"""How a restricted Boltzmann machine learns."""

import numpy as np
import pytest
from scipy import sparse
from scipy.special import expit
from sklearn.datasets import load_digits

from _helpers import close
from skneural.estimators.boltzmann.rbm import BernoulliRBM

X = load_digits().data / 16
KINDS = pytest.mark.parametrize("algorithm", ["pcd", "cd"])


@KINDS
def test_reconstruction_error_falls(algorithm):
    machine = BernoulliRBM(32, algorithm=algorithm, n_iter=8, random_state=0).fit(X)
    assert machine.loss_curve_[-1] < 0.7 * machine.loss_curve_[0]
    hidden = expit(X @ machine.components_.T + machine.intercept_hidden_)
    close(machine.transform(X), hidden, 1e-10)


@KINDS
def test_first_parameters_are_those_of_scikit_learn(algorithm):
    machine = BernoulliRBM(5, algorithm=algorithm, n_iter=0, random_state=3).fit(X)
    expected = np.random.RandomState(3).normal(0, 0.01, (5, 64))
    np.testing.assert_array_equal(machine.components_, expected)
    assert not machine.intercept_hidden_.any()
    assert not machine.intercept_visible_.any()


@KINDS
def test_passes_of_partial_fit_are_those_of_fit(algorithm):
    how = {"algorithm": algorithm, "momentum": 0.5, "shuffle": False, "random_state": 0}
    whole = BernoulliRBM(8, n_iter=3, n_gibbs_steps=2, sparsity_target=0.1, **how).fit(X)
    single = BernoulliRBM(8, n_iter=3, n_gibbs_steps=2, sparsity_target=0.1, **how)
    for _ in range(3):
        assert single.partial_fit(X) is single
    for name in ("components_", "intercept_hidden_", "intercept_visible_", "h_samples_"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(single, name))


def test_partial_fit_takes_batches_of_any_size():
    machine = BernoulliRBM(8, batch_size=10, random_state=0)
    for n_rows in (4, 10, 25, 1):
        machine.partial_fit(X[:n_rows])
        assert machine.h_samples_.shape == (10, 8)
    machine.set_params(batch_size=20).partial_fit(X[:50])
    assert machine.h_samples_.shape == (20, 8)
    assert machine.transform(X).shape == (len(X), 8)


@KINDS
def test_sparse_rows_and_threads_give_the_same_bits(algorithm):
    fits = [
        BernoulliRBM(8, algorithm=algorithm, n_iter=2, random_state=0, n_jobs=n_jobs).fit(rows)
        for rows, n_jobs in ((X, 1), (X, 2), (sparse.csr_array(X), 1), (sparse.csc_array(X), 2))
    ]
    for other in fits[1:]:
        np.testing.assert_array_equal(fits[0].components_, other.components_)
        np.testing.assert_array_equal(fits[0].transform(X), other.transform(sparse.csr_array(X)))
