"""A network, and what is run on it: training, prediction, evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Self

import numpy as np

from ..augmentation import Augmentation
from ..data.sources import FarRows, source_of
from ..optimizers import Optimizer
from ..schedules import Scheduled
from .evaluation import EvaluationPlan
from .layered import LayeredNetwork
from .plan_cache import LARGEST_BATCH, PlanCache
from .prediction import shapes_of
from .session import TrainingSession


class Network(LayeredNetwork):
    """Layers with parameters that can be trained, and that predict; see `LayeredNetwork`."""

    @cached_property
    def _plans(self) -> PlanCache:
        """Plans of earlier predictions, which read this network's parameters."""
        return PlanCache()

    def twin(self) -> Self:
        """Return a network of the same layers, with variables of its own that have these values."""
        other = super().twin()
        vars(other).pop("_plans", None)
        return other

    def shapes_of(self, X) -> list[tuple[int, ...]]:
        """Return the shapes before, between and behind the layers for the samples of X.

        Raises
        ------
        ValueError
            If the layers do not accept samples of that shape.
        """
        return shapes_of(self, source_of(X))

    def training_session(
        self,
        X,
        y: np.ndarray,
        sample_weight: np.ndarray | None = None,
        *,
        batch_size: int,
        optimizer: Optimizer | None = None,
        alpha: float = 0.0,
        weight_decay: float | Scheduled | None = None,
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
        weight_decay : float, Scheduled or None
            Share of a weight, times the rate, subtracted at an update; None for the optimizer's.
        max_grad_norm : float or None
            Limit of the gradient's norm over all parameters.
        n_jobs : int or None
        seed : int
            Of the random numbers that layers and augmentations draw.
        augmentation : sequence of Augmentation, default=()
            Random augmentations of the images of a batch, for samples of three dimensions.
        even : bool, default=False
            Spread the rows evenly over the batches; otherwise the last has the remaining ones.
        bounded : bool, default=False
            Use fewer rows than ``batch_size`` if a batch would need too much memory.
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
            Or an ndarray of uint8; or samples of another shape, if the layers accept it. `FarRows`
            are read a part at a time.
        n_jobs : int or None
        raw : bool, default=False
            Leave out the loss's link; of several members, that of their mean prediction.
        n_layers : int or None, default=None
            Return the outputs of the first ``n_layers`` layers; None for all.
        first_layer : int, default=0
            Layers before this one are skipped: X is its input.

        Returns
        -------
        ndarray of shape (n_samples, n_outputs)
        """
        how = n_jobs, raw, n_layers, first_layer
        if isinstance(X, FarRows):
            parts = [self._plans.predict(self, part, *how) for _, part in X.parts()]
            return np.concatenate(parts)
        return self._plans.predict(self, X, *how)

    def step(
        self, X: np.ndarray, states: Sequence[np.ndarray] | None, n_jobs: int | None = None
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Return the outputs for single steps of series, and the states after them.

        Parameters
        ----------
        X : ndarray of shape (n_samples, 1, n_features), the network's dtype, C order
        states : sequence of ndarray of shape (n_samples, units), or None
            Those before the step, of each recurrent layer; None for zeros.
        n_jobs : int or None

        Raises
        ------
        ValueError
            If a layer needs more than the steps before, or the states have other shapes.
        """
        return self._plans.step(self, X, states, n_jobs)

    def beginnings(self, X: np.ndarray, n_jobs: int | None = None) -> list[np.ndarray]:
        """Return the states of series before steps X, zeros; see `step`."""
        return self._plans.beginnings(self, X, n_jobs)

    def evaluation(self, X, y: np.ndarray, sample_weight=None) -> EvaluationPlan:
        """Return an object whose ``loss()`` is the current mean loss on some data."""
        return EvaluationPlan(self, X, y, sample_weight, LARGEST_BATCH)

    def evaluate(self, X, y: np.ndarray, sample_weight=None) -> float:
        """Return the mean loss on some data, penalties left out."""
        return self.evaluation(X, y, sample_weight).loss()

    def losses(self, X, y, penalized: bool = False, n_jobs: int | None = None) -> np.ndarray:
        """Return the loss of each row, optionally with the penalties of layers.

        Returns
        -------
        ndarray of shape (n_samples,), float64
        """
        if isinstance(X, FarRows) and X is y:
            parts = [self.losses(part, part, penalized, n_jobs) for _, part in X.parts()]
            return np.concatenate(parts)
        plan = EvaluationPlan(self, X, y, None, LARGEST_BATCH, penalized, n_jobs)
        return plan.losses()
