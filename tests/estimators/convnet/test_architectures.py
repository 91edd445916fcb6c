"""Networks known by a name: their layers, their sizes, and images of any size."""

import numpy as np
import pytest

from skneural import ConvNetClassifier, ConvNetRegressor
from skneural.estimators.convnet.architectures import ARCHITECTURES
from skneural.layers import Conv2D, Dense, Dropout, MaxPool, Residual

NAMES = sorted(ARCHITECTURES)
SHAPES = [(1, 1, 1), (1, 3, 1), (2, 5, 3), (8, 8, 1), (28, 28, 1), (32, 32, 3)]


def walk(name, shape):
    """The layers of an architecture, with the shapes between them and the numbers of weights."""
    layers, shapes, sizes = ARCHITECTURES[name](shape), [shape], []
    for layer in layers:
        sizes.append(sum(variable.size for variable in layer.variables(shapes[-1])))
        shapes.append(layer.output_shape(shapes[-1]))
    return layers, shapes[1:], sizes


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_images_of_any_size(name, shape):
    _, shapes, _ = walk(name, shape)
    assert len(shapes[-1]) == 1 and min(shapes[-1]) > 0


def test_lenet5():
    layers, shapes, sizes = walk("lenet5", (28, 28, 1))
    assert shapes == [
        (28, 28, 6), (14, 14, 6), (10, 10, 16), (5, 5, 16), (400,), (120,), (84,),
    ]
    assert sizes == [156, 0, 2416, 0, 0, 48120, 10164]
    assert [layer.activation for layer in layers if hasattr(layer, "activation")] == ["relu"] * 4


def test_alexnet_as_published():
    """Krizhevsky et al. 2012: 227 pixels, and 224 padded by three; the halves joined."""
    layers, shapes, _ = walk("alexnet", (227, 227, 3))
    convolutions = [layer for layer in layers if isinstance(layer, Conv2D)]
    assert [layer.filters for layer in convolutions] == [96, 256, 384, 384, 256]
    assert [layer.kernel_size[0] for layer in convolutions] == [11, 5, 3, 3, 3]
    assert [layer.strides[0] for layer in convolutions] == [4, 1, 1, 1, 1]
    assert [layer.units for layer in layers if isinstance(layer, Dense)] == [4096, 4096]
    assert [layer.rate for layer in layers if isinstance(layer, Dropout)] == [0.5, 0.5]
    pooled = [shape for layer, shape in zip(layers, shapes, strict=True)
              if isinstance(layer, MaxPool)]
    assert pooled == [(28, 28, 96), (13, 13, 256), (6, 6, 256)]


def test_alexnet_scaled_to_small_images():
    layers, shapes, _ = walk("alexnet", (32, 32, 3))
    convolutions = [layer for layer in layers if isinstance(layer, Conv2D)]
    assert [layer.filters for layer in convolutions] == [24, 64, 96, 96, 64]
    assert convolutions[0].kernel_size == (5, 5) and convolutions[0].strides == (1, 1)
    assert shapes[-1] == (1024,)


def test_vgg11_has_the_published_convolutions():
    layers, shapes, sizes = walk("vgg11", (32, 32, 3))
    convolutions = [size for layer, size in zip(layers, sizes, strict=True)
                    if isinstance(layer, Conv2D)]
    assert sum(convolutions) == 9_220_480
    assert len(convolutions) == 8 and shapes[-1] == (512,)
    assert sum(walk("vgg11", (224, 224, 3))[2]) + 4097 * 1000 == 132_863_336


@pytest.mark.parametrize(("name", "depth"), [("resnet20", 20), ("resnet32", 32), ("resnet56", 56)])
def test_resnets_of_the_cifar_form(name, depth):
    layers, shapes, sizes = walk(name, (32, 32, 3))
    blocks = [(layer, shape) for layer, shape in zip(layers, shapes, strict=True)
              if isinstance(layer, Residual)]
    n = (depth - 2) // 6
    assert [shape for _, shape in blocks] == (
        [(32, 32, 16)] * n + [(16, 16, 32)] * n + [(8, 8, 64)] * n
    )
    assert [block.shortcut for block, _ in blocks] == (
        [None] * n + ["projection"] + [None] * (n - 1) + ["projection"] + [None] * (n - 1)
    )
    assert all(block.activation == "relu" for block, _ in blocks)
    assert shapes[-1] == (64,)


def test_resnet20_has_the_published_size():
    """0.27 million (table 6), the output layer, projections and running statistics included."""
    layers, shapes, sizes = walk("resnet20", (32, 32, 3))
    convolutions = 9 * (3 * 16 + 6 * 16**2 + 16 * 32 + 5 * 32**2 + 32 * 64 + 5 * 64**2)
    norms = 4 * (7 * 16 + 6 * 32 + 6 * 64)
    projections = 16 * 32 + 4 * 32 + 32 * 64 + 4 * 64
    assert sum(sizes) == convolutions + norms + projections
    assert 270_000 < sum(sizes) + 65 * 10 < 275_000


@pytest.mark.needs_jit(reason="many layers")
@pytest.mark.parametrize("name", NAMES)
def test_an_epoch_of_each(name):
    X = np.random.default_rng(0).integers(0, 256, (6, 9, 8, 3), np.uint8)
    y = np.arange(6) % 3
    model = ConvNetClassifier(architecture=name, max_iter=1, random_state=0).fit(X, y)
    assert model.predict_proba(X).shape == (6, 3)
    assert model._built.names[-1] == "output" and np.isfinite(model.loss_)


def test_parameters_of_layers_do_not_matter_beside_a_name():
    X, y = np.random.default_rng(0).random((12, 8, 8)), np.arange(12.0)
    model = ConvNetRegressor(architecture="lenet5", filters=3, dropout=0.5, max_iter=1)
    model.fit(X, y)
    assert model.get_layer(0).layer.filters == 6
