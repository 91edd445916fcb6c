"""Time of a fit."""

import warnings

from sklearn.exceptions import ConvergenceWarning

from .common import Benchmark, Fitted, make_estimator, make_images


class MLPClassifierFit(Fitted):
    """MLPClassifier with one hidden layer, by input, solver and threads."""

    param_names = (
        "representation",
        "solver",
        "n_jobs",
    )
    params = (("narrow", "wide", "sparse"), ("adam", "sgd", "lbfgs"), (1, 2))

    def make_estimator(self, representation, solver, n_jobs):
        return make_estimator(solver=solver, n_jobs=n_jobs, max_iter=5)

    def time_fit(self, *args):
        self.estimator.fit(self.X, self.y)

    def track_train_score(self, *args):
        return float(self.estimator.score(self.X, self.y))


class MLPClassifierOptions(Fitted):
    """MLPClassifier with what scikit-learn's lacks."""

    options = {
        "plain": {},
        "dropout": {"dropout": 0.2},
        "batch normalization": {"normalization": "batch"},
        "layer normalization": {"normalization": "layer"},
        "gelu": {"activation": "gelu"},
        "class weights": {"class_weight": "balanced"},
        "clipping": {"max_grad_norm": 1.0},
    }
    param_names = (
        "representation",
        "option",
    )
    params = (("narrow", "wide"), list(options))

    def make_estimator(self, representation, option):
        return make_estimator(
            hidden_layer_sizes=(64, 64), batch_size=64, max_iter=5, **self.options[option]
        )

    def time_fit(self, *args):
        self.estimator.fit(self.X, self.y)


class MLPRegressorFit(Fitted):
    """MLPRegressor by input and loss."""

    regression = True
    param_names = (
        "representation",
        "loss",
    )
    params = (("narrow", "wide"), ("squared_error", "huber", "quantile"))

    def make_estimator(self, representation, loss):
        return make_estimator(True, loss=loss, hidden_layer_sizes=(64, 64), max_iter=5)

    def time_fit(self, *args):
        self.estimator.fit(self.X, self.y)


class ConvNetFit(Benchmark):
    """ConvNetClassifier and ConvNetRegressor on grey images of uint8, by network and threads."""

    options = {
        "lenet5": {"architecture": "lenet5"},
        "default": {},
        "batch normalization": {"normalization": "batch"},
        "augmented": {"augmentation": ["flip", "crop"]},
    }
    param_names = ("estimator", "option", "n_jobs")
    params = (("ConvNetClassifier", "ConvNetRegressor"), list(options), (1, 2))

    def setup(self, estimator, option, n_jobs):
        import skneural

        warnings.simplefilter("ignore", ConvergenceWarning)
        self.X, self.y = make_images(1000)
        self.estimator = getattr(skneural, estimator)(
            batch_size=64, max_iter=2, n_jobs=n_jobs, random_state=0, **self.options[option]
        )
        self.estimator.fit(self.X, self.y)

    def time_fit(self, *args):
        self.estimator.fit(self.X, self.y)

    def time_predict(self, *args):
        self.estimator.predict(self.X)
