"""Networks made sick on purpose: each returns estimator, X, y and the sickness to be found."""

from __future__ import annotations

import numpy as np
from sklearn import datasets
from sklearn.preprocessing import StandardScaler

from asv_benchmarks.diagnosis.data import digits, flipped, images, numbers, scaled, waves


def nan_weights(seed):
    """A weight is NaN."""
    from skneural import MLPClassifier

    X, y = digits(seed)
    net = MLPClassifier((30,), max_iter=3, random_state=seed).fit(X, y)
    net.coefs_[0][5, 5] = np.nan
    return net, X, y, "non_finite_weights"


def dead_units(seed):
    """Steps so large that they throw the units of "relu" far below zero."""
    from skneural import MLPClassifier

    X, y = digits(seed)
    net = MLPClassifier((64, 64), learning_rate_init=0.3, max_iter=10, random_state=seed)
    return net.fit(X, y), X, y, "dead_units"


def dead_filters(seed):
    """A convolution whose biases are far below zero."""
    from skneural import ConvNetClassifier

    X, y = images(seed)
    net = ConvNetClassifier((8, 16), max_iter=5, random_state=seed).fit(X, y)
    layer = next(name for name, w in net.weights_.items() if w["kernel"].ndim == 4)
    net.weights_[layer]["bias"] -= 100
    return net, X, y, "dead_units"


def saturated_units(seed):
    """Units of "tanh" behind features of up to thousands."""
    from skneural import MLPClassifier

    X, y = datasets.load_breast_cancer(return_X_y=True)
    net = MLPClassifier((30,), activation="tanh", max_iter=30, random_state=seed)
    return net.fit(X, y), X, y, "saturated_units"


def vanishing_gradients(seed):
    """Ten layers of the logistic function."""
    from skneural import MLPClassifier

    X, y = digits(seed)
    net = MLPClassifier((20,) * 10, activation="logistic", max_iter=10, random_state=seed)
    return net.fit(X, y), X, y, "vanishing_gradients"


def exploding_gradients(seed):
    """Twenty layers with weights three times too large."""
    from skneural import MLPClassifier

    X, y = digits(seed)
    net = MLPClassifier(
        (50,) * 20, initializer="he_normal", solver="sgd", learning_rate_init=1e-12, max_iter=2,
        random_state=seed,
    ).fit(X, y)
    for kernel in net.coefs_:
        kernel *= 2
    return net, X, y, "exploding_gradients"


def exploding_series(seed):
    """A recurrent layer whose states grow from step to step."""
    from skneural import NeuralNetClassifier
    from skneural.layers import SimpleRNN

    X, y = waves(seed, length=40)
    net = NeuralNetClassifier(
        [SimpleRNN(16, "relu")], solver="sgd", learning_rate_init=1e-9, max_iter=2,
        random_state=seed,
    ).fit(X, y)
    net.weights_["simplernn"]["recurrent_kernel"][...] *= 2
    return net, X, y, "exploding_gradients"


def high_learning_rate(seed):
    """Adam with a rate three hundred times its default."""
    from skneural import MLPClassifier

    X, y = digits(seed)
    net = MLPClassifier((50, 50), "tanh", learning_rate_init=0.3, batch_size=32, max_iter=40,
                        tol=0.0, random_state=seed)
    return net.fit(X, y), X, y, "high_learning_rate"


def diverged(seed):
    """Plain descent whose loss grows until it is infinite."""
    from skneural import MLPRegressor

    X, y = numbers(seed)
    net = MLPRegressor(hidden_layer_sizes=(50,), solver="sgd", learning_rate_init=5.0, max_iter=40,
                       random_state=seed)
    return net.fit(X, y), X, y, "high_learning_rate"


def low_learning_rate(seed):
    """Adam with a rate a hundredth of its default."""
    from skneural import MLPClassifier

    X, y = digits(seed)
    net = MLPClassifier((50,), learning_rate_init=1e-5, max_iter=30, random_state=seed)
    return net.fit(X, y), X, y, "low_learning_rate"


def unfinished_training(seed):
    """Training cut short."""
    from skneural import MLPClassifier

    X, y = digits(seed)
    net = MLPClassifier((50,), max_iter=6, random_state=seed)
    return net.fit(X, y), X, y, "unfinished_training"


def overfitting(seed):
    """Many units on few rows of many features, half of whose labels are noise."""
    from skneural import MLPClassifier

    X, y = datasets.make_classification(
        400, 40, n_informative=5, flip_y=0.3, random_state=seed
    )
    X = StandardScaler().fit_transform(X)
    net = MLPClassifier((200,), alpha=0.0, max_iter=200, random_state=seed)
    net.fit(X[:150], y[:150], X_val=X[150:], y_val=y[150:])
    return net, X[:150], y[:150], "overfitting"


def overfitted_regressor(seed):
    """A regressor without validation rows, seen on rows that it was not trained on."""
    from skneural import MLPRegressor

    X, y = scaled(datasets.load_diabetes)
    y = (y - y.mean()) / y.std()
    rows = np.random.RandomState(seed).permutation(len(X))
    X, y = X[rows], y[rows]
    net = MLPRegressor(hidden_layer_sizes=(200, 200), alpha=0.0, max_iter=150, random_state=seed)
    return net.fit(X[:200], y[:200]), X[200:], y[200:], "overfitting"


