"""Stacks of layers as estimators: what they are given, what they show, and where they end."""

import copy
import pickle

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse, special
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import get_scorer, log_loss, roc_auc_score
from sklearn.model_selection import GridSearchCV
from sklearn.utils import estimator_html_repr

from skneural import (
    ConvNetClassifier,
    MLPClassifier,
    MLPRegressor,
    NeuralNetClassifier,
    NeuralNetRegressor,
)
from skneural.estimators.base import predictor as _predictor
from skneural.estimators.base.layer_list import named_layers
from skneural.layers import (
    Activation,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    MaxPool,
    Parallel,
    Reshape,
    Residual,
    Sequential,
    UpSampling2D,
)
from skneural.losses import LogLoss

pytestmark = pytest.mark.usefixtures("quiet")


def make_data(n_samples=60, shape=(12,), n_classes=3):
    random = np.random.RandomState(0)
    X = random.standard_normal((n_samples, *shape))
    return X, np.arange(n_samples) % n_classes


def classifier(layers=None, **parameters):
    return NeuralNetClassifier(layers, **{"max_iter": 3, "random_state": 0, **parameters})


def regressor(layers=None, **parameters):
    return NeuralNetRegressor(layers, **{"max_iter": 3, "random_state": 0, **parameters})


def names_of(model):
    return [layer.split()[0] for layer in model._built.names]


# The same model as the perceptrons'


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_the_classifier_of_dense_layers_is_the_perceptron(solver, n_classes):
    X, y = make_data(n_classes=n_classes)
    settings = {"max_iter": 3, "random_state": 0, "solver": solver}
    mlp = MLPClassifier((9, 7), activation="tanh", **settings).fit(X, y)
    model = classifier([Dense(9, "tanh"), Dense(7, "tanh")], **settings).fit(X, y)
    assert_array_equal(model.predict_proba(X), mlp.predict_proba(X))
    assert_array_equal(model.weights_["dense_2"]["kernel"], mlp.coefs_[1])
    assert model.loss_curve_ == mlp.loss_curve_


def test_default_layers_are_the_perceptrons():
    X, y = make_data()
    mlp = MLPClassifier(max_iter=3, random_state=0, initializer="he_normal").fit(X, y)
    model = classifier(initializer="he_normal").fit(X, y)
    assert_array_equal(model.predict_proba(X), mlp.predict_proba(X))
    mlp = MLPRegressor(max_iter=3, random_state=0).fit(X, y)
    assert_array_equal(regressor().fit(X, y).predict(X), mlp.predict(X))


def test_no_layers_are_a_linear_model():
    X, y = make_data()
    model = classifier([]).fit(X, y)
    assert names_of(model) == ["output"]
    weights = model.weights_["output"]
    assert_allclose(model.decision_function(X), X @ weights["kernel"] + weights["bias"])


# Where a stack ends


@pytest.mark.parametrize(
    ("layers", "names"),
    [
        ([Dense(5, "relu")], ["dense", "output"]),
        ([Dense(5)], ["dense", "output"]),
        ([Dense(3, "relu")], ["dense", "output"]),
        ([Dense(3, "logistic")], ["dense", "output"]),
        ([Dense(3, "softmax")], ["dense"]),
        ([Dense(3)], ["dense"]),
        ([Dense(5, "relu"), Dense(3, "softmax")], ["dense_1", "dense_2"]),
        ([Dense(3), Activation("softmax")], ["dense", "activation"]),
        ([Dense(3, "relu"), Activation("identity")], ["dense", "activation"]),
        ([Dense(3), Dropout(0.5)], ["dense", "dropout", "output"]),
        ([("output", Dense(5)), Dense(4, "relu")], ["output", "dense", "output_2"]),
        ([Dense(5, "relu"), "passthrough", ("last", Dense(3, "softmax"))], ["dense", "last"]),
        ([Dense(3, "softmax"), ("off", None)], ["dense"]),
    ],
)
def test_output_layer_of_three_classes(layers, names):
    X, y = make_data()
    model = classifier(layers).fit(X, y)
    assert names_of(model) == names
    assert_allclose(model.predict_proba(X).sum(axis=1), 1)


@pytest.mark.parametrize("end", [Dense(3, "softmax"), Dense(3), Activation("softmax")])
def test_an_explicit_output_is_the_one_appended(end):
    """The loss takes over the activation: the same model to the bit."""
    X, y = make_data()
    hidden = Dense(5, "relu")
    body = [hidden, Dense(3), end] if isinstance(end, Activation) else [hidden, end]
    expected = classifier([hidden]).fit(X, y).predict_proba(X)
    assert_array_equal(classifier(body).fit(X, y).predict_proba(X), expected)


def test_output_layers_of_two_classes_and_of_labels():
    X, y = make_data(n_classes=2)
    expected = classifier([Dense(5, "relu")]).fit(X, y).predict_proba(X)
    for end in (Dense(1, "logistic"), Dense(1)):
        model = classifier([Dense(5, "relu"), end]).fit(X, y)
        assert_array_equal(model.predict_proba(X), expected)
    labels = np.stack([y, 1 - y, y], axis=1)
    model = classifier([Dense(5, "relu"), Dense(3, "logistic")]).fit(X, labels)
    assert names_of(model) == ["dense_1", "dense_2"]


