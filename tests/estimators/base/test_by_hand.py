"""Weights put in by hand: what scikit-learn accepts gives the same numbers, the rest an error."""

import copy
import pickle
import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn import neural_network as theirs
from sklearn.exceptions import NotFittedError

import skneural as ours
from skneural.layers import BatchNorm, Dense, Flatten

RANDOM = np.random.default_rng(0)
X, CLASSES = RANDOM.normal(size=(30, 4)), np.arange(30) % 3
TARGETS = {
    "binary": CLASSES > 0,
    "multiclass": np.array(["a", "b", "c"])[CLASSES],
    "multilabel": np.c_[CLASSES > 0, CLASSES > 1, CLASSES < 1].astype(int),
}
SHORT = {"max_iter": 2, "random_state": 0}
CONVERSIONS = {
    "int": lambda w: np.rint(3 * w).astype(int),
    "bool": lambda w: w > 0,
    "float16": lambda w: w.astype(np.float16),
    "float32": lambda w: w.astype(np.float32),
    "longdouble": lambda w: w.astype(np.longdouble),
    "big_endian": lambda w: w.astype(">f8"),
    "list": lambda w: w.tolist(),
    "object": lambda w: w.astype(object),
    "fortran": np.asfortranarray,
}


def fitted(kind, y, package=ours, **parameters):
    with warnings.catch_warnings(action="ignore"):
        return getattr(package, kind)(hidden_layer_sizes=(5,), **SHORT, **parameters).fit(X, y)


def outputs(model):
    return model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X)


@pytest.mark.parametrize("conversion", CONVERSIONS)
@pytest.mark.parametrize("task", [*TARGETS, "regression"])
def test_any_kind_of_numbers(task, conversion):
    """The numbers count, not what holds them: as in scikit-learn."""
    kind = "MLPRegressor" if task == "regression" else "MLPClassifier"
    y, convert = TARGETS.get(task, X[:, 0]), CONVERSIONS[conversion]
    one, other = (fitted(kind, y, package) for package in (ours, theirs))
    for model in (one, other):
        model.coefs_ = [convert(kernel) for kernel in other.coefs_]
        model.intercepts_ = [convert(bias) for bias in other.intercepts_]
    other.coefs_ = [np.asarray(w, np.float64) for w in other.coefs_]
    other.intercepts_ = [np.asarray(w, np.float64) for w in other.intercepts_]
    small = conversion in ("float16", "float32")
    assert outputs(one).dtype == (np.float32 if small else np.float64)
    assert_allclose(outputs(one), outputs(other), rtol=1e-5 if small else 1e-12)
    assert_array_equal(one.predict(X) if task != "regression" else 0,
                       other.predict(X) if task != "regression" else 0)
    assert_array_equal(outputs(pickle.loads(pickle.dumps(one))), outputs(one))


def test_kinds_may_differ_from_layer_to_layer():
    model, expected = fitted("MLPRegressor", X[:, 0]), fitted("MLPRegressor", X[:, 0])
    rounded = np.rint(3 * model.coefs_[0])
    model.coefs_[0], expected.coefs_[0] = rounded.astype(int), rounded
    model.coefs_[1] = sparse.csr_array(model.coefs_[1])
    model.intercepts_ = [0.5, [0.5]]
    expected.intercepts_ = [np.full(5, 0.5), np.full(1, 0.5)]
    assert_array_equal(model.predict(X), expected.predict(X))
    model.coefs_[0][:] = 0
    expected.coefs_[0][:] = 0
    assert_array_equal(model.predict(X), expected.predict(X))


@pytest.mark.parametrize("kind", ["MLPClassifier", "MLPRegressor"])
@pytest.mark.parametrize("units", [(7,), (3, 6)])
def test_other_layers(kind, units):
    """Layers of other sizes, and other numbers of layers, predict as scikit-learn's do."""
    sizes = [4, *units, 3]
    coefs = [RANDOM.normal(size=shape) for shape in zip(sizes[:-1], sizes[1:], strict=True)]
    models = []
    for package in (ours, theirs):
        y = CLASSES if kind == "MLPClassifier" else X[:, :3]
        model = fitted(kind, y, package)
        model.coefs_, model.n_layers_ = coefs, len(sizes)
        model.intercepts_ = [np.arange(n) / n for n in sizes[1:]]
        models.append(model)
    assert_allclose(*map(outputs, models), rtol=1e-12)
    unpickled = pickle.loads(pickle.dumps(models[0]))
    assert_array_equal(outputs(unpickled), outputs(models[0]))
    assert unpickled.coefs_[0].base is not None  # a view of the network
    models[0].set_params(warm_start=True)
    with pytest.raises(ValueError, match="warm_start and partial_fit cannot change the layers"):
        models[0].fit(X, y)


