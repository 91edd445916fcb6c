"""What the autoencoders share: an encoder, a decoder, and X itself as the targets."""

from __future__ import annotations

import math
from typing import Any

from numpy.typing import ArrayLike
from sklearn.base import _fit_context
from sklearn.utils.metaestimators import available_if

from ...callbacks import with_callbacks
from ...data.channels_first import check_channels_last, read_images
from ...data.sample_shapes import shape_as_given
from ...data.samples import ScaledSamples
from ...layers import Conv1D
from ..base.architecture import Architecture, Task
from ..base.layer_list import begins_with_scale
from ..base.network_estimator import NetworkEstimator
from .architecture import autoencoder_architecture
from .checks import check_autoencoder, check_output_activation
from .layers import PartLists, given_encoder

Shape = tuple[int, ...]


class BaseAutoencoder(NetworkEstimator):
    """Base of the autoencoders: an encoder and a decoder, trained without y."""

    _layer_list = PartLists("architecture")

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X: ArrayLike,
        y: Any = None,
        sample_weight: ArrayLike | None = None,
        *,
        X_val: ArrayLike | None = None,
        sample_weight_val: ArrayLike | None = None,
    ) -> Any:
        """Train the network to reconstruct X.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features) or (n_samples, ...)
            The input data; or blocks of it, see `skneural.blocks`.
        y : None
            Not used.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, none negative.
        X_val : {array-like, sparse matrix} of shape (n_val_samples, n_features), default=None
            Validation data, in place of a part of X.
        sample_weight_val : array-like of shape (n_val_samples,), default=None
            Weights of the validation data.

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
        ConvergenceWarning
            If training ends at `max_iter` epochs, unless the schedule is then complete. The
            estimator is fitted all the same, also if warnings are errors.
        NonFiniteLossWarning
            If the loss becomes infinite or NaN; the last finite weights are then kept.
        """
        validation = (X_val, X_val, sample_weight_val)
        return self._fit(X, None, sample_weight, validation=validation)

    @available_if(lambda self: self._is_stochastic())
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self, X: ArrayLike, y: Any = None, sample_weight: ArrayLike | None = None
    ) -> Any:
        """Train for one epoch over the given data.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features) or (n_samples, ...)
            The input data; or blocks of it, see `skneural.blocks`.
        y : None
            Not used.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, none negative.

        Returns
        -------
        self : object
            The fitted estimator.
        """
        return self._fit(X, None, sample_weight, incremental=True)

    def _check_parameters(self) -> None:
        check_autoencoder(self)

    def _samples(self) -> ScaledSamples:
        encoder, owner = given_encoder(self.architecture), type(self).__name__
        named = self.architecture if isinstance(self.architecture, str) else None

        def choose(shape: Shape) -> Shape:
            if self.input_shape is not None:
                return shape_as_given("input_shape", self.input_shape, shape, owner)
            if named == "conv" or read_images(encoder):
                check_channels_last(shape, owner, "input_shape")
            return (*shape, 1) if named == "conv" and len(shape) == 2 else shape

        def sees_images(shape: Shape) -> bool:
            series = any(isinstance(layer, Conv1D) for layer in encoder)
            return len(shape) > 1 and not series

        sparse = named == "dense" if named else bool(encoder) and encoder[0].reads_sparse
        return ScaledSamples(
            self, choose, sees_images, lambda: begins_with_scale(self._layer_list.given(self)),
            accepts_sparse=sparse,
        )

    def _architecture(self, task: Task) -> Architecture:
        if isinstance(self.architecture, str):
            check_output_activation(self, task.link)
        architecture = autoencoder_architecture(self, task)
        shape = task.input_shape
        for layer in architecture.layers[: architecture.n_encoder]:
            shape = layer.output_shape(shape)
        self._n_features_out = math.prod(shape)
        return architecture
