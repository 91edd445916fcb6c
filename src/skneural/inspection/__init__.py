"""What a fitted estimator has learned: pictures, gradients, attributions and a diagnosis."""

from ._activations import ActivationDisplay
from ._attention import AttentionDisplay
from ._diagnose import diagnose
from ._filters import FilterDisplay
from ._input_gradient import input_gradient
from ._latent_space import LatentSpaceDisplay
from ._loss_curves import LossCurveDisplay
from ._loss_landscape import loss_landscape
from ._loss_landscape_display import LossLandscapeDisplay
from ._map import MapDisplay
from ._network import NetworkDisplay
from ._reconstruction import ReconstructionDisplay
from ._training import TrainingDisplay

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
    "TrainingDisplay",
    "diagnose",
    "input_gradient",
    "loss_landscape",
]
