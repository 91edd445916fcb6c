"""ConvNetClassifier and ConvNetRegressor: images in, layers by parameters, augmentation."""

import pickle
import tracemalloc

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV

from skneural import ConvNetClassifier, ConvNetRegressor, NeuralNetRegressor
from skneural.activations import LeakyRelu
from skneural.augmentation import Crop, Flip
from skneural.layers import (
    Activation,
    AvgPool,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    MaxPool,
)

N, SIDE = 40, 6
RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.random((N, SIDE, SIDE))
COLOUR = RANDOM.random((N, 5, 4, 3))
LABELS = np.arange(N) % 3
SMALL = {"filters": 4, "hidden_layer_sizes": 8, "max_iter": 2, "random_state": 0}


def classifier(**parameters):
    return ConvNetClassifier(**{**SMALL, **parameters})


def bits(model):
    return [array.tobytes() for array in model._weights()]


def kinds(model):
    return [type(layer).__name__ for layer in model._built.layers]


@pytest.mark.parametrize(
    ("X", "parameters"),
    [
        (IMAGES[..., None], {}),
        (IMAGES.reshape(N, -1), {}),
        (IMAGES.reshape(N, -1), {"image_shape": (SIDE, SIDE)}),
        (IMAGES, {"image_shape": [SIDE, SIDE, 1]}),
        (IMAGES.tolist(), {}),
        (np.asfortranarray(IMAGES), {}),
    ],
    ids=["channels", "flat", "flat_told", "told", "lists", "fortran"],
)
def test_grey_images_come_in_many_forms(X, parameters):
    expected = classifier().fit(IMAGES, LABELS)
    model = classifier(**parameters).fit(X, LABELS)
    assert model.input_shape_ == (SIDE, SIDE, 1)
    assert bits(model) == bits(expected)
    for other in (X, IMAGES, IMAGES.reshape(N, -1)):
        np.testing.assert_array_equal(model.predict_proba(other), expected.predict_proba(IMAGES))


def test_colour_images_flat_or_not():
    expected = classifier().fit(COLOUR, LABELS)
    assert expected.input_shape_ == (5, 4, 3) and expected.n_features_in_ == 60
    model = classifier(image_shape=(5, 4, 3)).fit(COLOUR.reshape(N, -1), LABELS)
    assert bits(model) == bits(expected)


@pytest.mark.parametrize(("width", "shape"), [(49, (7, 7, 1)), (50, (1, 50, 1)), (1, (1, 1, 1))])
def test_flat_samples_are_square_or_one_row(width, shape):
    model = classifier().fit(RANDOM.random((N, width)), LABELS)
    assert model.input_shape_ == shape


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 3, 1), (2, 2, 3), (3, 1, 2), (7, 2, 1)], ids=str)
@pytest.mark.parametrize("padding", ["same", "valid", 1])
@pytest.mark.parametrize("strides", [1, 2])
@pytest.mark.parametrize("pooling", ["max", "average", None])
def test_sizes_fit_small_images(shape, padding, strides, pooling):
    model = classifier(
        filters=(3, 2, 2), kernel_size=(5, 3), padding=padding, strides=strides, pooling=pooling
    )
    X = RANDOM.random((N, *shape))
    assert model.fit(X, LABELS).predict(X).shape == (N,)


def test_default_layers():
    model = ConvNetClassifier(max_iter=1).fit(IMAGES, LABELS)
    assert kinds(model) == ["Conv2D", "MaxPool"] * 2 + ["Flatten", "Dense", "Dense"]
    assert model._built.names == [
        "conv2d_1", "maxpool_1", "conv2d_2", "maxpool_2", "flatten", "dense", "output",
    ]
    first = model.get_layer("conv2d_1")
    assert first.weights["kernel"].shape == (3, 3, 1, 32)
    assert first.layer.activation == "relu" and first.output_shape == (SIDE, SIDE, 32)
    assert model.activations(IMAGES, "maxpool_2").shape == (N, 1, 1, 64)


def test_layers_follow_the_parameters():
    model = classifier(
        filters=[3, 5],
        kernel_size=(2, 3),
        strides=(1, 2),
        padding="valid",
        pooling="average",
        pool_size=(2, 1),
        normalization="batch",
        hidden_layer_sizes=[7],
        activation="tanh",
        dropout=0.2,
        initializer="he_normal",
    ).fit(COLOUR, LABELS)
    convolution = [Conv2D, BatchNorm, Activation]
    assert [type(layer) for layer in model._built.layers] == [
        *convolution, AvgPool, *convolution, Flatten, Dropout, Dense, BatchNorm, Activation,
        Dropout, Dense,
    ]  # the second image is one pixel: nothing is left to pool
    first = model._built.layers[0]
    assert (first.filters, first.kernel_size, first.strides) == (3, (2, 3), (1, 2))
    assert (first.padding, first.use_bias, first.initializer) == ("valid", False, "he_normal")
    layers = model._built.layers
    assert layers[2].activation == "tanh" and layers[3].pool_size == (2, 1)
    assert [layer.rate for layer in layers if isinstance(layer, Dropout)] == [0.2, 0.2]


