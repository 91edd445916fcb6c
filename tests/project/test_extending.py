"""The recipes of the page on extending the package work as written."""

import re
from pathlib import Path

import pytest

from project.test_documentation import python_blocks

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "extending.rst").read_text(encoding="utf-8")
SOURCE = ROOT / "src" / "skneural"

pytestmark = pytest.mark.needs_jit(reason="fits that last many epochs")

LAYER = """
from skneural.layers import Flatten
from skneural.losses import SquaredError
from skneural.network.network import Network

learned = network.get_layer("gain").weights["gain"]
assert learned.shape == (4,) and abs(learned - 1).min() > 0.01
assert network.score(X, y) > 0.9

for layer, shape in Gain.examples():
    random = np.random.RandomState(0)
    model = Network([layer, Flatten(), Dense(3)], shape, SquaredError(), 3, np.float64)
    model.initialize(random)
    rows, targets = random.normal(size=(40, model.n_features)), random.normal(size=(40, 3))
    with model.training_session(rows, targets, batch_size=40) as session:
        _, found = session.loss_and_gradient()
    for at in range(model.n_trained):
        expected = slope(lambda: 3 * model.evaluate(rows, targets), model.parameters, at)
        close(found[at], expected)
    assert model.is_trained(0) == layer.trainable
"""

LOSS = """
assert network.loss_ < network.loss_curve_[0]
again = MLPRegressor(PseudoHuber(), max_iter=50, random_state=0).fit(X, y)
np.testing.assert_array_equal(again.predict(X), network.predict(X))
linear = MLPRegressor("pseudo_huber", (), solver="lbfgs", alpha=0, tol=1e-10, max_iter=999)
error = linear.fit(X, y).predict(X) - y
close(linear.loss_, (np.sqrt(1 + error**2) - 1).mean(), 1e-6)
close((error / np.sqrt(1 + error**2)).mean(), 0, 1e-3)
"""

OPTIMIZER = """
assert network.score(X, y) > 0.9
linear = MLPClassifier((), solver=Signum(0.0), learning_rate_init=0.01, max_iter=1, alpha=0,
                       batch_size=150, random_state=0)
begin = MLPClassifier((), solver="sgd", learning_rate_init=1e-30, max_iter=1, momentum=0,
                      batch_size=150, random_state=0).fit(X, y)
steps = linear.fit(X, y).coefs_[0] - begin.coefs_[0]
z = X @ begin.coefs_[0] + begin.intercepts_[0]
p = np.exp(z - z.max(1, keepdims=True))
p /= p.sum(1, keepdims=True)
close(steps, -0.01 * np.sign(X.T @ (p - np.eye(3)[y])), 1e-9)
"""

OBJECTIVE = """
from skneural.optimizers import SGD

embedded = network.predict(left, raw=True), network.predict(right, raw=True)
distances = np.linalg.norm(embedded[0] - embedded[1], axis=1)
assert distances[same[:, 0] == 1].max() < distances[same[:, 0] == 0].min()

def mean_loss():
    gap = network.predict(left, raw=True) - network.predict(right, raw=True)
    distance = np.sqrt((gap**2).sum(axis=1))
    apart = np.maximum(0, 1 - distance)
    return np.where(same[:, 0] == 1, distance**2, apart**2).mean() / 2

network.initialize(np.random.RandomState(1))
start = network.parameters.copy()
expected = [slope(mean_loss, network.parameters, at) for at in range(network.n_trained)]
update = Update(Contrastive(network, left, right, same), network.store, SGD(momentum=0.0))
with PhasedTraining([update], n_samples=256, batch_size=256) as training:
    loss = mean_loss()
    close(training.run_epoch(None, np.ones(1)), loss, 1e-9)
close((start - network.parameters)[: network.n_trained], expected, 1e-5)
"""

