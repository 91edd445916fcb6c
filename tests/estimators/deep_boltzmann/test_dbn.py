"""`DBNClassifier` and `DBNRegressor`: pretraining, and what follows from it."""

import pickle
import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import make_pipeline

from _helpers import close
from _machines import logistic
from skneural import (
    BernoulliRBM,
    DBNClassifier,
    DBNRegressor,
    DeepBoltzmannMachine,
    GaussianRBM,
    MLPClassifier,
    MLPRegressor,
)

DIGITS = load_digits()
X, Y = np.float32(DIGITS.data / 16), DIGITS.target
pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.needs_jit(reason="a hundred epochs"),
]


def make(sizes=(12, 8), cls=DBNClassifier, **parameters):
    settings = {"max_iter": 2, "pretraining_max_iter": 2, "random_state": 0, **parameters}
    return cls(**{"hidden_layer_sizes": sizes, **settings})


def test_machines_are_a_stack():
    net = make((12, 8, 5)).fit(X[:200], Y[:200])
    assert [type(rbm) for rbm in net.rbms_] == [BernoulliRBM] * 3
    assert [rbm.components_.shape for rbm in net.rbms_] == [(12, 64), (8, 12), (5, 8)]
    assert [len(curve) for curve in net.pretraining_loss_curves_] == [2, 2, 2]
    assert [kernel.shape for kernel in net.coefs_] == [(64, 12), (12, 8), (8, 5), (5, 10)]


def test_fine_tuning_begins_at_the_machines():
    net = make(learning_rate_init=1e-12, max_iter=1).fit(X[:200], Y[:200])
    features = X[:50]
    for rbm, kernel, bias in zip(net.rbms_, net.coefs_, net.intercepts_, strict=False):
        close(kernel, rbm.components_.T, 1e-6)
        close(bias, rbm.intercept_hidden_, 1e-6)
        features = rbm.transform(features)
    close(net.transform(X[:50]), features, 1e-5)


def test_pretraining_helps_with_few_labels():
    scores = []
    for n_epochs in (0, 20):
        net = make((100, 100), pretraining_max_iter=n_epochs, max_iter=100)
        net.fit(X[:100], Y[:100], X_unlabelled=X[100:1300])
        scores.append(net.score(X[1300:], Y[1300:]))
    assert scores[1] > scores[0] + 0.04


@pytest.mark.parametrize(
    ("cls", "plain"), [(DBNClassifier, MLPClassifier), (DBNRegressor, MLPRegressor)]
)
def test_without_pretraining_it_is_a_plain_perceptron(cls, plain):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ConvergenceWarning)
        net = make(cls=cls, pretraining_max_iter=0, max_iter=3).fit(X * 16, Y)
    other = plain(
        hidden_layer_sizes=(12, 8), activation="logistic", max_iter=3, random_state=0
    ).fit(X * 16, Y)
    for kernel, known in zip(net.coefs_, other.coefs_, strict=True):
        np.testing.assert_array_equal(kernel, known)
    assert not hasattr(net, "rbms_")


def test_rows_without_labels_are_learned_from():
    alone = make().fit(X[:100], Y[:100])
    more = make().fit(X[:100], Y[:100], X_unlabelled=X[100:200])
    every = make().fit(X[:200], Y[:200])
    assert (alone.rbms_[0].components_ != more.rbms_[0].components_).any()
    np.testing.assert_array_equal(every.rbms_[1].components_, more.rbms_[1].components_)
    with pytest.raises(ValueError, match="X_unlabelled: X has 63 features, but DBNClassifier"):
        make().fit(X[:100], Y[:100], X_unlabelled=X[:10, :63])
    assert "_unlabelled" not in vars(more)


def test_weights_are_repetitions_in_pretraining():
    weight = np.arange(100) % 3.0
    repeated = np.repeat(np.arange(100), np.arange(100) % 3)
    one = make().fit(X[:100], Y[:100], sample_weight=weight)
    other = make().fit(X[repeated], Y[repeated])
    np.testing.assert_array_equal(one.rbms_[1].components_, other.rbms_[1].components_)


def test_equal_numbers_give_equal_results():
    nets = [
        make(dtype="float32").fit(given, Y[:100])
        for given in (X[:100], X[:100].astype(float), sparse.csr_array(X[:100]))
    ]
    for net in nets[1:]:
        close(net.coefs_[0], nets[0].coefs_[0], 1e-6)
    np.testing.assert_array_equal(nets[0].coefs_[0], nets[1].coefs_[0])