TWO = {
    "neural_net": classifier([Dense(5, "relu"), Dense(2, "softmax")]),
    "activation": classifier([Dense(2), Activation("softmax")]),
    "passthrough": classifier([Dense(2, "softmax"), "passthrough"]),
    "custom": classifier([Dense(2, "softmax")], loss=LogLoss(0.1)),
    "convnet": ConvNetClassifier(
        architecture=[Conv2D(2), Flatten(), Dense(2, "softmax")],
        image_shape=(3, 4), max_iter=3, random_state=0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("model", TWO.values(), ids=TWO)
def test_two_classes_may_have_an_output_each(model):
    X, y = make_data(n_classes=2)
    labels = np.array(["no", "yes"])[y]
    fitted = clone(model).fit(X, labels)
    probabilities, scores = fitted.predict_proba(X), fitted.decision_function(X)
    assert fitted.n_outputs_ == 2 and "output" not in fitted._built.names
    assert probabilities.shape == (60, 2) and scores.shape == (60,)
    assert_allclose(probabilities, special.softmax(fitted._decoded(X, np.copy, raw=True), axis=1))
    assert_allclose(probabilities[:, 1], special.expit(scores))
    assert_allclose(fitted.predict_log_proba(X), np.log(probabilities))
    assert_array_equal(fitted.predict(X) == "yes", scores > 0)
    assert fitted.activations(X, -1).shape == (60, 2)
    area = get_scorer("roc_auc")(fitted, X, labels)
    assert area == pytest.approx(roc_auc_score(y, probabilities[:, 1]))
    again = copy.deepcopy(fitted).set_params(warm_start=True).fit(X, labels)
    assert again.partial_fit(X, labels).predict_proba(X).shape == (60, 2)
    started = clone(model).partial_fit(X, labels, classes=["no", "yes"])
    assert started.predict_proba(X).shape == (60, 2)


def test_the_loss_of_two_outputs_is_cross_entropy():
    X, y = make_data(n_classes=2)
    weight = np.arange(60.0)
    settings = {"early_stopping": True, "restore_best_weights": False, "alpha": 0.0}
    model = classifier([Dense(2, "softmax")], class_weight={0: 3, 1: 1}, **settings)
    model.fit(X, y, X_val=X, y_val=y, sample_weight_val=weight)
    expected = log_loss(y, model.predict_proba(X), sample_weight=weight * np.where(y, 1, 3))
    assert model.validation_loss_curve_[-1] == pytest.approx(expected)
    assert model.validation_scores_[-1] == model.score(X, y, weight)


@pytest.mark.needs_jit(reason="fits that last many iterations")
def test_two_outputs_come_to_the_probabilities_of_one():
    X, y = make_data(n_classes=2)
    settings = {"solver": "lbfgs", "max_iter": 500, "tol": 1e-9, "alpha": 0.0}
    both = classifier([Dense(2, "softmax")], **settings).fit(X, y)
    one = classifier([Dense(1, "logistic")], **settings).fit(X, y)
    assert_allclose(both.predict_proba(X), one.predict_proba(X), atol=1e-4)


def test_early_stopping_keeps_the_proportion_of_two_outputs_classes():
    X, _ = make_data()
    y = np.arange(60) < 10
    settings = {"early_stopping": True, "validation_fraction": 0.2, "scoring": "roc_auc"}
    both = classifier([Dense(2, "softmax")], **settings).fit(X, y)
    assert np.isfinite(both.validation_scores_).all()


@pytest.mark.parametrize(
    ("layers", "n_classes", "parameters", "fragments"),
    [
        ([Dense(4, "softmax")], 3, {}, ["dense", "(4,)", "3 classes", "Dense(3, 'softmax')"]),
        ([Dense(1, "softmax")], 2, {}, ["dense", "(1,)", "2 classes", "Dense(2, 'softmax')"]),
        ([Dense(3, "softmax")], 2, {}, ["dense", "(3,)", "2 classes", "Dense(2, 'softmax')"]),
        ([Dense(2, "softmax")], 2, {"loss": "hinge"}, ["softmax", "Dense(1, 'identity')"]),
        ([Dense(3, "softmax")], 3, {"loss": "hinge"}, ["softmax", "Dense(3, 'identity')"]),
        ([Reshape((3, 4)), Activation("softmax")], 3, {}, ["activation", "(3, 4)", "3"]),
        ([("output", Dense(4))], 3, {}, ["'output'", "(4,)", "Dense(3)", "another name"]),
        ([("output", Dense(3, "relu"))], 3, {}, ["'output'", "'relu'", "Dense(3)"]),
        ([Dense(5, "softmax"), Dense(3)], 3, {}, ["layer 'dense_1'", "'softmax'", "last"]),
    ],
)
def test_an_output_layer_that_does_not_fit(
    layers, n_classes, parameters, fragments, raises_unchanged
):
    X, y = make_data(n_classes=n_classes)
    model = classifier(layers, **parameters)
    raises_unchanged(model, ["NeuralNetClassifier", *fragments], "fit", X, y)


def test_output_layers_of_a_regressor():
    X, y = make_data()
    expected = regressor([Dense(5, "relu")]).fit(X, y).predict(X)
    model = regressor([Dense(5, "relu"), Dense(1)]).fit(X, y)
    assert_array_equal(model.predict(X), expected)
    bounded = regressor([Dense(1, "tanh"), Activation("identity")]).fit(X, y)
    assert names_of(bounded) == ["dense", "activation"]
    assert np.abs(bounded.predict(X)).max() <= 1
    assert names_of(regressor([Dense(1, "tanh")]).fit(X, y)) == ["dense", "output"]


# Names and nested parameters


def test_a_fitted_layer_says_where_its_parameters_are_set():
    X, y = make_data()
    model = classifier([("hidden", Dense(5, "relu"))]).fit(X, y)
    with pytest.raises(AttributeError, match=r"set_params\(hidden__trainable=False\)"):
        model.get_layer("hidden").trainable = False
    with pytest.raises(AttributeError, match="weights are written into"):
        model.get_layer("hidden").weights = {}
    before = model.get_layer("hidden").weights["kernel"].copy()
    model.set_params(hidden__trainable=False).partial_fit(X, y)
    assert_array_equal(model.get_layer("hidden").weights["kernel"], before)


def test_names_are_like_those_of_make_pipeline():
    model = classifier([Dense(2), Dropout(0.1), ("code", Dense(3)), Dense(4), BatchNorm()])
    parameters = model.get_params()
    for name in ("dense_1", "dropout", "code", "dense_2", "batchnorm"):
        assert name in parameters
    assert parameters["code__units"] == 3
    assert "code" not in model.get_params(deep=False)


def test_set_params_reaches_into_layers():
    model = classifier([("hidden", Dense(8, "relu")), ("dropout", Dropout(0.5))])
    original = model.layers
    model.set_params(hidden__units=3, dropout="passthrough")
    assert model.layers[0][1].units == 3
    assert model.layers[1] == ("dropout", "passthrough")
    assert original[1][1].rate == 0.5
    model.set_params(hidden=Dense(6), max_iter=7)
    assert (model.layers[0][1].units, model.max_iter) == (6, 7)
    model.set_params(layers=[("other", Dense(2))], other__units=9)
    assert model.get_params()["other__units"] == 9
    with pytest.raises(ValueError, match="hiden"):
        model.set_params(hiden=Dense(6))
    with pytest.raises(ValueError, match="nits"):
        model.set_params(other__nits=6)


def test_a_grid_reaches_into_lists_within_layers():
    X, y = make_data(40, (6, 6, 2), n_classes=2)
    branches = Parallel([MaxPool(2), [Conv2D(2, strides=2, padding="same"), BatchNorm()]])
    block = Residual([Dense(4)], [("dense", Dense(4))])
    model = classifier([("par", branches), Flatten(), ("block", block)], max_iter=1)
    grid = {
        "par__1__0__filters": [2, 5],
        "par__1__1": ["passthrough"],
        "block__shortcut__dense__activation": ["tanh"],
    }
    search = GridSearchCV(model, grid, cv=2, error_score="raise").fit(X, y)
    best = search.best_estimator_
    filters = search.best_params_["par__1__0__filters"]
    assert best.weights_["par"]["1.0.kernel"].shape[-1] == filters
    assert list(best.weights_["par"]) == ["1.0.kernel", "1.0.bias"]
    assert best.get_layer("block").layer.shortcut[0][1].activation == "tanh"
    assert branches.branches[1][0].filters == 2 and block.shortcut[0][1].activation == "identity"


def test_set_params_keeps_the_names_of_unnamed_layers():
    model = classifier((Dense(2), Dense(3)))
    model.set_params(dense_1="passthrough")
    assert model.layers[0] == ("dense_1", "passthrough")
    assert model.set_params(dense_2__units=5).get_params()["dense_2__units"] == 5
    assert isinstance(model.layers, tuple)


def test_parameters_changed_after_a_fit_wait_for_the_next():
    X, y = make_data()
    model = classifier([("hidden", Dense(8, "relu"))]).fit(X, y)
    expected = model.predict_proba(X)
    copied = copy.deepcopy(model).set_params(hidden__units=3)
    assert_array_equal(copied.predict_proba(X), expected)
    assert copied.fit(X, y).weights_["hidden"]["kernel"].shape == (12, 3)


def test_grid_search_over_layers():
    X, y = make_data()
    grid = {
        "hidden__units": [2, 5],
        "dropout": ["passthrough", Dropout(0.3)],
        "solver": ["sgd", "adam"],
    }
    model = classifier([("hidden", Dense(8, "relu")), ("dropout", Dropout(0.5))])
    search = GridSearchCV(model, grid, cv=2, n_jobs=1).fit(X, y)
    assert search.best_estimator_.get_layer("hidden").output_shape[0] in (2, 5)
    assert model.layers[0][1].units == 8


def test_clone_and_repr():
    model = classifier([("hidden", Dense(8)), Dropout(0.5)], input_shape=(4, 3))
    copied = clone(model)
    assert copied.layers[0][1] is not model.layers[0][1]
    assert repr(copied) == repr(model)
    assert "('hidden', Dense(units=8))" in repr(model)
    for shown in (model, NeuralNetClassifier(), clone(model).set_params(hidden="passthrough")):
        page = estimator_html_repr(shown)
        assert "NeuralNetClassifier" in page
        for _, layer in named_layers(shown.layers):
            kind = layer if isinstance(layer, str) else type(layer).__name__
            assert f"<div>{kind}</div>" in page


@pytest.mark.parametrize(
    ("layers", "fragments"),
    [
        ([("a", Dense(2)), ("a", Dense(3))], ["'a'", "2 times"]),
        ([("a__b", Dense(2))], ["'a__b'", "underscores"]),
        ([("solver", Dense(2))], ["'solver'", "parameter"]),
        ([Dense], ["Dense", "instance"]),
        ([3], ["3", "neither a layer"]),
        (["relu"], ["'relu'", "neither a layer"]),
        (["pasthrough"], ["Did you mean 'passthrough'"]),
        ([("a", Dense(0))], ["'a'", "units", "0"]),
        ([Dense(3, "rlu")], ["dense", "rlu", "relu"]),
        ("relu", ["layers", "'relu'"]),
        (7, ["layers", "7"]),
    ],
    ids=repr,
)
def test_bad_layers(layers, fragments, raises_unchanged):
    X, y = make_data()
    for model in (classifier(layers), regressor(layers)):
        raises_unchanged(model, [type(model).__name__, *fragments], "fit", X, y)


def test_layers_that_do_not_go_together(raises_unchanged):
    X, y = make_data(shape=(4, 3, 1))
    model = classifier([("hidden", Dense(5))])
    fragments = ["NeuralNetClassifier", "'hidden'", "(4, 3, 1)", "Flatten"]
    raises_unchanged(model, fragments, "fit", X, y)


# Samples of any shape


@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 2), (2, 3, 2, 1)])
def test_samples_of_any_shape(shape):
    X, y = make_data(shape=shape)
    flat = X.reshape(len(X), -1)
    model = classifier([Flatten(), Dense(5, "relu")]).fit(X, y)
    assert (model.input_shape_, model.n_features_in_) == (shape, 12)
    expected = classifier([Dense(5, "relu")]).fit(flat, y).predict_proba(flat)
    for samples in (X, flat, np.asfortranarray(X), X.tolist(), X[::-1][::-1]):
        assert_array_equal(model.predict_proba(samples), expected)
    told = clone(model).set_params(input_shape=shape).fit(flat, y)
    assert told.input_shape_ == shape
    assert_array_equal(told.predict_proba(X), expected)
    assert_array_equal(told.partial_fit(X, y).predict(flat), told.predict(X))


