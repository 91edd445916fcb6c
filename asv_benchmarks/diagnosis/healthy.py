"""Healthy networks of all families: each returns estimator, X and y."""

from __future__ import annotations

import numpy as np
from sklearn import datasets
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_wine

from asv_benchmarks.diagnosis.data import digits, images, numbers, scaled, waves


def mlp_digits(seed):
    """Defaults, on digits."""
    from skneural import MLPClassifier

    X, y = digits(seed)
    return MLPClassifier(random_state=seed).fit(X, y), X, y


def mlp_raw_digits(seed):
    """Early stopping, on pixels from 0 to 16."""
    from skneural import MLPClassifier

    X, y = digits(seed, 1797)
    X = X * 16
    return MLPClassifier((64, 32), early_stopping=True, random_state=seed).fit(X, y), X, y


def mlp_one_class(seed):
    """Rows of a single class of those trained on."""
    from skneural import MLPClassifier

    X, y = digits(seed)
    net = MLPClassifier((50,), random_state=seed).fit(X, y)
    return net, X[y == 3], y[y == 3]


def mlp_indicators(seed):
    """Indicators of categories, some of them rare."""
    from skneural import MLPClassifier

    random = np.random.RandomState(seed)
    codes = np.minimum(random.geometric(0.1, size=(1500, 2)) - 1, 39)
    X = np.hstack([np.eye(40)[column] for column in codes.T])
    y = (codes[:, 0] + codes[:, 1]) % 3
    net = MLPClassifier((50,), learning_rate_init=0.01, alpha=0.01, max_iter=60,
                        random_state=seed)
    return net.fit(X, y), X, y


def mlp_iris(seed):
    """L-BFGS, three classes."""
    from skneural import MLPClassifier

    X, y = scaled(load_iris)
    net = MLPClassifier((10,), solver="lbfgs", alpha=0.1, random_state=seed)
    return net.fit(X, y), X, y


def mlp_wine(seed):
    """Units of "tanh"."""
    from skneural import MLPClassifier

    X, y = scaled(load_wine)
    net = MLPClassifier((30,), activation="tanh", learning_rate_init=0.01, random_state=seed)
    return net.fit(X, y), X, y


def mlp_cancer(seed):
    """Two classes, plain descent, held-out rows."""
    from skneural import MLPClassifier

    X, y = scaled(load_breast_cancer)
    net = MLPClassifier((30,), solver="sgd", learning_rate_init=0.05, random_state=seed)
    net.fit(X[:400], y[:400], X_val=X[400:], y_val=y[400:])
    return net, X, y


def mlp_logistic(seed):
    """Two layers of the logistic function with dropout."""
    from skneural import MLPClassifier

    X, y = digits(seed)
    net = MLPClassifier((64, 64), activation="logistic", dropout=0.1, learning_rate_init=0.01,
                        random_state=seed)
    return net.fit(X, y), X, y


def mlp_moons(seed):
    """Classes that overlap."""
    from skneural import MLPClassifier

    X, y = datasets.make_moons(500, noise=0.3, random_state=seed)
    net = MLPClassifier((30, 30), learning_rate_init=0.005, random_state=seed)
    return net.fit(X, y), X, y


def mlp_several_labels(seed):
    """Several labels a row."""
    from skneural import MLPClassifier

    X, y = datasets.make_multilabel_classification(
        500, 20, n_classes=5, allow_unlabeled=False, random_state=seed
    )
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    return MLPClassifier((50,), max_iter=100, random_state=seed).fit(X, y), X, y


def mlp_friedman(seed):
    """A regressor."""
    from skneural import MLPRegressor

    X, y = numbers(seed)
    net = MLPRegressor(hidden_layer_sizes=(50,), learning_rate_init=0.005, random_state=seed)
    return net.fit(X, y), X, y


def mlp_diabetes(seed):
    """A regressor that explains half of the variance, stopped early."""
    from skneural import MLPRegressor

    X, y = scaled(load_diabetes)
    y = (y - y.mean()) / y.std()
    net = MLPRegressor(hidden_layer_sizes=(20,), alpha=0.1, early_stopping=True,
                       learning_rate_init=0.01, random_state=seed)
    return net.fit(X, y), X, y


def mlp_outputs(seed):
    """A regressor of three outputs, with normalization, "silu" and a cosine schedule."""
    from skneural import MLPRegressor

    X, y = datasets.make_regression(500, 10, n_targets=3, noise=10.0, random_state=seed)
    y = (y - y.mean(axis=0)) / y.std(axis=0)
    net = MLPRegressor(hidden_layer_sizes=(50, 50), activation="silu", normalization="layer",
                       max_iter=80, learning_rate="cosine", learning_rate_init=0.005,
                       random_state=seed)
    return net.fit(X, y), X, y


def convnet_digits(seed):
    """A convolutional classifier."""
    from skneural import ConvNetClassifier

    X, y = images(seed)
    return ConvNetClassifier((8, 16), max_iter=40, random_state=seed).fit(X, y), X, y


