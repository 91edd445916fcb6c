"""Arguments of pictures, dreams and attacks: what is meant is done, nonsense is refused."""

import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import load_digits, load_iris
from sklearn.exceptions import NotFittedError

from _looked_into import color_network, digits, digits_network, trained
from skneural import FeatureExtractor, MLPClassifier, NeuralNetClassifier, RecurrentClassifier
from skneural.inspection import (
    FeatureVisualizationDisplay,
    SaliencyDisplay,
    activation_maximization,
    adversarial_accuracy,
    deep_dream,
    input_gradient,
    projected_gradient,
    style_transfer,
)
from skneural.layers import Dense, Flatten

pyplot = pytest.importorskip("matplotlib.pyplot", reason="displays draw by matplotlib")
pytestmark = pytest.mark.needs_jit(reason="fits networks")
IMAGE = np.random.default_rng(0).integers(0, 256, (20, 20, 3)).astype(np.uint8)
QUICK = {"max_iter": 1, "random_state": 0}
FAST = {"n_iter": 2, "random_state": 0}


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True)
    return trained(MLPClassifier((4,), **QUICK), X, y), X, y


@pytest.fixture(scope="module")
def several():
    X = load_iris().data
    y = np.column_stack([X[:, 0] > 5.8, X[:, 1] > 3, X[:, 2] > 4]).astype(int)
    return trained(MLPClassifier((4,), **QUICK), X, y), X, y


def test_images_of_other_ranges_are_not_black():
    images = load_digits().images[:9]
    drawn = FeatureVisualizationDisplay.from_images(images).image_.get_array().compressed()
    assert drawn.min() == 0 and drawn.max() == 1
    display = SaliencyDisplay.from_attributions(np.ones_like(images), images)
    assert display.ax_.images[0].get_array().compressed().max() == 1
    in_bytes = FeatureVisualizationDisplay.from_images(images.astype(np.uint8))
    assert in_bytes.image_.get_array().compressed().max() == 16 / 255


def test_white_is_the_most_that_pixels_were_in_the_fit():
    X, _ = digits()
    display = SaliencyDisplay.from_estimator(digits_network(), X[:2] / 2, method="gradient")
    grey = display.ax_.images[0].get_array().compressed()
    np.testing.assert_allclose(grey.max(), X[:2].max() / 32)
    display = FeatureVisualizationDisplay.from_estimator(digits_network(), 3, options=FAST)
    drawn = display.image_.get_array().compressed()
    np.testing.assert_allclose(drawn, display.images.ravel() / 16, rtol=1e-6)


def test_rows_and_arrays_that_are_images():
    X, y = digits()
    flat = trained(MLPClassifier((8,), **QUICK), X.reshape(-1, 64), y)
    display = FeatureVisualizationDisplay.from_estimator(
        flat, [0, 1], image_shape=(8, 8), options=FAST
    )
    assert display.images.shape == (2, 8, 8) and display.titles == ["0", "1"]
    bare = trained(NeuralNetClassifier([Flatten(), Dense(16)], **QUICK), X / 16, y)
    display = FeatureVisualizationDisplay.from_estimator(bare, options=FAST)
    assert display.images.shape == (10, 8, 8)
    with pytest.raises(ValueError, match=r"image_shape=\(8, 9\) does not fit samples of shape"):
        FeatureVisualizationDisplay.from_estimator(flat, image_shape=(8, 9))
    with pytest.raises(ValueError, match="give image_shape where rows are images"):
        FeatureVisualizationDisplay.from_estimator(flat)


@pytest.mark.parametrize(("unit", "titles"), [
    (np.int64(1), ["1"]), (2, ["2"]), ((0, 1, 2), ["(0, 1, 2)"]), ([(0, 0, 1), 3], None),
    (np.array([0, 1]), ["0", "1"]),
])  # fmt: skip
def test_units_have_titles(unit, titles):
    display = FeatureVisualizationDisplay.from_estimator(
        digits_network(), layer=0, unit=unit, options=FAST
    )
    assert display.titles == (titles or ["(0, 0, 1)", "3"])


def test_names_of_features(iris):
    model, X, _ = iris
    display = SaliencyDisplay.from_estimator(model, X[:1], feature_names=list("abcd"))
    assert display.feature_names == list("abcd")


def test_one_image_of_another_size():
    for image in (IMAGE, IMAGE[:, :17]):
        display = SaliencyDisplay.from_estimator(color_network(), image, method="gradient")
        assert display.attributions.shape == (1, *image.shape[:2])


def test_samples_of_several_shapes():
    X, y = digits()
    model = trained(RecurrentClassifier(hidden_layer_sizes=(4,), **QUICK), X[:100], y[:100])
    for method in ("gradient", "occlusion"):
        with pytest.raises(ValueError, match="SaliencyDisplay: X holds 2 arrays"):
            SaliencyDisplay.from_estimator(model, [X[0], X[1][:7]], method=method)
        with pytest.raises(ValueError, match="SaliencyDisplay: X holds 2 arrays"):
            SaliencyDisplay.from_estimator(color_network(), [IMAGE, IMAGE[:17]], method=method)


DISPLAYS = {
    "visualization": lambda **options: FeatureVisualizationDisplay.from_estimator(
        digits_network(), options=FAST, **options
    ),
    "saliency": lambda **options: SaliencyDisplay.from_estimator(
        digits_network(), digits()[0][:2], method="gradient", **options
    ),
}


