"""Bad input is a clear error: it names estimator, parameter and value and changes nothing."""

import contextlib
import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from skneural import MLPClassifier, MLPRegressor
from skneural.schedules import Schedule

CLASSIFIER = MLPClassifier((4,), max_iter=2, random_state=0)
REGRESSOR = MLPRegressor(hidden_layer_sizes=(4,), max_iter=2, random_state=0)
ESTIMATORS = [CLASSIFIER, REGRESSOR]

each = pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
either = pytest.mark.parametrize("fitted", [False, True], ids=["unfitted", "fitted"])


def make_data():
    random = np.random.RandomState(0)
    return random.standard_normal((24, 3)), np.arange(24) % 3


def ready(estimator, fitted=False, **parameters):
    """A copy with these parameters, trained before they were set if asked for."""
    estimator = clone(estimator)
    if fitted:
        estimator.fit(*make_data())
    return estimator.set_params(**parameters)


def name_of(estimator):
    return type(estimator).__name__


def with_value(value, row=3, column=1):
    X, _ = make_data()
    X[row, column] = value
    return X


@either
@each
@pytest.mark.parametrize(
    ("value", "word"), [(np.nan, "NaN"), (np.inf, "infinity"), (-np.inf, "infinity")]
)
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array, np.asfortranarray])
def test_non_finite_X(estimator, fitted, value, word, container, raises_unchanged):
    X, y = container(with_value(value)), make_data()[1]
    model = ready(estimator, fitted)
    raises_unchanged(model, ["X", word], "fit", X, y)
    if fitted:
        raises_unchanged(model, ["X", word], "predict", X)
        raises_unchanged(model, ["X", word], "partial_fit", X, y)


@either
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_non_finite_y(fitted, value, raises_unchanged):
    X, y = make_data()
    y = y.astype(float)
    y[5] = value
    for estimator in ESTIMATORS:
        model = ready(estimator, fitted)
        raises_unchanged(model, ["y"], "fit", X, y)


def test_float32_overflow_is_named(raises_unchanged):
    """A float64 value that float32 cannot hold is infinity to the network."""
    X, y = make_data()
    model = ready(CLASSIFIER, dtype="float32")
    raises_unchanged(model, ["MLPClassifier", "float32"], "fit", with_value(1e300), y)


@either
@each
@pytest.mark.parametrize(
    ("X", "fragments"),
    [
        (np.zeros((0, 3)), ["0 sample", "(0, 3)"]),
        (np.zeros((24, 0)), ["0 feature", "(24, 0)"]),
        (np.zeros(24), ["2D array", "1D"]),
        (np.zeros((24, 3, 1)), ["dim 3"]),
        (np.zeros((23, 3)), ["23", "24"]),
        (np.zeros((24, 3), complex), ["omplex"]),
        (np.full((24, 3), "a"), ["string"]),
    ],
    ids=["no_rows", "no_columns", "1d", "3d", "rows_differ", "complex", "strings"],
)
def test_wrong_shapes(estimator, fitted, X, fragments, raises_unchanged):
    y = make_data()[1]
    y = y[:0] if X.shape[0] == 0 else y
    model = ready(estimator, fitted)
    if fragments == ["string"]:
        raises_unchanged(model, [], "fit", X, y)
    else:
        raises_unchanged(model, fragments, "fit", X, y)


@each
@pytest.mark.parametrize("method", ["predict", "partial_fit", "score", "predict_proba"])
def test_other_number_of_features(estimator, method, raises_unchanged):
    X, y = make_data()
    model = ready(estimator, True)
    if not hasattr(model, method):
        return
    arguments = (y,) if method in ("partial_fit", "score") else ()
    fragments = ("X has 2 features", name_of(model), "expecting 3 features")
    raises_unchanged(model, fragments, method, X[:, :2], *arguments)


@each
def test_missing_y(estimator, raises_unchanged):
    X, _ = make_data()
    model = ready(estimator)
    raises_unchanged(model, [name_of(model), "y"], "fit", X, None)


@each
@pytest.mark.parametrize("method", ["predict", "score", "predict_proba", "decision_function"])
def test_not_fitted(estimator, method, raises_unchanged):
    X, y = make_data()
    model = ready(estimator)
    if not hasattr(model, method):
        return
    arguments = (y,) if method == "score" else ()
    raises_unchanged(model, [name_of(model)], method, X, *arguments, error=NotFittedError)


def test_no_class_in_partial_fit(raises_unchanged):
    X, y = make_data()
    model = ready(CLASSIFIER)
    raises_unchanged(model, ["MLPClassifier", "classes", "empty"], "partial_fit", X, y, classes=[])


