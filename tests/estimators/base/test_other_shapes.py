"""Prediction for longer series and larger images than those of fit, where the layers allow it."""

import pickle

import numpy as np
import pytest

from _helpers import close
from skneural import (
    AutoencoderTransformer,
    ConvNetClassifier,
    ConvNetRegressor,
    FeatureExtractor,
    NeuralNetClassifier,
    NeuralNetRegressor,
)
from skneural.estimators.base.predictor import predictor
from skneural.layers import (
    AvgPool,
    BatchNorm,
    Conv1D,
    Conv2D,
    Dense,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    MaxPool,
    Reshape,
    Residual,
)

RANDOM = np.random.default_rng(0)
LENGTH, OTHER, N_ROWS = 50, 40, 30
SERIES = RANDOM.normal(size=(N_ROWS, LENGTH, 3))
SHORTER = SERIES[:, :OTHER]
IMAGES = RANDOM.uniform(size=(N_ROWS, 8, 6, 2))
LARGER = RANDOM.uniform(size=(N_ROWS, 9, 13, 2))
CLASSES, NUMBERS = RANDOM.integers(0, 3, N_ROWS), RANDOM.normal(size=N_ROWS)
SHORT = {"max_iter": 3, "random_state": 0, "tol": 0.0}
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

OF_SERIES = {
    "max": [("conv", Conv1D(4, 5, "tanh")), GlobalMaxPool()],
    "mean": [("conv", Conv1D(4, 5, "tanh", padding="same")), GlobalAvgPool()],
    "deep": [Conv1D(4, strides=2, padding="same"), BatchNorm(), MaxPool(), GlobalMaxPool(),
             Dense(5, "relu")],
    "block": [Residual([Conv1D(3, padding="same"), BatchNorm()]), GlobalAvgPool()],
}  # fmt: skip
OF_IMAGES = {
    "max": [Conv2D(4, 3, "tanh"), GlobalMaxPool()],
    "mean": [Conv2D(16, 3, "relu", padding="same"), AvgPool(), GlobalAvgPool()],
}


def fit(layers=OF_SERIES["max"], X=SERIES, y=CLASSES, **settings):
    return NeuralNetClassifier(layers, **SHORT, **settings).fit(X, y)


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def twin(model, X):
    """The network of `OF_SERIES["max"]` in NumPy: convolution, maximum over time, dense."""
    kernel, bias = (model.weights_["conv"][name] for name in ("kernel", "bias"))
    windows = np.lib.stride_tricks.sliding_window_view(X, len(kernel), axis=1)
    features = np.tanh(np.einsum("ntck,kcf->ntf", windows, kernel) + bias).max(axis=1)
    output = model.weights_["output"]
    return softmax(features @ output["kernel"] + output["bias"])


@pytest.mark.parametrize("length", [5, 6, 40, 50, 75])
def test_series_of_another_length_against_numpy(length):
    X = RANDOM.normal(size=(7, length, 3))
    model = fit()
    predicted = model.predict_proba(X)
    close(predicted, twin(model, X), 1e-13)
    np.testing.assert_array_equal(model.predict(X), model.classes_[predicted.argmax(axis=1)])


@pytest.mark.parametrize("layers", OF_SERIES.values(), ids=OF_SERIES)
def test_the_network_is_that_of_a_fit_on_the_other_length(layers):
    """Its weights in a network made for the other length give the same bits."""
    model, other = fit(layers), fit(layers, SHORTER)
    for name, weights in model.weights_.items():
        for key, values in weights.items():
            other.weights_[name][key][...] = values
    np.testing.assert_array_equal(model.predict_proba(SHORTER), other.predict_proba(SHORTER))
    alone = model.predict_proba(SHORTER[:1])
    np.testing.assert_array_equal(model.predict_proba(SHORTER)[:1], alone)
    score = np.mean(model.predict(SHORTER) == CLASSES)
    assert model.score(SHORTER, CLASSES) == pytest.approx(score)