@pytest.mark.parametrize("display", DISPLAYS.values(), ids=DISPLAYS)
@pytest.mark.parametrize(("options", "error", "message"), [
    ({"n_columns": 1.5}, ValueError, "Display: n_columns=1.5 must be a whole number from 1 on"),
    ({"n_columns": "a"}, ValueError, "Display: n_columns='a' must be a whole number"),
    ({"n_columns": 0}, ValueError, "Display: n_columns=0 must be a whole number"),
    ({"image_shape": 4}, ValueError, "Display: image_shape=4 must be height and width"),
    ({"image_shape": (8, "a")}, ValueError, "must be height and width"),
    ({"ax": "a"}, TypeError, "Display: ax='a' must be axes of matplotlib"),
])
def test_bad_arguments_of_displays(display, options, error, message):
    with pytest.raises(error, match=message):
        display(**options)


@pytest.mark.parametrize(("options", "message"), [
    ({"initial": np.full((8, 8), np.nan)}, "initial has NaN or infinite"),
    ({"initial": "a"}, "activation_maximization: initial"),
    ({"unit": 1}, "unit=1 needs the layer that it is in"),
    ({"target": []}, r"target=\[\] is empty"),
    ({"layer": 0, "unit": []}, r"unit=\[\] is empty"),
    ({"layer": 0, "unit": True}, "unit=True is not in layer"),
    ({"layer": "nope"}, "^activation_maximization: ConvNetClassifier: there is no layer='nope'"),
])
def test_bad_arguments_of_maximization(options, message):
    with pytest.raises(ValueError, match=message):
        activation_maximization(digits_network(), **options)


@pytest.mark.parametrize(("options", "message"), [
    ({"y": None}, "adversarial_accuracy: y=None"),
    ({"epsilons": "a"}, "adversarial_accuracy: epsilons='a' must be numbers"),
    ({"epsilons": [0], "n_iter": 0}, "n_iter=0 must be a whole number"),
    ({"epsilons": [0], "random_start": "x"}, "random_start='x' must be True or False"),
    ({"epsilons": [0], "bounds": 3}, "bounds=3 must be two numbers"),
])
def test_bad_arguments_of_accuracy(iris, options, message):
    model, X, y = iris
    with pytest.raises(ValueError, match=message):
        adversarial_accuracy(model, X, **({"y": y, "epsilons": [0, 0.1]} | options))


def test_unknown_options_are_refused_without_an_attack(iris):
    model, X, y = iris
    with pytest.raises(TypeError, match="unexpected keyword argument 'n_steps'"):
        adversarial_accuracy(model, X, y, [0], n_steps=3)


@pytest.mark.parametrize(("change", "message"), [
    (lambda y: np.where(y, np.nan, 0), "y of several labels must be 0 and 1.* got nan"),
    (lambda y: 2 * y, "must be 0 and 1.* got 2"),
    (lambda y: y.astype(str), "must be 0 and 1.* got"),
])
def test_bad_labels_of_accuracy(several, change, message):
    model, X, y = several
    with pytest.raises(ValueError, match=message):
        adversarial_accuracy(model, X, change(y), [0, 0.1])


def test_several_labels_in_any_container(several):
    model, X, y = several
    found, *others = (
        adversarial_accuracy(model, X, labels, [0, 0.1], random_state=0)
        for labels in (y, y.astype(bool), y.astype(float), sparse.csr_matrix(y))
    )
    for other in others:
        np.testing.assert_array_equal(other, found)


@pytest.mark.parametrize("channel", ["a", [0, 1], 1.5, True, 99])
def test_bad_channels(channel):
    with pytest.raises(ValueError, match=r"deep_dream: channel=.*from 0 to 7, or None for all"):
        deep_dream(color_network(), IMAGE, 0, channel=channel, n_iter=1)


def test_images_are_real():
    with pytest.raises(ValueError, match="deep_dream: image .*complex"):
        deep_dream(color_network(), IMAGE.astype(complex), 0, n_iter=1)


def test_layers_in_any_container():
    names = ["conv1", "conv2"]
    expected = style_transfer(IMAGE, IMAGE[:18], color_network(), layers=names, n_iter=2)
    for layers in (np.array(names), iter(names), np.array([0, 2]), tuple(names)):
        found = style_transfer(IMAGE, IMAGE[:18], color_network(), layers=layers, n_iter=2)
        np.testing.assert_array_equal(found, expected)


def test_the_order_of_arguments_is_named():
    with pytest.raises(TypeError, match=r"order is style_transfer\(content, style, estimator\)"):
        style_transfer(color_network(), IMAGE, IMAGE, layers=[0])
    with pytest.raises(TypeError, match=r"order is deep_dream\(estimator, image, layer\)"):
        deep_dream(IMAGE, color_network(), 0)


def test_errors_name_the_function(iris):
    model, X, y = iris
    for arguments in ((X[:, :2],), (X[:3] * np.nan,), (X[:3], y[:2], "loss"), (X[:3], ["a"], "x")):
        names = dict(zip(("target", "of"), arguments[1:], strict=False))
        with pytest.raises(ValueError, match="^input_gradient: "):
            input_gradient(model, arguments[0], **names)
    for estimator in (MLPClassifier(), FeatureExtractor()):
        with pytest.raises(NotFittedError, match="^input_gradient: .* is not fitted"):
            input_gradient(estimator, X)


def test_random_start_is_true_or_false(iris):
    model, X, _ = iris
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        projected_gradient(model, X[:2], epsilon=0.1, random_start=np.True_)
    with pytest.raises(ValueError, match="projected_gradient: random_start='x'"):
        projected_gradient(model, X[:2], epsilon=0.1, random_start="x")
