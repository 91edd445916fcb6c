"""Fine-tuning by the up-down algorithm, label units and samples of classes."""

import pickle

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier

from _helpers import close
from _machines import all_states, energy, logistic
from _up_down import energies, slopes, softmax
from skneural import DBNClassifier
from skneural.data.targets import ClassTargets
from skneural.estimators.deep_boltzmann.belief_layers import (
    AssociativeDense,
    LabelUnits,
    TwoWayDense,
)
from skneural.estimators.deep_boltzmann.up_down import UpDown
from skneural.layers import Activation
from skneural.network.network import Network
from skneural.network.phased import PhasedTraining
from skneural.network.updates import Update
from skneural.optimizers import SGD

DIGITS = load_digits()
X, Y = np.float32(DIGITS.data / 16), DIGITS.target
N, BATCH, SEED, RATE = 22, 8, 3, 0.2
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def make_network(units, n_labels):
    layers = []
    for n in units[1:-1]:
        layers += [TwoWayDense(n), Activation("logistic")]
    targets = ClassTargets("multiclass" if n_labels > 1 else "binary", np.arange(n_labels + 1))
    loss = targets.loss("log_loss", 0.0, "")
    layers += [AssociativeDense(units[-1]), LabelUnits(n_labels)]
    network = Network(layers, units[0], loss, n_labels, np.float64)
    random = np.random.RandomState(0)
    for variables in network.variables:
        for values in variables.values():
            values[...] = random.normal(0, 0.5, values.shape)
    return network


def make_rows(units, n_labels):
    random = np.random.RandomState(1)
    codes = random.randint(max(2, n_labels), size=(N, 1)).astype(float)
    return random.uniform(size=(N, units[0])), codes, random.randint(1, 4, N).astype(float)


@pytest.mark.parametrize("units", [(5, 4), (6, 4, 3), (19, 5, 3, 17)], ids=str)
@pytest.mark.parametrize("n_labels", [1, 3])
@pytest.mark.parametrize(("n_steps", "is_binary"), [(1, True), (3, False)])
def test_a_step_is_that_of_numpy(units, n_labels, n_steps, is_binary):
    rows, codes, weight = make_rows(units, n_labels)
    trained = []
    for n_jobs in (1, 2):
        network = make_network(units, n_labels)
        objective = UpDown(
            network, rows, codes, weight, n_gibbs_steps=n_steps, is_binary=is_binary
        )
        update = Update(objective, network.store, SGD(0.0, nesterov=False))
        with PhasedTraining([update], N, BATCH, n_jobs, SEED) as training:
            loss = training.run_epoch(None, np.full(training.n_batches, RATE))
        trained.append((network, loss))
    known = [dict(v) for v in make_network(units, n_labels).variables if v]
    y = codes if n_labels == 1 else np.eye(n_labels)[codes[:, 0].astype(int)]
    losses = []
    for step, begin in enumerate(range(0, N, BATCH)):
        part = slice(begin, begin + BATCH)
        found, of_rows = slopes(
            known[:-2], *known[-2:], rows[part], y[part], weight[part], n_steps, is_binary, SEED,
            step,
        )
        losses.append(of_rows.sum() / weight[part].mean())  # as reported: of a batch's mean weight
        for variables, slope in zip(known, found, strict=True):
            for name, values in variables.items():
                values += RATE * slope[name] / weight[part].sum()
    (one, loss), (other, same) = trained
    for variables, again, expected in zip(
        [v for v in one.variables if v], [v for v in other.variables if v], known, strict=True
    ):
        for name, values in expected.items():
            close(variables[name], values, 1e-9)
            np.testing.assert_array_equal(variables[name], again[name])
    assert loss == same == pytest.approx(np.sum(losses) / N)


def test_labels_have_the_probabilities_of_the_machine():
    """By the sum over all states of its hidden units."""
    network = make_network((4, 3), 3)
    top, labels = network.variables
    rows = np.float64(np.random.RandomState(2).uniform(size=(6, 4)) < 0.5)
    kernel = np.concatenate([top["kernel"], labels["kernel"].T])
    intercepts = [np.concatenate([top["generative_bias"], labels["bias"]]), top["bias"]]
    found = network.predict(rows)
    for x, chances in zip(rows, found, strict=True):
        weights = [
            sum(
                np.exp(-energy([np.concatenate([x, label]), h], [kernel], intercepts))
                for (h,) in all_states((3,))
            )
            for label in np.eye(3)
        ]
        close(chances, weights / np.sum(weights), 1e-12)
    fields = rows @ top["kernel"] + top["bias"]
    close(found, softmax(energies(fields, labels["kernel"], labels["bias"])), 1e-12)


def make(sizes=(12, 8), **parameters):
    return DBNClassifier(**{
        "hidden_layer_sizes": sizes, "fine_tuning": "up_down", "max_iter": 2, "solver": "sgd",
        "pretraining_max_iter": 2, "random_state": 0, "learning_rate_init": 0.1, "momentum": 0.0,
        "batch_size": 10, **parameters,
    })


def test_attributes_have_both_ways():
    net = make((12, 8, 5)).fit(X[:200], Y[:200])
    assert [k.shape for k in net.coefs_] == [(64, 12), (12, 8), (8, 5), (5, 10)]
    assert [k.shape for k in net.generative_coefs_] == [(12, 64), (8, 12)]
    assert [b.shape for b in net.generative_intercepts_] == [(64,), (12,), (8,)]
    assert len(net.rbms_) == 2
    assert [len(curve) for curve in net.pretraining_loss_curves_] == [2, 2, 2]
    features = X[:9]
    for kernel, bias in zip(net.coefs_[:-1], net.intercepts_, strict=False):
        features = logistic(features @ kernel + bias)
    close(net.transform(X[:9]), features, 1e-5)
    assert set(net.get_layer("dense_1").weights) == {
        "kernel", "bias", "generative_kernel", "generative_bias"
    }