@pytest.mark.parametrize("layers", OF_IMAGES.values(), ids=OF_IMAGES)
@pytest.mark.parametrize("kind", ["net", "net regressor", "convnet", "convnet regressor"])
def test_images_of_another_size(kind, layers):
    models = {
        "net": NeuralNetClassifier(layers, **SHORT),
        "net regressor": NeuralNetRegressor(layers, **SHORT),
        "convnet": ConvNetClassifier(architecture=layers, **SHORT),
        "convnet regressor": ConvNetRegressor(architecture=layers, **SHORT),
    }
    y = NUMBERS if "regressor" in kind else CLASSES
    model = models[kind].fit(IMAGES, y)
    other = models[kind].__class__(**models[kind].get_params(deep=False)).fit(LARGER, y)
    for name, weights in model.weights_.items():
        for key, values in weights.items():
            other.weights_[name][key][...] = values
    np.testing.assert_array_equal(model.predict(LARGER), other.predict(LARGER))
    turned = np.ascontiguousarray(IMAGES.swapaxes(1, 2))  # as many numbers
    assert np.abs(model.decision_function(turned) if y is CLASSES else model.predict(turned)).any()
    assert model.predict(LARGER.tolist()).shape == (N_ROWS,)


def test_bytes_and_a_channel_left_out():
    grey = RANDOM.integers(0, 256, (N_ROWS, 8, 6), np.uint8)
    model = ConvNetClassifier(architecture=OF_IMAGES["max"], **SHORT).fit(grey, CLASSES)
    larger = RANDOM.integers(0, 256, (N_ROWS, 11, 9), np.uint8)
    expected = model.predict_proba(larger)
    for same in (larger[..., None], larger.astype(np.float64), larger.astype(np.int64)):
        np.testing.assert_array_equal(model.predict_proba(same), expected)


def test_flat_rows_need_the_features_of_fit():
    model = NeuralNetClassifier(OF_SERIES["max"], input_shape=(LENGTH, 3), **SHORT)
    model.fit(SERIES.reshape(N_ROWS, -1), CLASSES)
    assert model.n_features_in_ == LENGTH * 3
    close(model.predict_proba(SHORTER), twin(model, SHORTER), 1e-13)
    with pytest.raises(ValueError, match="120 features.*expecting 150 features"):
        model.predict(SHORTER.reshape(N_ROWS, -1))
    assert (model.n_features_in_, model.input_shape_) == (LENGTH * 3, (LENGTH, 3))


def test_refused_where_a_layer_depends_on_the_size():
    model = fit([Conv1D(4, 5), Flatten(), ("hidden", Dense(5))])
    words = (
        r"X has samples of shape \(40, 3\), fitted with \(50, 3\); layer 'hidden' would get"
        r" \(144,\) instead of \(184,\); with GlobalMaxPool"
    )
    with pytest.raises(ValueError, match=words):
        model.predict(SHORTER)
    with pytest.raises(ValueError, match=r"\(8, 9\), fitted with \(8, 6, 1\)"):
        ConvNetClassifier(**SHORT).fit(IMAGES[..., 0], CLASSES).predict(np.zeros((2, 8, 9)))


@pytest.mark.parametrize(
    ("layers", "X", "words"),
    [
        (OF_SERIES["max"], SERIES[:, :4], "'conv'.*kernel_size"),
        (OF_SERIES["max"], SERIES[..., :2], r"\(50, 2\), fitted with \(50, 3\)"),
        (OF_SERIES["max"], SERIES[:, :, None], r"\(50, 1, 3\), fitted with \(50, 3\)$"),
        ([Reshape((25, 6)), GlobalMaxPool()], SHORTER, r"Reshape: target_shape=\(25, 6\)"),
        (OF_SERIES["max"], SERIES[0], "X has the shape .*of one sample.*X\\[None\\]"),
        (OF_SERIES["max"], np.full_like(SHORTER, np.nan), "NaN"),
    ],
)
def test_refused_shapes(layers, X, words):
    with pytest.raises(ValueError, match=words) as caught:
        fit(layers).predict(X)
    assert "NeuralNetClassifier" in str(caught.value)


def test_outputs_of_another_shape_are_refused():
    model = NeuralNetRegressor([Conv1D(2)], **SHORT).fit(SERIES, SERIES[:, 1:-1, :2])
    with pytest.raises(ValueError, match=r"shape \(38, 2\) instead of \(48, 2\)"):
        model.predict(SHORTER)


def test_autoencoders_keep_the_shape_of_fit():
    layers = ([Conv2D(3, padding="same")], [Conv2D(2, padding="same")])
    model = AutoencoderTransformer(architecture=layers, **SHORT).fit(IMAGES)
    with pytest.raises(ValueError, match=r"\(9, 13, 2\), fitted with \(8, 6, 2\)"):
        model.transform(LARGER)


