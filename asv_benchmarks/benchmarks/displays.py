"""Time of what displays compute."""

from .common import Benchmark, make_case


class LossLandscape(Benchmark):
    """The loss at points around the weights of a convolutional network and a perceptron."""

    param_names = ("estimator",)
    params = (("ConvNetClassifier", "MLPClassifier"),)

    def setup(self, name):
        self.estimator, X, y = make_case(name, max_iter=2)
        self.estimator.fit(X, y)
        self.X, self.y = X[:200], y[:200]

    def time_loss_landscape(self, name):
        from skneural.inspection import loss_landscape

        loss_landscape(self.estimator, self.X, self.y, n_points=7, random_state=0)