def test_a_linear_model_of_images_flattens_them():
    X, y = make_data(shape=(4, 3))
    model = classifier([]).fit(X, y)
    assert names_of(model) == ["flatten", "output"]


def test_grey_images_may_lack_their_channel():
    X, y = make_data(shape=(4, 3))
    model = classifier([Flatten()], input_shape=(4, 3, 1)).fit(X, y)
    assert model.input_shape_ == (4, 3, 1)
    assert_array_equal(model.predict(X), model.predict(X[..., None]))


def test_early_stopping_and_scoring_of_images():
    X, y = make_data(shape=(4, 3))
    settings = {"early_stopping": True, "scoring": "accuracy"}
    model = classifier([Flatten()], **settings).fit(X, y)
    assert len(model.validation_scores_) == 3
    model.fit(X, y, X_val=X[:9], y_val=y[:9])
    assert model.validation_scores_[-1] == model.score(X[:9], y[:9])


def test_other_shapes_than_fitted(raises_unchanged):
    X, y = make_data(shape=(8, 8))
    model = classifier([Flatten()]).fit(X, y)
    message = "NeuralNetClassifier: X has samples of shape (8, 9), fitted with (8, 8)"
    raises_unchanged(model, [message], "predict", np.zeros((2, 8, 9)))
    raises_unchanged(model, [message], "partial_fit", np.zeros((60, 8, 9)), y)
    fragments = ["NeuralNetClassifier", "X has 63 features", "64"]
    raises_unchanged(model, fragments, "predict", np.zeros((2, 63)))
    raises_unchanged(model, ["NaN"], "predict", np.full((2, 8, 8), np.nan))
    flat = classifier([]).fit(X.reshape(60, 64), y)
    assert flat.predict(X.reshape(60, 64)).shape == y.shape
    raises_unchanged(flat, ["(8, 8)", "(64,)"], "predict", X)


