"""Small fitted models of every kind that files are tested with."""

import numpy as np
from sklearn.base import clone
from sklearn.datasets import load_digits

from skneural import (
    AutoencoderTransformer,
    BernoulliRBM,
    ConvNetClassifier,
    ConvNetRegressor,
    DBNClassifier,
    DBNRegressor,
    DeepBoltzmannMachine,
    FeatureExtractor,
    GaussianRBM,
    GenerativeAdversarialNetwork,
    GMDHClassifier,
    GMDHRegressor,
    HopfieldNetwork,
    MLPClassifier,
    MLPRegressor,
    NeuralNetClassifier,
    NeuralNetRegressor,
    NeuralOutlierDetector,
    PeriodicEncoder,
    PiecewiseLinearEncoder,
    RecurrentClassifier,
    RecurrentRegressor,
    SelfOrganizingMap,
    SequenceGenerator,
    SeriesNetClassifier,
    SeriesNetRegressor,
    SeriesScaler,
    TabularClassifier,
    TabularRegressor,
    TextTokenizer,
)
from skneural.layers import Activation, BatchNorm, Dense, Dropout, Residual
from skneural.optimizers import SGD

N_ROWS = 60
METHODS = ("predict", "predict_proba", "decision_function", "transform", "score_samples")
SHORT = {"max_iter": 2, "random_state": 0}


def digits():
    """Digits of the first five classes, scaled."""
    X, y = load_digits(n_class=5, return_X_y=True)
    return X[:N_ROWS] / 16, y[:N_ROWS]


def series():
    """The same digits as series of their rows."""
    X, y = digits()
    return X.reshape(-1, 8, 8), y


TEXTS = (["the cat sat on the mat", "a dog ran", "the bird sang"], None)
STACK = [Dense(8), BatchNorm(), Residual([Dense(8, "relu"), Dropout(0.2)]), Activation("tanh"),
         Dense(5)]

MODELS = {
    "perceptron": (MLPClassifier((8,), **SHORT), digits),
    "two classes": (MLPClassifier((8,), **SHORT), lambda: (digits()[0], digits()[1] % 2)),
    "labels": (MLPClassifier((8,), **SHORT), lambda: (digits()[0], digits()[0][:, 10:13] > 0.5)),
    "names": (MLPClassifier((8,), **SHORT), lambda: (digits()[0], np.array(list("abcde"), object)[
        digits()[1]])),
    "lbfgs": (MLPRegressor(hidden_layer_sizes=(8,), solver="lbfgs", **SHORT), digits),
    "early stopping": (MLPRegressor("huber", early_stopping=True, solver=SGD(0.9), **SHORT),
                       digits),
    "several outputs": (MLPRegressor(**SHORT), lambda: (digits()[0], digits()[0][:, 10:13])),
    "images": (ConvNetClassifier(image_shape=(8, 8, 1), **SHORT), digits),
    "fast images": (ConvNetClassifier(architecture="fast", image_shape=(8, 8, 1), **SHORT), digits),
    "numbers of images": (ConvNetRegressor(image_shape=(8, 8, 1), **SHORT), digits),
    "stack": (NeuralNetClassifier(STACK, **SHORT), digits),
    "stack to numbers": (NeuralNetRegressor([("in", Dense(4)), ("out", Dense(1))], **SHORT),
                         digits),
    "autoencoder": (AutoencoderTransformer(4, **SHORT), digits),
    "variational": (AutoencoderTransformer(4, variational=True, **SHORT), digits),
    "outliers": (NeuralOutlierDetector(**SHORT), digits),
    "table": (TabularClassifier(**SHORT), digits),
    "table to numbers": (TabularRegressor(**SHORT), digits),
    "recurrent": (RecurrentClassifier(hidden_layer_sizes=(8,), **SHORT), series),
    "steps": (RecurrentClassifier(hidden_layer_sizes=(8,), pooling=None, **SHORT),
              lambda: (series()[0], np.repeat(digits()[1][:, None], 8, 1))),
    "numbers of steps": (RecurrentRegressor(hidden_layer_sizes=(8,), pooling=None, **SHORT),
                         lambda: (series()[0], series()[0][:, :, 0])),
    "series": (SeriesNetClassifier("fcn", **SHORT), series),
    "series to numbers": (SeriesNetRegressor("fcn", **SHORT), series),
    "polynomial": (GMDHRegressor(max_layers=2), digits),
    "polynomials": (GMDHClassifier(max_layers=1), digits),
    "memory": (HopfieldNetwork(), lambda: (digits()[0][:4], None)),
    "map": (SelfOrganizingMap((2, 3), max_iter=2), digits),
    "machine": (BernoulliRBM(4, n_iter=2, random_state=0), digits),
    "machine of numbers": (GaussianRBM(4, n_iter=2, random_state=0), digits),
    "deep machine": (DeepBoltzmannMachine((4, 3), pretraining_max_iter=1, n_annealing_steps=20,
                                          **SHORT), digits),
    "belief net": (DBNClassifier((4, 3), pretraining_max_iter=1, **SHORT), digits),
    "belief net of classes": (DBNClassifier((4, 3), pretraining_max_iter=1, fine_tuning="up_down",
                                            solver="sgd", **SHORT), digits),
    "belief net to numbers": (DBNRegressor(hidden_layer_sizes=(4, 3), pretraining_max_iter=1,
                                           **SHORT), digits),
    "adversaries": (GenerativeAdversarialNetwork(4, hidden_layer_sizes=(8,), **SHORT), digits),
    "adversaries of images": (GenerativeAdversarialNetwork(
        4, architecture="convolutional", input_shape=(8, 8, 1), filters=(4, 8),
        spectral_normalization=True, **SHORT), lambda: (digits()[0], None)),
    "bins": (PiecewiseLinearEncoder(), digits),
    "waves": (PeriodicEncoder(), digits),
    "scaler": (SeriesScaler(), series),
    "tokens": (TextTokenizer(), lambda: TEXTS),
    "generator": (SequenceGenerator(window=8, max_iter=1, random_state=0), lambda: TEXTS),
    "features": (FeatureExtractor(MLPClassifier((8,), **SHORT)), digits),
}


def fitted(name):
    """A fitted model and the X it was fitted on."""
    estimator, data = MODELS[name]
    X, y = data()
    return clone(estimator).fit(X, y), X


def outputs(model, X):
    """What each method of a model gives for X."""
    if isinstance(model, SequenceGenerator):
        return {"generate": model.generate("the", 5, random_state=0), "score": model.score(X)}
    found = {name: getattr(model, name)(X) for name in METHODS if hasattr(model, name)}
    draws = getattr(model, "fine_tuning", "") != "backprop" and getattr(model, "variational", True)
    if hasattr(model, "sample") and draws:
        found["sample"] = model.sample(3, random_state=0)
    return found


def same(first, second):
    """Whether outputs are equal to the bit, and of the same types."""
    if type(first) is not type(second):
        return False
    if isinstance(first, dict):
        return list(first) == list(second) and all(same(first[key], second[key]) for key in first)
    if isinstance(first, list):
        return len(first) == len(second) and all(map(same, first, second))
    if isinstance(first, np.ndarray):
        return first.dtype == second.dtype and np.array_equal(first, second)
    return first == second
