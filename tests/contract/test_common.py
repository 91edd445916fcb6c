"""Scikit-learn's own checks over every public estimator, with no expected failure."""

import inspect
import warnings

import numpy as np
import pytest
from sklearn.base import BaseEstimator, clone, is_classifier, is_outlier_detector, is_regressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_checks as checks
from sklearn.utils._testing import ignore_warnings

import skneural
from skneural.layers import Conv1D, Dense, Flatten
from skneural.preprocessing.column_encoder import ColumnEncoder


def public_estimators():
    """Every estimator in skneural.__all__, default parameters apart from `SHORTER`."""
    members = (getattr(skneural, name) for name in skneural.__all__)
    classes = [m for m in members if inspect.isclass(m) and issubclass(m, BaseEstimator)]
    return [make(**_shorter(make)) for make in classes]


def _shorter(estimator_class):
    """Parameters with which a check takes no longer than it must."""
    names = _names(estimator_class)
    shorter = {"max_iter": 100} if "max_iter" in names else {}
    if estimator_class.__name__.startswith("SeriesNet"):
        convolution = Conv1D(16, 3, "relu", padding="same")
        shorter["architecture"] = (convolution, Flatten(), Dense(32, "relu"))
    if estimator_class.__name__ == "DeepBoltzmannMachine":
        shorter |= {
            "hidden_layer_sizes": (10, 5), "pretraining_max_iter": 2, "max_iter": 3,
            "n_annealing_steps": 50,
        }
    if estimator_class.__name__.startswith("DBN"):
        shorter |= {
            "hidden_layer_sizes": (100,), "pretraining_max_iter": 2, "learning_rate_init": 0.01,
        }
    if estimator_class.__name__ == "SelfOrganizingMap":
        shorter["shape"] = (1, 3)  # as many units as the clusters of the checks
    return shorter


def _names(estimator_class):
    return inspect.signature(estimator_class.__init__).parameters


def _available(*names):
    """The named checks, those that this version of scikit-learn has."""
    return [getattr(checks, name) for name in names if hasattr(checks, name)]


def _name(estimator):
    return type(estimator).__name__


PUBLIC = public_estimators()
ESTIMATORS = [estimator for estimator in PUBLIC if not checks.get_tags(estimator).input_tags.string]
EARLY_STOPPING = [
    clone(estimator).set_params(early_stopping=True, n_iter_no_change=1)
    for estimator in ESTIMATORS
    if "early_stopping" in estimator.get_params()
]
TRANSFORMERS = [estimator for estimator in ESTIMATORS if hasattr(estimator, "transform")]
needs_jit = pytest.mark.needs_jit(reason="hundreds of epochs a check")
# the checks' rows are more patterns than their features, as units, can hold
beyond_capacity = pytest.mark.filterwarnings("ignore:.* patterns in . units:UserWarning")
# nor are they probabilities
no_probabilities = pytest.mark.filterwarnings("ignore:.*outside .0, 1.:UserWarning")
each = pytest.mark.parametrize("estimator", ESTIMATORS, ids=_name)
each_public = pytest.mark.parametrize("estimator", PUBLIC, ids=_name)


def test_the_estimators_are_found():
    assert {"MLPClassifier", "MLPRegressor"} <= {_name(estimator) for estimator in ESTIMATORS}


@needs_jit
@checks.parametrize_with_checks(PUBLIC)
def test_sklearn_check(estimator, check):
    with ignore_warnings(category=(FutureWarning, UserWarning)):
        check(estimator)


@each_public
@pytest.mark.parametrize(
    "check",
    _available(
        "check_no_attributes_set_in_init",
        "check_parameters_default_constructible",
        "check_estimator_repr",
        "check_get_params_invariance",
        "check_set_params",
        "check_valid_tag_types",
        "check_mixin_order",
        "check_do_not_raise_errors_in_init_or_set_params",
        "check_estimators_unfitted",
    ),
    ids=lambda check: check.__name__,
)
def test_check_without_a_fit(estimator, check):
    check(_name(estimator), estimator)


@each_public
def test_check_param_validation(estimator):
    checks.check_param_validation(_name(estimator), estimator)


@each_public
def test_every_parameter_has_a_constraint(estimator):
    assert list(estimator._parameter_constraints) or not estimator.get_params(deep=False)
    unchecked = [k for k, v in estimator._parameter_constraints.items() if v == "no_validation"]
    assert not unchecked