@pytest.mark.parametrize(
    ("X", "parameters", "fragments"),
    [
        (np.zeros((60, 63)), {"input_shape": (8, 8, 1)}, ["input_shape=(8, 8, 1)", "64", "63"]),
        (np.zeros((60, 8, 9)), {"input_shape": (8, 8)}, ["input_shape=(8, 8)", "(8, 9)"]),
        (np.zeros((60, 64)), {"input_shape": (8, 0)}, ["input_shape=(8, 0)"]),
        (np.zeros((60, 64)), {"input_shape": (8.0, 8)}, ["input_shape=(8.0, 8)"]),
        (np.zeros((60, 64)), {"input_shape": ()}, ["input_shape=()"]),
        (np.zeros((60, 64)), {"input_shape": 64}, ["input_shape", "64"]),
        (np.zeros((60, 2, 2, 2, 2, 2)), {}, ["X has 6 dimensions", "5"]),
        (np.zeros((60, 8, 0)), {}, ["0 feature"]),
        (np.zeros((59, 8, 8)), {}, ["59", "60"]),
        (np.full((60, 8, 8), np.inf), {}, ["infinity"]),
    ],
)
def test_bad_shapes(X, parameters, fragments, raises_unchanged):
    y = make_data()[1]
    model = classifier([Flatten(), Dense(3)], **parameters)
    raises_unchanged(model, ["NeuralNetClassifier", *fragments], "fit", X, y)


