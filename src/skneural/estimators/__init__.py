"""The estimators."""

from .autoencoder.autoencoder import AutoencoderTransformer
from .autoencoder.outlier_detector import NeuralOutlierDetector
from .boltzmann.gaussian import GaussianRBM
from .boltzmann.rbm import BernoulliRBM
from .convnet.convnet import ConvNetClassifier
from .convnet.regressor import ConvNetRegressor
from .deep_boltzmann.dbm import DeepBoltzmannMachine
from .deep_boltzmann.dbn import DBNClassifier, DBNRegressor
from .generative.gan import GenerativeAdversarialNetwork
from .gmdh.classifier import GMDHClassifier
from .gmdh.regressor import GMDHRegressor
from .hopfield.hopfield import HopfieldNetwork
from .mlp.mlp import MLPClassifier, MLPRegressor
from .neural_net.feature_extractor import FeatureExtractor
from .neural_net.neural_net import NeuralNetClassifier
from .neural_net.regressor import NeuralNetRegressor
from .recurrent.classifier import RecurrentClassifier
from .recurrent.generator import SequenceGenerator
from .recurrent.regressor import RecurrentRegressor
from .series_net.classifier import SeriesNetClassifier
from .series_net.regressor import SeriesNetRegressor
from .som.som import SelfOrganizingMap
from .tabular.classifier import TabularClassifier
from .tabular.regressor import TabularRegressor

__all__ = [
    "AutoencoderTransformer",
    "BernoulliRBM",
    "ConvNetClassifier",
    "ConvNetRegressor",
    "DBNClassifier",
    "DBNRegressor",
    "DeepBoltzmannMachine",
    "FeatureExtractor",
    "GaussianRBM",
    "GenerativeAdversarialNetwork",
    "HopfieldNetwork",
    "GMDHClassifier",
    "GMDHRegressor",
    "MLPClassifier",
    "MLPRegressor",
    "NeuralNetClassifier",
    "NeuralNetRegressor",
    "NeuralOutlierDetector",
    "RecurrentClassifier",
    "RecurrentRegressor",
    "SelfOrganizingMap",
    "SequenceGenerator",
    "SeriesNetClassifier",
    "SeriesNetRegressor",
    "TabularClassifier",
    "TabularRegressor",
]