@needs_jit
@pytest.mark.parametrize("estimator", ESTIMATORS + EARLY_STOPPING, ids=_name)
def test_dataframe_column_names(estimator):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        checks.check_dataframe_column_names_consistency(_name(estimator), estimator)
    messages = [str(warning.message) for warning in caught]
    assert not [m for m in messages if "feature names" in m]


@needs_jit
@each
@beyond_capacity
@no_probabilities
def test_column_names_through_a_pipeline(estimator):
    pipeline = make_pipeline(StandardScaler().set_output(transform="pandas"), estimator)
    checks.check_dataframe_column_names_consistency("Pipeline", pipeline)


@pytest.mark.parametrize("estimator", TRANSFORMERS, ids=_name)
@pytest.mark.parametrize(
    "check",
    _available(
        "check_transformer_get_feature_names_out",
        "check_transformer_get_feature_names_out_pandas",
        "check_get_feature_names_out_error",
        "check_set_output_transform",
        "check_set_output_transform_pandas",
        "check_global_output_transform_pandas",
        "check_set_output_transform_polars",
        "check_global_set_output_transform_polars",
    ),
    ids=lambda check: check.__name__,
)
def test_transformer_check(estimator, check):
    with ignore_warnings(category=UserWarning):  # names come and go between the check's calls
        check(_name(estimator), estimator)


@each
def test_transformer_methods_belong_to_transformers(estimator):
    """A predictor without transform offers no set_output and no feature names out."""
    if estimator in TRANSFORMERS:
        assert hasattr(estimator, "set_output")
        assert hasattr(estimator, "get_feature_names_out")
    else:
        assert not hasattr(estimator, "set_output")
        assert not hasattr(estimator, "get_feature_names_out")


@each
def test_signature_extends_scikit_learns(estimator):
    """What works with scikit-learn's class works by changing the import."""
    from sklearn import neural_network

    theirs = getattr(neural_network, _name(estimator), None)
    if theirs is None:
        pytest.skip(f"scikit-learn has no {_name(estimator)}")
    methods = ("fit", "predict", "partial_fit", "score", "transform", "score_samples")
    for method in ("__init__", *(name for name in methods if hasattr(theirs, name))):
        expected = inspect.signature(getattr(theirs, method)).parameters
        ours = inspect.signature(getattr(type(estimator), method)).parameters
        shared = [ours[name] for name in ours if name in expected]
        assert [p.name for p in shared] == list(expected), method
        for name, parameter in expected.items():
            assert ours[name].kind == parameter.kind, (method, name)
            if name == "y" and method != "__init__":
                continue  # which blocks have; see `skneural.blocks`
            assert ours[name].default == parameter.default, (method, name)


@each
@beyond_capacity
@no_probabilities
def test_public_docstrings(estimator):
    """Every parameter and fitted attribute is documented."""
    documentation = inspect.getdoc(type(estimator))
    missing = [
        name for name in estimator.get_params(deep=False) if f"\n{name} :" not in documentation
    ]
    assert not missing
    X = np.random.RandomState(0).standard_normal((12, 3))
    has_labels = is_classifier(estimator) or hasattr(estimator, "sample")
    y = np.arange(12) % 2 if has_labels else X[:, 0]
    short = {"max_iter": 2} if "max_iter" in _names(type(estimator)) else {}
    fitted = clone(estimator).set_params(**short).fit(X, y)
    attributes = [n for n in vars(fitted) if n.endswith("_") and not n.startswith("_")]
    assert not [name for name in attributes if f"\n{name} :" not in documentation]


@each
def test_tags(estimator):
    tags = checks.get_tags(estimator)
    if is_classifier(estimator):
        assert tags.classifier_tags.multi_label
    assert (
        is_classifier(estimator)
        or is_regressor(estimator)
        or is_outlier_detector(estimator)
        or hasattr(estimator, "transform")
        or hasattr(estimator, "sample")
    )
    encodes = isinstance(estimator, ColumnEncoder)
    of_shape = hasattr(estimator, "image_shape") or hasattr(estimator, "series_shape")
    of_tables = hasattr(estimator, "categorical_features")
    is_map = hasattr(estimator, "topology")
    is_generative = hasattr(estimator, "n_particles") or hasattr(estimator, "latent_size")
    is_dense = of_shape or encodes or of_tables or is_map or is_generative
    assert tags.input_tags.sparse != is_dense
    assert tags.input_tags.allow_nan == (encodes or of_tables or is_map)
    assert not tags.non_deterministic
