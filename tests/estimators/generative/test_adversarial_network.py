"""`GenerativeAdversarialNetwork`: samples, classes, how fits end, and what is kept."""

import copy
import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError

from skneural import GenerativeAdversarialNetwork
from skneural.callbacks import HAS_CALLBACKS
from skneural.estimators.generative.training import AdversarialTraining
from skneural.exceptions import NonFiniteLossWarning

IMAGES = np.random.RandomState(0).randint(256, size=(60, 6, 5, 2)).astype(np.uint8)


def make_network(**parameters):
    settings = {"hidden_layer_sizes": 16, "filters": 4, "max_iter": 2, "random_state": 0}
    return GenerativeAdversarialNetwork(8, **{**settings, **parameters})


def iris():
    return load_iris(return_X_y=True)


@pytest.mark.parametrize("architecture", ["dense", "convolutional"])
def test_samples_are_coded_as_x(architecture):
    network = make_network(architecture=architecture).fit(IMAGES)
    samples = network.sample(7, random_state=0)
    assert samples.shape == (7, 6, 5, 2) and samples.dtype == np.uint8
    floats = make_network(architecture=architecture).fit(IMAGES / np.float32(255))
    samples = floats.sample(7, random_state=0)
    assert samples.dtype == np.float32 and samples.min() >= 0 and samples.max() <= 1
    flat = make_network(architecture=architecture, input_shape=(6, 5, 2))
    samples = flat.fit(IMAGES.reshape(60, -1)).sample(7, random_state=0)
    assert samples.shape == (7, 60) and samples.dtype == np.uint8
    grey = make_network(architecture=architecture).fit(IMAGES[..., 0])
    assert grey.sample(3).shape == (3, 6, 5)


def test_the_same_seed_gives_the_same_samples():
    network = make_network().fit(iris()[0])
    one, again, other = (network.sample(5, random_state=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)
    assert network.sample().shape == (1, 4)


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float32, np.float64, object])
def test_equal_numbers_give_equal_networks(dtype):
    X = IMAGES[..., 0].reshape(60, -1)
    expected = make_network(dtype="float32").fit(X.astype(np.float32), np.arange(60) % 3)
    given = X.tolist() if dtype is object else X.astype(dtype)
    network = make_network(dtype="float32").fit(given, np.array(["a", "b", "c"])[np.arange(60) % 3])
    np.testing.assert_array_equal(network._state.parameters, expected._state.parameters)
    np.testing.assert_array_equal(
        network.score_samples(given), expected.score_samples(X.astype(np.float32))
    )


def test_data_frames_give_arrays():
    pandas = pytest.importorskip("pandas")
    X, y = load_iris(return_X_y=True, as_frame=True)
    network, other = make_network().fit(X, y), make_network().fit(X.to_numpy(), y.to_numpy())
    assert isinstance(X, pandas.DataFrame) and list(network.feature_names_in_) == list(X.columns)
    samples = network.sample(9, random_state=0)
    assert type(samples) is np.ndarray
    np.testing.assert_array_equal(samples, other.sample(9, random_state=0))


def test_whole_numbers_stay_whole():
    X = np.random.RandomState(0).poisson(2.0, size=(80, 3))
    assert make_network().fit(X).sample(5).dtype == X.dtype
    samples = make_network().fit(X.astype(float)).sample(50, random_state=0)
    assert samples.dtype == float and set(samples.ravel()) <= set(range(X.max() + 1))


@pytest.mark.needs_jit(reason="many epochs")
def test_classes_can_be_asked_for():
    X, y = iris()
    network = make_network(hidden_layer_sizes=64, max_iter=200, batch_size=32)
    network.fit(X, np.array(["x", "y", "z"])[y])
    assert list(network.classes_) == ["x", "y", "z"]
    for number, name in enumerate(network.classes_):
        mean = network.sample(300, name, random_state=0).mean(axis=0)
        distances = [np.linalg.norm(mean - X[y == k].mean(axis=0)) for k in range(3)]
        assert np.argmin(distances) == number
    asked = np.repeat(["x", "z"], 5)
    np.testing.assert_array_equal(
        network.sample(10, asked, random_state=0)[:5],
        network.sample(10, list(asked), random_state=0)[:5],
    )


def test_logits_of_classes():
    X, y = iris()
    network = make_network().fit(X, y)
    each = np.array([network.score_samples(X, np.full(len(X), k)) for k in range(3)])
    np.testing.assert_allclose(network.score_samples(X, y), each[y, np.arange(len(X))])
    np.testing.assert_allclose(
        network.score_samples(X), np.log(np.exp(each).mean(axis=0)), rtol=1e-6
    )
    assert network.score(X, y) == pytest.approx(network.score_samples(X, y).mean())