def test_no_hidden_layer_leaves_the_convolutions():
    model = classifier(hidden_layer_sizes=(), pooling=None).fit(IMAGES, LABELS)
    assert kinds(model) == ["Conv2D", "Flatten", "Dense"]


def test_the_output_layer_is_one_of_its_own():
    """Also where the last hidden layer looks like one."""
    y = IMAGES.mean(axis=(1, 2))
    model = ConvNetRegressor(**SMALL).set_params(hidden_layer_sizes=1, activation="identity")
    assert model.fit(IMAGES, y)._built.names[-2:] == ["dense", "output"]


@pytest.mark.parametrize("as_pairs", [False, True])
def test_an_architecture_of_layers(as_pairs):
    layers = [Conv2D(4, 3, "relu"), GlobalAvgPool()]
    names = ["conv2d", "globalavgpool"]
    if as_pairs:
        names = ["first", "mean"]
        layers = list(zip(names, layers, strict=True))
    model = classifier(architecture=layers).fit(IMAGES, LABELS)
    assert model._built.names == [*names, "output"]
    assert model.get_layer(0).output_shape == (4, 4, 4)


def test_an_architecture_may_end_with_its_output():
    layers = [MaxPool(), Flatten(), Dense(3, "softmax")]
    model = classifier(architecture=layers).fit(IMAGES, LABELS)
    assert kinds(model) == ["MaxPool", "Flatten", "Dense"]


LIGHT = np.full((1, SIDE, SIDE), 255, np.uint8)


@pytest.mark.parametrize("dtype", [None, "float32", "float64"])
def test_bytes_are_numbers_from_0_to_1(dtype):
    levels = np.r_[RANDOM.integers(0, 256, (N - 1, SIDE, SIDE), np.uint8), LIGHT]
    before = levels.copy()
    model = classifier(dtype=dtype).fit(levels, LABELS)
    kept = np.dtype(dtype or "float32")
    assert model._weights()[0].dtype == kept
    scaled = levels * kept.type(1 / 255)
    expected = classifier().fit(scaled, LABELS)
    assert bits(model) == bits(expected)
    np.testing.assert_array_equal(model.predict_proba(levels), expected.predict_proba(scaled))
    np.testing.assert_array_equal(levels, before)


def test_bytes_in_every_place_that_takes_images():
    levels = np.r_[RANDOM.integers(0, 256, (N - 1, SIDE, SIDE), np.uint8), LIGHT]
    scaled = levels * np.float32(1 / 255)
    models = []
    for X in (levels, scaled):
        early = classifier(early_stopping=True, scoring="accuracy").fit(X, LABELS)
        given = classifier().fit(X, LABELS, X_val=X[:9], y_val=LABELS[:9])
        on = classifier().partial_fit(X, LABELS, classes=[0, 1, 2]).partial_fit(X, LABELS)
        warm = classifier(warm_start=True).fit(X, LABELS).fit(X, LABELS)
        flat = classifier().fit(X.reshape(N, -1), LABELS)
        models.append([early, given, on, warm, flat])
    for ours, theirs in zip(*models, strict=True):
        assert bits(ours) == bits(theirs)
        assert ours.validation_scores_ == theirs.validation_scores_
        assert ours.validation_loss_curve_ == theirs.validation_loss_curve_


@pytest.mark.needs_jit(reason="many images")
def test_bytes_are_never_copied_whole_to_floats():
    levels = RANDOM.integers(0, 256, (20_000, 28, 28), np.uint8)
    labels = np.arange(len(levels)) % 3
    model = classifier(filters=2, max_iter=1, batch_size=50, n_jobs=1)
    model.fit(levels[:200], labels[:200]).predict(levels[:200])
    tracemalloc.start()
    model.fit(levels, labels).predict(levels)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 0.7 * levels.nbytes, "a copy as float32 takes four times the images"