def test_n_jobs_does_not_change_a_bit():
    one, other = (make((40, 30), n_jobs=n).fit(X[:300], Y[:300]) for n in (1, 2))
    for a, b in zip([*one.coefs_, *one.intercepts_], [*other.coefs_, *other.intercepts_],
                    strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("cls", [DBNClassifier, DBNRegressor])
def test_fine_tuning_by_lbfgs(cls):
    net = make(cls=cls, solver="lbfgs", max_iter=30).fit(X[:200], Y[:200])
    assert len(net.rbms_) == 2
    assert net.score(X[:200], Y[:200]) > 0.3


def test_warm_start_goes_on_without_pretraining():
    net = make(warm_start=True).fit(X[:100], Y[:100])
    machines, kernel = net.rbms_, net.coefs_[0].copy()
    net.set_params(learning_rate_init=1e-12).fit(X[:100], Y[:100])
    assert net.rbms_ is machines
    close(net.coefs_[0], kernel, 1e-6)


def test_a_copy_predicts_the_same():
    net = make().fit(X[:100], Y[:100])
    copied = pickle.loads(pickle.dumps(net))
    np.testing.assert_array_equal(copied.transform(X[:9]), net.transform(X[:9]))
    np.testing.assert_array_equal(copied.predict_proba(X[:9]), net.predict_proba(X[:9]))
    assert len(net.get_feature_names_out()) == 8


def test_max_time_holds_for_both_phases():
    net = make(pretraining_max_iter=10**6, max_time=0.3).fit(X[:100], Y[:100])
    assert len(net.rbms_) == 1
    assert net.n_iter_ == 1


@pytest.mark.parametrize("at", [1, 2, 5])
def test_an_interrupt_keeps_what_was_learned(monkeypatch, at):
    calls, partial_fit = [], BernoulliRBM.partial_fit

    def interrupted(self, *given):
        calls.append(1)
        if len(calls) == at:
            raise KeyboardInterrupt
        return partial_fit(self, *given)

    monkeypatch.setattr(BernoulliRBM, "partial_fit", interrupted)
    net = make((12, 8, 5))
    if at == 1:
        with pytest.raises(KeyboardInterrupt):
            net.fit(X[:100], Y[:100])
        assert not hasattr(net, "coefs_")
        return
    with pytest.warns(UserWarning, match=r"interrupted by user. \(DBNClassifier\)"):
        net.fit(X[:100], Y[:100])
    assert len(net.rbms_) == at // 2
    assert net.predict(X[:5]).shape == (5,)


def test_x_outside_the_unit_interval_is_warned_of():
    message = (
        r"DBNClassifier: X has values from 0 to 16, outside \[0, 1\]: they are probabilities of"
        r" being on. Scale with MinMaxScaler or use visible='gaussian'"
    )
    with pytest.warns(UserWarning, match=message) as caught:
        make().fit(16 * X[:100], Y[:100])
    assert len([w for w in caught if "outside" in str(w.message)]) == 1


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"activation": "relu"}, "activation='relu', but pretrained layers are logistic"),
        ({"normalization": "batch"}, "normalization='batch', but pretrained layers are"),
        ({"hidden_layer_sizes": ()}, "has no layer to pretrain"),
    ],
)
def test_what_cannot_be_pretrained(parameters, message):
    with pytest.raises(ValueError, match=message):
        make(**parameters).fit(X[:100], Y[:100])


class TestInitial:
    machine = DeepBoltzmannMachine(
        (12, 8), max_iter=2, pretraining_max_iter=2, n_annealing_steps=10, random_state=0
    )

    def begun(self, given, machine, **parameters):
        return make(initial=machine, learning_rate_init=1e-12, **parameters).fit(given, Y[:100])

    def test_it_is_the_upward_pass(self):
        machine = clone(self.machine).fit(X[:100])
        net = self.begun(X[:100], machine)
        first = logistic(2 * X[:9] @ machine.coefs_[0] + machine.intercepts_[1])
        close(net.transform(X[:9]), logistic(first @ machine.coefs_[1] + machine.intercepts_[2]),
              1e-5)

    def test_augmented_inputs_give_the_means_of_the_machine(self):
        machine = clone(self.machine).set_params(
            features="augmented", mean_field_tol=0.0, n_mean_field_steps=200
        ).fit(X[:100])
        net = self.begun(machine.transform(X[:100]), machine)
        top = machine.set_params(features="top").transform(X[:9])
        rows = np.concatenate([X[:9], top], axis=1)
        close(net.transform(rows), top, 1e-4)

    def test_in_a_pipeline(self):
        machine = FrozenEstimator(clone(self.machine).set_params(features="augmented").fit(X))
        pipeline = make_pipeline(machine, make(initial=machine))
        assert clone(pipeline).fit(X[:100], Y[:100]).predict(X[:5]).shape == (5,)

    def test_errors(self):
        machine = clone(self.machine)
        with pytest.raises(ValueError, match=r"initial=DeepBoltzmannMachine.* is not fitted"):
            self.begun(X[:100], machine)
        machine.fit(X[:100])
        with pytest.raises(ValueError, match="hidden_layer_sizes has to be the machine's"):
            self.begun(X[:100], machine, hidden_layer_sizes=(12, 9))
        with pytest.raises(TypeError, match="initial=BernoulliRBM.* is no DeepBoltzmannMachine"):
            self.begun(X[:100], BernoulliRBM(12))


@pytest.mark.parametrize("cls", [DBNClassifier, DBNRegressor])
def test_real_numbers_have_gaussian_units(cls):
    rows = (X[:200] - X[:200].mean(axis=0)) / (X[:200].std(axis=0) + 0.1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ConvergenceWarning)
        net = make(cls=cls, visible="gaussian", pretraining_max_iter=5).fit(rows, Y[:200])
    assert [type(rbm) for rbm in net.rbms_] == [GaussianRBM, BernoulliRBM]
    assert net.transform(rows[:9]).shape == (9, 8)


def test_pretraining_that_diverges_is_named_once():
    X = np.random.RandomState(0).uniform(size=(60, 5))
    net = DBNClassifier((4,), pretraining_learning_rate=1e6, pretraining_max_iter=3, max_iter=1)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        net.fit(X, X[:, 0] > 0.5)
    found = [str(each.message) for each in caught if "diverged" in str(each.message)]
    assert len(found) == 1
    assert "DBNClassifier: pretraining of layer 1" in found[0]
    assert "Lower pretraining_learning_rate (1e+06)" in found[0]


def test_rounding_is_no_range():
    X = np.random.RandomState(0).uniform(size=(60, 5))
    X[0, 0] = 1.0000000000000002
    with warnings.catch_warnings():
        warnings.filterwarnings("error", "X has values")
        DBNClassifier((4,), pretraining_max_iter=1, max_iter=1).fit(X, X[:, 0] > 0.5)
