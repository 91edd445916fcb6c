"""`Shared`: a layer at another place, found by its name, with the same weights."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV

from _helpers import close
from skneural import (
    AutoencoderTransformer,
    ConvNetClassifier,
    FeatureExtractor,
    NeuralNetClassifier,
    NeuralNetRegressor,
)
from skneural.layers import (
    Activation,
    AvgPool,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    Parallel,
    Residual,
    Sequential,
    Shared,
)

X = np.random.default_rng(0).normal(0, 1, (40, 6))
Y = np.column_stack([X[:, 0] * X[:, 1], X[:, 2] + X[:, 3]])
LABELS = (Y[:, 0] > 0).astype(int)


def stack():
    return [("first", Dense(6, "tanh")), Shared("first"), ("again", Shared("first"))]


def regressor(layers=None, **settings):
    settings = {"max_iter": 3, "random_state": 0, "dtype": "float64", **settings}
    return NeuralNetRegressor(stack() if layers is None else layers, **settings)


def predicted(weights, X):
    hidden, first, output = X, weights["first"], weights["output"]
    for _ in range(3):
        hidden = np.tanh(hidden @ first["kernel"] + first["bias"])
    return hidden @ output["kernel"] + output["bias"]


def test_weights_are_the_same_at_each_place_and_shown_once():
    model = regressor().fit(X, Y)
    assert list(model.weights_) == ["first", "output"]
    close(model.predict(X), predicted(model.weights_, X), 1e-12)
    model.weights_["first"]["kernel"][:] *= 2
    close(model.predict(X), predicted(model.weights_, X), 1e-12)


def test_first_step_of_adam_is_the_learning_rate():
    start = regressor(max_iter=1, learning_rate_init=1e-12, alpha=0, batch_size=40).fit(X, Y)
    moved = regressor(max_iter=1, learning_rate_init=0.01, alpha=0, batch_size=40).fit(X, Y)
    step = moved.weights_["first"]["kernel"] - start.weights_["first"]["kernel"]
    close(np.abs(step), np.full_like(step, 0.01), 1e-2)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_training_lowers_the_loss(solver):
    model = regressor(solver=solver, max_iter=200, learning_rate_init=0.01).fit(X, Y)
    assert model.score(X, Y) > 0.85


def test_summary_says_whose_weights_they_are_and_counts_them_once():
    text = str(regressor().fit(X, Y).summary())
    assert text.count("shared with first") == 2
    assert "total parameters: 56" in text  # 6 * 6 + 6, 6 * 2 + 2
    block = [Parallel([("a", [("encoder", Dense(4))]), [Activation("tanh"), Shared("encoder")]])]
    text = str(regressor(block).fit(X, Y).summary())
    assert "shared with encoder" in text and f"total parameters: {28 + 18}" in text


def test_a_layer_is_reached_at_each_place():
    model = regressor().fit(X, Y)
    layer = model.get_layer("again")
    assert layer.layer.layer == "first" and layer.output_shape == (6,)
    assert layer.weights["kernel"] is model.weights_["first"]["kernel"]
    layer.weights["bias"] = np.ones(6)
    assert (model.weights_["first"]["bias"] == 1).all()
    hidden = model.activations(X, "first")
    known = model.weights_["first"]
    for name in ("shared", "again"):
        hidden = np.tanh(hidden @ known["kernel"] + known["bias"])
        close(model.activations(X, name), hidden, 1e-12)
    close(FeatureExtractor(regressor(), "again").fit_transform(X, Y).shape, (40, 6), 0)


def test_clone_pickle_repr_and_parameters_keep_it():
    model = regressor()
    assert "('again', Shared(layer='first'))" in repr(model)
    assert clone(model).get_params()["again__layer"] == "first"
    fitted = model.fit(X, Y)
    np.testing.assert_array_equal(clone(model).fit(X, Y).predict(X), fitted.predict(X))
    copy = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(copy.predict(X), fitted.predict(X))
    copy.weights_["first"]["kernel"][:] = 0.5
    close(copy.predict(X), predicted(copy.weights_, X), 1e-12)
    layers = [("first", Dense(6)), ("second", Dense(6)), ("again", Shared("first"))]
    changed = regressor(layers).set_params(again__layer="second").fit(X, Y)
    assert "shared with second" in str(changed.summary())
    search = GridSearchCV(regressor(layers), {"again__layer": ["first", "second"]}, cv=2)
    assert search.fit(X, Y).best_params_["again__layer"] in ("first", "second")


def test_partial_fit_goes_on_with_the_shared_weights():
    model = regressor().fit(X, Y).partial_fit(X, Y).partial_fit(X, Y)
    close(model.predict(X), predicted(model.weights_, X), 1e-12)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_siamese_network_of_images(n_jobs):
    digits = load_digits()
    branches = Parallel([
        ("whole", [("encoder", Conv2D(8, 3, "relu")), GlobalAvgPool()]),
        ("half", [AvgPool(2), Shared("encoder"), GlobalAvgPool()]),
    ])
    images, labels = digits.images[:300, ..., None], digits.target[:300]
    for model in (
        NeuralNetClassifier([branches], max_iter=3, random_state=0, n_jobs=n_jobs),
        ConvNetClassifier(architecture=[branches], max_iter=3, random_state=0, n_jobs=n_jobs),
    ):
        weights = model.fit(images, labels).weights_["parallel"]
        assert list(weights) == ["whole.encoder.kernel", "whole.encoder.bias"]
        outputs = model.activations(images, "parallel")
        scaled = images * getattr(model, "rescale_", 1.0)
        halved = scaled.reshape(-1, 4, 2, 4, 2, 1).mean(axis=(2, 4))
        kernel, bias = weights.values()
        windows = np.lib.stride_tricks.sliding_window_view(halved[..., 0], (3, 3), axis=(1, 2))
        expected = np.einsum("nyxij,ijf->nyxf", windows, kernel[:, :, 0]) + bias
        close(outputs[:, 8:], np.maximum(expected, 0).mean(axis=(1, 2)), 1e-5)


def test_a_block_is_shared_with_all_that_it_has():
    block = [("norm", BatchNorm()), Dense(6, "tanh"), Dropout(0.1)]
    layers = [("block", Sequential(block)), Residual([Shared("block")]), Shared("block")]
    model = regressor(layers).fit(X, Y)
    assert sorted(model.weights_) == ["block", "output"]
    alone = regressor([("block", Sequential(block))]).fit(X, Y)
    assert model.weights_["block"].keys() == alone.weights_["block"].keys()
    branches = Parallel([("a", block), ("b", [Activation("tanh"), Shared("a")])], "add")
    assert all(k.startswith("a.") for k in regressor([branches]).fit(X, Y).weights_["parallel"])


def test_the_layer_may_come_later():
    layers = [Shared("later"), Activation("tanh"), ("later", Dense(6))]
    model = regressor(layers).fit(X, Y)
    known, output = model.weights_["later"], model.weights_["output"]
    hidden = np.tanh(X @ known["kernel"] + known["bias"]) @ known["kernel"] + known["bias"]
    close(model.predict(X), hidden @ output["kernel"] + output["bias"], 1e-12)


def test_names_are_looked_for_from_the_nearest_list_outwards():
    inner = Sequential([("encoder", Dense(6)), Shared("encoder")])
    other = Sequential([("encoder", Dense(6)), Dense(6)])
    layers = [("encoder", Dense(6)), ("inner", inner), ("other", other), ("end", Shared("encoder"))]
    model = regressor(layers).fit(X, Y)
    shared = [model._built.layers[1].layers[1], model._built.layers[3]]
    assert [layer.source for layer in shared] == [(1, "encoder"), (0, "")]
    far = regressor([*layers[1:3], Shared("other.encoder")]).fit(X, Y)
    assert far._built.layers[2].source == (1, "encoder")


def test_shared_of_shared_is_the_layer_itself():
    layers = [("a", Dense(6)), ("b", Shared("a")), ("c", Shared("b"))]
    assert regressor(layers).fit(X, Y).get_layer("c").layer.source == (0, "")


def test_frozen_weights_stay():
    layers = [("a", Dense(6, "tanh", trainable=False)), Dense(6), Shared("a")]
    first, last = (regressor(layers, max_iter=n).fit(X, Y).weights_ for n in (1, 5))
    np.testing.assert_array_equal(first["a"]["kernel"], last["a"]["kernel"])
    assert not np.array_equal(first["dense"]["kernel"], last["dense"]["kernel"])


def test_in_an_autoencoder():
    encoder = [("deep", Dense(6, "tanh")), Shared("encoder_deep"), Dense(2)]
    model = AutoencoderTransformer(architecture=(encoder, [Dense(6)]), max_iter=2, random_state=0)
    weights = model.fit(X).weights_
    assert sorted(weights) == ["decoder_dense", "encoder_deep", "encoder_dense"]
    assert "shared with encoder_deep" in str(model.summary())


SAME = Dense(6)
WITHIN = Parallel([("a", [Dense(6), Shared("a")]), []], "add")
FIRST, SECOND = Sequential([Shared("y")]), Sequential([Shared("x")])
TWINS = Parallel([[("e", Dense(6))], [("e", Dense(6))], [Dropout(), Shared("e")]], "add")
WRONG = {
    "unknown": ([("encoder", Dense(6)), Shared("encodr")], "names no layer.*'encoder'"),
    "itself": ([Dense(6), ("a", Shared("a"))], "layer 'a': Shared.'a'. names itself"),
    "within": ([WITHIN], "layer 'parallel.a.1': Shared.'a'. is within the layer 'parallel.a'"),
    "cycle": ([("a", Shared("b")), ("b", Shared("a"))], "layer 'a'.*contains it"),
    "cycle of blocks": ([("x", FIRST), ("y", SECOND)], r"layer 'x\.0'.*contains it"),
    "several": ([TWINS], "is ambiguous: .parallel.0.e, parallel.1.e.; write Shared.'parallel.0.e'"),
    "shapes": (
        [("a", Dense(3)), Shared("a")],
        r"layer 'shared' is Shared.'a'. and is given samples of shape \(3,\), for which 'kernel'"
        r" would have the shape \(3, 3\); .*shape \(6,\), .*shape \(6, 3\)",
    ),
    "twice": ([("a", SAME), ("b", SAME)], "'a' and 'b' are the same Dense object.*Shared.'a'"),
    "twice within": ([Sequential([SAME]), SAME], "'sequential.0' and 'dense' are the same Dense"),
}


@pytest.mark.parametrize(("layers", "message"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_is_refused(layers, message):
    with pytest.raises(ValueError, match=f"NeuralNetRegressor: .*{message}"):
        regressor(layers).fit(X, Y)
    with pytest.raises(ValueError, match=f"NeuralNetClassifier: .*{message}"):
        NeuralNetClassifier(layers, max_iter=1).fit(X, LABELS)


def test_layers_without_weights_may_be_given_twice():
    tanh = Activation("tanh")
    assert regressor([Dense(4), tanh, Dense(4), tanh]).fit(X, Y).predict(X).shape == Y.shape


def test_alone_it_says_what_it_needs():
    with pytest.raises(ValueError, match="Shared.'a'. works only in a network"):
        Shared("a").output_shape((3,))
    with pytest.raises(ValueError, match="'layer' parameter of Shared"):
        regressor([Dense(3), Shared(3)]).fit(X, Y)


def test_samples_of_another_size_have_to_fit_the_shared_weights():
    branches = [[GlobalMaxPool(), ("dense", Dense(3))], [Flatten(), Shared("dense")]]
    series = np.random.default_rng(0).normal(size=(20, 1, 4))
    model = regressor([Parallel(branches)]).fit(series, Y[:20])
    assert model.predict(series).shape == (20, 2)
    with pytest.raises(ValueError, match="samples of shape"):
        model.predict(np.repeat(series, 2, axis=1))