def underfitting(seed):
    """No hidden layer, where the classes are circles."""
    from skneural import NeuralNetClassifier
    from skneural.layers import Dense

    X, y = datasets.make_circles(400, noise=0.05, factor=0.5, random_state=seed)
    net = NeuralNetClassifier([Dense(1)], max_iter=50, random_state=seed)
    return net.fit(X, y), X, y, "underfitting"


def label_noise(seed):
    """Wrong labels, 6% of them."""
    from skneural import MLPClassifier

    X, y = digits(seed)
    wrong, _ = flipped(y, 0.06, seed)
    net = MLPClassifier((30,), alpha=0.5, max_iter=100, random_state=seed)
    return net.fit(X, wrong), X, wrong, "label_noise"


def outlying_targets(seed):
    """Targets of which 4% have the wrong sign and size."""
    from skneural import MLPRegressor

    X, y = numbers(seed)
    random = np.random.RandomState(seed)
    y = y.copy()
    chosen = random.permutation(len(y))[: len(y) // 25]
    y[chosen] += random.choice([-8, 8], len(chosen))
    net = MLPRegressor(hidden_layer_sizes=(20,), loss="huber", max_iter=150, random_state=seed)
    return net.fit(X, y), X, y, "outlying_targets"


def squared_outliers(seed):
    """Targets of which 5% are far away, which dominate the squared error."""
    from skneural import MLPRegressor

    random = np.random.RandomState(seed)
    X = random.normal(size=(1500, 5))
    y = X[:, 0] + 0.1 * random.normal(size=len(X))
    y[random.permutation(len(y))[: len(y) // 20]] += 20
    return MLPRegressor(random_state=seed).fit(X, y), X, y, "outlying_targets"


def unscaled_targets(seed):
    """Targets about 100,000."""
    from skneural import MLPRegressor

    X, y = numbers(seed)
    y = 1e4 * y + 1e5
    return MLPRegressor(random_state=seed).fit(X, y), X, y, "unscaled_targets"


def uncentred_inputs(seed):
    """Pixels from 10 to 11."""
    from skneural import MLPClassifier

    X, y = digits(seed)
    net = MLPClassifier((50,), max_iter=60, random_state=seed)
    return net.fit(X + 10, y), X + 10, y, "unscaled_inputs"


def dead_gelu(seed):
    """Biases of units of "gelu" that are far below zero."""
    from skneural import MLPClassifier

    X, y = digits(seed)
    net = MLPClassifier((64,), activation="gelu", max_iter=30, random_state=seed).fit(X, y)
    net.intercepts_[0][:50] = -100
    return net, X, y, "dead_units"


def unscaled_inputs(seed):
    """Features of sizes between 0.1 and 1,000."""
    from skneural import MLPClassifier

    X, y = datasets.load_wine(return_X_y=True)
    net = MLPClassifier((50,), max_iter=100, random_state=seed)
    return net.fit(X, y), X, y, "unscaled_inputs"


def constant_outputs(seed):
    """A penalty that leaves no weights."""
    from skneural import MLPClassifier

    X, y = digits(seed)
    net = MLPClassifier((50,), alpha=1e3, max_iter=60, random_state=seed)
    return net.fit(X, y), X, y, "constant_outputs"


def collapsed_classes(seed):
    """Overlapping classes, of which the one with 6% of the rows is nowhere the likelier one."""
    from skneural import MLPClassifier

    random = np.random.RandomState(seed)
    y = (np.arange(800) < 48).astype(int)
    X = random.normal(size=(800, 2))
    X[:, 0] += 0.7 * y
    net = MLPClassifier((20,), alpha=1.0, learning_rate_init=0.01, max_iter=100,
                        random_state=seed)
    return net.fit(X, y), X, y, "collapsed_classes"


def identical_units(seed):
    """First weights that are all the same."""
    from skneural import MLPClassifier

    X, y = digits(seed)
    net = MLPClassifier((30,), max_iter=1, random_state=seed).fit(X, y)
    for array in (*net.coefs_, *net.intercepts_):
        array[...] = 0.05
    net = net.set_params(warm_start=True, max_iter=20)
    return net.fit(X, y), X, y, "identical_units"


def stale_statistics(seed):
    """Batch normalisation whose running statistics are those of the first batches."""
    from skneural import NeuralNetClassifier
    from skneural.layers import Activation, BatchNorm, Dense

    X, y = digits(seed)
    layers = [Dense(50), BatchNorm(momentum=0.9999), Activation("relu")]
    net = NeuralNetClassifier(layers, max_iter=30, random_state=seed).fit(50 + 10 * X, y)
    return net, 50 + 10 * X, y, "stale_statistics"


def dead_autoencoder(seed):
    """An autoencoder whose code is the same for all rows."""
    from skneural import AutoencoderTransformer

    X, _ = digits(seed)
    net = AutoencoderTransformer(8, (32,), alpha=1e3, max_iter=40, random_state=seed)
    return net.fit(X), X, None, "constant_outputs"


SICK = {
    function.__name__: function
    for function in (
        nan_weights, dead_units, dead_filters, saturated_units, vanishing_gradients,
        exploding_gradients, exploding_series, high_learning_rate, diverged, low_learning_rate,
        unfinished_training, overfitting, overfitted_regressor, underfitting, label_noise,
        outlying_targets, unscaled_inputs, constant_outputs, collapsed_classes, identical_units,
        stale_statistics, dead_autoencoder, squared_outliers, unscaled_targets, uncentred_inputs,
        dead_gelu,
    )
}