def unfitted(package, model, names):
    new = type(model)(hidden_layer_sizes=(5,), activation="tanh")
    vars(new).update({name: copy.deepcopy(getattr(model, name)) for name in names})
    return new


NEEDED = ("coefs_", "intercepts_", "n_layers_", "out_activation_")


@pytest.mark.parametrize("task", [*TARGETS, "regression"])
@pytest.mark.parametrize("binarizer", [False, True], ids=["classes", "binarizer"])
def test_without_fit(task, binarizer):
    """What scikit-learn's perceptron needs to predict is enough; less is enough too."""
    kind = "MLPRegressor" if task == "regression" else "MLPClassifier"
    model = fitted(kind, TARGETS.get(task, X[:, 0]), theirs)
    names = [*NEEDED, "n_outputs_", *(("_label_binarizer",) if task != "regression" else ())]
    other = unfitted(theirs, model, names)
    one = ours.MLPRegressor() if task == "regression" else ours.MLPClassifier()
    one = unfitted(ours, one, ()).set_params(activation="tanh")
    known = names if binarizer or task == "regression" else [*NEEDED, "classes_"]
    vars(one).update({name: copy.deepcopy(getattr(model, name)) for name in known})
    if task in ("binary", "multiclass", "regression") and not binarizer:
        del one.out_activation_, one.n_layers_
    before = {name: id(value) for name, value in vars(one).items()}
    assert_array_equal(one.predict(X), other.predict(X)) if task != "regression" else None
    assert_allclose(outputs(one), outputs(other), rtol=1e-12)
    assert {name: id(vars(one)[name]) for name in before} == before
    assert (one.n_features_in_, one.n_layers_) == (4, 3)
    one.coefs_[0][:] = 0
    assert_array_equal(outputs(one), np.broadcast_to(outputs(one)[:1], outputs(one).shape))
    one.fit(X, TARGETS.get(task, X[:, 0]))  # starts anew


def put(name, place, values):
    return lambda model: getattr(model, name).__setitem__(place, values)


def add_a_layer(model):
    model.coefs_.append(np.eye(3))
    model.intercepts_.append(np.ones(3))


BROKEN = {
    "no_intercepts": (lambda model: delattr(model, "intercepts_"), ["intercepts_"]),
    "no_list": (lambda model: setattr(model, "coefs_", None), ["coefs_"]),
    "no_entries": (lambda model: setattr(model, "coefs_", []), ["coefs_ has 0"]),
    "few": (lambda model: model.intercepts_.pop(), ["intercepts_ has 1", "coefs_ has 2"]),
    "vector": (put("coefs_", 1, np.ones(5)), ["coefs_[1]", "(5,)"]),
    "inner": (put("coefs_", 0, np.ones((4, 6))), ["coefs_[1]", "(5, 3)", "(6, 3)"]),
    "bias": (put("intercepts_", 0, np.ones(7)), ["intercepts_[0]", "(7,)", "(5,)"]),
    "features": (put("coefs_", 0, np.ones((9, 5))), ["n_features_in_ is 4", "9"]),
    "outputs": (put("coefs_", 1, np.ones((5, 2))), ["n_outputs_ is 3", "2"]),
    "n_layers": (add_a_layer, ["n_layers_ is 3", "4"]),
    "text": (put("coefs_", 0, np.full((4, 5), "a")), ["coefs_[0]", "<U1"]),
    "complex": (put("coefs_", 0, np.ones((4, 5), complex)), ["coefs_[0]", "complex"]),
    "none": (put("coefs_", 0, None), ["coefs_[0]"]),
    "ragged": (put("coefs_", 0, [[1, 2], [3]]), ["coefs_[0]"]),
}


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("estimator", ["MLPClassifier", "MLPRegressor"])
def test_errors_name_the_attribute(estimator, kind):
    model = fitted(estimator, CLASSES if estimator == "MLPClassifier" else X[:, :3])
    change, fragments = BROKEN[kind]
    change(model)
    with pytest.raises(ValueError) as caught:
        model.predict(X)
    assert all(part in str(caught.value) for part in [estimator, *fragments]), str(caught.value)
    assert "warm_start" not in str(caught.value)
    with pytest.raises(ValueError):  # loading is no worse
        pickle.loads(pickle.dumps(model)).predict(X)