@pytest.mark.parametrize("as_list", [False, True], ids=["array", "list"])
def test_masks_as_labels(as_list, raises_unchanged):
    X, _ = make_data()
    masks = np.arange(24 * 4).reshape(24, 2, 2) % 3
    fragments = ["MLPClassifier", "y has samples of shape (2, 2)", "NeuralNetClassifier"]
    y = masks.tolist() if as_list else masks
    raises_unchanged(ready(CLASSIFIER), fragments, "fit", X, y)


def test_continuous_labels(raises_unchanged):
    X, y = make_data()
    model = ready(CLASSIFIER)
    raises_unchanged(model, ["continuous"], "fit", X, X[:, 0])


@either
@each
@pytest.mark.parametrize(
    ("weight", "fragments"),
    [
        (np.zeros(24), ["sample_weight", "zero"]),
        (np.r_[-1.5, np.ones(23)], ["sample_weight", "egative"]),
        (np.r_[np.nan, np.ones(23)], ["sample_weight", "NaN"]),
        (np.r_[np.inf, np.ones(23)], ["sample_weight", "infinity"]),
        (np.ones(23), ["sample_weight", "(23,)", "(24,)"]),
        (np.ones((24, 2)), ["1D"]),
    ],
    ids=["zero", "negative", "nan", "inf", "short", "2d"],
)
def test_sample_weight(estimator, fitted, weight, fragments, raises_unchanged):
    X, y = make_data()
    for method in ("fit", "partial_fit") if fitted else ("fit",):
        model = ready(estimator, fitted)
        raises_unchanged(model, fragments, method, X, y, sample_weight=weight)


@each
@pytest.mark.parametrize("weight", [np.zeros(24), np.r_[-1.5, np.ones(23)], "a", ["a"] * 24, {}])
def test_bad_weights_name_the_estimator(estimator, weight, raises_unchanged):
    X, y = make_data()
    model = ready(estimator)
    fragments = (name_of(model), "sample_weight")
    error = TypeError if isinstance(weight, dict) else ValueError
    raises_unchanged(model, fragments, "fit", X, y, sample_weight=weight, error=error)


def gives_none(estimator, X, y):
    return None


def gives_text(estimator, X, y):
    return "good"


def gives_two(estimator, X, y):
    return np.ones(2)


@each
@pytest.mark.parametrize("scorer", [gives_none, gives_text, gives_two])
def test_bad_scores_name_the_estimator(estimator, scorer, raises_unchanged):
    X, y = make_data()
    model = ready(estimator, scoring=scorer, early_stopping=True)
    fragments = (name_of(model), "scoring must return a number", repr(scorer(model, X, y)))
    raises_unchanged(model, fragments, "fit", X, y)


class GivesOne(Schedule):
    def rates(self, initial, progress):
        return initial


class GivesNaN(Schedule):
    def rates(self, initial, progress):
        return np.full(progress.n_batches, np.nan)


@each
@pytest.mark.parametrize(
    ("parameters", "fragments"),
    [
        ({"learning_rate": "invscaling", "power_t": 1e30}, ["power_t=1e+30", "1023"]),
        ({"learning_rate": GivesOne()}, ["learning_rate=GivesOne()", "shape ()", "updates"]),
        ({"learning_rate": GivesNaN()}, ["learning_rate=GivesNaN()", "nan", "epoch 1"]),
    ],
    ids=["power_t", "shape", "nan"],
)
def test_bad_rates_name_the_estimator(estimator, parameters, fragments, raises_unchanged):
    X, y = make_data()
    model = ready(estimator, solver="sgd", **parameters)
    raises_unchanged(model, [name_of(model), *fragments], "fit", X, y)


def test_bad_class_weights_name_the_estimator(raises_unchanged):
    X, y = make_data()
    model = ready(CLASSIFIER, class_weight=dict.fromkeys(np.unique(y), "a"))
    raises_unchanged(model, ["MLPClassifier", "could not convert"], "fit", X, y)


@each
@pytest.mark.parametrize("X", [np.ones(3), "a", [["a"] * 3], None, 3], ids=repr)
def test_bad_rows_to_predict_name_the_estimator(estimator, X, raises_unchanged):
    model = ready(estimator, fitted=True)
    raises_unchanged(model, [name_of(model)], "predict", X)


