"""Weights of rows: a row of weight two is that row twice, a row of weight zero is none."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.utils import estimator_checks as checks
from sklearn.utils._testing import ignore_warnings

from skneural import (
    AutoencoderTransformer,
    ConvNetClassifier,
    ConvNetRegressor,
    MLPClassifier,
    MLPRegressor,
    NeuralNetClassifier,
    NeuralNetRegressor,
    NeuralOutlierDetector,
)
from skneural.activations import Activation
from skneural.initializers import Initializer
from skneural.layers import BatchNorm, Conv2D, Dense, KLSparsity, LayerNorm, Parallel
from skneural.losses import Loss
from skneural.optimizers import Optimizer
from skneural.schedules import Schedule

needs_jit = pytest.mark.needs_jit(reason="hundreds of fits")

PERCEPTRON = {
    "hidden_layer_sizes": [(), (4, 3)],
    "activation": sorted(Activation.registry),
    "solver": [*sorted(Optimizer.registry), "lbfgs"],
    "alpha": [0.5],
    "learning_rate": sorted(Schedule.registry.keys() - {"invscaling"}),
    "learning_rate_init": [0.01],
    "max_iter": [3],
    "max_fun": [2],
    "shuffle": [False],
    "tol": [0.1],
    "n_iter_no_change": [1],
    "momentum": [0.5],
    "nesterovs_momentum": [False],
    "beta_1": [0.5],
    "beta_2": [0.9],
    "epsilon": [1e-3],
    "warm_start": [True],
    "normalization": ["batch", "layer"],
    "weight_decay": [0.1],
    "max_grad_norm": [0.01],
    "initializer": sorted(Initializer.registry),
    "target_loss": [0.9],
    "n_jobs": [2],
}
NOT_EQUIVALENT = {
    "batch_size": "rows repeated come in other batches",
    "power_t": "invscaling counts the rows seen, as in scikit-learn",
    "early_stopping": "some of the rows are held back, of those repeated others",
    "validation_fraction": "as early_stopping",
    "scoring": "as early_stopping",
    "restore_best_weights": "as early_stopping",
    "dropout": "draws are a row's own",
    "dtype": "float32 is equal to its own rounding only, see below",
    "max_time": "depends on the clock",
}
NEITHER = {"random_state", "verbose", "initial_encoder"}
CLASSIFIER = {
    "class_weight": ["balanced", {0: 1.0, 1: 3.0, 2: 0.5}],
    "label_smoothing": [0.1],
    "loss": sorted(Loss.names["classification"]),
}
REGRESSOR = {"loss": sorted(Loss.names["regression"])}
OWN_LAYERS = [("hidden", Dense(4, "tanh")), ("norm", BatchNorm()), ("kl", KLSparsity(0.3))]
BRANCHES = [Parallel([Dense(3, "relu"), [Dense(2), LayerNorm()]])]
BALANCED = {"class_weight": "balanced"}
OTHERS = [
    NeuralNetClassifier(OWN_LAYERS, **BALANCED),
    NeuralNetClassifier(BRANCHES, **BALANCED, solver="lbfgs"),
    NeuralNetClassifier([Conv2D(2, 2)], input_shape=(5, 6, 1), **BALANCED),
    NeuralNetRegressor(OWN_LAYERS),
    ConvNetClassifier(2, **BALANCED),
    ConvNetClassifier(2, **BALANCED, normalization="batch", pooling="average"),
    ConvNetClassifier(architecture="lenet5", **BALANCED),
    ConvNetRegressor(2),
    MLPClassifier(**BALANCED, normalization="batch", label_smoothing=0.1, max_grad_norm=0.1),
    MLPClassifier(**BALANCED, solver="lbfgs"),
    MLPClassifier(**BALANCED, loss="hinge", solver="sgd", learning_rate="adaptive"),
    AutoencoderTransformer(4, hidden_layer_sizes=(6,)),
    AutoencoderTransformer(4, hidden_layer_sizes=(6,), pretraining="layerwise"),
    AutoencoderTransformer(4, tied_weights=True, loss="log_loss", solver="lbfgs"),
    AutoencoderTransformer(4, sparsity="kl", code_activation="logistic", contractive=0.1),
    NeuralOutlierDetector(4, contamination=0.3),
]


def perceptrons():
    """A perceptron for each value of each parameter that lets weights stand for repeated rows."""
    for make, own in ((MLPClassifier, CLASSIFIER), (MLPRegressor, REGRESSOR)):
        for name, values in (PERCEPTRON | own).items():
            for value in values:
                yield make(**{"hidden_layer_sizes": (5,), name: value})


def shortened(estimator):
    return estimator.set_params(max_iter=min(estimator.max_iter, 4))


def shown(estimator):
    return " ".join(repr(estimator).split())


@needs_jit
@pytest.mark.parametrize("kind", ["dense", "sparse"])
@pytest.mark.parametrize("estimator", [*perceptrons(), *OTHERS], ids=shown)
def test_weights_are_repetitions(estimator, kind):
    if kind == "sparse" and not estimator.__sklearn_tags__().input_tags.sparse:
        pytest.skip("images are dense")
    check = getattr(checks, f"check_sample_weight_equivalence_on_{kind}_data", None)
    if check is None:
        pytest.skip("an older scikit-learn has another check")
    with ignore_warnings():
        check(type(estimator).__name__, shortened(clone(estimator)))


@pytest.mark.parametrize(
    ("make", "own"), [(MLPClassifier, CLASSIFIER), (MLPRegressor, REGRESSOR)]
)
def test_every_parameter_is_tried_or_excepted(make, own):
    known = PERCEPTRON.keys() | own.keys() | NOT_EQUIVALENT.keys() | NEITHER
    assert not make().get_params(deep=False).keys() - known


RANDOM = np.random.RandomState(0)
X = RANDOM.standard_normal((30, 4))
THREE = np.argmax(X[:, :3] + RANDOM.standard_normal((30, 3)), axis=1)
LABELS = (X[:, :3] > 0.5).astype(int)
COUNTS = RANDOM.randint(0, 4, 30)


def network(**parameters):
    settings = {"hidden_layer_sizes": (5,), "max_iter": 5, "random_state": 0} | parameters
    return MLPClassifier(**settings)


@ignore_warnings()
def both_ways(model, y):
    weighted = clone(model).fit(X, y, sample_weight=COUNTS)
    repeated = clone(model).fit(X.repeat(COUNTS, axis=0), y.repeat(COUNTS, axis=0))
    return weighted.predict_proba(X), repeated.predict_proba(X)


def test_float32_is_equal_to_its_rounding():
    assert_allclose(*both_ways(network(dtype="float32"), THREE), rtol=1e-5)


@pytest.mark.parametrize("y", [THREE > 0, LABELS], ids=["two classes", "labels"])
def test_balanced_of_other_targets(y):
    assert_allclose(*both_ways(network(class_weight="balanced"), y), rtol=1e-10)


@pytest.mark.parametrize("y", [THREE > 0, THREE], ids=["two classes", "three"])
def test_balanced_is_that_of_a_linear_model(y):
    """Without a hidden layer the network is a logistic regression with C = 1 / alpha."""
    weight = RANDOM.uniform(0.1, 3, len(y))
    ours = network(
        hidden_layer_sizes=(), class_weight="balanced", solver="lbfgs", alpha=0.5, max_iter=3000,
        tol=1e-10,
    ).fit(X, y, sample_weight=weight)
    theirs = LogisticRegression(class_weight="balanced", C=2.0, tol=1e-10, max_iter=3000)
    theirs.fit(X, y, sample_weight=weight)
    assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-4)


@ignore_warnings()
def test_balanced_with_a_class_that_weighs_nothing():
    """Its rows are ignored, also in the weights of the other classes."""
    weight = (THREE != 2).astype(float)
    model = network(class_weight="balanced").fit(X, THREE, sample_weight=weight)
    counts = np.bincount(THREE)
    given = {label: counts[:2].sum() / counts[label] / 2 for label in (0, 1)}
    expected = network(class_weight=given | {2: 1.0}).fit(X, THREE, sample_weight=weight)
    assert_allclose(model.predict_proba(X), expected.predict_proba(X), rtol=1e-10)