@pytest.mark.parametrize(
    ("attributes", "fragments"),
    [
        ({}, ["classes_"]),
        ({"classes_": [0, 1]}, ["classes_", "(2,)", "3 outputs"]),
        ({"classes_": [0, 1, 2], "out_activation_": "identity"}, ["out_activation_", "'softmax'"]),
        ({"classes_": [0, 1, 2], "n_outputs_": 2}, ["n_outputs_ is 2"]),
    ],
)
def test_what_is_missing_without_fit(attributes, fragments):
    model = ours.MLPClassifier()
    model.coefs_, model.intercepts_ = [np.ones((4, 5)), np.ones((5, 3))], [np.ones(5), np.ones(3)]
    vars(model).update(attributes)
    with pytest.raises(ValueError) as caught:
        model.predict(X)
    assert all(part in str(caught.value) for part in ["MLPClassifier", *fragments])


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
@pytest.mark.parametrize("kind", ["MLPClassifier", "MLPRegressor"])
def test_training_goes_on_from_them(method, kind):
    """As from the same weights in an estimator that was fitted, its solver's memory apart."""
    y = CLASSES if kind == "MLPClassifier" else X[:, 0]
    parameters = {"solver": "sgd", "momentum": 0, "shuffle": False, "warm_start": True}
    expected = fitted(kind, y, **parameters)
    model = getattr(ours, kind)(hidden_layer_sizes=(5,), **SHORT, **parameters)
    model.coefs_ = [kernel.tolist() for kernel in expected.coefs_]
    model.intercepts_ = [bias.copy() for bias in expected.intercepts_]
    classes = {"classes": [0, 1, 2]} if kind == "MLPClassifier" and method == "partial_fit" else {}
    if kind == "MLPClassifier" and not classes:
        model.classes_ = np.arange(3)
    with warnings.catch_warnings(action="ignore"):
        getattr(model, method)(X, y, **classes)
        getattr(expected, method)(X, y)
    assert_allclose(outputs(model), outputs(expected), rtol=1e-12)
    assert len(model.loss_curve_) == len(expected.loss_curve_) - 2


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_training_goes_on_with_the_same_layers_only(method, raises_unchanged):
    model = ours.MLPRegressor(hidden_layer_sizes=(6,), warm_start=True)
    model.coefs_, model.intercepts_ = [np.ones((4, 5)), np.ones((5, 1))], [np.ones(5), np.ones(1)]
    fragments = ["MLPRegressor", "coefs_[0]", "(4, 5)", "(4, 6)", "warm_start and partial_fit"]
    raises_unchanged(model, fragments, method, X, X[:, 0])
    raises_unchanged(model, ["X has 3 features", "expecting 4"], method, X[:, :3], X[:, 0])


# Weights by the layers' names


def named():
    layers = [("flat", Flatten()), ("hidden", Dense(5, "relu")), ("norm", BatchNorm())]
    return ours.NeuralNetClassifier(layers, max_iter=2, random_state=0).fit(X, CLASSES)


@pytest.mark.parametrize("conversion", CONVERSIONS)
def test_any_kind_of_numbers_by_names(conversion):
    model, expected = named(), named()
    for name, variables in model.weights_.items():
        for key, values in variables.items():
            variables[key] = CONVERSIONS[conversion](values)
            expected.weights_[name][key] = np.array(variables[key], np.float64)
    small = conversion in ("float16", "float32")
    assert_allclose(outputs(model), outputs(expected), rtol=1e-4 if small else 1e-12)
    model.partial_fit(X, CLASSES)
    assert model.weights_["hidden"]["kernel"].dtype == (np.float32 if small else np.float64)


def misspell(weights):
    weights["hiden"] = {key: values + 1 for key, values in weights.pop("hidden").items()}


