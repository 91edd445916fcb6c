"""Time and memory of every public estimator, a small case of each."""

import pickle
import warnings

from sklearn.exceptions import ConvergenceWarning

from .common import ESTIMATORS, Benchmark, make_case


class EveryEstimator(Benchmark):
    """Fit, prediction (or what a transformer gives) and memory, by the estimator's name."""

    param_names = ("estimator",)
    params = (tuple(ESTIMATORS),)
    unit = "bytes"

    def setup(self, name):
        warnings.simplefilter("ignore", ConvergenceWarning)
        self.estimator, self.X, self.y = make_case(name, max_iter=3)
        self.estimator.fit(self.X, self.y)
        self.apply = getattr(self.estimator, "predict", None) or self.estimator.transform
        self.apply(self.X)

    def time_fit(self, name):
        self.estimator.fit(self.X, self.y)

    def time_apply(self, name):
        self.apply(self.X)

    def time_apply_to_one_sample(self, name):
        self.apply(self.X[:1])

    def peakmem_fit(self, name):
        self.estimator.fit(self.X, self.y)

    def peakmem_apply(self, name):
        self.apply(self.X)

    def track_pickle_size(self, name):
        return len(pickle.dumps(self.estimator))
