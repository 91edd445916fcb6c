"""Deep dreams enhance a layer; style transfer brings Gram matrices together and keeps content."""

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from _looked_into import color_network, digits, digits_network
from skneural import MLPClassifier
from skneural.inspection import deep_dream, style_transfer

pytestmark = pytest.mark.needs_jit(reason="fits networks")


def picture(height, width, seed=0):
    """A smooth image of bytes."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (height // 4 + 1, width // 4 + 1, 3))
    return np.kron(coarse, np.ones((4, 4, 1)))[:height, :width].astype(np.uint8)


def outputs(image, layer):
    """Outputs of a layer for an image of any size: the whole network takes any."""
    return color_network().activations(image[None], layer)[0]


@pytest.mark.parametrize("layer", ["conv1", 2])
def test_a_dream_enhances_a_layer(layer):
    image = picture(37, 44)
    dream = deep_dream(color_network(), image, layer, octaves=2, n_iter=5, random_state=0)
    assert dream.shape == image.shape and dream.dtype == np.float32
    assert dream.min() >= 0 and dream.max() <= 255
    assert np.square(outputs(dream, layer)).mean() > 1.2 * np.square(outputs(image, layer)).mean()


def test_a_dream_of_a_channel():
    image = picture(32, 32)
    energy = np.square(outputs(image, "conv2")).mean(axis=(0, 1))
    channel = int(np.argmax(energy))
    dream = deep_dream(
        color_network(), image, "conv2", channel=channel, octaves=1, jitter=0, random_state=0
    )
    assert np.square(outputs(dream, "conv2")).mean(axis=(0, 1))[channel] > 1.2 * energy[channel]


def test_steps_have_the_mean_size_asked_for():
    image = picture(32, 32) // 4 + 90
    dream = deep_dream(
        color_network(), image, "conv1", octaves=1, n_iter=1, step_size=0.02, random_state=0
    )
    assert np.isclose(np.abs(dream - image).mean(), 0.02 * 255, rtol=0.1)


def test_the_same_random_state_gives_the_same_dream():
    image = picture(24, 24)
    first, again, other = (
        deep_dream(color_network(), image, 0, octaves=2, n_iter=3, random_state=seed)
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_equal_numbers_in_any_container():
    image, options = picture(24, 24), {"octaves": 2, "n_iter": 2, "random_state": 0}
    expected = deep_dream(color_network(), image, 0, **options)
    for other in (image.astype(float), image.tolist(), image[None]):
        found = deep_dream(color_network(), other, 0, **options)
        np.testing.assert_array_equal(found.reshape(expected.shape), expected)


def test_grey_images_have_no_channels():
    dream = deep_dream(digits_network(), digits()[0][0], 0, octaves=1, n_iter=2)
    assert dream.shape == (8, 8)
    larger = deep_dream(digits_network(), np.kron(digits()[0][0], np.ones((3, 3))), 0, n_iter=2)
    assert larger.shape == (24, 24)


def gram(image, layer):
    found = outputs(image, layer).reshape(-1, 8)
    return found.T @ found / len(found)


def test_style_is_transferred():
    content, style = picture(28, 36), picture(40, 24, seed=1) // 3
    found = style_transfer(
        content, style, color_network(), layers=["conv1", "conv2"], style_weight=100, n_iter=40
    )
    assert found.shape == content.shape and found.dtype == np.float32
    assert found.min() >= 0 and found.max() <= 255
    for layer in ("conv1", "conv2"):
        before, after = (np.abs(gram(each, layer) - gram(style, layer)).sum()
                         for each in (content, found))
        assert after < 0.5 * before


def test_content_is_kept_without_style():
    content, style = picture(28, 36), picture(28, 36, seed=1)
    same = style_transfer(
        content, style, color_network(), layers="conv1", style_weight=0, total_variation=0
    )
    np.testing.assert_allclose(same, content, atol=1e-2)
    changed = style_transfer(content, style, color_network(), layers="conv1", style_weight=100)
    less = style_transfer(content, style, color_network(), layers="conv1", style_weight=0.1)
    assert np.abs(less - content).mean() < np.abs(changed - content).mean()


def test_total_variation_smooths():
    content, style = picture(24, 24), picture(24, 24, seed=1)
    rough, smooth = (
        style_transfer(content, style, color_network(), layers=0, total_variation=weight, n_iter=20)
        for weight in (0.0, 10.0)
    )
    assert np.square(np.diff(smooth, axis=0)).sum() < np.square(np.diff(rough, axis=0)).sum()


def test_a_layer_of_its_own_for_the_content():
    content, style = picture(24, 24), picture(24, 24, seed=1)
    options = {"layers": ["conv1"], "style_weight": 1, "n_iter": 20}
    first = style_transfer(content, style, color_network(), content_layer="conv2", **options)
    second = style_transfer(content, style, color_network(), content_layer="conv1", **options)
    assert not np.array_equal(first, second)


IMAGE = np.ones((20, 20, 3))


@pytest.mark.parametrize(("options", "message"), [
    ({"layer": "conv"}, "deep_dream: ConvNet.*: there is no layer='conv'; .*are conv1, pool1"),
    ({"layer": None}, "layer=None is neither a name nor a place"),
    ({"channel": 8}, "channel=8 of a layer with 8 channels"),
    ({"image": np.ones((20, 20))}, "image has 1 channels.*fitted with 3; repeat them"),
    ({"image": np.ones((2, 20, 20, 3))}, r"image has the shape \(2, 20, 20, 3\)"),
    ({"image": np.full((20, 20, 3), np.nan)}, "non-finite"),
    ({"image": [["a"]]}, "text"),
    ({"octaves": 0}, "octaves=0 must be a whole number from 1 on"),
    ({"octave_scale": 1}, "octave_scale=1 must be a finite number above 1"),
    ({"n_iter": 1.5}, "n_iter=1.5 must be a whole number"),
    ({"jitter": -1}, "jitter=-1 must be a whole number from 0 on"),
    ({"estimator": MLPClassifier()}, "not fitted"),
    ({"estimator": "digits", "layer": -1}, "layer 'dense' would get .*GlobalMaxPool"),
])
def test_bad_arguments_of_dreams(options, message):
    given = {"estimator": color_network(), "image": IMAGE * 100, "layer": 0} | options
    if given["estimator"] == "digits":
        given |= {"estimator": digits_network(), "image": np.ones((20, 20))}
    with pytest.raises((ValueError, NotFittedError), match=message):
        deep_dream(**given)


def test_only_networks_that_read_images_dream():
    X, y = digits()
    model = MLPClassifier((4,), max_iter=1).partial_fit(X.reshape(-1, 64), y, classes=range(10))
    with pytest.raises(ValueError, match=r"MLPClassifier reads samples of shape \(64,\)"):
        deep_dream(model, X[0], 0)


def test_an_image_on_another_scale():
    with pytest.warns(UserWarning, match="deep_dream: image has numbers from .* bring it to their"):
        deep_dream(color_network(), IMAGE * np.linspace(0, 1, 3), 0, n_iter=1, octaves=1)


@pytest.mark.parametrize(("options", "message"), [
    ({"layers": []}, "style_transfer: layers=.* is empty"),
    ({"layers": ["conv1", "conv9"]}, "layer='conv9'.*Did you mean"),
    ({"content_layer": "x"}, "no layer='x'"),
    ({"style": np.ones((20, 20))}, "style has 1 channels"),
    ({"style_weight": -1}, "style_weight=-1 must be a finite number from 0 on"),
    ({"n_iter": 0}, "n_iter=0"),
])
def test_bad_arguments_of_style(options, message):
    given = {"content": IMAGE * 90, "style": IMAGE * 90, "layers": ["conv1"]} | options
    content, style = given.pop("content"), given.pop("style")
    with pytest.raises(ValueError, match=message):
        style_transfer(content, style, color_network(), **given)
