"""What deep belief nets share: their pretraining, and the features of the top layer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin, _fit_context
from sklearn.utils.validation import check_is_fitted

from ...activations import get_activation
from ...callbacks import with_callbacks
from ...data.rows import Rows
from ...network.network import Network
from ..base.architecture import Architecture, Task
from ..base.network_estimator import NetworkEstimator
from ..base.sizes import sizes
from ..mlp.initial_encoder import set_initial_encoder
from ..mlp.layers import check_layers, make_layers
from .initial import start_from_machine
from .labels import check_up_down, is_up_down, up_down_architecture
from .pretraining import pretrain
from .shown import BeliefWeights


class BaseDBN(ClassNamePrefixFeaturesOutMixin, TransformerMixin, NetworkEstimator):
    """A perceptron whose hidden layers are pretrained as restricted Boltzmann machines."""

    _spreads_rows = False
    _of_pretraining = ("rbms_", "pretraining_loss_curves_")
    _shown = BeliefWeights()

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
        *,
        X_val: ArrayLike | None = None,
        y_val: ArrayLike | None = None,
        sample_weight_val: ArrayLike | None = None,
        X_unlabelled: ArrayLike | None = None,
    ) -> Any:
        """Pretrain the hidden layers on the rows of X, then fit the net to targets y.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            The targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, none negative; in pretraining, how often each comes.
        X_val : {array-like, sparse matrix} of shape (n_val_samples, n_features), default=None
            Validation data, in place of a part of X.
        y_val : array-like of shape (n_val_samples, ...), default=None
            Targets of the validation data.
        sample_weight_val : array-like of shape (n_val_samples,), default=None
            Weights of the validation data.
        X_unlabelled : array-like of shape (n_unlabelled, n_features), default=None
            Further rows for pretraining, whose targets are not known.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            For invalid data or parameters; the estimator is then not changed.
        KeyboardInterrupt
            On Ctrl-C before anything was trained; later, it ends training with a warning.

        Warns
        -----
        UserWarning
            If pretraining meets values outside [0, 1] with ``visible="bernoulli"``.
        ConvergenceWarning
            If training ends at `max_iter` epochs, unless the schedule is then complete. The
            estimator is fitted all the same, also if warnings are errors.
        NonFiniteLossWarning
            If the loss or weights become infinite or NaN; the last finite ones are then kept.
        """
        with _kept_for_now(self, X_unlabelled):
            validation = (X_val, y_val, sample_weight_val)
            return self._fit(X, y, sample_weight, validation=validation)

    def transform(self, X: ArrayLike) -> np.ndarray:
        """Return the outputs of the top hidden layer.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.

        Returns
        -------
        features : ndarray of shape (n_samples, n_units)
        """
        check_is_fitted(self)
        n_hidden = len(self.coefs_) - 1
        if not hasattr(self, "generative_coefs_"):
            return self.activations(X, f"activation_{n_hidden}")
        fields = self.activations(X, f"dense_{n_hidden}")
        return expit(fields).astype(fields.dtype, copy=False)

    @property
    def _n_features_out(self) -> int:
        return len(self.intercepts_[-2])

    def _check_parameters(self) -> None:
        check_layers(self)
        owner, hidden = type(self).__name__, sizes(self.hidden_layer_sizes)
        if not hidden:
            raise ValueError(
                f"{owner}: hidden_layer_sizes={self.hidden_layer_sizes!r} has no layer to pretrain"
            )
        given = self.activation
        rules = given if isinstance(given, (tuple, list)) else [given]
        names = {get_activation(rule, owner).name for rule in rules}
        if self.pretraining_max_iter > 0 and (names != {"logistic"} or self.normalization):
            wrong = "activation" if names != {"logistic"} else "normalization"
            raise ValueError(
                f"{owner}: {wrong}={getattr(self, wrong)!r}, but pretrained layers are logistic"
                " units without normalization; pretraining_max_iter=0 leaves pretraining out"
            )
        check_up_down(self)

    def _architecture(self, task: Task, hidden: Any = None) -> Architecture:
        activation = self.activation
        begins = self.pretraining_max_iter > 0 or self.initial is not None
        begins |= self.initial_encoder is not None
        first_weights = (lambda *given: _begin(self, *given),) if begins else ()
        if is_up_down(self):
            return up_down_architecture(self, task, hidden, first_weights)
        return Architecture.of(
            make_layers(self, task.output_shape[0], hidden),
            activation=activation if isinstance(activation, str) else "identity",
            first_weights=first_weights,
        )


def _begin(
    estimator: Any, network: Network, rows: Rows, random: np.random.RandomState
) -> bool | None:
    """Set the first weights; return None, or if machines were trained, whether Ctrl-C ended it."""
    if estimator.initial is None and estimator.initial_encoder is None:
        return pretrain(estimator, network, rows.alone(), random)
    shown, owner = estimator._show_weights(network), type(estimator).__name__
    kernels, biases = shown["coefs_"][:-1], shown["intercepts_"][:-1]
    if estimator.initial is not None:
        start_from_machine(estimator.initial, kernels, biases, owner)
    else:
        set_initial_encoder(estimator.initial_encoder, kernels, biases, owner)
    return None


@contextmanager
def _kept_for_now(estimator: Any, X_unlabelled: Any) -> Iterator[None]:
    """Let pretraining find rows without targets, as long as the block runs."""
    estimator._unlabelled = X_unlabelled
    try:
        yield
    finally:
        for name in ("_unlabelled", "_begun_tasks"):
            vars(estimator).pop(name, None)
