"""Activations of layers by their names, and gradients from these by X."""

import numpy as np
import pytest
from scipy import sparse

from _helpers import central_differences, close
from skneural import ConvNetClassifier, MLPClassifier, RecurrentClassifier
from skneural.blocks import ArrayBlocks
from skneural.inspection import input_gradient
from skneural.inspection._input_gradient import GradientFunction
from skneural.inspection._network_function import NetworkFunction

RANDOM = np.random.default_rng(0)
IMAGES, LABELS = RANDOM.normal(0, 1, (20, 8, 8, 2)), np.arange(20) % 3
QUICK = {"max_iter": 2, "random_state": 0}


@pytest.fixture(scope="module")
def model():
    return ConvNetClassifier((4, 5), activation="tanh", pooling=None, **QUICK).fit(IMAGES, LABELS)


def test_activations_are_those_of_the_estimator(model):
    names = model._built.names
    function = NetworkFunction(model, IMAGES, "test")
    found = function.activations([*names[:-1], 0])
    for name, each in zip(names[:-1], found[:-1], strict=True):
        np.testing.assert_array_equal(each, model.activations(IMAGES, name))
    np.testing.assert_array_equal(found[-1], found[0])


def test_gradients_of_layers_by_name_and_place_add_up(model):
    x, name = IMAGES[:2].copy(), model._built.names[1]
    function = NetworkFunction(model, x, "test")

    def squares():
        return float(
            np.sum(model.activations(x, name) ** 2) / 2 + model.decision_function(x)[:, 1].sum()
        )

    (features,) = function.activations([name])
    score = np.broadcast_to([0.0, 1.0, 0.0], (2, 3))
    close(function.backward({name: features, -1: score}), central_differences(squares, x))


def test_moving_on_is_a_new_object(model):
    function = GradientFunction(model, IMAGES[:3], "test")
    for rows in (IMAGES[3:6], IMAGES[6:9], IMAGES[:1]):
        function.move_to(rows)
        np.testing.assert_array_equal(function.gradient(), input_gradient(model, rows))


def test_a_layer_that_is_not_there(model):
    function = NetworkFunction(model, IMAGES, "test")
    for layer in ("conv9", 99):
        with pytest.raises(ValueError, match=r"ConvNetClassifier: there is no layer=.*layers are"):
            function.activations([layer])
        with pytest.raises(ValueError, match="there is no layer="):
            function.backward({layer: np.ones(3)})


def test_an_image_of_another_shape(model):
    with pytest.raises(ValueError, match="ConvNetClassifier"):
        input_gradient(model, IMAGES[:, :4])


def test_rows_in_blocks_have_the_gradient_of_those_in_memory(tmp_path):
    X = RANDOM.normal(0, 1, (50, 6))
    model = MLPClassifier(5, **QUICK).fit(X, np.arange(50) % 3)
    np.save(tmp_path / "X.npy", X)
    blocks = ArrayBlocks(np.load(tmp_path / "X.npy", mmap_mode="r"))
    np.testing.assert_array_equal(input_gradient(model, blocks, 1), input_gradient(model, X, 1))


def test_flat_rows_of_images_and_series(model):
    flat = IMAGES.reshape(20, -1)
    images = ConvNetClassifier((4,), image_shape=(8, 8, 2), **QUICK).fit(flat, LABELS)
    assert input_gradient(images, flat).shape == flat.shape
    series = RecurrentClassifier(hidden_layer_sizes=3, series_shape=(64, 2), **QUICK)
    found = input_gradient(series.fit(flat, LABELS), flat, 1)
    assert found.shape == flat.shape
    np.testing.assert_array_equal(input_gradient(series, flat.tolist(), 1), found)


def test_sparse_rows_have_dense_gradients():
    X = sparse.random(30, 40, 0.1, format="csr", random_state=0)
    model = MLPClassifier(5, **QUICK).fit(X, np.arange(30) % 3)
    found = input_gradient(model, X, 2)
    np.testing.assert_array_equal(found, input_gradient(model, X.toarray(), 2))
    assert isinstance(found, np.ndarray)
