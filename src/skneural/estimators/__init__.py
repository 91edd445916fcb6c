"""The estimators."""

from ._autoencoder import AutoencoderTransformer
from ._convnet import ConvNetClassifier
from ._convnet_regressor import ConvNetRegressor
from ._feature_extractor import FeatureExtractor
from ._mlp import MLPClassifier, MLPRegressor
from ._neural_net import NeuralNetClassifier
from ._neural_net_regressor import NeuralNetRegressor
from ._outlier_detector import NeuralOutlierDetector

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
]
