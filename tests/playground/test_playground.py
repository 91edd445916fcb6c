"""The playground without a browser: data, training step by step, changes of settings, errors."""

import warnings

import numpy as np
import pytest

from skneural import MLPClassifier
from skneural.exceptions import NonFiniteLossWarning
from skneural.playground import Playground
from skneural.playground._points import FEATURES, REACH, SHAPES, make_points

pytestmark = pytest.mark.needs_jit(reason="trains for many epochs")


@pytest.mark.parametrize("shape", SHAPES)
def test_points(shape):
    X, y = make_points(shape, 100, 0.2, 0)
    assert X.shape == (100, 2)
    assert np.abs(X).max() <= REACH
    assert np.bincount(y).tolist() == [50, 50]
    assert not np.array_equal(X, make_points(shape, 100, 0.2, 1)[0])
    np.testing.assert_array_equal(X, make_points(shape, 100, 0.2, 0)[0])


@pytest.mark.parametrize(("shape", "settings", "n_epochs"), [
    ("gauss", {}, 30),
    ("circle", {"learning_rate": 0.03}, 80),
    ("circle", {"features": ["x1^2", "x2^2"], "units": 1, "layers": 1, "learning_rate": 0.1}, 80),
    ("xor", {"features": ["x1 x2"], "units": 2, "layers": 1, "learning_rate": 0.1}, 60),
    ("spiral", {"units": 16, "layers": 3, "learning_rate": 0.01, "features": FEATURES}, 150),
])
def test_each_data_set_is_learned(shape, settings, n_epochs):
    playground = Playground(data=shape, noise=0.05, **settings)
    playground.step(n_epochs)
    test = slice(len(playground.y) // 2, None)
    predicted = playground.predict_proba(playground.X[test]) > 0.5
    assert np.mean(predicted == playground.y[test]) > 0.95
    assert playground.test_losses[-1] < 0.4 * playground.test_losses[0]


def test_the_boundary_has_the_axes_of_the_points():
    playground = Playground(data="gauss", noise=0.0, learning_rate=0.1)
    playground.step(20)
    boundary = playground.boundary(8)  # class 1 is at the upper right
    assert boundary.shape == (8, 8)
    assert boundary[-1, -1] > 0.9
    assert boundary[0, 0] < 0.1
    middle = np.array([[REACH * (2 * 5.5 / 8 - 1), REACH * (2 * 1.5 / 8 - 1)]])
    assert boundary[1, 5] == playground.predict_proba(middle)[0]


def test_before_the_first_step_the_network_is_the_initial_one():
    playground = Playground()
    first = [weights.copy() for weights in playground.estimator.coefs_]
    assert playground.n_epochs == 0
    assert len(playground.losses) == len(playground.test_losses) == 1
    playground.configure(learning_rate=1e-9)
    playground.step()
    for before, after in zip(first, playground.estimator.coefs_, strict=True):
        np.testing.assert_allclose(before, after, atol=1e-7)


def test_steps_are_the_same_however_they_are_cut():
    once, often = Playground(), Playground()
    once.step(4)
    for _ in range(4):
        often.step()
    assert once.losses == often.losses
    assert len(once.losses) == 5
    np.testing.assert_array_equal(once.boundary(), often.boundary())
    often.step(0)
    assert often.n_epochs == 4
    often.reset()
    often.step(0)
    assert often.boundary().shape == (64, 64)
    assert often.n_epochs == 0
    often.step(4)
    assert once.losses == often.losses


@pytest.mark.parametrize(("change", "goes_on"), [
    ({"learning_rate": 0.3}, True), ({"batch_size": 5}, True), ({"units": 3}, False),
    ({"layers": 1}, False), ({"activation": "relu"}, False), ({"noise": 0.3}, False),
    ({"data": "xor"}, False), ({"features": ["x1 x2"]}, False), ({"regularization": "L2"}, False),
    ({"regularization": "dropout", "rate": 0.1}, False), ({"random_state": 1}, False),
    ({"units": 6}, True),  # the same as before
])
def test_changes_while_training(change, goes_on):
    playground, same = Playground(), Playground()
    for each in (playground, same):
        each.step(3)
    before = playground.losses[-1]
    playground.configure(**change)
    assert playground.n_epochs == (3 if goes_on else 0)
    playground.step(2)
    same.step(2)
    assert playground.losses != same.losses or change == {"units": 6}
    if goes_on:
        assert playground.losses[3] == before


def test_regularization_keeps_weights_small():
    sizes = []
    for rate in (0.0, 0.5):
        playground = Playground(regularization="L2", rate=rate, learning_rate=0.03)
        playground.step(20)
        sizes.append(sum(np.square(weights).sum() for weights in playground.estimator.coefs_))
    assert sizes[1] < 0.8 * sizes[0]


def test_what_training_warns_of_is_kept(monkeypatch):
    real = MLPClassifier.partial_fit

    def complaining(self, *data, **keywords):
        warnings.warn("the loss became inf", NonFiniteLossWarning, stacklevel=2)
        return real(self, *data, **keywords)

    playground = Playground()
    monkeypatch.setattr(MLPClassifier, "partial_fit", complaining)
    playground.step()
    assert playground.message == "the loss became inf"
    monkeypatch.undo()
    playground.step()
    assert playground.message == ""


@pytest.mark.parametrize(("settings", "message"), [
    ({"data": "cirle"}, "data='cirle' must be one of circle, .* Did you mean 'circle'"),
    ({"activation": "sofplus"}, "activation='sofplus' must be one of"),
    ({"noise": 2}, "noise=2 must be a number from 0 to 1"),
    ({"noise": np.nan}, "noise=nan must be a number"),
    ({"units": 2.5}, "units=2.5 must be an int from 1 to 128"),
    ({"layers": 0}, "layers=0 must be an int from 1"),
    ({"batch_size": True}, "batch_size=True must be an int"),
    ({"learning_rate": "0.1"}, "learning_rate='0.1' must be a number"),
    ({"features": []}, "features is empty; choose from x1, x2"),
    ({"features": ["x1", "x3"]}, "features has 'x3', and there are x1, x2"),
])
def test_bad_settings(settings, message):
    with pytest.raises(ValueError, match=f"Playground: {message}"):
        Playground(**settings)
    playground = Playground()
    playground.step()
    before = playground.settings
    with pytest.raises(ValueError, match=message):
        playground.configure(**settings)
    assert playground.settings is before
    assert playground.n_epochs == 1


@pytest.mark.parametrize("n_epochs", [-1, 1.5, True, "3"])
def test_bad_steps(n_epochs):
    with pytest.raises(ValueError, match=f"n_epochs={n_epochs!r} must be an int of 0 or more"):
        Playground().step(n_epochs)


def test_unknown_settings():
    with pytest.raises(TypeError, match="no setting 'learning_rat'; .* mean 'learning_rate'"):
        Playground(learning_rat=1)


def test_numbers_of_numpy_are_numbers():
    plain = Playground(units=3, noise=0.25, features=("x1",))
    numpy = Playground(units=np.int64(3), noise=np.float64(0.25), features="x1")
    assert plain.losses == numpy.losses