@pytest.mark.parametrize(
    ("change", "fragments"),
    [
        (lambda w: w["hidden"].update(kernal=0), ["weights_['hidden']['kernal']", "id you mean"]),
        (misspell, ["weights_['hiden']", "id you mean"]),
        (lambda w: w["hidden"].pop("bias"), ["weights_['hidden']['bias'] is missing"]),
        (lambda w: w["hidden"].update(kernel=np.ones((4, 6))), ["['kernel']", "(4, 6)", "(4, 5)"]),
        (lambda w: w["hidden"].update(kernel="abc"), ["weights_['hidden']['kernel']"]),
        (lambda w: w.update(hidden=None), ["weights_"]),
    ],
    ids=["misspelt", "misspelt_layer", "missing", "shape", "text", "none"],
)
def test_errors_name_the_entry(change, fragments):
    model = named()
    change(model.weights_)
    for call in (model.predict, lambda X: model.partial_fit(X, CLASSES)):
        with pytest.raises(ValueError) as caught:
            call(X)
        assert all(part in str(caught.value) for part in ["NeuralNetClassifier", *fragments])


def test_weights_set_by_a_misspelt_name():
    model = named()
    weights = model.get_layer("hidden").weights
    before = outputs(model)
    with pytest.raises(ValueError, match="'hidden' has the weights .*'kernal'.*mean 'kernel'"):
        weights["kernal"] = np.zeros((4, 5))
    with pytest.raises(ValueError, match=r"'kernel' needs the shape \(4, 5\), got \(5, 4\)"):
        weights["kernel"] = np.zeros((5, 4))
    with pytest.raises(ValueError, match="'flat' has no weights, not 'kernel'"):
        model.get_layer("flat").weights["kernel"] = np.zeros((4, 5))
    with pytest.raises(TypeError, match="cannot be deleted"):
        del weights["bias"]
    assert_array_equal(outputs(model), before)
    weights["kernel"] = np.zeros((4, 5), int)
    assert not np.array_equal(outputs(model), before)
    assert dict(weights) == weights and len(weights) == 2


def test_weights_of_a_perceptron_set_by_name():
    model = fitted("MLPClassifier", CLASSES, normalization="batch")
    for layer, name, values in (
        ("dense_1", "kernel", model.coefs_[0] + 1),
        ("output", "bias", [1, 2, 3]),
        ("normalization_1", "shift", np.arange(5)),
    ):
        before = outputs(model)
        model.get_layer(layer).weights[name] = values
        assert not np.array_equal(outputs(model), before)
        with pytest.raises(ValueError, match=f"{layer!r} has the weights .*, not 'kernal'"):
            model.get_layer(layer).weights["kernal"] = values
    with pytest.raises(ValueError, match="'activation_1' has no weights"):
        model.get_layer("activation_1").weights["kernel"] = np.ones((5, 5))
    assert_array_equal(model.intercepts_[1], [1, 2, 3])


def test_layers_of_other_weights_are_found():
    model = fitted("MLPRegressor", X[:, 0])
    model.coefs_ = [RANDOM.normal(size=shape) for shape in ((4, 7), (7, 6), (6, 1))]
    model.intercepts_, model.n_layers_ = [np.zeros(7), np.zeros(6), np.zeros(1)], 4
    assert model.get_layer("dense_2").output_shape == (6,)
    assert model.get_layer("dense_2").weights["kernel"] is model.coefs_[1]
    hidden = np.maximum(X @ model.coefs_[0], 0)
    assert_allclose(model.activations(X, "activation_1"), hidden, rtol=1e-12)
    assert "total parameters: 90" in model.summary()


@pytest.mark.parametrize(
    "kind", ["NeuralNetClassifier", "ConvNetRegressor", "AutoencoderTransformer"]
)
def test_named_weights_without_fit(kind):
    model = getattr(ours, kind)()
    model.weights_ = {"hidden": {"kernel": np.ones((4, 5))}}
    call = model.transform if hasattr(model, "transform") else model.predict
    for use in (call, lambda X: model.partial_fit(X, X[:, 0])):
        with pytest.raises(NotFittedError, match=f"{kind}: weights_ was set before fit"):
            use(X)


@pytest.mark.parametrize("kind", [ours.MLPClassifier, ours.MLPRegressor])
def test_summary_without_a_fit_has_no_batch(kind):
    model = kind(hidden_layer_sizes=(3,))
    model.coefs_ = [np.ones((64, 3)), np.ones((3, 10))]
    model.intercepts_ = [np.zeros(3), np.zeros(10)]
    if kind is ours.MLPClassifier:
        model.classes_ = np.arange(10)
    for _ in range(2):
        lines = model.summary().splitlines()
        assert lines[0] == kind.__name__ and lines[-1] == "total parameters: 235"
        model.predict(np.ones((2, 64)))
