"""Pictures of attributions and of what units respond to: what is drawn, where, and errors."""

import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_diabetes, load_iris
from sklearn.exceptions import NotFittedError

from _looked_into import color_network, digits, digits_network, trained
from skneural import MLPClassifier, MLPRegressor, RecurrentClassifier, TabularRegressor
from skneural.inspection import (
    FeatureVisualizationDisplay,
    SaliencyDisplay,
    activation_maximization,
    integrated_gradients,
    occlusion,
)

pyplot = pytest.importorskip("matplotlib.pyplot", reason="displays draw by matplotlib")
pytestmark = pytest.mark.needs_jit(reason="fits networks")
METHODS = [
    "gradient", "gradient_times_input", "integrated_gradients", "smooth_gradient", "occlusion",
]  # fmt: skip


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


def texts(display):
    return [text.get_text() for text in display.ax_.texts]


@pytest.mark.parametrize("method", METHODS)
def test_images_by_each_method(method):
    X, _ = digits()
    display = SaliencyDisplay.from_estimator(digits_network(), X[:5], method=method)
    assert display.figure_ is display.ax_.figure
    assert display.attributions.shape == (5, 8, 8)
    assert texts(display) == [str(each) for each in digits_network().predict(X[:5])]
    assert len(display.ax_.images) == 2  # the images, and colors over them
    drawn = np.ma.compressed(display.artist_.get_array())
    assert drawn.size == 5 * 64 and np.abs(drawn).max() == 1
    display.figure_.canvas.draw()


def test_what_is_drawn_is_what_the_function_returns():
    X, y = digits()
    display = SaliencyDisplay.from_estimator(
        digits_network(), X[:1], method="occlusion", target=y[:1], options={"window": 3}
    )
    found = occlusion(digits_network(), X[:1], y[:1], window=3)[0]
    np.testing.assert_array_equal(display.attributions[0], found)
    drawn = display.artist_.get_array()
    assert np.sign(drawn[found != 0]).tolist() == np.sign(found[found != 0]).tolist()


def test_one_image_flat_images_and_colors():
    X, _ = digits()
    one = SaliencyDisplay.from_estimator(digits_network(), X[0], method="gradient")
    assert one.attributions.shape == (1, 8, 8)
    flat = SaliencyDisplay.from_estimator(digits_network(), X[:2].reshape(2, 64), method="gradient")
    assert flat.attributions.shape == (2, 8, 8)
    color = np.full((2, 16, 16, 3), 100, np.uint8)
    display = SaliencyDisplay.from_estimator(color_network(), color, method="gradient")
    assert display.attributions.shape == (2, 16, 16)


def test_rows_of_pixels_as_images():
    X, y = digits()
    model = trained(MLPClassifier((8,), max_iter=3, random_state=0), X.reshape(-1, 64), y)
    display = SaliencyDisplay.from_estimator(model, X[:3].reshape(3, 64), image_shape=(8, 8))
    expected = integrated_gradients(model, X[:3].reshape(3, 64)).reshape(3, 8, 8)
    np.testing.assert_array_equal(display.attributions, expected)


def test_a_row_of_a_table_has_bars():
    X, y = load_diabetes(return_X_y=True, as_frame=True)
    for estimator in (MLPRegressor(max_iter=3), TabularRegressor(max_iter=1)):
        model = trained(estimator, X, y)
        display = SaliencyDisplay.from_estimator(model, X[:1], method="gradient_times_input")
        widths = [bar.get_width() for bar in display.artist_]
        np.testing.assert_allclose(widths, display.attributions[0])
        labels = [label.get_text() for label in display.ax_.get_yticklabels()]
        assert labels == list(X.columns)


def test_rows_of_a_table_are_a_table_of_colors():
    X, y = load_iris(return_X_y=True)
    model = trained(MLPClassifier((8,), max_iter=3), X, np.array(["a", "b", "c"])[y])
    display = SaliencyDisplay.from_estimator(model, pd.DataFrame(X[:6]).to_numpy())
    np.testing.assert_array_equal(display.artist_.get_array(), display.attributions)
    labels = [label.get_text() for label in display.ax_.get_yticklabels()]
    assert labels == model.predict(X[:6]).tolist()


def test_time_of_a_series_runs_to_the_right():
    X, y = digits()
    X = X[:200, :, :5] / 16
    model = trained(RecurrentClassifier(max_iter=1), X, y[:200])
    display = SaliencyDisplay.from_estimator(model, X[:2], method="gradient")
    assert display.attributions.shape == (2, 5, 8)


def test_from_arrays_on_the_axes_of_the_user():
    _, (left, right) = pyplot.subplots(1, 2)
    display = SaliencyDisplay.from_attributions(
        np.random.default_rng(0).normal(size=(3, 6, 4)), titles=["a", "b", "c"], ax=left,
        cmap="PiYG", n_columns=3,
    )
    assert display.ax_ is left and texts(display) == ["a", "b", "c"]
    assert display.artist_.get_cmap().name == "PiYG"
    assert display.plot(right).ax_ is right
    assert display.artist_.get_array().shape[0] == 6  # one row of images