def convnet_normalized(seed):
    """Batch normalization and dropout."""
    from skneural import ConvNetClassifier

    X, y = images(seed)
    net = ConvNetClassifier((8, 16), normalization="batch", dropout=0.2, max_iter=40,
                            random_state=seed)
    return net.fit(X, y), X, y


def convnet_regressor(seed):
    """Where the ink of an image lies."""
    from skneural import ConvNetRegressor

    X, _ = images(seed)
    places = np.arange(8) - 3.5
    y = (X[..., 0].sum(axis=1) * places).sum(axis=1) / X.sum(axis=(1, 2, 3))
    y = (y - y.mean()) / y.std()
    return ConvNetRegressor((8, 16), max_iter=60, random_state=seed).fit(X, y), X, y


def residual_net(seed):
    """Residual blocks of convolutions."""
    from skneural import NeuralNetClassifier
    from skneural.layers import Activation, BatchNorm, Conv2D, GlobalAvgPool, Residual

    def block(filters, **how):
        inner = [Conv2D(filters, padding="same"), BatchNorm(), Activation("relu"),
                 Conv2D(filters, padding="same"), BatchNorm()]
        return Residual(inner, activation="relu", **how)

    X, y = images(seed)
    layers = [Conv2D(8, padding="same"), BatchNorm(), Activation("relu"), block(8),
              block(16, shortcut="projection"), GlobalAvgPool()]
    net = NeuralNetClassifier(layers, max_iter=40, learning_rate_init=0.005, batch_size=50,
                              random_state=seed)
    return net.fit(X, y), X, y


def deep_net(seed):
    """Eight layers with normalization."""
    from skneural import MLPClassifier

    X, y = digits(seed)
    net = MLPClassifier((40,) * 8, normalization="batch", max_iter=60, random_state=seed)
    return net.fit(X, y), X, y


def autoencoder(seed):
    """A dense autoencoder."""
    from skneural import AutoencoderTransformer

    X, _ = digits(seed)
    return AutoencoderTransformer(16, (64,), max_iter=80, random_state=seed).fit(X), X, None


def conv_autoencoder(seed):
    """A convolutional autoencoder."""
    from skneural import AutoencoderTransformer

    X, _ = images(seed)
    net = AutoencoderTransformer(16, architecture="conv", filters=(8, 16), max_iter=80,
                                 learning_rate_init=0.003, random_state=seed)
    return net.fit(X), X, None


def outlier_detector(seed):
    """The autoencoder of a detector of outliers."""
    from skneural import NeuralOutlierDetector

    X, _ = scaled(load_breast_cancer)
    return NeuralOutlierDetector(random_state=seed).fit(X), X, None


def gru(seed):
    """A recurrent classifier."""
    from skneural import RecurrentClassifier

    X, y = waves(seed)
    net = RecurrentClassifier(hidden_layer_sizes=(16,), max_iter=60, random_state=seed)
    return net.fit(X, y), X, y


def lstm_of_lengths(seed):
    """A recurrent regressor of series of unequal lengths."""
    from skneural import RecurrentRegressor

    random = np.random.RandomState(seed)
    X = [random.normal(size=(length, 2)) for length in random.randint(5, 15, 300)]
    y = np.array([x[:, 0].mean() + x[-1, 1] for x in X])
    y = (y - y.mean()) / y.std()
    net = RecurrentRegressor(cell="lstm", hidden_layer_sizes=(24,), max_iter=100,
                             learning_rate_init=0.01, random_state=seed)
    return net.fit(X, y), X, y


def series_net(seed):
    """Convolutions over time."""
    from skneural import SeriesNetClassifier

    X, y = waves(seed)
    return SeriesNetClassifier(max_iter=30, random_state=seed).fit(X, y), X, y


def table_classifier(seed):
    """A network for tables, of raw columns."""
    from skneural import TabularClassifier

    X, y = load_breast_cancer(return_X_y=True)
    return TabularClassifier(max_iter=40, random_state=seed).fit(X, y), X, y


def table_regressor(seed):
    """A regressor for tables, of raw columns and targets."""
    from skneural import TabularRegressor

    X, y = load_diabetes(return_X_y=True, scaled=False)
    return TabularRegressor(max_iter=40, random_state=seed).fit(X, y), X, y


def belief_net(seed):
    """A perceptron pretrained by Boltzmann machines."""
    from skneural import DBNClassifier

    X, y = digits(seed)
    net = DBNClassifier((64, 32), pretraining_max_iter=5, learning_rate_init=0.01,
                        random_state=seed)
    return net.fit(X, y), X, y


HEALTHY = {
    function.__name__: function
    for function in (
        mlp_digits, mlp_raw_digits, mlp_one_class, mlp_indicators, mlp_iris, mlp_wine, mlp_cancer,
        mlp_logistic, mlp_moons, mlp_several_labels, mlp_friedman, mlp_diabetes, mlp_outputs,
        convnet_digits, convnet_normalized, convnet_regressor, residual_net, deep_net, autoencoder,
        conv_autoencoder, outlier_detector, gru, lstm_of_lengths, series_net, table_classifier,
        table_regressor, belief_net,
    )
}
