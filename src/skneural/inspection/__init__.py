"""What a fitted estimator has learned: pictures, gradients, attributions and a diagnosis."""

from ._activations import ActivationDisplay
from ._attacks import fast_gradient, projected_gradient
from ._attention import AttentionDisplay
from ._attributions import gradient_times_input, integrated_gradients, smooth_gradient
from ._diagnose import diagnose
from ._dream import deep_dream
from ._filters import FilterDisplay
from ._input_gradient import input_gradient
from ._latent_space import LatentSpaceDisplay
from ._loss_curves import LossCurveDisplay
from ._loss_landscape import loss_landscape
from ._loss_landscape_display import LossLandscapeDisplay
from ._map import MapDisplay
from ._maximization import activation_maximization
from ._network import NetworkDisplay
from ._occlusion import occlusion
from ._reconstruction import ReconstructionDisplay
from ._robustness import adversarial_accuracy
from ._saliency import SaliencyDisplay
from ._style import style_transfer
from ._training import TrainingDisplay
from ._visualization import FeatureVisualizationDisplay

__all__ = [
    "ActivationDisplay",
    "AttentionDisplay",
    "FeatureVisualizationDisplay",
    "FilterDisplay",
    "LatentSpaceDisplay",
    "LossCurveDisplay",
    "LossLandscapeDisplay",
    "MapDisplay",
    "NetworkDisplay",
    "ReconstructionDisplay",
    "SaliencyDisplay",
    "TrainingDisplay",
    "activation_maximization",
    "adversarial_accuracy",
    "deep_dream",
    "diagnose",
    "fast_gradient",
    "gradient_times_input",
    "input_gradient",
    "integrated_gradients",
    "loss_landscape",
    "occlusion",
    "projected_gradient",
    "smooth_gradient",
    "style_transfer",
]