@pytest.mark.needs_jit(reason="many epochs")
def test_all_modes_of_a_ring_are_drawn():
    angles, random = np.arange(8) * np.pi / 4, np.random.RandomState(0)
    modes = np.column_stack([np.cos(angles), np.sin(angles)])
    X = modes[random.randint(8, size=2000)] + random.normal(0, 0.05, (2000, 2))
    network = GenerativeAdversarialNetwork(random_state=0, dtype="float32").fit(X)
    distances = np.linalg.norm(network.sample(2000, random_state=0)[:, None] - modes, axis=2)
    near = distances.argmin(axis=1)[distances.min(axis=1) < 0.2]
    assert len(near) > 1000 and (np.bincount(near, minlength=8) > 40).all()


def test_partial_fit_goes_on():
    X, y = iris()
    network = make_network()
    for epoch in range(1, 4):
        assert network.partial_fit(X, y, classes=[0, 1, 2]) is network
        assert network.n_iter_ == len(network.discriminator_loss_curve_) == epoch
    assert network._state.n_updates == 9
    other = make_network().fit(X, y)
    before = other._state.parameters.copy()
    other.partial_fit(X[:20], y[:20])
    assert other.n_iter_ == 3 and not np.array_equal(before, other._state.parameters)


def test_copies_draw_the_same():
    network = make_network(spectral_normalization=True).fit(*iris())
    for other in (pickle.loads(pickle.dumps(network)), copy.deepcopy(network)):
        np.testing.assert_array_equal(
            other.sample(9, random_state=0), network.sample(9, random_state=0)
        )
    assert not hasattr(clone(network), "generator_")


def test_networks_have_summaries():
    network = make_network(architecture="convolutional", filters=(4, 8)).fit(IMAGES)
    assert "transposed" in network.generator_.summary()
    assert "logits" in network.discriminator_.summary()
    assert "generator" in network.summary() and "discriminator" in network.summary()
    assert network.generator_.weights["dense"]["kernel"].shape == (8, 2 * 2 * 8)
    assert "generator" in repr(network.generator_)


def test_max_time_and_progress(capsys):
    network = make_network(max_time=1e-9, verbose=1).fit(iris()[0])
    assert network.n_iter_ == 1 == len(network.generator_loss_curve_)
    assert f"Iteration 1, loss = {network.loss_:.8f}" in capsys.readouterr().out


def _after_epochs(monkeypatch, n_epochs, act):
    """Let something else happen in place of an epoch, after some."""
    epoch, seen = AdversarialTraining.epoch, []

    def counted(self, order):
        seen.append(epoch(self, order))
        return act(seen[-1]) if len(seen) > n_epochs else seen[-1]

    monkeypatch.setattr(AdversarialTraining, "epoch", counted)
    return seen


def test_ctrl_c_keeps_the_last_epoch(monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    seen = _after_epochs(monkeypatch, 2, interrupt)
    with pytest.warns(UserWarning, match=r"Training interrupted by user\. \(Generative"):
        network = make_network(max_iter=9).fit(iris()[0])
    assert network.generator_loss_curve_ == [own for own, _ in seen[:2]]
    monkeypatch.undo()
    expected = make_network(max_iter=2).fit(iris()[0])
    np.testing.assert_array_equal(network._state.parameters, expected._state.parameters)


def test_a_diverging_fit_keeps_the_last_finite_weights(monkeypatch):
    _after_epochs(monkeypatch, 2, lambda losses: (np.nan, losses[1]))
    with pytest.warns(NonFiniteLossWarning, match="epoch 3; those of epoch 2 are kept.*Lower"):
        network = make_network(max_iter=9).fit(iris()[0])
    assert network.n_iter_ == 2 and np.isfinite(network.sample(9)).all()


def test_not_fitted():
    with pytest.raises(NotFittedError):
        make_network().sample()


class Watcher:
    """A callback that draws samples after each epoch, and stops the fit after some."""

    def __init__(self, n_epochs):
        self.n_epochs, self.samples = n_epochs, []

    def setup(self, estimator, context):
        """Nothing."""

    def teardown(self, estimator, context):
        """Nothing."""

    def on_fit_task_begin(self, estimator, context):
        """Nothing."""

    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
        if context.task_name != "epoch":
            return False
        self.samples.append(fitted_estimator.sample(5, random_state=0))
        return len(self.samples) >= self.n_epochs


@pytest.mark.skipif(not HAS_CALLBACKS, reason="needs scikit-learn 1.9")
def test_callbacks_draw_samples_and_stop():
    X, watcher = iris()[0], Watcher(3)
    network = make_network(max_iter=9)
    network.set_callbacks(watcher)
    network.fit(X)
    assert network.n_iter_ == 3
    for n_epochs, samples in enumerate(watcher.samples, 1):
        expected = make_network(max_iter=n_epochs).fit(X).sample(5, random_state=0)
        np.testing.assert_array_equal(samples, expected)
