"""Pictures of fitted estimators, in the style of scikit-learn's displays."""

from ._activations import ActivationDisplay
from ._attention import AttentionDisplay
from ._filters import FilterDisplay
from ._latent_space import LatentSpaceDisplay
from ._loss_curves import LossCurveDisplay
from ._loss_landscape import loss_landscape
from ._loss_landscape_display import LossLandscapeDisplay
from ._map import MapDisplay
from ._network import NetworkDisplay
from ._reconstruction import ReconstructionDisplay

__all__ = [
    "ActivationDisplay",
    "AttentionDisplay",
    "FilterDisplay",
    "LatentSpaceDisplay",
    "LossCurveDisplay",
    "LossLandscapeDisplay",
    "MapDisplay",
    "NetworkDisplay",
    "ReconstructionDisplay",
    "loss_landscape",
]
