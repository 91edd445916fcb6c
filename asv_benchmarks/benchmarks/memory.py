"""Memory of a fit, a prediction and a fitted estimator."""

import pickle
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from .common import Benchmark, Fitted, make_estimator


class MLPClassifierMemory(Fitted):
    """Peak memory of the process, and size of the fitted model."""

    unit = "bytes"

    def peakmem_fit(self, representation):
        self.estimator.fit(self.X, self.y)

    def peakmem_predict(self, representation):
        self.estimator.predict(self.X)

    def track_pickle_size(self, representation):
        return len(pickle.dumps(self.estimator))


class LargeFit(Benchmark):
    """Peak memory of a fit on 60,000 x 784 float32."""

    param_names = ("estimator",)
    params = (("MLPClassifier", "MLPRegressor"),)

    def setup(self, name):
        warnings.simplefilter("ignore", ConvergenceWarning)
        random = np.random.default_rng(0)
        self.X = np.empty((60_000, 784), "float32")
        random.standard_normal(dtype="float32", out=self.X)
        self.y = random.integers(10, size=len(self.X))
        self.estimator = make_estimator(name == "MLPRegressor", max_iter=1)
        self.estimator.fit(self.X[:1000], self.y[:1000])

    def peakmem_fit(self, name):
        self.estimator.fit(self.X, self.y)
