"""What a fitted estimator has learned: gradients, and pictures in scikit-learn's style."""

from ._attacks import fast_gradient, projected_gradient
from ._attributions import gradient_times_input, integrated_gradients, smooth_gradient
from ._dream import deep_dream
from ._input_gradient import input_gradient
from ._map import MapDisplay
from ._maximization import activation_maximization
from ._occlusion import occlusion
from ._robustness import adversarial_accuracy
from ._saliency import SaliencyDisplay
from ._style import style_transfer
from ._visualization import FeatureVisualizationDisplay

__all__ = [
    "FeatureVisualizationDisplay",
    "MapDisplay",
    "SaliencyDisplay",
    "activation_maximization",
    "adversarial_accuracy",
    "deep_dream",
    "fast_gradient",
    "gradient_times_input",
    "input_gradient",
    "integrated_gradients",
    "occlusion",
    "projected_gradient",
    "smooth_gradient",
    "style_transfer",
]