def test_sparse_X_needs_a_dense_first_layer(raises_unchanged):
    X, y = make_data()
    X[X < 0] = 0
    model = classifier([Dense(5, "relu")]).fit(sparse.csr_array(X), y)
    assert_allclose(model.predict_proba(X), model.predict_proba(sparse.csr_array(X)))
    assert model.__sklearn_tags__().input_tags.sparse
    other = classifier([Activation("relu")])
    assert not other.__sklearn_tags__().input_tags.sparse
    fragments = ["NeuralNetClassifier", "Sparse", "first layer"]
    raises_unchanged(other, fragments, "fit", sparse.csr_array(X), y, error=TypeError)
    other.fit(X, y)
    raises_unchanged(other, fragments, "predict", sparse.csr_array(X), error=TypeError)


# Targets of any shape


def test_image_to_image():
    X, _ = make_data(shape=(4, 3, 1))
    y = 2 * X + 1
    model = regressor([BatchNorm()], max_iter=200, learning_rate_init=0.05).fit(X, y)
    assert names_of(model) == ["batchnorm"]
    assert (model.output_shape_, model.n_outputs_) == ((4, 3, 1), 12)
    assert model.predict(X).shape == y.shape
    assert model.score(X, y) > 0.99
    assert_allclose(model.predict(X.reshape(60, -1)), model.predict(X))
    model.partial_fit(X, y)


@pytest.mark.filterwarnings("ignore:A column-vector y")
@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3), (2, 1, 3), (1, 1)])
def test_targets_of_any_shape(shape):
    X, _ = make_data()
    y = np.random.RandomState(1).standard_normal((60, *shape))
    model = regressor([Dense(5, "relu")], early_stopping=True)
    for scoring in (None, "neg_mean_squared_error"):
        model.set_params(scoring=scoring).fit(X, y)
        assert names_of(model) == ["dense", "output"]
        assert model.predict(X).shape == ((60,) if shape == (1,) else y.shape)
        assert np.isfinite(model.score(X, y))
    model.fit(X, y, X_val=X, y_val=y)
    assert len(model.validation_scores_) == 3


def test_images_are_scored_as_a_whole():
    """Pixels that hardly vary do not drown the others."""
    X, _ = make_data(shape=(4, 3, 1))
    y = 2 * X + 1
    y[:, 0] = 1e-6 * X[:, 0]
    model = regressor([BatchNorm()], early_stopping=True).fit(X, y)
    residual = ((y - model.predict(X)) ** 2).sum()
    score = 1 - residual / ((y - y.mean(axis=0)) ** 2).sum()
    assert_allclose(model.score(X, y), score)
    model.fit(X, y, X_val=X, y_val=y)
    assert_allclose(model.validation_scores_[-1], model.score(X, y))


def test_targets_that_do_not_fit(raises_unchanged):
    X, _ = make_data(shape=(4, 3, 1))
    y = np.zeros((60, 4, 4))
    fragments = ["NeuralNetRegressor", "(4, 3, 1)", "(4, 4)"]
    raises_unchanged(regressor([BatchNorm()]), fragments, "fit", X, y)
    model = regressor([BatchNorm()]).fit(X, X)
    fragments = ["NeuralNetRegressor", "(4, 4)", "(4, 3, 1)"]
    raises_unchanged(model, fragments, "partial_fit", X, y)
    raises_unchanged(model, ["y has 6 dimensions"], "fit", X, np.zeros((60, 1, 1, 1, 1, 1)))


# Looking inside


def test_summary_names_layers():
    X, y = make_data(shape=(4, 3))
    model = classifier([Flatten(), ("hidden", Dense(5, "relu")), Dense(3, "softmax")]).fit(X, y)
    lines = model.summary().splitlines()
    assert "(n, 4, 3)" in lines[4]
    assert lines[6].split() == ["hidden", "Dense(5,", "activation='relu')", "(n,", "5)", "65"]
    assert "softmax" in lines[7]


def test_weights_by_name():
    X, y = make_data()
    model = classifier([("hidden", Dense(5, "relu")), BatchNorm()]).fit(X, y)
    assert list(model.weights_) == ["hidden", "batchnorm", "output"]
    layer = model.get_layer("hidden")
    assert (layer.name, layer.input_shape, layer.output_shape) == ("hidden", (12,), (5,))
    assert layer.layer.units == 5
    assert layer.weights["kernel"] is model.weights_["hidden"]["kernel"]
    assert model.get_layer(-1).name == "output"
    assert model.get_layer(-1).layer.activation == "softmax"
    before = model.predict_proba(X)
    layer.weights["kernel"][...] = 0
    after = model.predict_proba(X)
    assert not np.array_equal(after, before)
    assert_allclose(after, np.broadcast_to(after[0], after.shape))


