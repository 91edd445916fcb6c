"""What the benchmarks share: data, estimators and asv's settings."""

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