def test_activations():
    model = fit()
    outputs = model.activations(SHORTER, "conv")
    assert outputs.shape == (N_ROWS, OTHER - 4, 4)
    close(outputs.max(axis=1), model.activations(SHORTER, 1), 0)
    np.testing.assert_array_equal(model.activations(SHORTER, -1), model.predict_proba(SHORTER))


def test_features():
    extractor = FeatureExtractor(NeuralNetClassifier(OF_SERIES["max"], **SHORT), -2)
    extractor.fit(SERIES, CLASSES)
    features = extractor.transform(SHORTER)
    assert features.shape == (N_ROWS, len(extractor.get_feature_names_out()))
    with pytest.raises(ValueError, match=r"FeatureExtractor: layer='conv'.*\(36, 4\).*\(46, 4\)"):
        extractor.set_params(layer="conv").fit(SERIES, CLASSES).transform(SHORTER)


@pytest.mark.parametrize("scoring", [None, "accuracy"])
def test_validation_rows_of_another_length(scoring):
    model = NeuralNetClassifier(OF_SERIES["max"], scoring=scoring, **SHORT)
    model.fit(SERIES, CLASSES, X_val=SHORTER, y_val=CLASSES)
    assert model.validation_scores_[-1] == pytest.approx(model.score(SHORTER, CLASSES))
    log_loss = -np.log(model.predict_proba(SHORTER)[np.arange(N_ROWS), CLASSES]).mean()
    assert model.validation_loss_curve_[-1] == pytest.approx(log_loss)


@pytest.mark.parametrize("settings", [{}, {"early_stopping": True}, {"solver": "lbfgs"}])
def test_training_goes_on_with_another_length(settings):
    """As a network that begins with the same weights on that length."""
    model = fit(warm_start=True, **settings)
    weights = {
        layer: {name: values.copy() for name, values in variables.items()}
        for layer, variables in model.weights_.items()
    }
    other = NeuralNetClassifier(OF_SERIES["max"], initial_weights=weights, **SHORT, **settings)
    other.fit(SHORTER, CLASSES)
    model.fit(SHORTER, CLASSES)
    assert model.input_shape_ == (LENGTH, 3)
    for layer in ("conv", "output"):
        if settings != {"early_stopping": True}:  # whose split is drawn after first weights
            close(model.weights_[layer]["kernel"], other.weights_[layer]["kernel"], 1e-12)


def test_partial_fit_goes_on_with_another_length():
    """As twins that are trained on the same rows, of which one saw the lengths the other way."""
    model = fit(solver="sgd", X=SERIES[:, :7]).partial_fit(SHORTER, CLASSES)
    other = fit(solver="sgd", X=SERIES[:, :7])
    same = NeuralNetClassifier(OF_SERIES["max"], solver="sgd", **SHORT).fit(SHORTER, CLASSES)
    for layer, variables in other.weights_.items():
        for name, values in variables.items():
            same.weights_[layer][name][...] = values
    same.partial_fit(SHORTER, CLASSES)
    assert model.input_shape_ == (7, 3)
    assert np.abs(model.weights_["conv"]["kernel"] - other.weights_["conv"]["kernel"]).max() > 1e-4


def test_validation_rows_that_the_layers_do_not_take():
    model = NeuralNetClassifier([Flatten()], **SHORT)
    words = r"NeuralNetClassifier, validation data X_val.*\(40, 3\).*\(50, 3\); layer 'Dense'"
    with pytest.raises(ValueError, match=words):
        model.fit(SERIES, CLASSES, X_val=SHORTER, y_val=CLASSES)
    assert not hasattr(model, "classes_")
    model = NeuralNetClassifier([Flatten()], warm_start=True, **SHORT).fit(SERIES, CLASSES)
    with pytest.raises(ValueError, match=r"NeuralNetClassifier.*\(40, 3\).*\(50, 3\); layer"):
        model.fit(SHORTER, CLASSES)


def test_pickled_models_do_so_too():
    model = fit()
    loaded = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(loaded.predict_proba(SHORTER), model.predict_proba(SHORTER))


def test_plans_of_many_lengths_are_not_all_kept():
    model = fit()
    network = predictor(model)
    for length in range(5, 55):
        model.predict(SERIES[:, :length])
    assert len(network._plans.idle()) <= 33
    close(model.predict_proba(SHORTER), twin(model, SHORTER), 1e-13)
    close(model.predict_proba(SERIES), twin(model, SERIES), 1e-13)