def test_a_layer_that_is_not_there(raises_unchanged):
    X, y = make_data()
    model = classifier([("hidden", Dense(5, "relu")), ("off", "passthrough")]).fit(X, y)
    for layer in ("hiden", 2, -3, "off", None):
        with pytest.raises(ValueError, match="no layer="):
            model.get_layer(layer)
    with pytest.raises(ValueError, match="Did you mean 'hidden'"):
        model.activations(X, "hiden")


def test_activations_are_those_of_the_layer():
    X, y = make_data(shape=(4, 3))
    layers = [Flatten(), ("a", Dense(5)), Activation("relu"), Dropout(0.5), ("b", Dense(4, "tanh"))]
    model = classifier(layers).fit(X, y)
    a, b = model.weights_["a"], model.weights_["b"]
    linear = X.reshape(60, -1) @ a["kernel"] + a["bias"]
    rectified = np.maximum(linear, 0)
    assert_array_equal(model.activations(X, "flatten"), X.reshape(60, -1))
    assert_allclose(model.activations(X, "a"), linear)
    assert_allclose(model.activations(X, 2), rectified)
    assert_allclose(model.activations(X, "dropout"), rectified)
    assert_allclose(model.activations(X, -2), np.tanh(rectified @ b["kernel"] + b["bias"]))
    assert_array_equal(model.activations(X, "output"), model.predict_proba(X))
    assert_allclose(model.activations(X[:1], "a"), linear[:1])


def test_activations_keep_the_shape_of_the_layer():
    X, y = make_data()
    model = classifier([Reshape((4, 3)), BatchNorm()]).fit(X, y)
    assert model.activations(X, "reshape").shape == (60, 4, 3)
    assert_array_equal(model.activations(X, "reshape"), X.reshape(60, 4, 3))


def test_not_fitted(raises_unchanged):
    from sklearn.exceptions import NotFittedError

    X, y = make_data()
    for model in (classifier([]), regressor([])):
        for method, arguments in [
            ("predict", (X,)),
            ("score", (X, y)),
            ("activations", (X, 0)),
            ("get_layer", (0,)),
            ("summary", ()),
        ]:
            name = type(model).__name__
            raises_unchanged(model, [name], method, *arguments, error=NotFittedError)


def make_residual():
    block = [("conv", Conv2D(4, padding="same")), BatchNorm(), Sequential([Activation("relu")])]
    return [
        Conv2D(4, activation="relu", padding="same"),
        ("block", Residual(block, activation="relu")),
        MaxPool(),
        Flatten(),
        Dense(3, "softmax"),
    ]


def test_summary_shows_what_layers_are_made_of():
    X, y = make_data(shape=(6, 6, 1))
    lines = classifier(make_residual()).fit(X, y).summary().splitlines()
    starts = [line.split()[0] for line in lines[5:-2]]
    assert starts == ["conv2d", "block", "conv", "1", "2", "0", "shortcut", *starts[-3:]]
    assert lines[7].startswith("  conv")
    block = next(line for line in lines if line.startswith("block"))
    assert block.split()[-1] == "164"
    assert lines[-1] == "total parameters: 315"


def test_summary_wraps_what_is_too_long():
    X, y = make_data(shape=(6, 6, 1))
    long = Conv2D(7, (2, 3), "leaky_relu", strides=(1, 2), padding=(1, 2), initializer="he_normal")
    block = [("a_name_that_is_longer_than_others", Conv2D(7, 1))]
    model = classifier([long, ("block", Residual(block)), BatchNorm(momentum=0.9)]).fit(X, y)
    lines = model.summary().splitlines()
    assert max(map(len, lines)) <= 88
    assert lines[5].split()[0] == "conv2d" and lines[5].split()[-1] == "49"
    start, stop = lines[2].index("layer"), lines[2].index("output shape")
    text = " ".join(" ".join(line[start:stop] for line in lines).split())
    assert "strides=(1, 2), padding=(1, 2), initializer='he_normal')" in text
    assert "BatchNorm()" in text  # a default is not told, even where it was given


def test_layers_within_layers():
    X, y = make_data(shape=(6, 6, 1))
    model = classifier(make_residual()).set_params(block__conv__kernel_size=1).fit(X, y)
    weights = model.get_layer("block").weights
    assert weights["conv.kernel"].size == 16
    before = model.activations(X, "block")
    assert before.shape == (60, 6, 6, 4)
    weights["conv.bias"][...] += 1
    model.weights_["block"]["1.running_mean"][...] = 5
    assert not np.array_equal(model.activations(X, "block"), before)
    assert_array_equal(pickle.loads(pickle.dumps(model)).predict(X), model.predict(X))


def test_an_all_convolutional_output():
    X, y = make_data(shape=(6, 6, 1))
    layers = [Conv2D(3, padding="same"), GlobalAvgPool(), Activation("softmax")]
    model = classifier(layers).fit(X, y)
    assert names_of(model) == ["conv2d", "globalavgpool", "activation"]
    maps = model.activations(X, "conv2d")
    assert_allclose(model.decision_function(X), maps.mean(axis=(1, 2)), atol=1e-12)


