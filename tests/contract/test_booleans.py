"""True is an integer to Python, but no count of units, filters, pixels or components."""

import numpy as np
import pytest

from skneural import (
    AutoencoderTransformer,
    ConvNetClassifier,
    NeuralNetClassifier,
    NeuralOutlierDetector,
)
from skneural._whole_numbers import is_whole
from skneural.augmentation import Crop, Shift
from skneural.layers import (
    APL,
    Conv1D,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Flatten,
    Maxout,
    MaxPool,
    Reshape,
    Residual,
    Sequential,
    UpSampling2D,
)
from skneural.schedules import Step, Warmup

IMAGES = np.random.RandomState(0).uniform(size=(20, 6, 6, 2))
LABELS = np.arange(20) % 2


@pytest.mark.parametrize(
    ("value", "least", "expected"),
    [
        (1, 1, True), (np.int8(3), 1, True), (0, 1, False), (0, 0, True), (-1, 0, False),
        (True, 1, False), (False, 0, False), (np.True_, 1, False), (1.0, 1, False),
        ("1", 1, False), (None, 1, False),
    ],
)  # fmt: skip
def test_whole_numbers(value, least, expected):
    assert is_whole(value, least) is expected


@pytest.mark.parametrize(
    ("layer", "fragment"),
    [
        (Dense(True), "units"),
        (Conv2D(True), "filters"),
        (Conv2D(2, True), "kernel_size"),
        (Conv2D(2, (True, 3)), "kernel_size=(True, 3)"),
        (Conv2D(2, strides=(1, True)), "strides=(1, True)"),
        (Conv2D(2, padding=False), "padding"),
        (Conv2D(2, groups=True), "groups"),
        (Conv2DTranspose(True), "filters"),
        (MaxPool(True), "pool_size"),
        (MaxPool((2, True)), "pool_size=(2, True)"),
        (UpSampling2D(True), "size"),
        (Maxout(3, pieces=True), "pieces"),
        (APL(True), "pieces"),
        (Reshape((True, 72)), "target_shape=(True, 72)"),
        (Sequential([Flatten(), Dense(True)]), "units"),
        (Residual([Conv2D(True)]), "filters"),
    ],
    ids=repr,
)
def test_layers(layer, fragment, raises_unchanged):
    model = NeuralNetClassifier([("layer", layer)])
    fragments = ["NeuralNetClassifier", "'layer'", fragment]
    raises_unchanged(model, fragments, "fit", IMAGES, LABELS)


def test_layers_of_series(raises_unchanged):
    model = NeuralNetClassifier([Conv1D(True)])
    raises_unchanged(model, ["'filters'", "True"], "fit", IMAGES[..., 0], LABELS)


@pytest.mark.parametrize(
    "parameters",
    [
        {"filters": True},
        {"filters": (True,)},
        {"filters": (4, True)},
        {"kernel_size": True},
        {"kernel_size": (True, 3)},
        {"strides": (True, True)},
        {"padding": False},
        {"pool_size": True},
        {"hidden_layer_sizes": True},
        {"hidden_layer_sizes": (True,)},
        {"image_shape": (6, 6, True)},
        {"augmentation": Shift(True)},
        {"augmentation": Crop(False)},
        {"learning_rate": Step(True)},
        {"learning_rate": Warmup(n_epochs=True)},
    ],
    ids=str,
)
def test_networks_of_convolutions(parameters, raises_unchanged):
    value = next(iter(parameters.values()))
    shown = repr(value) if isinstance(value, (bool, tuple)) else "boolean"
    model = ConvNetClassifier(**parameters)
    X = IMAGES[..., :1] if "image_shape" in parameters else IMAGES
    raises_unchanged(model, [shown], "fit", X, LABELS)


@pytest.mark.parametrize("estimator", [AutoencoderTransformer, NeuralOutlierDetector])
@pytest.mark.parametrize(
    "parameters",
    [
        {"n_components": True},
        {"hidden_layer_sizes": (True,)},
        {"filters": (True,), "architecture": "conv"},
        {"kernel_size": True, "architecture": "conv"},
        {"input_shape": (72, True)},
        {"pretraining_max_iter": True, "pretraining": "layerwise"},
    ],
    ids=str,
)
def test_autoencoders(estimator, parameters, raises_unchanged):
    name, value = next(iter(parameters.items()))
    model = estimator(**parameters)
    X = IMAGES.reshape(20, 72) if name == "input_shape" else IMAGES
    raises_unchanged(model, [estimator.__name__, name, repr(value)], "fit", X)


def test_the_shape_of_a_sample(raises_unchanged):
    model = NeuralNetClassifier(input_shape=(72, True))
    X = IMAGES.reshape(20, 72)
    raises_unchanged(model, ["input_shape=(72, True)"], "fit", X, LABELS)


@pytest.mark.usefixtures("quiet")
def test_what_scikit_learn_accepts():
    """As its perceptrons do, of parameters that they have."""
    model = NeuralNetClassifier([], max_iter=True, batch_size=True, random_state=0)
    assert model.fit(IMAGES, LABELS).n_iter_ == 1