def test_no_attributions_at_all():
    display = SaliencyDisplay.from_attributions(np.zeros((2, 4, 4)))
    assert not np.ma.compressed(display.artist_.get_array()).any()


def test_classes_as_images():
    display = FeatureVisualizationDisplay.from_estimator(
        digits_network(), options={"n_iter": 5, "random_state": 0}
    )
    assert texts(display) == [str(each) for each in range(10)]
    expected = activation_maximization(digits_network(), n_iter=5, random_state=0)
    np.testing.assert_array_equal(display.images, expected)
    display.figure_.canvas.draw()


def test_units_of_a_layer_as_images():
    display = FeatureVisualizationDisplay.from_estimator(
        color_network(), layer="conv1", options={"n_iter": 3}
    )
    assert len(display.images) == 8 and texts(display) == [str(each) for each in range(8)]
    assert display.image_.get_array().shape[-1] == 4  # colors, and nothing between images
    one = FeatureVisualizationDisplay.from_estimator(digits_network(), 3, options={"n_iter": 3})
    assert texts(one) == ["3"]


def test_images_on_the_axes_of_the_user():
    _, (left, right) = pyplot.subplots(1, 2)
    images = np.arange(3 * 4 * 5).reshape(3, 4, 5)
    display = FeatureVisualizationDisplay.from_images(images, titles="abc", ax=left, n_columns=1)
    assert display.ax_ is left and texts(display) == ["a", "b", "c"]
    drawn = np.ma.compressed(display.image_.get_array())
    np.testing.assert_allclose(drawn, images.ravel() / 255)
    assert display.plot(right, cmap="viridis").ax_ is right


@pytest.mark.parametrize(("options", "message"), [
    ({"method": "gradients"}, "SaliencyDisplay: method='gradients' .*Did you mean 'gradient'"),
    ({"image_shape": (7, 9)}, r"SaliencyDisplay: image_shape=\(7, 9\) does not fit"),
    ({"target": 12}, "target=12 is no class"),
    ({"X": np.ones((2, 30, 8))}, "samples of shape"),
    ({"estimator": object()}, "SaliencyDisplay: object has no network"),
    ({"estimator": MLPClassifier()}, "not fitted"),
    ({"titles": ["a"]}, "SaliencyDisplay: 1 titles of 2 samples"),
])
def test_bad_arguments_of_saliency(options, message):
    given = {"estimator": digits_network(), "X": digits()[0][:2]} | options
    with pytest.raises((ValueError, TypeError, NotFittedError), match=message):
        SaliencyDisplay.from_estimator(**given)


@pytest.mark.parametrize(("arguments", "message"), [
    ({"attributions": np.zeros(3)}, r"attributions must be numbers of shape .* got \(3,\)"),
    ({"attributions": [["a"]]}, "attributions must be numbers"),
    ({"attributions": np.zeros((2, 3, 3)), "X": np.zeros((2, 3, 4))}, r"X has the shape \(2, 3, 4"),
    ({"attributions": np.zeros((2, 3)), "feature_names": "ab"}, "2 feature_names of 3 features"),
])
def test_bad_attributions(arguments, message):
    with pytest.raises(ValueError, match=message):
        SaliencyDisplay.from_attributions(**arguments)


@pytest.mark.parametrize(("options", "message"), [
    ({"target": 12}, "target=12 is no class"),
    ({"layer": "conv"}, "^FeatureVisualizationDisplay: ConvNet.*: .* no layer='conv'; the layers"),
    ({"titles": ["a"]}, "FeatureVisualizationDisplay: 1 titles of 10 images"),
    ({"estimator": MLPClassifier()}, "not fitted"),
    ({"estimator": "iris"}, r"reads samples of shape \(4,\), where images"),
])
def test_bad_arguments_of_visualization(options, message):
    given = {"estimator": digits_network(), "options": {"n_iter": 1}} | options
    if given["estimator"] == "iris":
        X, y = load_iris(return_X_y=True)
        given["estimator"] = trained(MLPClassifier((2,), max_iter=1), X, y)
    with pytest.raises((ValueError, TypeError, NotFittedError), match=message):
        FeatureVisualizationDisplay.from_estimator(**given)


@pytest.mark.parametrize("images", [np.zeros((3, 3)), np.zeros((0, 3, 3)), [[["a"]]]])
def test_bad_images(images):
    with pytest.raises(ValueError, match="FeatureVisualizationDisplay: images"):
        FeatureVisualizationDisplay.from_images(images)


@pytest.mark.parametrize("draw", [
    lambda: SaliencyDisplay.from_attributions(np.zeros((1, 3, 3))),
    lambda: FeatureVisualizationDisplay.from_images(np.zeros((1, 3, 3))),
], ids=["saliency", "visualization"])
def test_without_matplotlib(draw, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match="Display draws by matplotlib: pip install matplotlib"):
        draw()
