"""Time of pictures of a training, and of the playground's steps."""

import tempfile
import warnings
from pathlib import Path

from sklearn.exceptions import ConvergenceWarning

from .common import Benchmark


class TrainingDisplayFit(Benchmark):
    """A fit on two features, by the pictures that are drawn of it."""

    param_names = ("pictures",)
    params = (("none", "each epoch", "by time"),)
    intervals = {"each epoch": 0.0, "by time": 0.5}

    def setup(self, pictures):
        from sklearn.datasets import make_moons

        from skneural import MLPClassifier
        from skneural.inspection import TrainingDisplay

        warnings.simplefilter("ignore", ConvergenceWarning)
        self.X, self.y = make_moons(500, noise=0.2, random_state=0)
        self.estimator = MLPClassifier((32,), max_iter=10, random_state=0)
        self.folder = tempfile.TemporaryDirectory()
        if pictures != "none":
            path = Path(self.folder.name) / "training.png"
            display = TrainingDisplay(path, interval=self.intervals[pictures])
            self.estimator.set_callbacks(display)

    def teardown(self, pictures):
        self.folder.cleanup()

    def time_fit(self, pictures):
        self.estimator.fit(self.X, self.y)


class PlaygroundSteps(Benchmark):
    """An epoch of the playground, and its boundary."""

    def setup(self):
        from skneural.playground import Playground

        self.playground = Playground()
        self.playground.step()

    def time_step(self):
        self.playground.step()

    def time_boundary(self):
        self.playground.boundary()

    def time_reset(self):
        self.playground.reset()
