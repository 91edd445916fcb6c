"""One class in y: fitted and predicted, as scikit-learn's perceptrons and trees do."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import neural_network as reference
from sklearn.base import clone
from sklearn.model_selection import KFold, cross_val_predict, cross_val_score
from sklearn.multioutput import ClassifierChain, MultiOutputClassifier

from skneural import ConvNetClassifier, MLPClassifier, NeuralNetClassifier
from skneural.layers import Activation, Dense, Flatten, Reshape

X = np.random.RandomState(0).uniform(size=(30, 16))
MODELS = [
    MLPClassifier((4,), max_iter=3, random_state=0),
    NeuralNetClassifier([], max_iter=3, random_state=0),
    ConvNetClassifier(2, max_iter=3, random_state=0),
]
KERAS = [
    NeuralNetClassifier([Dense(4, "relu"), Dense(2, "softmax")], max_iter=3, random_state=0),
    NeuralNetClassifier([Dense(3), Activation("softmax")], max_iter=3, random_state=0),
    NeuralNetClassifier([Dense(1, "softmax")], max_iter=3, random_state=0),
    ConvNetClassifier(architecture=[Flatten(), Dense(2, "softmax")], max_iter=3, random_state=0),
]
LABELS = [np.full(30, "only"), np.full(30, 3.0), np.ones(30, bool)]
OPTIONS = [
    {},
    {"solver": "lbfgs"},
    {"class_weight": "balanced"},
    {"label_smoothing": 0.1},
    {"early_stopping": True},
    {"early_stopping": True, "scoring": "neg_log_loss"},
    {"early_stopping": True, "scoring": "roc_auc_ovr"},
]
each = pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)


@each
@pytest.mark.parametrize("y", LABELS, ids=["str", "float", "bool"])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_fit_and_predict(model, y, options):
    fitted = clone(model).set_params(**options).fit(X, y)
    assert_array_equal(fitted.classes_, y[:1])
    assert_array_equal(fitted.predict(X), y)
    assert_array_equal(fitted.predict_proba(X), np.ones((30, 1)))
    assert_array_equal(fitted.predict_log_proba(X), np.zeros((30, 1)))
    assert fitted.decision_function(X).shape == (30,)
    assert fitted.score(X, y) == 1.0


@each
def test_hinge(model):
    fitted = clone(model).set_params(loss="hinge").fit(X, LABELS[0])
    assert_array_equal(fitted.predict(X), LABELS[0])


@each
def test_partial_fit(model):
    y = LABELS[0]
    fitted = clone(model).partial_fit(X, y, classes=["only"]).partial_fit(X, y)
    assert_array_equal(fitted.predict(X), y)
    with pytest.raises(ValueError, match=r"has classes not in `self.classes_`"):
        fitted.partial_fit(X, np.full(30, "other"))


@each
def test_warm_start(model):
    fitted = clone(model).set_params(warm_start=True).fit(X, LABELS[0]).fit(X, LABELS[0])
    assert_array_equal(fitted.predict(X), LABELS[0])


@pytest.mark.parametrize("options", [{}, {"early_stopping": True}], ids=str)
def test_the_network_is_scikit_learns(options):
    y = np.ones(30)
    ours = MLPClassifier((4,), max_iter=5, random_state=0, **options).fit(X, y)
    theirs = reference.MLPClassifier((4,), max_iter=5, random_state=0, **options).fit(X, y)
    assert_allclose(ours.coefs_[0], theirs.coefs_[0], rtol=1e-8)
    assert_allclose(ours.loss_curve_, theirs.loss_curve_, rtol=1e-8)
    assert_array_equal(ours.predict(X), theirs.predict(X))


Y = np.column_stack([np.ones(30), X[:, 0] > 0.5, np.zeros(30)]).astype(int)


@each
def test_columns_of_one_class_among_several_outputs(model):
    outputs = MultiOutputClassifier(model).fit(X, Y)
    assert_array_equal(outputs.predict(X)[:, [0, 2]], Y[:, [0, 2]])
    assert [p.shape[1] for p in outputs.predict_proba(X)] == [1, 2, 1]
    again = MultiOutputClassifier(model).partial_fit(X, Y, classes=[[1], [0, 1], [0]])
    assert_array_equal(again.predict(X)[:, [0, 2]], Y[:, [0, 2]])


@each
@pytest.mark.parametrize("cv", [None, 3])
def test_columns_of_one_class_in_a_chain(model, cv):
    chain = ClassifierChain(model, cv=cv).fit(X, Y)
    assert_array_equal(chain.predict(X)[:, [0, 2]], Y[:, [0, 2]])
    assert chain.decision_function(X).shape == (30, 3)


@each
@pytest.mark.filterwarnings("ignore:Number of classes in training fold")
def test_sorted_folds(model):
    y = np.repeat([0, 1], 15)
    assert_array_equal(cross_val_score(model, X, y, cv=KFold(2)), [0.0, 0.0])
    probabilities = cross_val_predict(model, X, y, cv=KFold(2), method="predict_proba")
    assert_array_equal(probabilities, np.eye(2)[1 - y])


@pytest.mark.parametrize("model", KERAS, ids=["two", "three", "one", "images"])
@pytest.mark.parametrize("options", OPTIONS[:-1], ids=str)
def test_layers_that_end_with_a_softmax_of_more(model, options):
    test_fit_and_predict(model, LABELS[0], options)
    test_partial_fit(model)
    test_warm_start(model)


def test_the_layers_stay_as_they_were_given():
    model = clone(KERAS[0]).fit(X, LABELS[0])
    assert model.get_layer(-1).layer.units == 2 and model.activations(X, -1).shape == (30, 2)
    assert model.n_outputs_ == 2
    with pytest.raises(ValueError, match=r"samples of shape \(3, 4\), but y has 1 class;"):
        layers = [Reshape((3, 4)), Activation("softmax")]
        NeuralNetClassifier(layers).fit(X[:, :12], LABELS[0])


@pytest.mark.filterwarnings("ignore:Number of classes in training fold")
@pytest.mark.parametrize("model", [KERAS[0], KERAS[3]], ids=["vectors", "images"])
def test_columns_and_folds_of_one_class_with_a_softmax(model):
    test_columns_of_one_class_among_several_outputs(model)
    test_columns_of_one_class_in_a_chain(model, 3)
    test_sorted_folds(model)
