"""What the benchmarks share: data, estimators and asv's settings."""

import inspect
import timeit
import warnings

import numpy as np
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning

N_SAMPLES = 2000


def make_data(representation, regression=False):
    """Synthetic rows: ("narrow", "wide" or "sparse") X and labels or targets y."""
    random = np.random.default_rng(0)
    if representation == "sparse":
        X = sparse.random(
            N_SAMPLES, 20_000, density=0.001, format="csr", dtype="float32", random_state=0
        )
    else:
        n_features = 20 if representation == "narrow" else 784
        X = random.standard_normal((N_SAMPLES, n_features), dtype="float32")
    score = X @ random.standard_normal((X.shape[1], 10), dtype="float32")
    return X, (score[:, 0] if regression else score.argmax(axis=1))


def make_estimator(regression=False, **parameters):
    """The library's estimator with settings that every benchmark shares."""
    from skneural import MLPClassifier, MLPRegressor

    return (MLPRegressor if regression else MLPClassifier)(random_state=0, **parameters)


def make_images(n_samples=500):
    """Grey images of bytes in ten classes."""
    images = np.random.default_rng(0).integers(0, 256, (n_samples, 28, 28), np.uint8)
    return images, np.arange(n_samples) % 10


def make_texts(n_samples=500):
    """Texts of twenty words."""
    words = np.random.default_rng(0).integers(0, 2000, (n_samples, 20))
    return [" ".join(f"word{number}" for number in text) for text in words], None


def make_layers():
    """Two hidden layers, the second named."""
    from skneural.layers import Dense, Dropout

    return [Dense(64, "relu"), Dropout(0.2), ("code", Dense(16, "relu"))]


# Every public estimator: its data, and its parameters but for those that all are given.
ESTIMATORS = {
    "MLPClassifier": ("wide", {}),
    "MLPRegressor": ("wide", {}),
    "NeuralNetClassifier": ("wide", {"layers": make_layers}),
    "NeuralNetRegressor": ("wide", {"layers": make_layers}),
    "ConvNetClassifier": ("images", {}),
    "ConvNetRegressor": ("images", {}),
    "AutoencoderTransformer": ("wide", {}),
    "NeuralOutlierDetector": ("wide", {}),
    "RecurrentClassifier": ("narrow", {}),
    "RecurrentRegressor": ("narrow", {}),
    "SeriesNetClassifier": ("narrow", {"architecture": "fcn"}),
    "SeriesNetRegressor": ("narrow", {"architecture": "fcn"}),
    "TabularClassifier": ("narrow", {}),
    "TabularRegressor": ("narrow", {}),
    "GMDHClassifier": ("narrow", {}),
    "GMDHRegressor": ("narrow", {}),
    "SelfOrganizingMap": ("wide", {}),
    "SequenceGenerator": ("texts", {"hidden_layer_sizes": (32,)}),
    "PiecewiseLinearEncoder": ("narrow", {}),
    "PeriodicEncoder": ("narrow", {}),
    "SeriesScaler": ("narrow", {}),
    "TextTokenizer": ("texts", {}),
    "BernoulliRBM": ("wide", {"n_components": 64}),
    "GaussianRBM": ("wide", {"n_components": 64}),
    "DBNClassifier": ("wide", {"hidden_layer_sizes": (64, 32), "pretraining_max_iter": 2}),
    "DBNRegressor": ("wide", {"hidden_layer_sizes": (64, 32), "pretraining_max_iter": 2}),
    "DeepBoltzmannMachine": (
        "wide", {"hidden_layer_sizes": (64, 32), "pretraining_max_iter": 2, "max_iter": 2}
    ),
    "GenerativeAdversarialNetwork": ("narrow", {}),
    "HopfieldNetwork": ("wide", {"rule": "pseudo_inverse"}),
    "FeatureExtractor": ("wide", {"estimator": "NeuralNetClassifier", "layer": "code"}),
}


def make_case(name, **parameters):
    """An estimator by its class's name, with X and y to fit it on."""
    import skneural

    data, own = ESTIMATORS[name]
    own = {key: value() if callable(value) else value for key, value in own.items()}
    if data in ("images", "texts"):
        X, y = make_images() if data == "images" else make_texts()
    else:
        X, y = make_data(data, name.endswith("Regressor"))
    cls = getattr(skneural, name)
    if "estimator" in own:
        own["estimator"] = make_case(own["estimator"], **parameters)[0]
    else:
        accepted = inspect.signature(cls).parameters
        given = {"random_state": 0, **parameters}
        own.update({key: value for key, value in given.items() if key in accepted})
    return cls(**own), X, y


class Benchmark:
    """Settings of asv for every benchmark."""

    timer = timeit.default_timer  # wall time: threads count once
    processes = 1
    timeout = 500
    warmup_time = 1
    repeat = (3, 30, 10)


class Fitted(Benchmark):
    """A fitted estimator and its data; subclasses give parameters and `make_estimator`."""

    regression = False
    param_names = ("representation",)
    params = (("narrow", "wide", "sparse"),)

    def make_estimator(self, *params):
        """The estimator to fit."""
        return make_estimator(self.regression, max_iter=5)

    def setup(self, representation, *params):
        """Make data and fit once, which also compiles whatever is needed."""
        warnings.simplefilter("ignore", ConvergenceWarning)
        self.X, self.y = make_data(representation, self.regression)
        self.estimator = self.make_estimator(representation, *params).fit(self.X, self.y)
