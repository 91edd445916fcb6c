"""A network: layers with their variables in one flat vector, and what is run on it."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence

import numpy as np

from ..augmentation import Augmentation
from ..data.sources import source_of
from ..layers._base import Layer, Place, Slot
from ..layers.composition.base import nearest_activations
from ..losses import Loss
from ..optimizers import Optimizer
from .evaluation import EvaluationPlan
from .parameters import Parameters, variables_along
from .plan_cache import LARGEST_BATCH, PlanCache
from .prediction import shapes_of
from .session import TrainingSession


class Network:
    """Layers on samples of some shape, with the parameters they are given.

    Parameters
    ----------
    layers : sequence of Layer
        From the input on; the last gives the raw outputs.
    input_shape : int or tuple of int
        Shape of a sample.
    loss : Loss
    n_outputs : int
    dtype : dtype
        float32 or float64, of the variables and all arithmetic.
    mirrored : bool, default=False
        Whether predictions average the raw outputs for an image and for its mirror image.
    scale : float, default=1.0
        What X is multiplied by before the first layer.
    shared : mapping of (int, str) to (int, str), default=None
        Variables, by the number of the layer and the name, that are a variable of another layer.
    store : Parameters or None, default=None
        Parameters that other networks may have too; None for new ones.
    first : int, default=0
        The first layer's number in ``store``.
    names : sequence of str or None, default=None
        Of the layers, by which `Shared` finds them; None for their places.

    Attributes
    ----------
    store : Parameters
    shapes : list of tuple of int
        Of a sample before, between and behind the layers.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        input_shape: int | tuple[int, ...],
        loss: Loss,
        n_outputs: int,
        dtype,
        mirrored: bool = False,
        scale: float = 1.0,
        shared: Mapping[Place, Place] | None = None,
        store: Parameters | None = None,
        first: int = 0,
        names: Sequence[str] | None = None,
    ):
        self.layers = list(layers)
        self.input_shape = input_shape if isinstance(input_shape, tuple) else (input_shape,)
        self.n_features = math.prod(self.input_shape)
        self.loss = loss
        self.n_outputs = n_outputs
        self.dtype = np.dtype(dtype)
        self.mirrored = mirrored
        self.scale = float(scale)
        self.first = first
        if store is None:
            self.shapes, used = variables_along(self.layers, self.input_shape, names)
            store = Parameters(used, self.dtype, shared)
        else:
            self.shapes = [self.input_shape]
            for layer in self.layers:
                self.shapes.append(layer.output_shape(self.shapes[-1]))
        self.store = store
        self._plans = PlanCache()

    @property
    def parameters(self) -> np.ndarray:
        """The flat vector of all variables, shape (n_parameters,)."""
        return self.store.vector

    @property
    def variables(self) -> list[dict[str, np.ndarray]]:
        """For each layer, its variables by name, but for those that belong to another layer."""
        return self.store.variables[self.first : self.first + len(self.layers)]

    @property
    def n_weights(self) -> int:
        """How many of the parameters, the first ones, are weights."""
        return self.store.n_weights

    @property
    def n_trained(self) -> int:
        """How many of the parameters, the first ones, are trained."""
        return self.store.n_trained

    def twin(self) -> Network:
        """Return a network of the same layers, with variables of its own that have these values."""
        other = copy.copy(self)
        other.store = self.store.twin()
        other._plans = PlanCache()
        return other

    def initialize(
        self, random_state: np.random.RandomState, activation: str = "identity"
    ) -> None:
        """Draw the first values of all variables, layer by layer.

        Initializers are told the activation that follows, the last one before if none does, and
        ``activation`` if there is none at all.
        """
        names = [name for layer in self.layers for name in layer.activation_names]
        nearest = nearest_activations(self.layers, [activation, *names][-1])
        for layer, values, rule in zip(self.layers, self.variables, nearest, strict=True):
            layer.initialize(values, random_state, rule)

    def is_trained(self, number: int) -> bool:
        """Whether training changes any of a layer's variables by a gradient."""
        return any(slot.trained for slot in self.slots(number).values())

    @property
    def output_bytes(self) -> int:
        """Bytes of all that the layers give for a sample."""
        return sum(math.prod(shape) for shape in self.shapes) * self.dtype.itemsize

    @property
    def has_noise(self) -> bool:
        """Whether training draws random numbers."""
        return any(layer.has_noise for layer in self.layers)

    def may_overflow(self) -> bool:
        """Whether the weights are so large that outputs may not be finite numbers.

        As if every kernel multiplied by the largest weight. Half of the exponents there are is
        left to X and to sums.
        """
        trained = self.parameters[: self.n_trained]
        largest = max(float(trained.max(initial=1)), -float(trained.min(initial=-1)))
        slots = [s for number in range(len(self.layers)) for s in self.slots(number).values()]
        n_kernels = sum(slot.values.ndim > 1 for slot in slots)
        room = math.log(np.finfo(self.dtype).max) / 2
        if self.loss.link == "exp":
            room = math.log(room)
        return n_kernels * math.log(largest) > room

    def slots(self, number: int, gradient: np.ndarray | None = None) -> dict[str, Slot]:
        """Return where the variables of a layer are, with the addresses of their gradients."""
        return self.store.slots(self.first + number, gradient)

    def shapes_of(self, X) -> list[tuple[int, ...]]:
        """Return the shapes before, between and behind the layers for the samples of X.

        Raises
        ------
        ValueError
            If the layers do not allow samples of that shape.
        """
        return shapes_of(self, source_of(X))

    def target_scale(self, X, y) -> float:
        """Return what targets are multiplied by: as X where they are X, to be given back."""
        return self.scale if y is X else 1.0

    def training_session(
        self,
        X,
        y: np.ndarray,
        sample_weight: np.ndarray | None = None,
        *,
        batch_size: int,
        optimizer: Optimizer | None = None,
        alpha: float = 0.0,
        weight_decay: float | None = None,
        max_grad_norm: float | None = None,
        n_jobs: int | None = None,
        seed: int = 0,
        augmentation: Sequence[Augmentation] = (),
        even: bool = False,
        bounded: bool = False,
        among: np.ndarray | None = None,
    ) -> TrainingSession:
        """Prepare training on some data.

        Parameters
        ----------
        X : ndarray or CSR matrix of shape (n_samples, n_features), the network's dtype, C order
            Or an ndarray of uint8.
        y : ndarray of shape (n_samples, n_targets), the network's dtype
        sample_weight : ndarray of shape (n_samples,) or None
        batch_size : int
        optimizer : Optimizer or None
            None if only `TrainingSession.loss_and_gradient` is wanted.
        alpha : float
            L2 penalty on weights, in scikit-learn's meaning.
        weight_decay : float or None
            Share of a weight, times the rate, taken off at an update; None for the optimizer's.
        max_grad_norm : float or None
            Limit of the gradient's norm over all parameters.
        n_jobs : int or None
        seed : int
            Of the random numbers that layers and augmentations draw.
        augmentation : sequence of Augmentation, default=()
            Random changes of the images of a batch, for samples of three dimensions.
        even : bool, default=False
            Spread the rows evenly over the batches; otherwise the last has what is left over.
        bounded : bool, default=False
            Take fewer rows than ``batch_size`` where a batch would take too much memory.
        among : ndarray of int64 or None, default=None
            The rows to train on; None for all.

        Returns
        -------
        TrainingSession
        """
        return TrainingSession(
            self, X, y, sample_weight, batch_size, optimizer, alpha, weight_decay, max_grad_norm,
            n_jobs, seed, augmentation, even, bounded, among,
        )

    def predict(
        self,
        X,
        n_jobs: int | None = None,
        raw: bool = False,
        n_layers: int | None = None,
        first_layer: int = 0,
    ) -> np.ndarray:
        """Return the outputs for each row of X.

        Parameters
        ----------
        X : ndarray or CSR matrix of shape (n_samples, n_features), the network's dtype, C order
            Or an ndarray of uint8; or, in its own shape, one of other samples than those that the
            network was made for, where its layers allow it.
        n_jobs : int or None
        raw : bool, default=False
            Leave out the loss's link.
        n_layers : int or None, default=None
            Return what the first so many layers give; None for all of them.
        first_layer : int, default=0
            Layers before this one are left out: X is what they would give.

        Returns
        -------
        ndarray of shape (n_samples, n_outputs)
        """
        return self._plans.predict(self, X, n_jobs, raw, n_layers, first_layer)

    def evaluation(self, X, y: np.ndarray, sample_weight=None) -> EvaluationPlan:
        """Return an object whose ``loss()`` is the present mean loss on some data."""
        return EvaluationPlan(self, X, y, sample_weight, LARGEST_BATCH)

    def evaluate(self, X, y: np.ndarray, sample_weight=None) -> float:
        """Return the mean loss on some data, penalties left out."""
        return self.evaluation(X, y, sample_weight).loss()

    def losses(self, X, y, penalized: bool = False, n_jobs: int | None = None) -> np.ndarray:
        """Return the loss of each row, with the penalties of layers if so wanted.

        Returns
        -------
        ndarray of shape (n_samples,), float64
        """
        plan = EvaluationPlan(self, X, y, None, LARGEST_BATCH, penalized, n_jobs)
        return plan.losses()
