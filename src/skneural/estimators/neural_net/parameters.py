"""The parameters of estimators of a list of layers."""

from __future__ import annotations

from typing import Any

from ..._parameters import parameter, parameter_group
from ...initializers import Initializer
from ...training.parameters import TrainingParameters
from ..base.parameters import INITIAL_WEIGHTS, INPUT_SHAPE, ClassifierParameters


@parameter_group
class LayeredParameters(TrainingParameters):
    """Parameters of estimators of a list of layers."""

    layers: list | tuple | None = parameter(
        default=None, constraint=[list, tuple, None], kw_only=False,
        text="""list or tuple of layers, or of ("name", layer) pairs, or None
        Layers from the input on, of `skneural.layers`. A layer's parameters are parameters of the
        estimator, as in a `Pipeline`: ``hidden__units``, ``set_params(hidden="passthrough")``.
        Without names, layers are called after their class: ``dense``, or ``dense_1``, ``dense_2``.
        `None` is one hidden layer of 100 relu units, as in `MLPClassifier`.""")
    input_shape: tuple[int, ...] | list[int] | None = INPUT_SHAPE
    initializer: str | Initializer = parameter(default="sklearn", text="""str or Initializer
        Draws the initial weights of layers that are not in `layers`: of an appended output layer,
        and with ``layers=None`` of the hidden layer. Each layer in `layers` has its own
        initializer.""")
    initial_weights: Any = INITIAL_WEIGHTS


@parameter_group
class NeuralNetClassifierParameters(ClassifierParameters, LayeredParameters):
    """Parameters of `NeuralNetClassifier`."""
