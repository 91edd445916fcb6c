"""Deep learning as scikit-learn estimators, trained by Numba kernels."""

from .estimators import (
    AutoencoderTransformer,
    ConvNetClassifier,
    ConvNetRegressor,
    FeatureExtractor,
    MLPClassifier,
    MLPRegressor,
    NeuralNetClassifier,
    NeuralNetRegressor,
    NeuralOutlierDetector,
)

__version__ = "0.1.0"

__all__ = [
    "AutoencoderTransformer",
    "ConvNetClassifier",
    "ConvNetRegressor",
    "FeatureExtractor",
    "MLPClassifier",
    "MLPRegressor",
    "NeuralNetClassifier",
    "NeuralNetRegressor",
    "NeuralOutlierDetector",
    "__version__",
]
