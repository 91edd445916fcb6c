"""The gradient by X of each estimator's outputs, against central differences of its methods."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import shuffle

import skneural
from _helpers import close
from skneural import (
    AutoencoderTransformer,
    BernoulliRBM,
    ConvNetClassifier,
    ConvNetRegressor,
    DBNClassifier,
    DBNRegressor,
    FeatureExtractor,
    GaussianRBM,
    GenerativeAdversarialNetwork,
    MLPClassifier,
    MLPRegressor,
    NeuralNetClassifier,
    NeuralNetRegressor,
    NeuralOutlierDetector,
    RecurrentClassifier,
    RecurrentRegressor,
    SelfOrganizingMap,
    SequenceGenerator,
    SeriesNetClassifier,
    SeriesNetRegressor,
    TabularClassifier,
    TabularRegressor,
)
from skneural.forecasting import WindowForecaster
from skneural.inspection import input_gradient
from skneural.layers import BatchNorm, Conv2D, Dense, Dropout, Embedding, Flatten, PackedDense

RANDOM = np.random.default_rng(0)
QUICK = {"max_iter": 3, "random_state": 0}
LABELS = np.array(["a", "b", "c"])


def rows(n=40, columns=5, seed=0):
    return np.random.default_rng(seed).normal(0, 1, (n, columns))


def images(n=24, channels=2, seed=0):
    return np.random.default_rng(seed).normal(0, 1, (n, 8, 7, channels))


def larger_images(n=24, seed=0):
    return np.random.default_rng(seed).normal(0, 1, (n, 28, 28, 1))


def series(n=24, seed=0):
    return np.random.default_rng(seed).normal(0, 1, (n, 9, 2))


def labels(n, n_classes=3):
    return LABELS[np.arange(n) % n_classes]


def numbers(n, columns=None):
    random = np.random.default_rng(5)
    return random.normal(3, 2, n if columns is None else (n, columns))


def fitted(estimator, X, y=None):
    return clone(estimator).fit(X) if y is None else clone(estimator).fit(X, y)


def score_of(model, X, target):
    """The score of a class, from what the public method says."""
    decisions = model.decision_function(X)
    place = list(model.classes_).index(target)
    if decisions.ndim == 1:
        return decisions if place else -decisions
    return decisions[..., place]


def check(found, function, X, n_places=24, step=1e-6):
    """Compare with central differences of a function of X, one number a row, at some places."""
    assert found.shape == X.shape
    places = np.random.default_rng(1).permutation(X.size)[:n_places]
    expected = []
    for place in places:
        high, low = X.copy(), X.copy()
        high.flat[place] += step
        low.flat[place] -= step
        row = int(place // (X.size // len(X)))
        above, below = function(high)[row], function(low)[row]
        expected.append(np.sum(above - below) / (2 * step))
    assert np.abs(expected).max() > 1e-6
    close(found.flat[places], expected)


SMALL = {"hidden_layer_sizes": 8, "activation": "tanh", **QUICK}
LENET = {"architecture": "lenet5", **QUICK}
NETS = [Conv2D(4, padding="same"), BatchNorm(), Dropout(0.5), Flatten(), Dense(6, "tanh")]
MEMBERS = [Dense(4, "tanh"), PackedDense(3, 4)]
DBN = {"pretraining_max_iter": 1, "visible": "gaussian", **QUICK}
TABLE = {"dtype": "float64", "hidden_layer_sizes": (8,), "activation": "tanh", **QUICK}
CLASSIFIERS = {
    "mlp": (MLPClassifier(8, "tanh", **QUICK), rows),
    "mlp with noise": (MLPClassifier(8, normalization="batch", dropout=0.3, **QUICK), rows),
    "deep belief net": (DBNClassifier((6, 5), **DBN), rows),
    "up down": (DBNClassifier((6, 5), fine_tuning="up_down", **DBN), rows),
    "conv": (ConvNetClassifier((4,), dropout=0.3, normalization="batch", **QUICK), images),
    "lenet": (ConvNetClassifier(**LENET), larger_images),
    "layers": (NeuralNetClassifier(NETS, **QUICK), images),
    "members": (NeuralNetClassifier(MEMBERS, **QUICK), rows),
    "hinge": (MLPClassifier(8, "tanh", loss="hinge", **QUICK), rows),
    "recurrent": (RecurrentClassifier("gru", (5,), normalize="features", **QUICK), series),
    "attention": (RecurrentClassifier("lstm", (5,), pooling="attention", **QUICK), series),
    "series": (SeriesNetClassifier(**QUICK), series),
    "networks": (SeriesNetClassifier(n_networks=2, **QUICK), series),
    "table": (TabularClassifier(**TABLE), rows),
    "table, spreads": (TabularClassifier(numeric_embedding=None, **TABLE), rows),
    "table, waves": (TabularClassifier(numeric_embedding="periodic", **TABLE), rows),
}
REGRESSORS = {
    "mlp": (MLPRegressor(**SMALL), rows),
    "poisson": (MLPRegressor(loss="poisson", **SMALL), rows),
    "deep belief net": (DBNRegressor(hidden_layer_sizes=(6, 5), **DBN), rows),
    "conv": (ConvNetRegressor((4,), **QUICK), images),
    "layers": (NeuralNetRegressor(NETS, **QUICK), images),
    "recurrent": (RecurrentRegressor("elman", (5,), **QUICK), series),
    "series": (SeriesNetRegressor("fcn", **QUICK), series),
    "table": (TabularRegressor(**TABLE), rows),
}


def each(cases):
    return pytest.mark.parametrize(("model", "data"), cases.values(), ids=cases)


def test_every_estimator_with_a_network_is_here():
    """Or in a test of its own below."""
    here = {type(model) for cases in (CLASSIFIERS, REGRESSORS) for model, _ in cases.values()}
    here |= {AutoencoderTransformer, NeuralOutlierDetector, FeatureExtractor}
    here |= {GenerativeAdversarialNetwork, SequenceGenerator}
    networks = {
        getattr(skneural, name) for name in skneural.__all__
        if hasattr(getattr(skneural, name), "get_layer")
    }
    assert networks <= here


@each(CLASSIFIERS)
def test_scores_of_classes(model, data):
    X = data()
    model, x = fitted(model, X, labels(len(X))), data(4, seed=9)
    check(input_gradient(model, x, "b"), lambda x: score_of(model, x, "b"), x)
    predicted = model.predict(x)
    found = input_gradient(model, x)
    np.testing.assert_array_equal(found, input_gradient(model, x, predicted))


@each(CLASSIFIERS)
def test_scores_of_two_classes(model, data):
    if "members" in str(model) or isinstance(getattr(model, "layers", None), list) and any(
        isinstance(layer, PackedDense) for layer in model.layers
    ):
        model = clone(model).set_params(layers=[Dense(4, "tanh"), PackedDense(1, 4)])
    X = data()
    model, x = fitted(model, X, labels(len(X), 2)), data(4, seed=9)
    found = input_gradient(model, x, "b")
    check(found, lambda x: score_of(model, x, "b"), x)
    signs = np.reshape([-1, 1, 1, -1], (4, *[1] * (x.ndim - 1)))
    np.testing.assert_allclose(input_gradient(model, x, ["a", "b", "b", "a"]), found * signs)


@each({name: case for name, case in CLASSIFIERS.items() if name != "hinge"})
@pytest.mark.parametrize("n_classes", [2, 3])
def test_probabilities_and_losses(model, data, n_classes):
    if isinstance(model, NeuralNetClassifier) and n_classes == 2:
        pytest.skip("members have a width of their own")
    X = data()
    model, x = fitted(model, X, labels(len(X), n_classes)), data(4, seed=9)
    place, y = 0, labels(4, n_classes)
    check(
        input_gradient(model, x, "a", of="probability"),
        lambda x: model.predict_proba(x)[:, place], x,
    )
    codes = np.searchsorted(model.classes_, y)
    check(
        input_gradient(model, x, y, of="loss"),
        lambda x: -model.predict_log_proba(x)[np.arange(4), codes], x,
    )


@each(REGRESSORS)
@pytest.mark.parametrize("n_outputs", [None, 2])
def test_predictions_of_regressors(model, data, n_outputs):
    X = data()
    y = np.abs(numbers(len(X), n_outputs))
    model, x = fitted(model, X, y), data(4, seed=9)
    target = None if n_outputs is None else 1
    check(
        input_gradient(model, x, target),
        lambda x: model.predict(x) if n_outputs is None else model.predict(x)[:, 1], x,
    )
    if n_outputs:
        with pytest.raises(ValueError, match="has 2 outputs; say which by target"):
            input_gradient(model, x)
        swapped = input_gradient(model, x, [0, 1, 1, 0])
        np.testing.assert_array_equal(swapped[1:3], input_gradient(model, x, 1)[1:3])


def test_loss_of_a_regressor():
    X, x, y = rows(), rows(4, seed=9), numbers(4)
    model = MLPRegressor(**SMALL).fit(X, numbers(len(X)))
    check(
        input_gradient(model, x, y, of="loss"), lambda x: (model.predict(x) - y) ** 2 / 2, x
    )


def test_labels_and_masks():
    X, x = rows(), rows(4, seed=9)
    model = MLPClassifier(8, "tanh", **QUICK).fit(X, RANDOM.integers(0, 2, (len(X), 3)))
    check(input_gradient(model, x, 1), lambda x: model.decision_function(x)[:, 1], x)
    best = model.decision_function(x).argmax(axis=1)
    np.testing.assert_array_equal(input_gradient(model, x), input_gradient(model, x, best))
    X, x = images(), images(2, seed=9)
    masks = LABELS[RANDOM.integers(0, 3, X.shape[:3])]
    model = NeuralNetClassifier([Conv2D(4, activation="tanh", padding="same")], **QUICK)
    model.fit(X, masks)
    check(input_gradient(model, x, "c"), lambda x: model.decision_function(x)[..., 2], x)
    check(input_gradient(model, x), lambda x: model.decision_function(x).max(axis=-1), x)


def test_images_as_targets():
    X, x = images(), images(2, seed=9)
    model = NeuralNetRegressor([Conv2D(2, padding="same")], **QUICK).fit(X, np.tanh(X))
    check(input_gradient(model, x, (3, 2, 1)), lambda x: model.predict(x)[:, 3, 2, 1], x)
    with pytest.raises(ValueError, match=r"target=\(9, 0, 0\) is no place in outputs of shape"):
        input_gradient(model, x, (9, 0, 0))


def test_steps_of_series():
    X, x = series(), series(3, seed=9)
    model = RecurrentClassifier(hidden_layer_sizes=4, pooling=None, **QUICK)
    model.fit(X, LABELS[RANDOM.integers(0, 3, X.shape[:2])])
    check(input_gradient(model, x, "b"), lambda x: model.decision_function(x)[..., 1], x)
    model = RecurrentRegressor(hidden_layer_sizes=4, pooling=None, **QUICK)
    model.fit(X, X @ np.ones((2, 2)))
    check(input_gradient(model, x, 1), lambda x: model.predict(x)[..., 1], x)


@pytest.mark.parametrize("pooling", ["last", None])
def test_series_of_unequal_lengths(pooling):
    X, x = series(), series(3, seed=9)
    y = labels(len(X)) if pooling else LABELS[RANDOM.integers(0, 3, X.shape[:2])]
    model = RecurrentClassifier(hidden_layer_sizes=4, pooling=pooling, normalize="features")
    model.set_params(**QUICK).fit(X, y)
    listed = [each[:length] for each, length in zip(x, (9, 4, 6), strict=True)]
    found = input_gradient(model, listed, "a")
    for own, each in zip(found, listed, strict=True):
        np.testing.assert_allclose(own, input_gradient(model, each[None], "a")[0], atol=1e-14)
    x[1, 4:], x[2, 6:] = np.nan, np.nan
    padded = input_gradient(model, x, "a")
    assert padded.shape == x.shape
    for place, own in enumerate(found):
        np.testing.assert_array_equal(padded[place, : len(own)], own)
        assert not padded[place, len(own) :].any()


def test_masked_steps_have_no_gradient():
    X, x = series(), series(3, seed=9)
    model = RecurrentClassifier(hidden_layer_sizes=4, missing="mask", **QUICK)
    model.fit(X, labels(len(X)))
    x[0, 3, 1] = np.nan
    found = input_gradient(model, x, "a")
    assert not found[0, 3].any()
    whole = np.delete(x[0], 3, axis=0)
    np.testing.assert_allclose(
        np.delete(found[0], 3, axis=0), input_gradient(model, whole[None], "a")[0]
    )


@pytest.mark.parametrize("given", [
    {}, {"variational": True, "beta": 0.5}, {"sparsity": "l1", "sparsity_weight": 0.3},
    {"loss": "absolute_error"}, {"loss": "huber"}, {"loss": "log_loss"}, {"loss": "poisson"},
    {"tied_weights": True}, {"contractive": 0.1}, {"noise": "gaussian"},
], ids=str)
@pytest.mark.parametrize("kind", [AutoencoderTransformer, NeuralOutlierDetector])
def test_autoencoders(kind, given):
    activation = "logistic" if given.get("contractive") else "tanh"
    X, x = np.abs(np.tanh(rows())), np.abs(np.tanh(rows(4, seed=9)))
    model = kind(2, (6,), activation, **given, **QUICK).fit(X)
    check(input_gradient(model, x), model.score_samples, x)
    np.testing.assert_array_equal(input_gradient(model, x, of="loss"), -input_gradient(model, x))
    if kind is AutoencoderTransformer:
        check(input_gradient(model, x, 1), lambda x: model.transform(x)[:, 1], x)
    else:
        with pytest.raises(ValueError, match="target=1 must be None"):
            input_gradient(model, x, 1)


def test_a_rescaled_image_has_the_gradient_by_its_own_numbers():
    X = RANDOM.integers(0, 256, (24, 6, 6, 1))
    x = X[:2].astype(float)
    model = ConvNetClassifier((3,), activation="tanh", dtype="float64", **QUICK)
    model.fit(X.astype(np.uint8), labels(24))
    found = input_gradient(model, x, "c")
    assert np.abs(found).max() < 0.1  # of numbers up to 255
    check(found, lambda x: score_of(model, x, "c"), x)
    close(input_gradient(model, x.astype(np.uint8), "c"), found, 1e-12)


def test_mirrored_predictions():
    X, x = images(channels=3), images(2, 3, seed=9)
    model = ConvNetClassifier(architecture="fast", dtype="float64", **QUICK)
    X, x = np.tile(X, (1, 4, 4, 1))[:, :32, :28], np.tile(x, (1, 4, 4, 1))[:, :32, :28]
    model.fit(X, labels(len(X)))
    check(input_gradient(model, x, "a"), lambda x: score_of(model, x, "a"), x, 6)


@pytest.mark.parametrize("y", [None, labels(24)], ids=["", "classes"])
def test_discriminators(y):
    X, x = np.tanh(images(channels=1)), np.tanh(images(3, 1, seed=9))
    model = GenerativeAdversarialNetwork(
        4, hidden_layer_sizes=(8,), max_iter=2, batch_size=8, spectral_normalization=True,
        dtype="float64", random_state=0,
    ).fit(X, y)
    check(input_gradient(model, x), model.score_samples, x)
    if y is None:
        with pytest.raises(ValueError, match="fitted without y, but target='b'"):
            input_gradient(model, x, "b")
    else:
        check(input_gradient(model, x, "b"), lambda x: model.score_samples(x, ["b"] * 3), x)
    flat = clone(model).fit(rows(), None)
    with pytest.raises(ValueError, match="distribution function, which has steps and no gradient"):
        input_gradient(flat, rows(3))


@pytest.mark.parametrize("model", [
    BernoulliRBM(3, n_iter=2, random_state=0), GaussianRBM(3, n_iter=2, random_state=0),
    GaussianRBM(3, n_iter=2, variance="learned", random_state=0),
], ids=["binary", "normal", "variances"])
def test_restricted_boltzmann_machines(model):
    X, x = np.abs(np.tanh(rows())), np.abs(np.tanh(rows(4, seed=9)))
    model.fit(X)
    check(input_gradient(model, x), lambda x: -model.free_energy(x), x)
    check(input_gradient(model, x, 2), lambda x: model.transform(x)[:, 2], x)
    np.testing.assert_array_equal(
        input_gradient(model, sparse.csr_matrix(x), 2), input_gradient(model, x, 2)
    )
    with pytest.raises(ValueError, match="target=3 must be a whole number from 0 to 2"):
        input_gradient(model, x, 3)


def test_features():
    X, x = rows(), rows(4, seed=9)
    net = NeuralNetClassifier([("code", Dense(3, "tanh"))], **QUICK)
    model = FeatureExtractor(net, "code").fit(X, labels(len(X)))
    check(input_gradient(model, x, 2), lambda x: model.transform(x)[:, 2], x)
    with pytest.raises(ValueError, match="has 3 features; say which by target"):
        input_gradient(model, x)


def test_tables_with_categories_and_holes():
    X = pd.DataFrame(rows(66, 3), columns=list("xyz"))
    X["kind"] = pd.Categorical(labels(66))
    X.loc[::5, "y"] = np.nan
    X, x = X[6:], X[:6]  # numbers of a fit may be where the slope changes
    model = TabularClassifier(**TABLE).fit(X, labels(60, 2))
    found = input_gradient(model, x, "b")
    assert np.isnan(found[:, 3]).all()
    np.testing.assert_array_equal(np.isnan(found[:, :3]), np.isnan(x.iloc[:, :3]))
    step = 1e-6
    high, low = x.copy(), x.copy()
    high["z"], low["z"] = high["z"] + step, low["z"] - step
    expected = (score_of(model, high, "b") - score_of(model, low, "b")) / (2 * step)
    close(found[:, 2], expected, 1e-5)
    alone = TabularClassifier(**TABLE).fit(X[["kind"]], labels(60, 2))
    with pytest.raises(ValueError, match="TabularClassifier reads categories alone"):
        input_gradient(alone, X[["kind"]])


def test_equal_numbers_in_any_container():
    X = np.round(rows() * 4)
    model = MLPClassifier(8, "tanh", **QUICK).fit(X, labels(len(X)))
    expected = input_gradient(model, X)
    for each_one in (
        X.tolist(), np.asfortranarray(X), X.astype(np.int64), X.astype(np.float32),
        sparse.csr_matrix(X), sparse.csc_array(X), shuffle(X, random_state=0)[np.argsort(
            shuffle(np.arange(len(X)), random_state=0)
        )],
    ):
        np.testing.assert_array_equal(input_gradient(model, each_one), expected)
    named = clone(model).fit(pd.DataFrame(X, columns=list("abcde")), labels(len(X)))
    np.testing.assert_array_equal(
        input_gradient(named, pd.DataFrame(X, columns=list("abcde"))), expected
    )


def test_single_precision_has_the_gradient_of_double():
    X = rows().astype(np.float32)
    model = MLPClassifier(8, "tanh", **QUICK).fit(X, labels(len(X)))
    found = input_gradient(model, X, "a")
    assert found.dtype == np.float32
    double = clone(model).fit(X.astype(float), labels(len(X)))
    double.coefs_ = [each.astype(float) for each in model.coefs_]
    double.intercepts_ = [each.astype(float) for each in model.intercepts_]
    close(found, input_gradient(double, X.astype(float), "a"), 1e-5)


def test_edited_weights_count():
    X = rows()
    model = MLPClassifier(8, "tanh", **QUICK).fit(X, labels(len(X)))
    before = input_gradient(model, X, "a")
    model.coefs_[1][...] *= 2
    np.testing.assert_allclose(input_gradient(model, X, "a"), 2 * before)


def test_saturated_probabilities_have_finite_gradients():
    X = rows() * 1e4
    model = NeuralNetClassifier(MEMBERS, **QUICK).fit(X, labels(len(X)))
    for of in ("score", "probability"):
        assert np.isfinite(input_gradient(model, X, "a", of=of)).all()


MODEL = MLPClassifier(8, **QUICK).fit(rows(), labels(40))


@pytest.mark.parametrize(("arguments", "fragments"), [
    ({"target": "d"}, ["MLPClassifier", "target='d' is no class", "[a, b, c]"]),
    ({"target": 1}, ["target=1 is no class", "[a, b, c]"]),
    ({"target": ["a", "b"]}, ["target has the shape (2,)", "each of 3 rows"]),
    ({"of": "logit"}, ["of='logit' is none of 'score', 'probability' and 'loss'"]),
    ({"of": "loss"}, ["of='loss'", "needs y as the target"]),
    ({"X": rows(3, 4)}, ["X has 4 features", "5 features"]),
])
def test_bad_input(arguments, fragments):
    given = {"X": rows(3), **arguments}
    with pytest.raises(ValueError) as raised:
        input_gradient(MODEL, **given)
    for fragment in fragments:
        assert fragment in str(raised.value)


@pytest.mark.parametrize(("model", "fragments"), [
    (make_pipeline(StandardScaler(), MODEL), ["Pipeline", "give its last step"]),
    (LogisticRegression(), ["LogisticRegression", "MLPClassifier"]),
    (SelfOrganizingMap((2, 2)), ["SelfOrganizingMap has no network"]),
    (WindowForecaster(MLPRegressor()).fit(np.arange(60.0)), ["one of its regressors_"]),
    (MLPClassifier, ["is a class; give a fitted instance"]),
    (SequenceGenerator(window=4, max_iter=1).fit(["abab"] * 9), ["reads tokens"]),
], ids=["pipeline", "linear", "map", "forecaster", "class", "text"])
def test_estimators_without_a_network(model, fragments):
    with pytest.raises(TypeError) as raised:
        input_gradient(model, rows(3))
    for fragment in fragments:
        assert fragment in str(raised.value)


@pytest.mark.parametrize("model", [
    RecurrentClassifier(hidden_layer_sizes=3, n_tokens=4, **QUICK),
    NeuralNetClassifier([Embedding(4, 2), Flatten()], **QUICK),
], ids=["series", "layers"])
def test_tokens_have_no_gradient(model):
    X = RANDOM.integers(0, 4, (20, 6))
    with pytest.raises(ValueError, match="reads token ids, which have no gradient"):
        input_gradient(model.fit(X, labels(20)), X)


def test_regressors_have_no_probabilities_and_hinge_none():
    model = MLPRegressor(hidden_layer_sizes=8, **QUICK).fit(rows(), numbers(40))
    with pytest.raises(ValueError, match="is a regressor, whose outputs are numbers"):
        input_gradient(model, rows(3), of="probability")
    with pytest.raises(ValueError, match="target=2 must be a whole number from 0 to 0"):
        input_gradient(model, rows(3), 2)
    model = MLPClassifier(8, loss="hinge", **QUICK).fit(rows(), labels(40))
    with pytest.raises(ValueError, match="no probabilities with loss='hinge'"):
        input_gradient(model, rows(3), of="probability")


def test_unfitted():
    for model in (MLPClassifier(), GenerativeAdversarialNetwork(), FeatureExtractor()):
        with pytest.raises(NotFittedError, match="not fitted yet"):
            input_gradient(model, rows(3))
