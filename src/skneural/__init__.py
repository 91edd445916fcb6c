"""Deep learning as scikit-learn estimators, trained by Numba kernels."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .estimators import (
    AutoencoderTransformer,
    BernoulliRBM,
    ConvNetClassifier,
    ConvNetRegressor,
    DBNClassifier,
    DBNRegressor,
    DeepBoltzmannMachine,
    FeatureExtractor,
    GaussianRBM,
    GenerativeAdversarialNetwork,
    GMDHClassifier,
    GMDHRegressor,
    HopfieldNetwork,
    MLPClassifier,
    MLPRegressor,
    NeuralNetClassifier,
    NeuralNetRegressor,
    NeuralOutlierDetector,
    RecurrentClassifier,
    RecurrentRegressor,
    SelfOrganizingMap,
    SequenceGenerator,
    SeriesNetClassifier,
    SeriesNetRegressor,
    TabularClassifier,
    TabularRegressor,
)
from .preprocessing.periodic_encoder import PeriodicEncoder
from .preprocessing.piecewise_linear_encoder import PiecewiseLinearEncoder
from .preprocessing.series_scaler import SeriesScaler
from .preprocessing.text_tokenizer import TextTokenizer

if TYPE_CHECKING:
    from . import activations as activations
    from . import augmentation as augmentation
    from . import blocks as blocks
    from . import callbacks as callbacks
    from . import datasets as datasets
    from . import distributed as distributed
    from . import exceptions as exceptions
    from . import forecasting as forecasting
    from . import initializers as initializers
    from . import inspection as inspection
    from . import layers as layers
    from . import losses as losses
    from . import optimizers as optimizers
    from . import persistence as persistence
    from . import playground as playground
    from . import preprocessing as preprocessing
    from . import schedules as schedules

__version__ = "0.1.0"

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
    "PeriodicEncoder",
    "PiecewiseLinearEncoder",
    "RecurrentClassifier",
    "RecurrentRegressor",
    "SelfOrganizingMap",
    "SequenceGenerator",
    "SeriesNetClassifier",
    "SeriesNetRegressor",
    "SeriesScaler",
    "TabularClassifier",
    "TabularRegressor",
    "TextTokenizer",
    "__version__",
]

_MODULES = (
    "activations",
    "augmentation",
    "blocks",
    "callbacks",
    "datasets",
    "distributed",
    "exceptions",
    "forecasting",
    "inspection",
    "initializers",
    "layers",
    "losses",
    "optimizers",
    "persistence",
    "playground",
    "preprocessing",
    "schedules",
)


def __getattr__(name: str) -> Any:
    """Import a public module when it is first asked for: what nobody uses costs nothing."""
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *_MODULES})
