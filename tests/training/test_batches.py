"""How rows are divided into batches, and how much memory a batch may take."""

import numpy as np
import pytest

from _helpers import close
from skneural import (
    AutoencoderTransformer,
    ConvNetClassifier,
    ConvNetRegressor,
    MLPClassifier,
    MLPRegressor,
    NeuralNetClassifier,
    NeuralNetRegressor,
    NeuralOutlierDetector,
)
from skneural.engine import workspace
from skneural.estimators.base.predictor import predictor
from skneural.layers import BatchNorm, Conv2D, Dense, LayerNorm
from skneural.losses import SquaredError
from skneural.network.network import Network
from skneural.optimizers import SGD

pytestmark = pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
SIDE = 12
ROOM = 5_000_000  # for a few images only


@pytest.fixture
def narrow(monkeypatch):
    monkeypatch.setattr(workspace, "WORKSPACE_BYTES", ROOM)


def images(n_images=60, side=SIDE):
    X = np.random.default_rng(0).random((n_images, side, side, 1))
    return X, np.arange(n_images) % 2


def trained(X, y, even, **how):
    """The weights of a linear network after an epoch of plain gradient descent."""
    network = Network([Dense(1, use_bias=False)], X.shape[1], SquaredError(), 1, np.float64)
    settings = {"optimizer": SGD(momentum=0.0), "n_jobs": 1, "even": even, **how}
    with network.training_session(X, y, **settings) as session:
        session.run_epoch(None, np.full(session.n_batches, 0.1))
    return network.variables[0]["kernel"].copy(), session


@pytest.mark.parametrize(("n_rows", "batch_size", "sizes"), [
    (402, 200, [134, 134, 134]), (401, 200, [133, 134, 134]), (10, 4, [3, 3, 4]),
    (5, 5, [5]), (201, 200, [100, 101]), (7, 1, [1] * 7),
])
def test_rows_are_spread_evenly(n_rows, batch_size, sizes):
    random = np.random.default_rng(0)
    X, y = random.normal(size=(n_rows, 3)), random.normal(size=(n_rows, 1))
    found, session = trained(X, y, True, batch_size=batch_size)
    assert (session.n_batches, session.batch_size) == (len(sizes), max(sizes))
    kernel, first = np.zeros((3, 1)), 0
    for size in sizes:
        x, t = X[first : first + size], y[first : first + size]
        kernel -= 0.1 * x.T @ (x @ kernel - t) / size
        first += size
    close(found, kernel, 1e-12)


def test_other_sessions_fill_all_but_the_last_batch():
    random = np.random.default_rng(0)
    X, y = random.normal(size=(10, 3)), random.normal(size=(10, 1))
    found, session = trained(X, y, False, batch_size=4)
    assert (session.n_batches, session.batch_size) == (3, 4)
    assert not np.array_equal(found, trained(X, y, True, batch_size=4)[0])


@pytest.mark.parametrize(("model", "size"), [
    (MLPClassifier(3), 200),
    (MLPRegressor(hidden_layer_sizes=3), 200),
    (NeuralNetClassifier([Dense(3)]), 134),
    (NeuralNetRegressor([Dense(3)]), 134),
    (NeuralNetClassifier([Dense(3)], batch_size=100), 81),
    (ConvNetClassifier(2, hidden_layer_sizes=3), 134),
    (ConvNetRegressor(2, hidden_layer_sizes=3), 134),
    (AutoencoderTransformer(2, hidden_layer_sizes=()), 134),
    (NeuralOutlierDetector(n_components=2, hidden_layer_sizes=()), 134),
    (NeuralNetClassifier([Dense(3)], solver="lbfgs"), 402),
])
def test_who_spreads_rows(model, size):
    """Multi-layer perceptrons have scikit-learn's batches, all others even ones."""
    X = np.random.default_rng(0).random((402, 4))
    model.set_params(max_iter=1).fit(X, (X[:, 0] > 0.5).astype(int))
    assert model._record.batch[0] == size


def test_the_memory_of_a_batch_is_bounded(narrow):
    X, y = images()
    model = ConvNetClassifier(random_state=0, max_iter=2).fit(X, y)
    size, memory = model._record.batch
    assert workspace.FEWEST_ROWS <= size < 30 and memory <= ROOM
    alike = ConvNetClassifier(batch_size=size, random_state=0, max_iter=2).fit(X, y)
    for name, variables in model.weights_.items():
        for key, values in variables.items():
            np.testing.assert_array_equal(values, alike.weights_[name][key])


def test_a_batch_has_eight_rows_at_least(narrow):
    X, y = images(40, side=40)
    model = NeuralNetClassifier([Conv2D(16, padding="same"), LayerNorm()], max_iter=1).fit(X, y)
    assert model._record.batch[0] == 8 and model._record.batch[1] > ROOM


def test_what_is_asked_for_is_not_bounded(narrow):
    X, y = images()
    assert ConvNetClassifier(batch_size=50, max_iter=1).fit(X, y)._record.batch[0] == 30
    assert ConvNetClassifier(solver="lbfgs", max_iter=1).fit(X, y)._record.batch[0] == 60
    flat = np.random.default_rng(0).random((300, 5000))
    model = MLPClassifier(3, max_iter=1).fit(flat, np.arange(300) % 2)
    assert model._record.batch[0] == 200, "as in scikit-learn"


def test_predictions_are_the_same_with_fewer_rows_at_a_time(monkeypatch):
    X, y = images()
    model = ConvNetRegressor(max_iter=2, random_state=0).fit(X, y, X_val=X, y_val=y)
    expected, losses = model.predict(X), model.validation_loss_curve_
    monkeypatch.setattr(workspace, "WORKSPACE_BYTES", ROOM // 4)
    narrow = ConvNetRegressor(max_iter=2, random_state=0, batch_size=60)
    narrow.fit(X, y, X_val=X, y_val=y)
    np.testing.assert_array_equal(narrow.predict(X), expected)
    assert narrow.validation_loss_curve_ == losses
    plans = predictor(narrow)._plans.idle()
    assert all(plan._plan.batch_size < 60 for plan in plans)


def test_the_rate_of_a_recipe_follows_the_batch(narrow):
    X, y = images(200, side=24)
    model = ConvNetClassifier(architecture="fast", filters=[16, 16], max_iter=1).fit(X, y)
    size = model._record.batch[0]
    wide = ConvNetClassifier(architecture="fast", filters=[16, 16], max_iter=1, batch_size=32)
    ratio = wide.fit(X, y).learning_rates_[0] / model.learning_rates_[0]
    most = model._built.settings(model._settings()).on(200, size).batch_size
    assert size <= most < 32 and ratio == pytest.approx(32 / most)


@pytest.mark.parametrize("model", [
    NeuralNetClassifier([Dense(30), BatchNorm()]), MLPClassifier(30), ConvNetClassifier(4)
])
def test_summary_says_what_a_batch_takes(model):
    X = np.random.default_rng(0).random((150, 16))
    table = model.set_params(max_iter=1).fit(X, np.arange(150) % 2).summary()
    title = table.splitlines()[0]
    size, n_bytes = model._record.batch
    assert title.startswith(f"{type(model).__name__}: a batch of {size} samples takes ")
    *_, number, unit = title.split()
    assert float(number) * {"kB": 1e3, "MB": 1e6}[unit] == pytest.approx(n_bytes, rel=0.01)