@each
@pytest.mark.parametrize(
    ("parameter", "value", "meant"),
    [
        ("solver", "adm", "adam"),
        ("solver", "Adam", "adam"),
        ("solver", "rmsprp", "rmsprop"),
        ("activation", "rlu", "relu"),
        ("activation", "leaky-relu", "leaky_relu"),
        ("learning_rate", "cosin", "cosine"),
        ("learning_rate", "onecycle", "one_cycle"),
        ("initializer", "he_unifrm", "he_uniform"),
        ("normalization", "btach", "batch"),
        ("dtype", "float23", "float32"),
        ("scoring", "acuracy", "accuracy"),
    ],
)
def test_did_you_mean(estimator, parameter, value, meant, raises_unchanged):
    X, y = make_data()
    early = {"early_stopping": True} if parameter == "scoring" else {}
    model = ready(estimator, **{parameter: value}, **early)
    fragments = (name_of(model), parameter, repr(value), "id you mean", meant)
    raises_unchanged(model, fragments, "fit", X, y)


def test_did_you_mean_a_loss(raises_unchanged):
    X, y = make_data()
    for estimator, value, meant in (
        (CLASSIFIER, "logloss", "log_loss"),
        (REGRESSOR, "squared", "squared_error"),
        (REGRESSOR, "huberr", "huber"),
    ):
        model = ready(estimator, loss=value)
        fragments = (name_of(model), "loss", repr(value), "id you mean", meant)
        raises_unchanged(model, fragments, "fit", X, y)


def test_did_you_mean_in_a_tuple(raises_unchanged):
    X, y = make_data()
    model = ready(CLASSIFIER, hidden_layer_sizes=(3, 4), activation=("relu", "tahn"))
    fragments = ("MLPClassifier", "activation", "'tahn'", "id you mean", "'tanh'")
    raises_unchanged(model, fragments, "fit", X, y)


OUT_OF_RANGE = [
    ("hidden_layer_sizes", 0),
    ("hidden_layer_sizes", (4, 0)),
    ("hidden_layer_sizes", (4, -2)),
    ("hidden_layer_sizes", "100"),
    ("hidden_layer_sizes", (4, 2.5)),
    ("hidden_layer_sizes", True),
    ("hidden_layer_sizes", (4, True)),
    ("activation", None),
    ("activation", ()),
    ("activation", ("relu", "relu")),
    ("activation", 3),
    ("solver", None),
    ("solver", 3),
    ("alpha", -1e-3),
    ("alpha", np.nan),
    ("batch_size", 0),
    ("batch_size", -3),
    ("batch_size", 2.5),
    ("batch_size", "big"),
    ("learning_rate_init", 0.0),
    ("learning_rate_init", -0.1),
    ("power_t", -1),
    ("max_iter", 0),
    ("max_iter", 2.5),
    ("tol", -1),
    ("momentum", 1.5),
    ("validation_fraction", 1.0),
    ("validation_fraction", -0.1),
    ("beta_1", 1.0),
    ("beta_2", -0.1),
    ("epsilon", 0.0),
    ("n_iter_no_change", 0),
    ("max_fun", 0),
    ("dropout", 1.0),
    ("dropout", -0.1),
    ("dropout", "half"),
    ("dropout", (0.1, 0.2)),
    ("dropout", (1.5,)),
    ("normalization", "group"),
    ("weight_decay", -1.0),
    ("max_grad_norm", 0.0),
    ("max_grad_norm", -1.0),
    ("initializer", None),
    ("max_time", 0),
    ("max_time", -1.0),
    ("dtype", "int32"),
    ("dtype", "float16"),
    ("n_jobs", 0),
    ("n_jobs", 1.5),
    ("random_state", -1),
    ("random_state", "seed"),
    ("shuffle", "yes"),
    ("early_stopping", 2),
    ("restore_best_weights", "yes"),
    ("scoring", 7),
    ("target_loss", "low"),
]


@each
@pytest.mark.parametrize(("parameter", "value"), OUT_OF_RANGE, ids=repr)
def test_out_of_range(estimator, parameter, value, raises_unchanged):
    X, y = make_data()
    for fitted in (False, True):
        model = ready(estimator, fitted, **{parameter: value})
        shown = value[0] if parameter == "dropout" and value == (1.5,) else value
        fragments = (name_of(model), parameter, _core(shown))
        raises_unchanged(model, fragments, "fit", X, y, error=(ValueError, TypeError))


def _core(value):
    """The value as any message shows it: a tuple without its brackets."""
    return repr(value).strip("()[]") if isinstance(value, tuple) and value else repr(value)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("label_smoothing", 1.0), ("label_smoothing", -0.1), ("class_weight", "equal")],
)
def test_classifier_parameters_out_of_range(parameter, value, raises_unchanged):
    X, y = make_data()
    model = ready(CLASSIFIER, **{parameter: value})
    fragments = ("MLPClassifier", parameter, repr(value))
    raises_unchanged(model, fragments, "fit", X, y)


