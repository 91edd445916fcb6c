"""Time of estimators of a list of layers."""

from .common import Fitted, make_layers


class NeuralNetClassifierFit(Fitted):
    """NeuralNetClassifier by input."""

    def make_estimator(self, *args):
        from skneural import NeuralNetClassifier

        return NeuralNetClassifier(make_layers(), max_iter=5, random_state=0)

    def time_fit(self, *args):
        self.estimator.fit(self.X, self.y)

    def time_activations(self, *args):
        self.estimator.activations(self.X, "code")


class NeuralNetRegressorFit(Fitted):
    """NeuralNetRegressor by input."""

    regression = True

    def make_estimator(self, *args):
        from skneural import NeuralNetRegressor

        return NeuralNetRegressor(make_layers(), max_iter=5, random_state=0)

    def time_fit(self, *args):
        self.estimator.fit(self.X, self.y)


class FeatureExtractorTransform(NeuralNetClassifierFit):
    """FeatureExtractor by input."""

    def make_estimator(self, *args):
        from skneural import FeatureExtractor

        return FeatureExtractor(super().make_estimator(), "code")

    def time_activations(self, *args):
        self.estimator.transform(self.X)


class AutoencoderTransformerFit(Fitted):
    """AutoencoderTransformer by its form."""

    param_names = ("representation", "form")
    params = (("narrow", "wide"), ("plain", "denoising", "variational", "tied"))
    forms = {
        "plain": {},
        "denoising": {"noise": "masking"},
        "variational": {"variational": True},
        "tied": {"tied_weights": True},
    }

    def make_estimator(self, representation, form):
        from skneural import AutoencoderTransformer

        return AutoencoderTransformer(max_iter=5, random_state=0, **self.forms[form])

    def time_fit(self, *args):
        self.estimator.fit(self.X)

    def time_transform(self, *args):
        self.estimator.transform(self.X)
