"""Activation maximization, deep dreams and style transfer do what they say, and refuse nonsense."""

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_iris
from sklearn.exceptions import NotFittedError

from _looked_into import color_network, digits, digits_network, trained
from skneural import ConvNetClassifier, MLPClassifier, MLPRegressor
from skneural.inspection import activation_maximization

pytestmark = pytest.mark.needs_jit(reason="fits networks")


def test_another_network_recognizes_the_classes():
    X, y = digits()
    other = ConvNetClassifier(filters=(12, 12), max_iter=40, random_state=1)
    other = trained(other, X[:1200], y[:1200])
    images = activation_maximization(digits_network(), random_state=0)
    assert images.shape == (10, 8, 8, 1) and images.dtype == np.float32
    assert images.min() >= 0 and images.max() <= 16
    assert (other.predict(images) == np.arange(10)).sum() >= 9


def test_one_class_is_one_image():
    image = activation_maximization(digits_network(), 3, n_iter=30, random_state=0)
    assert image.shape == (8, 8, 1)
    assert digits_network().predict(image[None]) == [3]
    pair = activation_maximization(digits_network(), [3, 7], n_iter=30, random_state=0)
    assert pair.shape == (2, 8, 8, 1)


@pytest.mark.parametrize("unit", [2, (1, 3, 2), [0, 5], None])
def test_units_of_a_layer_respond(unit):
    network = digits_network()
    free = {"l2": 0, "total_variation": 0, "blur": 0, "jitter": 0}
    images = activation_maximization(network, layer=1, unit=unit, random_state=0, **free)
    single = isinstance(unit, int | tuple)
    assert images.shape == ((8, 8, 1) if single else (2 if unit else 8, 8, 8, 1))
    images = images.reshape(-1, 8, 8, 1)
    found = network.activations(images, 1)
    usual = network.activations(digits()[0][:50], 1)
    units = [unit] if single else unit or range(8)
    for each, own in zip(units, found):
        if isinstance(each, tuple):
            assert own[each] > usual[(slice(None), *each)].max()
        else:
            assert own[..., each].mean() >= usual[..., each].mean(axis=(1, 2)).max()


def test_regularisers_regularise():
    def image(**options):
        given = {"l2": 0, "total_variation": 0, "blur": 0, "jitter": 0} | options
        return activation_maximization(digits_network(), 3, random_state=0, **given)

    def roughness(picture):
        return np.square(np.diff(picture, axis=0)).sum() + np.square(np.diff(picture, axis=1)).sum()

    plain = image()
    assert roughness(image(total_variation=3)) < roughness(plain)
    assert roughness(image(blur=2)) < roughness(plain)
    assert np.square(image(l2=3) - 8).mean() < np.square(plain - 8).mean()
    assert not np.array_equal(image(jitter=1), plain)


def test_same_random_state_same_image():
    first, again, other = (
        activation_maximization(digits_network(), 3, n_iter=5, random_state=seed)
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_initial_and_bounds():
    start = digits()[0][0]
    found = activation_maximization(
        digits_network(), 3, initial=start, n_iter=1, step_size=1e-6, bounds=(0, 16)
    )
    np.testing.assert_allclose(found[..., 0], start, atol=1e-3)
    found = activation_maximization(digits_network(), 3, n_iter=20, bounds=(5, 6))
    assert found.min() >= 5 and found.max() <= 6


def test_rows_of_tables():
    X, y = load_iris(return_X_y=True)
    model = trained(MLPClassifier((8,), max_iter=30, random_state=0), X, np.array(list("abc"))[y])
    found = activation_maximization(model, random_state=0)
    assert found.shape == (3, 4)
    assert model.predict(found).tolist() == ["a", "b", "c"]
    two = trained(MLPClassifier((8,), max_iter=30, random_state=0), X[:100], y[:100])
    assert two.predict(activation_maximization(two, random_state=0)).tolist() == [0, 1]


def test_outputs_of_a_regressor():
    X, y = load_diabetes(return_X_y=True)
    model = trained(MLPRegressor(max_iter=50, random_state=0), X, y)
    found = activation_maximization(model, random_state=0, n_iter=50)
    assert found.shape == (1, 10)
    assert model.predict(found)[0] > np.quantile(model.predict(X), 0.99)


def test_colors():
    found = activation_maximization(color_network(), layer="conv2", unit=0, n_iter=3)
    assert found.shape == (16, 16, 3)


@pytest.mark.parametrize(("options", "message"), [
    ({"target": 10}, "activation_maximization: ConvNetClassifier: target=10 is no class"),
    ({"target": "3"}, "target='3' is no class"),
    ({"layer": "conv"}, "there is no layer='conv'; the layers are conv2d_1"),
    ({"layer": True}, "layer=True is neither a name nor a place"),
    ({"layer": 0, "unit": 8}, r"unit=8 is not in layer 'conv2d_1'.*0 to 7"),
    ({"layer": 0, "unit": (9, 0, 0)}, r"unit=\(9, 0, 0\) is not in layer"),
    ({"layer": 0, "target": 3}, "target=3 and layer=0 exclude each other"),
    ({"n_iter": 0}, "n_iter=0 must be a whole number from 1 on"),
    ({"step_size": 0}, "step_size=0 must be a finite number above 0"),
    ({"l2": -1}, "l2=-1 must be a finite number from 0 on"),
    ({"jitter": 0.5}, "jitter=0.5 must be a whole number"),
    ({"bounds": (1, 1)}, r"bounds=\(1, 1\) must be two numbers, the lower one first"),
    ({"bounds": 3}, "bounds=3 must be two numbers"),
    ({"initial": np.zeros((3, 3))}, r"initial has the shape \(3, 3\)"),
    ({"estimator": ConvNetClassifier()}, "not fitted"),
    ({"estimator": "net"}, "str has no network"),
])
def test_bad_arguments(options, message):
    given = {"estimator": digits_network()} | options
    with pytest.raises((ValueError, TypeError, NotFittedError), match=message):
        activation_maximization(**given)