@pytest.mark.parametrize("kernel_size", [99, (7, 99), [99, 6]])
@pytest.mark.parametrize("pool_size", [2, (3, 1)])
def test_filters_are_no_larger_than_the_image(kernel_size, pool_size):
    settings = {"filters": (3, 2), "pool_size": pool_size}
    model = classifier(kernel_size=kernel_size, **settings).fit(IMAGES, LABELS)
    sizes = [layer.kernel_size for layer in model._built.layers if isinstance(layer, Conv2D)]
    assert sizes == [(SIDE, SIDE), tuple(SIDE // np.broadcast_to(pool_size, 2))]
    alike = classifier(kernel_size=SIDE, **settings).fit(IMAGES, LABELS)
    assert bits(model) == bits(alike)


@pytest.mark.parametrize("augmentation", ["flip", Crop(1), ["shift", Flip(), "mixup"], None])
def test_augmentation_is_the_same_for_any_n_jobs(augmentation):
    models = [
        classifier(augmentation=augmentation, n_jobs=n_jobs, batch_size=16).fit(COLOUR, LABELS)
        for n_jobs in (1, 2, 3)
    ]
    assert bits(models[0]) == bits(models[1]) == bits(models[2])
    assert models[0].loss_curve_ == models[1].loss_curve_ == models[2].loss_curve_
    plain = classifier(batch_size=16).fit(COLOUR, LABELS)
    assert (bits(models[0]) == bits(plain)) == (augmentation is None)


def test_lbfgs_sees_the_same_images_throughout():
    parameters = {"augmentation": ["flip", "mixup"], "solver": "lbfgs"}
    models = [classifier(**parameters, n_jobs=n_jobs) for n_jobs in (1, 2)]
    assert bits(models[0].fit(COLOUR, LABELS)) == bits(models[1].fit(COLOUR, LABELS))
    assert models[0].loss_curve_[-1] < models[0].loss_curve_[0]


def test_augmentation_belongs_to_training():
    model = classifier(augmentation="cutout").fit(IMAGES, LABELS)
    expected = classifier(augmentation=None).fit(IMAGES, LABELS)
    for name, variables in model.weights_.items():
        for key, values in variables.items():
            expected.weights_[name][key][...] = values
    np.testing.assert_array_equal(model.predict_proba(IMAGES), expected.predict_proba(IMAGES))


def test_regression_with_one_and_several_outputs():
    y = np.stack([COLOUR.mean(axis=(1, 2, 3)), COLOUR.max(axis=(1, 2, 3))], axis=1)
    assert ConvNetRegressor(**SMALL).fit(COLOUR, y[:, 0]).predict(COLOUR).shape == (N,)
    assert ConvNetRegressor(**SMALL).fit(COLOUR, y).predict(COLOUR).shape == (N, 2)


def test_images_as_targets():
    """As in NeuralNetRegressor: the layers listed end in their shape, or a dense layer does."""
    settings = {"max_iter": 2, "random_state": 0, "initializer": "sklearn"}
    for layers in ([Conv2D(1, 3, "relu", padding="same")], [Conv2D(2), Flatten()]):
        model = ConvNetRegressor(architecture=layers, **settings).fit(IMAGES, IMAGES)
        assert model.output_shape_ == (SIDE, SIDE)
        assert model.predict(IMAGES).shape == IMAGES.shape
        expected = NeuralNetRegressor(layers, input_shape=(SIDE, SIDE, 1), **settings)
        expected.fit(IMAGES, IMAGES)
        np.testing.assert_array_equal(model.predict(IMAGES), expected.predict(IMAGES))
        assert model.score(IMAGES, IMAGES) == expected.score(IMAGES, IMAGES)
        assert model.partial_fit(IMAGES, IMAGES).predict(IMAGES[:2]).shape == (2, SIDE, SIDE)
    settings |= {"early_stopping": True, "scoring": "r2"}
    model = ConvNetRegressor(architecture=[Conv2D(1, 1)], **settings).fit(IMAGES, IMAGES)
    assert len(model.validation_scores_) == 2


@pytest.mark.parametrize("architecture", [None, "lenet5", [Conv2D(2, 1)]])
def test_targets_of_another_shape_than_the_layers_give(architecture, raises_unchanged):
    model = ConvNetRegressor(**SMALL, architecture=architecture)
    takes = ["(6, 6, 2)"]
    if not isinstance(architecture, list):
        takes = [f"architecture={architecture!r}", "(n_samples, n_outputs)", "list the layers"]
    fragments = ["ConvNetRegressor", "y ", "(6, 6)", *takes]
    raises_unchanged(model, fragments, "fit", IMAGES, IMAGES)


@pytest.mark.needs_jit(reason="many epochs")
def test_it_learns_where_a_line_lies():
    """Upright or lying: no place of the image tells alone."""
    random = np.random.default_rng(3)
    X, y = np.zeros((300, 8, 8)), np.arange(300) % 2
    for image, upright in zip(X, y, strict=True):
        image[random.integers(8)] = 1
        image[...] = image.T if upright else image
    model = ConvNetClassifier(filters=(8, 8), max_iter=40, random_state=0, n_jobs=1)
    assert model.fit(X[:200], y[:200]).score(X[200:], y[200:]) > 0.95


def test_clone_and_pickle():
    model = classifier(augmentation=[Crop(1)], architecture=[Conv2D(2)])
    assert repr(clone(model)) == repr(model)
    fitted = model.fit(IMAGES, LABELS)
    copy = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(copy.predict_proba(IMAGES), fitted.predict_proba(IMAGES))


def test_grid_search_over_layers_and_augmentation():
    grid = {"filters": [(2,), (2, 3)], "augmentation__padding": [0, 1], "pooling": ["max", None]}
    search = GridSearchCV(classifier(augmentation=Crop(1), n_jobs=1), grid, cv=2)
    search.fit(IMAGES.reshape(N, -1), LABELS)
    assert len(search.cv_results_["params"]) == 8
    assert not np.isnan(search.cv_results_["mean_test_score"]).any()


@pytest.mark.parametrize("make", [ConvNetClassifier, ConvNetRegressor])
def test_layers_have_parameters_of_their_own(make):
    """By the names that NeuralNetClassifier has for them."""
    layers = [("conv", Conv2D(2, 3)), Dropout(0.5), ("code", Dense(5, "relu")), Flatten()]
    model = make(architecture=layers, max_iter=2, random_state=0)
    copied = clone(model).set_params(conv__filters=3, code="passthrough")
    assert copied.fit(IMAGES, LABELS).weights_["conv"]["kernel"].shape == (3, 3, 1, 3)
    assert copied._built.names == ["conv", "dropout", "flatten", "output"]
    assert layers[0][1].filters == 2
    assert model.get_params()["conv__filters"] == 2
    assert "conv" not in model.get_params(deep=False)
    for kind in ("Conv2D", "passthrough"):
        assert f"<div>{kind}</div>" in copied._repr_html_()
    with pytest.raises(ValueError, match="fliters"):
        model.set_params(conv__fliters=3)
    model.set_params(architecture="lenet5")
    with pytest.raises(ValueError, match="conv"):
        model.set_params(conv__filters=3)


def test_a_layer_named_like_a_parameter():
    """Alone the name is the parameter's, before two underscores the layer's."""
    layers = [Conv2D(2), Activation("relu"), Dropout(0.5)]
    model = classifier(architecture=layers, dropout=0.1, activation=LeakyRelu(0.2))
    parameters = model.get_params()
    assert (parameters["dropout"], parameters["dropout__rate"]) == (0.1, 0.5)
    assert parameters["activation__activation"] == "relu"
    model.set_params(dropout=0.2, dropout__rate=0.3, activation__activation="tanh")
    assert (model.dropout, layers[2].rate, layers[1].activation) == (0.2, 0.3, "tanh")
    model.set_params(activation=LeakyRelu(0.1), activation__negative_slope=0.3)
    assert model.activation.negative_slope == 0.3
    copied = clone(model).fit(IMAGES, LABELS)
    assert copied.get_layer("dropout").layer.rate == 0.3
    copied.set_params(dropout="passthrough").fit(IMAGES, LABELS)
    assert copied.dropout == 0.2 and "dropout" not in copied._built.names
    copied.set_params(dropout=Dropout(0.1)).fit(IMAGES, LABELS)
    assert copied.get_layer("dropout").layer.rate == 0.1


def test_grid_search_over_layers_listed():
    grid = {"conv__filters": [2, 3], "drop": ["passthrough", Dropout(0.3)]}
    model = classifier(architecture=[("conv", Conv2D(4)), ("drop", Dropout(0.5))], n_jobs=1)
    search = GridSearchCV(model, grid, cv=2).fit(IMAGES, LABELS)
    assert search.best_estimator_.get_layer("conv").output_shape[2] in (2, 3)
    assert not np.isnan(search.cv_results_["mean_test_score"]).any()


@pytest.mark.parametrize(
    ("parameters", "fragments"),
    [
        ({"architecture": ["conv"]}, ["architecture has 'conv'", "neither a layer"]),
        ({"architecture": [("a__b", Conv2D(2))]}, ["architecture", "'a__b'", "underscores"]),
        ({"architecture": [("a", Conv2D(2)), ("a", Flatten())]}, ["architecture", "2 times"]),
        ({"image_shape": (8, 8, 1)}, ["image_shape=(8, 8, 1) needs 64 features", "36"]),
        ({"image_shape": (6,)}, ["image_shape=(6,)", "2 or 3"]),
        ({"image_shape": (6, -6)}, ["image_shape=(6, -6)", "> 0"]),
        ({"filters": (4, 0)}, ["filters=(4, 0)", "> 0"]),
        ({"filters": [2.5]}, ["filters=[2.5]"]),
        ({"hidden_layer_sizes": (-1,)}, ["hidden_layer_sizes=(-1,)"]),
        ({"kernel_size": (3, 3, 3)}, ["kernel_size=(3, 3, 3)", "2 of them"]),
        ({"pool_size": (0, 1)}, ["pool_size=(0, 1)"]),
        ({"strides": 0}, ["strides"]),
        ({"padding": "sam"}, ["padding", "'same'"]),
        ({"pooling": "maxx"}, ["pooling", "Did you mean 'max'?"]),
        ({"activation": "rleu"}, ["activation", "Did you mean 'relu'?"]),
        ({"architecture": "lenet"}, ["architecture", "Did you mean 'lenet5'?"]),
        ({"architecture": [Conv2D]}, ["Conv2D(...)", "an instance"]),
        ({"architecture": [Conv2D(2, 9)]}, ["conv2d", "Conv2D: "]),
        ({"augmentation": "flipp"}, ["augmentation", "Did you mean 'flip'?"]),
        ({"augmentation": ["crop", "shfit"]}, ["augmentation='shfit'", "Did you mean 'shift'?"]),
        ({"augmentation": Crop(6, "reflect")}, ["Crop: padding=6", "6x6 pixels"]),
        ({"augmentation": ["mixup", "mixup"]}, ["mixes targets twice"]),
    ],
    ids=str,
)
def test_what_is_refused(parameters, fragments, raises_unchanged):
    model = classifier(**parameters)
    raises_unchanged(
        model, ["ConvNetClassifier", *fragments], "fit", IMAGES.reshape(N, -1), LABELS
    )


def test_samples_that_are_no_images(raises_unchanged):
    X = RANDOM.random((N, 2, 3, 4, 5))
    raises_unchanged(classifier(), ["ConvNetClassifier", "(2, 3, 4, 5)"], "fit", X, LABELS)
    model = classifier().fit(IMAGES, LABELS)
    with pytest.raises(ValueError, match=r"ConvNetClassifier: .*\(5, 4, 3\)"):
        model.predict(COLOUR)


def test_sparse_images_are_refused():
    with pytest.raises(TypeError, match="[Ss]parse"):
        classifier().fit(sparse.csr_matrix(IMAGES.reshape(N, -1)), LABELS)


# Weights trained before


@pytest.mark.parametrize("frozen", [False, True])
def test_first_weights_of_a_fitted_network(frozen):
    """A step of no length shows the weights that training began with."""
    trained = classifier().fit(IMAGES, LABELS)
    source = FrozenEstimator(trained) if frozen else trained
    still = {"learning_rate_init": 1e-300, "alpha": 0.0}
    model = classifier(initial_weights=source, **still).fit(IMAGES, LABELS)
    assert bits(model) == bits(trained)
    other = classifier(initial_weights=source, **still).fit(IMAGES, LABELS + 5)
    fresh = classifier(**still).fit(IMAGES, LABELS)
    for name, weights in other.weights_.items():
        expected = fresh if name == "output" else trained
        np.testing.assert_array_equal(weights["kernel"], expected.weights_[name]["kernel"])
    ink = ConvNetRegressor(**{**SMALL, **still}, initial_weights=source)
    ink.fit(IMAGES, IMAGES.mean(axis=(1, 2)))
    np.testing.assert_array_equal(
        ink.weights_["conv2d"]["kernel"], trained.weights_["conv2d"]["kernel"]
    )


def test_first_weights_by_name_come_after_those_of_a_recipe():
    small = {"architecture": "fast", "filters": [6, 4]}
    trained = classifier(**small).fit(COLOUR, LABELS)
    first = next(iter(trained.weights_))
    given = {name: np.full_like(v, 0.5) for name, v in trained.weights_[first].items()}
    model = classifier(**small, initial_weights={first: given}).fit(COLOUR, LABELS)
    np.testing.assert_array_equal(model.weights_[first]["kernel"], 0.5)  # it is not trained


def test_first_weights_that_do_not_fit(raises_unchanged):
    trained = classifier(filters=5).fit(IMAGES, LABELS)
    model = classifier(initial_weights=trained)
    fragments = ["ConvNetClassifier", "initial_weights", "'conv2d'", "(3, 3, 1, 5)"]
    raises_unchanged(model, fragments, "fit", IMAGES, LABELS)
