"""Time of gradients by X, of rows and of images."""

from .common import Benchmark, make_data, make_images


class InputGradient(Benchmark):
    """Of the score of the class predicted, by the numbers of many samples and of one."""

    param_names = ("samples",)
    params = (("rows", "images"),)

    def setup(self, samples):
        from skneural import ConvNetClassifier, MLPClassifier
        from skneural.inspection import input_gradient

        self.gradient = input_gradient
        self.X, y = make_data("wide") if samples == "rows" else make_images()
        kind = MLPClassifier if samples == "rows" else ConvNetClassifier
        self.model = kind(max_iter=1, random_state=0).fit(self.X, y)
        self.gradient(self.model, self.X)

    def time_many(self, samples):
        self.gradient(self.model, self.X)

    def time_one(self, samples):
        self.gradient(self.model, self.X[:1])