def test_it_begins_at_the_machines():
    net = make((12, 8, 5), learning_rate_init=1e-12, max_iter=1).fit(X[:200], Y[:200])
    for rbm, kernel, back in zip(net.rbms_, net.coefs_, net.generative_coefs_, strict=False):
        close(kernel, rbm.components_.T, 1e-6)
        close(back, rbm.components_, 1e-6)


@pytest.mark.needs_jit(reason="hundreds of epochs")
def test_it_learns_digits_and_draws_them_by_class():
    net = make(
        (100, 200), max_iter=100, pretraining_max_iter=20, n_iter_no_change=100
    ).fit(X[:1300], Y[:1300])
    assert net.score(X[1300:], Y[1300:]) > 0.93
    assert net.loss_ < net.loss_curve_[0]
    wanted = np.arange(100) % 10
    rows = net.sample(100, wanted, random_state=0)
    assert rows.shape == (100, 64)
    assert rows.dtype == np.float32
    assert ((rows >= 0) & (rows <= 1)).all()
    judge = KNeighborsClassifier().fit(X, Y)
    assert np.mean(judge.predict(rows) == wanted) > 0.7
    of_any = judge.predict(net.sample(100, random_state=0))
    assert len(np.unique(of_any)) >= 5


def test_two_classes_and_one_layer():
    net = make((20,), max_iter=20, pretraining_max_iter=10).fit(X[:300], Y[:300] > 4)
    assert net.predict_proba(X[:5]).shape == (5, 2)
    assert net.score(X[:300], Y[:300] > 4) > 0.75
    assert net.sample(4, True).shape == (4, 64)
    assert net.transform(X[:5]).shape == (5, 20)
    assert net.generative_coefs_ == []


def test_real_numbers():
    rows = (X[:200] - X[:200].mean(axis=0)) / (X[:200].std(axis=0) + 0.1)
    for sizes in ((12,), (12, 8)):
        net = make(sizes, visible="gaussian").fit(rows, Y[:200])
        assert net.sample(3, 7).min() < 0


def test_copies_warm_starts_and_partial_fits_go_on():
    net = make(warm_start=True).fit(X[:100], Y[:100])
    copied = pickle.loads(pickle.dumps(net))
    np.testing.assert_array_equal(copied.predict_proba(X[:9]), net.predict_proba(X[:9]))
    np.testing.assert_array_equal(copied.sample(2, 3, 0), net.sample(2, 3, 0))
    before = [array.copy() for array in net.generative_coefs_]
    net.set_params(learning_rate_init=1e-12).fit(X[:100], Y[:100])
    close(net.generative_coefs_[0], before[0], 1e-6)
    copied.partial_fit(X[:100], Y[:100])
    assert (copied.generative_coefs_[0] != before[0]).any()


def test_n_jobs_does_not_change_a_bit():
    one, other = (make((40, 30), n_jobs=n).fit(X[:300], Y[:300]) for n in (1, 2))
    for name in ("coefs_", "intercepts_", "generative_coefs_", "generative_intercepts_"):
        for a, b in zip(getattr(one, name), getattr(other, name), strict=True):
            np.testing.assert_array_equal(a, b)


def test_callbacks_see_both_phases():
    callback = pytest.importorskip("sklearn.callback")
    assert callback
    seen = []

    class Watching:
        def setup(self, estimator, context):
            pass

        def teardown(self, estimator, context):
            pass

        def on_fit_task_begin(self, estimator, context):
            pass

        def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
            if context.task_name == "epoch":
                seen.append(fitted_estimator.predict(X[:5]).shape)

    make((12, 8), max_iter=3).set_callbacks(Watching()).fit(X[:100], Y[:100])
    assert seen == [(5,)] * (2 * 2 + 3)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"solver": "lbfgs"}, "solver='lbfgs' is not possible with fine_tuning='up_down'"),
        ({"loss": "hinge"}, "loss='hinge' is not possible"),
        ({"dropout": 0.5}, "dropout=0.5 is not possible"),
        ({"activation": "relu", "pretraining_max_iter": 0}, "activation='relu' is not possible"),
    ],
)
def test_what_goes_without_backpropagation(parameters, message):
    with pytest.raises(ValueError, match=message):
        make(**parameters).fit(X[:100], Y[:100])


def test_what_is_refused():
    net = make().fit(X[:100], Y[:100])
    with pytest.raises(ValueError, match=r"y=11 is not among the classes \[0, 1, 2"):
        net.sample(3, 11)
    with pytest.raises(ValueError, match="y has the shape"):
        net.sample(3, [1, 2])
    with pytest.raises(ValueError, match="n_samples=0 must be > 0"):
        net.sample(0)
    plain = make(fine_tuning="backprop").fit(X[:100], Y[:100])
    with pytest.raises(ValueError, match="only fine_tuning='up_down' has"):
        plain.sample()
    several = np.stack([Y[:100] > 4, Y[:100] % 2 == 0], axis=1).astype(int)
    with pytest.raises(ValueError, match="y has 2 labels a row; use fine_tuning='backprop'"):
        make().fit(X[:100], several)