def test_small_images_to_large_ones():
    X, _ = make_data(shape=(6, 6))
    layers = [Conv2D(4, activation="relu", padding="same"), UpSampling2D(), Conv2D(1, 1)]
    model = regressor(layers, input_shape=(3, 3, 1)).fit(X[:, ::2, ::2], X)
    assert model.output_shape_ == (6, 6)
    assert model.predict(X[:, ::2, ::2]).shape == X.shape


@pytest.mark.parametrize(
    ("block", "fragments"),
    [
        (Sequential([Dense(3, "rlu")]), ["'block'", "'0'", "rlu", "relu"]),
        (Sequential([Dense(0)]), ["'block'", "units", "0"]),
        (Sequential([3]), ["'block'", "3", "no layer"]),
        (MaxPool(13), ["'block'", "MaxPool"]),
    ],
)
def test_bad_layers_within_layers(block, fragments, raises_unchanged):
    X, y = make_data()
    model = classifier([("block", block)])
    raises_unchanged(model, ["NeuralNetClassifier", *fragments], "fit", X, y)


# Weights that stay, move and return


def test_first_weights_given_by_name():
    X, y = make_data()
    given = {"hidden": {"kernel": np.full((12, 5), 0.25)}}
    layers = [("hidden", Dense(5, "relu", trainable=False))]
    model = classifier(layers, initial_weights=given).fit(X, y)
    assert_array_equal(model.weights_["hidden"]["kernel"], given["hidden"]["kernel"])
    assert_array_equal(
        model.weights_["hidden"]["bias"], classifier(layers).fit(X, y).weights_["hidden"]["bias"]
    )
    assert not np.array_equal(given["hidden"]["kernel"], np.zeros((12, 5)))


@pytest.mark.parametrize("frozen", [False, True])
def test_a_trained_trunk_for_new_classes(frozen):
    X, y = make_data(n_classes=3)
    layers = [("trunk", Dense(5, "relu")), ("head", Dense(3, "softmax"))]
    trained = classifier(layers).fit(X, y)
    source = FrozenEstimator(trained) if frozen else trained
    model = classifier(
        [("trunk", Dense(5, "relu", trainable=False)), ("head", Dense(2, "softmax"))],
        initial_weights=source,
    )
    model = clone(model) if frozen else model
    model.set_params(head=Dense(4, "softmax")).fit(X, np.arange(60) % 4)
    assert_array_equal(model.weights_["trunk"]["kernel"], trained.weights_["trunk"]["kernel"])
    assert_array_equal(model.activations(X, "trunk"), trained.activations(X, "trunk"))
    assert model.weights_["head"]["kernel"].shape == (5, 4)


@pytest.mark.parametrize(
    ("given", "fragments"),
    [
        ({"hiden": {}}, ["'hiden'", "Did you mean 'hidden'"]),
        ({"hidden": {"weights": np.zeros((12, 5))}}, ["'hidden'", "'weights'", "kernel"]),
        ({"hidden": {"kernel": np.zeros((5, 12))}}, ["'kernel'", "(5, 12)", "(12, 5)"]),
        ({"hidden": {"bias": np.full(5, np.nan)}}, ["'bias'", "NaN"]),
        (NeuralNetClassifier(), ["not fitted", "FrozenEstimator"]),
        (3, ["initial_weights", "3"]),
    ],
)
def test_bad_first_weights(given, fragments, raises_unchanged):
    X, y = make_data()
    model = classifier([("hidden", Dense(5, "relu"))], initial_weights=given)
    raises_unchanged(model, ["NeuralNetClassifier", "initial_weights", *fragments], "fit", X, y)


def kept_head(*following):
    """Layers whose weights stay as they begin."""
    trunk = ("trunk", Dense(5, "relu", trainable=False))
    return [trunk, ("head", Dense(3, trainable=False)), *following]


@pytest.mark.parametrize("following", [(), (Activation("softmax"),)], ids=["last", "before_link"])
def test_an_output_layer_begins_as_the_one_that_told_the_same_classes(following):
    X, y = make_data()
    trained = classifier([("trunk", Dense(5, "relu")), ("head", Dense(3)), *following]).fit(X, y)
    fresh = classifier(kept_head(*following)).fit(X, y)
    for labels, source in ((y, trained), (np.array(["a", "b", "c"])[y], fresh), (y + 1, fresh)):
        model = classifier(kept_head(*following), initial_weights=trained).fit(X, labels)
        for name, expected in (("trunk", trained), ("head", source)):
            begun = model.weights_[name]["kernel"]
            assert_array_equal(begun, expected.weights_[name]["kernel"], err_msg=name)