def test_class_weight_of_an_unknown_class(raises_unchanged):
    X, y = make_data()
    model = ready(CLASSIFIER, class_weight={0: 1.0, 9: 2.0})
    raises_unchanged(model, ["class", "9"], "fit", X, y)


@pytest.mark.parametrize("value", [-1.0, np.nan])
def test_bad_class_weight_values(value, raises_unchanged):
    X, y = make_data()
    model = ready(CLASSIFIER, class_weight={0: value, 1: 1.0, 2: 1.0})
    raises_unchanged(model, ["MLPClassifier", "class_weight", repr(value)], "fit", X, y)


@each
@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"weight_decay": 0.1}, ["weight_decay=0.1 is not used by solver='lbfgs'; use alpha"]),
        ({"max_grad_norm": 2.0}, ["max_grad_norm=2.0 is not used by solver='lbfgs'"]),
        ({"weight_decay": 0.0, "max_grad_norm": None}, []),
    ],
)
def test_what_lbfgs_does_not_restrain_is_a_warning(estimator, parameters, said):
    X, y = make_data()
    for solver, expected in (("lbfgs", said), ("sgd", [])):
        model = ready(estimator, solver=solver, **parameters)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model.fit(X, y)
        told = [str(warning.message) for warning in caught if warning.category is UserWarning]
        assert told == [f"{name_of(model)}: {message}" for message in expected]


@each
def test_batch_larger_than_the_data_is_a_warning(estimator):
    X, y = make_data()
    with pytest.warns(UserWarning, match="batch_size"):
        ready(estimator, batch_size=25).fit(X, y)


@either
@each
@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"y_val": np.zeros(4)}, "X_val"),
        ({"X_val": np.zeros((4, 3))}, "y_val"),
        ({"sample_weight_val": np.ones(4)}, "X_val"),
    ],
    ids=["y_val", "X_val", "sample_weight_val"],
)
def test_half_a_validation_set(estimator, fitted, given, named, raises_unchanged):
    X, y = make_data()
    model = ready(estimator, fitted)
    fragments = (name_of(model), named, *given)
    raises_unchanged(model, fragments, "fit", X, y, **given)


@each
@pytest.mark.parametrize(
    ("X_val", "y_val", "weight", "fragments"),
    [
        (np.zeros((4, 2)), np.zeros(4, int), None, ["X_val", "2 features", "3"]),
        (np.full((4, 3), np.nan), np.zeros(4, int), None, ["X_val", "NaN"]),
        (np.zeros((4, 3)), np.zeros(5, int), None, ["4", "5"]),
        (np.zeros((0, 3)), np.zeros(0, int), None, ["0 sample"]),
        (np.zeros((4, 3)), np.zeros((4, 2), int), None, ["y_val"]),
        (np.zeros((4, 3)), np.zeros(4, int), -np.ones(4), ["sample_weight_val", "egative"]),
        (np.zeros((4, 3)), np.zeros(4, int), np.ones(3), ["sample_weight_val"]),
    ],
    ids=["features", "nan", "rows", "no_rows", "outputs", "negative_weight", "short_weight"],
)
def test_bad_validation_set(estimator, X_val, y_val, weight, fragments, raises_unchanged):
    X, y = make_data()
    model = ready(estimator)

    given = {"X_val": X_val, "y_val": y_val, "sample_weight_val": weight}
    raises_unchanged(model, fragments, "fit", X, y, **given)


def test_unknown_class_in_y_val(raises_unchanged):
    X, y = make_data()
    model = ready(CLASSIFIER)
    y_val = np.array([0, 1, 9])
    raises_unchanged(model, ["MLPClassifier", "y_val", "9"], "fit", X, y, X_val=X[:3], y_val=y_val)


@each
def test_validation_set_too_small(estimator, raises_unchanged):
    X, y = make_data()
    model = ready(estimator, early_stopping=True, validation_fraction=0.01)
    raises_unchanged(model, [], "fit", X, y)


def test_partial_fit_without_classes(raises_unchanged):
    X, y = make_data()
    model = ready(CLASSIFIER)
    raises_unchanged(model, ["classes"], "partial_fit", X, y)


@pytest.mark.parametrize("start", ["fit", "partial_fit"])
def test_new_class_in_partial_fit(start, raises_unchanged):
    X, y = make_data()
    model = ready(CLASSIFIER)
    model.partial_fit(X, y, classes=[0, 1, 2]) if start == "partial_fit" else model.fit(X, y)
    raises_unchanged(model, ["MLPClassifier", "3", "[0 1 2]"], "partial_fit", X, y + 1)


