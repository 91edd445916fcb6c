"""What every classifier shares: labels, class weights, probabilities."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.utils.metaestimators import available_if

from ...callbacks import with_callbacks
from ...data.mask_targets import MaskTargets
from ...data.target_rules import ClassRules
from ...data.targets import ClassTargets
from .large_data import with_truth
from .layer_list import LayerList
from .network_estimator import NetworkEstimator
from .output_layer import ends_in_softmax, width_of_softmax


class BaseNeuralClassifier(ClassifierMixin, NetworkEstimator):
    """Base of the classifiers."""

    _numeric_targets = False
    _takes_masks = False  # as y, whose pixels are then classified
    _targets: ClassTargets | MaskTargets

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
    ) -> BaseNeuralClassifier:
        """Fit the model to data matrix X and labels y.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data; or blocks of it, see `skneural.blocks`.
        y : array-like of shape (n_samples,), (n_samples, n_labels) or (n_samples, ...)
            The class labels, 0 and 1 for each of several labels, or masks of labels if the
            network's outputs have their shape; None if the blocks have them.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, none negative.
        X_val : {array-like, sparse matrix} of shape (n_val_samples, n_features), default=None
            Validation data, in place of a part of X.
        y_val : array-like of shape (n_val_samples, ...), default=None
            Labels of the validation data, as y.
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
        return self._fit(X, y, sample_weight, validation=(X_val, y_val, sample_weight_val))

    @available_if(lambda self: self._is_stochastic())
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self,
        X: ArrayLike,
        y: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
        classes: ArrayLike | None = None,
    ) -> BaseNeuralClassifier:
        """Train for one epoch over the given data.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data; or blocks of it, see `skneural.blocks`.
        y : array-like of shape (n_samples,), (n_samples, n_labels) or (n_samples, ...)
            The class labels, 0 and 1 for each of several labels, or masks of labels; None if the
            blocks have them.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, none negative.
        classes : array-like of shape (n_classes,), default=None
            All classes; needed in the first call only.

        Returns
        -------
        self : object
            The fitted estimator.
        """
        return self._fit(X, y, sample_weight, incremental=True, classes=classes)

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Predict class labels.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.

        Returns
        -------
        y : ndarray of shape (n_samples,), (n_samples, n_labels) or (n_samples, ...)
            The predicted labels, as those of `fit`; a sparse matrix when fitted with one.
        """
        return self._decoded(X, lambda raw: self._targets.decode(raw), raw=True)

    @available_if(lambda self: self._has_probabilities())
    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """Predict the probability of each class.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes) or (n_samples, ..., n_classes)
            In the order of ``classes_``; when fitted with masks, of each pixel.
        """
        return self._decoded(X, lambda found: self._targets.probabilities(found))

    @available_if(lambda self: self._has_probabilities())
    def predict_log_proba(self, X: ArrayLike) -> np.ndarray:
        """Predict the logarithm of the probability of each class.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.

        Returns
        -------
        log_probabilities : ndarray of shape (n_samples, n_classes) or (n_samples, ..., n_classes)
            ``log(predict_proba(X))``, computed from the outputs before the last activation: finite
            also where the probability underflows.
        """
        return self._decoded(
            X, lambda raw: self._targets.log_probabilities(raw, self._loss.link), raw=True
        )

    def decision_function(self, X: ArrayLike) -> np.ndarray:
        """Return the outputs before the last activation.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.

        Returns
        -------
        scores : ndarray of shape (n_samples,) or (n_samples, ..., n_classes)
            For two classes, positive for ``classes_[1]``; otherwise, and for pixels, greatest for
            the predicted class.
        """
        return self._decoded(X, lambda raw: self._targets.decisions(raw), raw=True)

    def score(
        self, X: ArrayLike, y: ArrayLike | None = None, sample_weight: ArrayLike | None = None
    ) -> float:
        """Return the accuracy; for masks the mean over images of the share of correct pixels.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.
        y : array-like of shape (n_samples,), (n_samples, n_labels) or (n_samples, ...)
            The true labels; None if X is blocks that have them.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples.

        Returns
        -------
        score : float
        """
        X, y, sample_weight = with_truth(self, X, y, sample_weight)
        targets = getattr(self, "_targets", None)
        if not isinstance(targets, MaskTargets):
            return super().score(X, y, sample_weight)
        return targets.score_of(y, self.predict(X), sample_weight, type(self).__name__)

    def _has_probabilities(self) -> bool:
        loss = self.loss if isinstance(self.loss, str) else type(self.loss).__name__
        if not getattr(self, "_loss", None):
            return loss in ("log_loss", "LogLoss")
        if self._loss.link not in ("softmax", "logistic"):
            raise AttributeError(f"probabilities are not available when loss={loss!r}")
        return True

    def _target_rules(self) -> ClassRules:
        owner, width = type(self).__name__, None
        listed = self._layer_list
        if listed is not None and ends_in_softmax(listed.given(self)):
            several = ClassTargets("multiclass", np.arange(3))
            if several.loss(self.loss, self.label_smoothing, owner).link == "softmax":
                width = partial(self._width_of_softmax, listed)
        return ClassRules(owner, self.class_weight, self.warm_start, self._takes_masks, width)

    def _width_of_softmax(self, listed: LayerList) -> int:
        return width_of_softmax(listed.active(self), self._samples().shape, type(self).__name__)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