def test_labels_and_numeric_targets_are_no_classes_of_an_output_layer():
    X, y = make_data()
    layers = [("trunk", Dense(5, "relu")), ("head", Dense(3))]
    several = np.eye(3, dtype=int)[y]  # columns by the names of the classes 0, 1, 2
    fresh = classifier(kept_head()).fit(X, y).weights_["head"]["kernel"]
    for source in (classifier(layers).fit(X, several), regressor(layers).fit(X, several)):
        model = classifier(kept_head(), initial_weights=source).fit(X, y)
        assert_array_equal(model.weights_["head"]["kernel"], fresh)
    numeric = regressor(kept_head(), initial_weights=source).fit(X, several)
    assert_array_equal(numeric.weights_["head"]["kernel"], source.weights_["head"]["kernel"])


def test_nothing_in_common_but_the_output_of_other_classes(raises_unchanged):
    X, y = make_data()
    model = classifier([], initial_weights=classifier([]).fit(X, y + 1))
    raises_unchanged(model, ["NeuralNetClassifier", "'output'", "other classes"], "fit", X, y)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_trunk_without_a_layer_in_common(n_classes, raises_unchanged):
    """Though the outputs may be for the same classes."""
    X, y = make_data()
    other = classifier([("trunk", Dense(5))]).fit(X, y % n_classes)
    model = classifier([("hidden", Dense(5, "relu"))], initial_weights=other)
    raises_unchanged(model, ["trunk", "hidden"], "fit", X, y)


@pytest.mark.parametrize("copied", ["pickle", "deepcopy", "joblib", "mmap"])
@pytest.mark.parametrize("kind", [classifier, regressor])
def test_copies_predict_the_same(copied, kind, tmp_path):
    X, y = make_data(shape=(4, 3))
    model = kind([Flatten(), Dense(5, "relu"), BatchNorm()]).fit(X, y)
    if copied == "pickle":
        other = pickle.loads(pickle.dumps(model))
    elif copied == "deepcopy":
        other = copy.deepcopy(model)
    else:
        joblib.dump(model, tmp_path / "model")
        other = joblib.load(tmp_path / "model", mmap_mode="r" if copied == "mmap" else None)
    assert_array_equal(other.predict(X), model.predict(X))
    assert_array_equal(other.activations(X, "dense"), model.activations(X, "dense"))
    other.partial_fit(X, y)
    assert_array_equal(other.predict(X), model.partial_fit(X, y).predict(X))


def test_weights_replaced_by_the_user():
    X, y = make_data()
    model = classifier([("hidden", Dense(5, "relu"))]).fit(X, y)
    expected = model.predict_proba(X)
    network = _predictor.predictor(model)
    backwards = {
        name: dict(reversed([(key, array.copy()) for key, array in variables.items()]))
        for name, variables in reversed(model.weights_.items())
    }
    model.weights_ = backwards
    assert _predictor.predictor(model) is network
    model.weights_["hidden"]["bias"] = model.weights_["hidden"]["bias"] + 1
    assert not np.array_equal(model.predict_proba(X), expected)
    del model.weights_["hidden"]
    with pytest.raises(ValueError, match="hidden"):
        model.predict(X)


def test_warm_start_goes_on():
    X, y = make_data()
    layers = [("hidden", Dense(5, "relu")), BatchNorm()]
    model = classifier(layers, warm_start=True).fit(X, y)
    kept = copy.deepcopy(model.weights_)
    model.fit(X, y)
    assert len(model.loss_curve_) == 6
    assert model.loss_curve_[3] < model.loss_curve_[0]
    assert not np.array_equal(kept["hidden"]["kernel"], model.weights_["hidden"]["kernel"])


@pytest.mark.parametrize(
    "layers", [[("hidden", Dense(6, "relu"))], [("other", Dense(5, "relu"))], []]
)
def test_warm_start_cannot_change_the_layers(layers, raises_unchanged):
    X, y = make_data()
    model = classifier([("hidden", Dense(5, "relu"))], warm_start=True).fit(X, y)
    model.set_params(layers=layers)
    raises_unchanged(model, ["NeuralNetClassifier", "warm_start"], "fit", X, y)


def test_a_layer_frozen_between_two_fits():
    X, y = make_data()
    model = classifier([("hidden", Dense(5, "relu"))], warm_start=True).fit(X, y)
    kept = copy.deepcopy(model.weights_)
    model.set_params(hidden__trainable=False).fit(X, y)
    assert_array_equal(model.weights_["hidden"]["kernel"], kept["hidden"]["kernel"])
    assert not np.array_equal(model.weights_["output"]["kernel"], kept["output"]["kernel"])


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_the_same_bits_for_any_number_of_threads(n_jobs):
    X, y = make_data(300, (8, 8))
    layers = [Flatten(), Dense(40, "relu"), Dropout(0.3), Dense(3, "softmax")]
    expected = classifier(layers, n_jobs=3).fit(X, y).predict_proba(X)
    assert_array_equal(classifier(layers, n_jobs=n_jobs).fit(X, y).predict_proba(X), expected)


@pytest.mark.parametrize("parameters", [{"layers": [Dense, 3]}, {"input_shape": 64}])
@pytest.mark.parametrize("kind", [NeuralNetClassifier, NeuralNetRegressor])
def test_tags_of_bad_parameters(kind, parameters):
    """`fit` says what is wrong; to ask what an estimator takes is no error."""
    tags = kind(**parameters).__sklearn_tags__()
    assert tags.input_tags.sparse == ("layers" not in parameters)