def test_other_classes_in_partial_fit(raises_unchanged):
    X, y = make_data()
    model = ready(CLASSIFIER).partial_fit(X, y, classes=[0, 1, 2])
    raises_unchanged(model, ["classes", "3"], "partial_fit", X, y, classes=[0, 1, 2, 3])


def test_new_class_in_warm_start(raises_unchanged):
    X, y = make_data()
    model = ready(CLASSIFIER, True, warm_start=True)
    raises_unchanged(model, ["warm_start", "3"], "fit", X, y + 1)


@each
def test_other_features_in_warm_start(estimator, raises_unchanged):
    X, y = make_data()
    model = ready(estimator, True, warm_start=True)
    raises_unchanged(model, ["2 features", "3 features"], "fit", X[:, :2], y)


def test_other_number_of_outputs_in_partial_fit(raises_unchanged):
    X, y = make_data()
    model = ready(REGRESSOR, True)
    raises_unchanged(model, ["MLPRegressor", "y", "2", "1"], "partial_fit", X, np.c_[y, y])


@each
def test_early_stopping_in_partial_fit(estimator, raises_unchanged):
    X, y = make_data()
    model = ready(estimator, True, early_stopping=True)
    raises_unchanged(model, ["partial_fit", "early_stopping"], "partial_fit", X, y)


@each
def test_lbfgs_has_no_partial_fit(estimator):
    assert not hasattr(ready(estimator, solver="lbfgs"), "partial_fit")


def test_negative_targets_of_a_poisson_loss(raises_unchanged):
    X, y = make_data()
    model = ready(REGRESSOR, loss="poisson")
    raises_unchanged(model, ["MLPRegressor", "y", "poisson", "-1.5"], "fit", X, y - 1.5)


def test_losses_belong_to_their_estimator(raises_unchanged):
    X, y = make_data()
    for estimator, loss in ((CLASSIFIER, "squared_error"), (REGRESSOR, "log_loss")):
        model = ready(estimator, loss=loss)
        raises_unchanged(model, [name_of(model), "loss", repr(loss)], "fit", X, y)


def test_hinge_has_no_probabilities():
    X, y = make_data()
    model = ready(CLASSIFIER, loss="hinge").fit(X, y)
    assert not hasattr(model, "predict_proba")
    assert not hasattr(model, "predict_log_proba")
    assert model.decision_function(X).shape == (24, 3)


@pytest.mark.parametrize("solver", ["sgd", "adam", "lbfgs"])
def test_a_loss_that_turns_non_finite(solver):
    """The message says at which epoch, and the last good weights are kept."""
    X, y = make_data()
    settings = {"learning_rate_init": 1e160, "momentum": 0.0, "max_iter": 20, "solver": solver}
    model = ready(REGRESSOR, **settings, activation="identity")
    target = np.full(24, 1e200) if solver == "lbfgs" else y
    messages = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            model.fit(X, target)
        except (ValueError, ArithmeticError) as error:
            messages.append(str(error))
    messages += [str(warning.message) for warning in caught]
    named = [m for m in messages if "finite" in m and "MLPRegressor" in m]
    assert named, messages
    if solver != "lbfgs":
        assert any("epoch" in message for message in named), messages
    assert not [m for m in messages if "overflow encountered" in m], messages
    weights = [*model.coefs_, *model.intercepts_]
    assert all(np.isfinite(weight).all() for weight in weights)
    assert np.isfinite(model.predict(X)).all()


def test_weights_before_the_non_finite_loss_are_kept():
    """Training that explodes after good epochs keeps the weights of the last good one."""
    X, y = make_data()
    good = ready(REGRESSOR, max_iter=3, shuffle=False, solver="sgd", momentum=0.0).fit(X, y)
    model = clone(good).set_params(warm_start=True).fit(X, y)
    model.set_params(learning_rate_init=1e200)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with contextlib.suppress(ValueError, ArithmeticError):
            model.fit(X, y)
    for ours, theirs in zip(model.coefs_, good.coefs_, strict=True):
        assert np.abs(ours).max() < 1e3 * np.abs(theirs).max()


@each
def test_an_error_does_not_spoil_the_next_fit(estimator, raises_unchanged):
    X, y = make_data()
    expected = ready(estimator).fit(X, y)
    model = ready(estimator)
    raises_unchanged(model, ["NaN"], "fit", with_value(np.nan), y)
    raises_unchanged(model, ["zero"], "fit", X, y, sample_weight=np.zeros(24))
    model.fit(X, y)
    for ours, theirs in zip(model.coefs_, expected.coefs_, strict=True):
        np.testing.assert_array_equal(ours, theirs)
