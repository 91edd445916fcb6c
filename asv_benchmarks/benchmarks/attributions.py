"""Time of attributions, of pictures by gradient ascent and of attacks, on images."""

import warnings

from sklearn.exceptions import ConvergenceWarning

from .common import Benchmark, make_images


class Attributions(Benchmark):
    """Of ten images."""

    param_names = ("function",)
    params = (("gradient_times_input", "integrated_gradients", "smooth_gradient", "occlusion"),)

    def setup(self, function):
        from skneural import ConvNetClassifier, inspection

        warnings.simplefilter("ignore", ConvergenceWarning)
        self.X, self.y = make_images()
        self.model = ConvNetClassifier(max_iter=1, random_state=0).fit(self.X, self.y)
        self.function = getattr(inspection, function)
        self.function(self.model, self.X[:1])

    def time_ten_images(self, function):
        self.function(self.model, self.X[:10])


class Pictures(Benchmark):
    """Of one image, in ten steps."""

    param_names = ("function",)
    params = (("activation_maximization", "deep_dream", "style_transfer"),)

    def setup(self, function):
        from skneural import ConvNetClassifier, inspection

        warnings.simplefilter("ignore", ConvergenceWarning)
        X, y = make_images()
        model = ConvNetClassifier(max_iter=1, random_state=0).fit(X, y)
        made, steps = getattr(inspection, function), {"n_iter": 10}
        self.make = {
            "activation_maximization": lambda: made(model, 0, random_state=0, **steps),
            "deep_dream": lambda: made(model, X[0], 0, random_state=0, **steps),
            "style_transfer": lambda: made(X[0], X[1], model, layers=[0], **steps),
        }[function]
        self.make()

    def time_picture(self, function):
        self.make()


class Attacks(Benchmark):
    """Of a hundred images."""

    param_names = ("function",)
    params = (("fast_gradient", "projected_gradient"),)

    def setup(self, function):
        from skneural import ConvNetClassifier, inspection

        warnings.simplefilter("ignore", ConvergenceWarning)
        self.X, self.y = make_images(100)
        self.model = ConvNetClassifier(max_iter=1, random_state=0).fit(self.X, self.y)
        self.function = getattr(inspection, function)
        self.accuracy = inspection.adversarial_accuracy
        self.function(self.model, self.X[:1], epsilon=8)

    def time_hundred_images(self, function):
        self.function(self.model, self.X, self.y, epsilon=8)

    def time_accuracies(self, function):
        self.accuracy(self.model, self.X, self.y, [0, 4, 8], attack=function)
