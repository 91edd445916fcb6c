"""The estimators."""

from ._mlp import MLPClassifier, MLPRegressor
from ._neural_net import NeuralNetClassifier
from ._neural_net_regressor import NeuralNetRegressor

__all__ = ["MLPClassifier", "MLPRegressor", "NeuralNetClassifier", "NeuralNetRegressor"]