SOURCE_CHECK = """
from skneural.optimizers import Adam

for scale in (1.0, 0.5):
    network = Network([Dense(4, "tanh"), Dense(1)], 5, SquaredError(), 1, np.float64, scale=scale)
    network.initialize(np.random.RandomState(0))
    for series in (np.sin(np.arange(100.0)), np.cos(np.arange(101.0))):  # by one kept plan
        rows = np.lib.stride_tricks.sliding_window_view(series, 5).copy()
        np.testing.assert_array_equal(network.predict(Windows(series, 5)), network.predict(rows))
        taken = Windows(series, 5).take(np.array([3, 1]))
        np.testing.assert_array_equal(network.predict(taken), network.predict(rows[[3, 1]]))

losses = []
for X in (Windows(series, 5), rows):
    network.initialize(np.random.RandomState(0))
    targets = series[4:, None].copy()
    with network.training_session(X, targets, batch_size=20, optimizer=Adam()) as session:
        order = np.random.RandomState(0).permutation(session.n_samples)
        rates = np.full(session.n_batches, 0.01)
        losses.append([session.run_epoch(order, rates) for _ in range(20)])
assert losses[0] == losses[1] and losses[0][-1] < losses[0][0]
"""

FAMILY = """
import inspect

from sklearn.base import clone
from sklearn.utils import estimator_checks as checks

assert network.score(X, y) > 0.9
assert [kernel.shape[1] for kernel in network.coefs_] == [64, 32, 16, 3]
assert list(inspect.signature(PyramidClassifier).parameters)[:2] == ["width", "depth"]
assert "width : int, default=32" in PyramidClassifier.__doc__
assert "coefs_" in PyramidClassifier.__doc__
short = PyramidClassifier(8, max_iter=20)
for check in (
    checks.check_no_attributes_set_in_init,
    checks.check_parameters_default_constructible,
    checks.check_get_params_invariance,
    checks.check_set_params,
    checks.check_dict_unchanged,
    checks.check_fit_idempotent,
    checks.check_estimators_pickle,
    checks.check_n_features_in,
    checks.check_methods_subset_invariance,
    checks.check_classifiers_one_label,
):
    check("PyramidClassifier", clone(short))
"""

WITHOUT_NETWORK = """
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.utils.estimator_checks import check_estimator

begin = X[np.random.RandomState(0).choice(150, 3, replace=False)]
peer = KMeans(3, init=begin, n_init=1, algorithm="lloyd", tol=0).fit(X)
close(clusterer.cluster_centers_, peer.cluster_centers_, 1e-9)
close(clusterer.loss_, peer.inertia_ / 150, 1e-9)
np.testing.assert_array_equal(clusterer.labels_, peer.labels_)
np.testing.assert_array_equal(clusterer.predict(X), peer.predict(X))
assert clusterer.loss_curve_ == sorted(clusterer.loss_curve_, reverse=True)
assert clusterer.n_iter_ == len(clusterer.loss_curve_) > 2
for n_jobs in (1, 2, 3):
    again = clone(clusterer).set_params(n_jobs=n_jobs).fit(X)
    np.testing.assert_array_equal(again.cluster_centers_, clusterer.cluster_centers_)
check_estimator(LloydClusterer(2, random_state=0))
"""

BEFORE = """
import sys
import warnings

import numpy as np

warnings.simplefilter("ignore")
sys.path.insert(0, sys.argv[1])
from recipe import *


def close(found, expected, tolerance=1e-6):
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


def slope(value, parameters, place, step=1e-6):
    before, ends = parameters[place], []
    for moved in (before + step, before - step):
        parameters[place] = moved
        ends.append(value())
    parameters[place] = before
    return (ends[0] - ends[1]) / (2 * step)

"""

CHECKS = {
    "Add a layer": LAYER,
    "Add a loss": LOSS,
    "Add an optimizer": OPTIMIZER,
    "Add an objective": OBJECTIVE,
    "Add a source": SOURCE_CHECK,
    "Add an estimator family": FAMILY,
    "Add an estimator without a network": WITHOUT_NETWORK,
}


def sections():
    """The sections of the page by their titles."""
    parts = re.split(r"^(Add .+)\n-+\n", PAGE, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_every_recipe_is_carried_out():
    assert list(sections()) == list(CHECKS)


@pytest.mark.parametrize("title", CHECKS)
def test_recipe(title, run_python, tmp_path):
    """In a process of its own, as a class that is made stays registered."""
    code = "\n".join(python_blocks(sections()[title]))
    (tmp_path / "recipe.py").write_text(code, encoding="utf-8")
    run_python(BEFORE + CHECKS[title], tmp_path, timeout=300)


def test_files_to_touch_exist():
    named = re.findall(r"``([\w/.]+\.(?:py|md)|[\w/]+/)``", PAGE)
    roots = (SOURCE, ROOT, SOURCE.parent)
    assert named
    assert not [name for name in named if not any((root / name).exists() for root in roots)]
