"""What every classifier shares: labels, class weights, probabilities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.utils._param_validation import Interval, Real, StrOptions
from sklearn.utils.metaestimators import available_if

from ...callbacks import with_callbacks
from ...data.class_weights import class_weights, row_weights
from ...data.mask_targets import MaskTargets, mask_accuracy
from ...data.rows import Rows
from ...data.sample_shapes import as_rows, sample_shape
from ...data.splits import strata
from ...data.targets import ClassTargets
from ...losses import Loss
from ...network.network import Network
from ...training.scorers import check_takes_masks, told_classes
from ...training.settings import make_loss
from .estimator import BaseNeuralNetwork

CLASSIFIER_CONSTRAINTS: dict = {
    "loss": [StrOptions(Loss.names["classification"]), Loss],
    "class_weight": [dict, list, StrOptions({"balanced"}), None],
    "label_smoothing": [Interval(Real, 0, 1, closed="left")],
}


class BaseNeuralClassifier(ClassifierMixin, BaseNeuralNetwork):
    """Base of the classifiers."""

    _numeric_targets = False
    _takes_masks = False  # as y, whose pixels are then classified

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
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
            The input data.
        y : array-like of shape (n_samples,), (n_samples, n_labels) or (n_samples, ...)
            The class labels, 0 and 1 for each of several labels, or masks of labels where the
            network's outputs have their shape.
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
            For data or parameters that cannot be used; the estimator is then left as it was.
        KeyboardInterrupt
            On Ctrl-C before anything was trained; later, it ends training with a warning.

        Warns
        -----
        ConvergenceWarning
            If `max_iter` epochs were not enough; a schedule that has run its whole course is.
            The estimator is fitted all the same, also where warnings are errors.
        NonFiniteLossWarning
            If the loss turns infinite or NaN; the last good weights are then kept.
        """
        return self._fit(X, y, sample_weight, validation=(X_val, y_val, sample_weight_val))

    @available_if(lambda self: self._is_stochastic())
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        classes: ArrayLike | None = None,
    ) -> BaseNeuralClassifier:
        """Train for one epoch over the given data.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.
        y : array-like of shape (n_samples,), (n_samples, n_labels) or (n_samples, ...)
            The class labels, 0 and 1 for each of several labels, or masks of labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, none negative.
        classes : array-like of shape (n_classes,), default=None
            All classes there will be; needed in the first call only.

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
        raw = self._predict(X, raw=True)
        return self._targets.decode(raw)

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
        predictions = self._predict(X)
        return self._targets.probabilities(predictions)

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
            where the probability is too small a number.
        """
        scores = self._predict(X, raw=True)
        return self._targets.log_probabilities(scores, self._loss.link)

    def decision_function(self, X: ArrayLike) -> np.ndarray:
        """Return the outputs before the last activation.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.

        Returns
        -------
        scores : ndarray of shape (n_samples,) or (n_samples, ..., n_classes)
            Of two classes, positive for ``classes_[1]``; else, and of pixels, greatest for the one
            predicted.
        """
        raw = self._predict(X, raw=True)
        return self._targets.decisions(raw)

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Return the accuracy; of masks the share of pixels that are right, a mean over images.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.
        y : array-like of shape (n_samples,), (n_samples, n_labels) or (n_samples, ...)
            The true labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples.

        Returns
        -------
        score : float
        """
        targets = getattr(self, "_targets", None)
        if not isinstance(targets, MaskTargets):
            return super().score(X, y, sample_weight)
        return mask_accuracy(targets, y, self.predict(X), sample_weight, type(self).__name__)

    def _has_probabilities(self) -> bool:
        loss = self.loss if isinstance(self.loss, str) else type(self.loss).__name__
        if not getattr(self, "_loss", None):
            return loss in ("log_loss", "LogLoss")
        if self._loss.link not in ("softmax", "logistic"):
            raise AttributeError(f"probabilities are not available when loss={loss!r}")
        return True

    def _is_for_softmax(self) -> bool:
        """Whether the loss takes one probability for each class."""
        return make_loss(self, "classification", "multiclass").link == "softmax"

    def _make_loss(self) -> Loss:
        return make_loss(self, "classification", self._targets.kind)

    def _output_shape(self) -> tuple[int, ...]:
        return self._targets.output_shape

    def _check_X_y(self, X: Any, y: Any, dtype: Any, first: bool) -> tuple[Any, Any]:
        shape = sample_shape(y, type(self).__name__, "y", numbers=False)
        if shape is None:
            return super()._check_X_y(X, y, dtype, first)
        if not self._takes_masks:
            raise ValueError(
                f"{type(self).__name__}: y has samples of shape {shape}, no labels; for masks list"
                " layers that keep height and width, in NeuralNetClassifier or ConvNetClassifier"
            )
        rows = as_rows(y, shape)
        X, y = super()._check_X_y(X, rows if rows.shape[1] > 1 else rows[:, 0], dtype, first)
        return X, y.reshape(len(y), *shape)

    def _learn_targets(
        self, y: Any, first: bool, incremental: bool = False, classes: Any = None
    ) -> None:
        owner, kind = type(self).__name__, MaskTargets if y.ndim > 2 else ClassTargets
        if first and incremental:
            self._targets = kind.announced(classes, y, owner)
        elif first:
            self._targets = kind.learn(y, owner)
        else:
            self._targets.check(y, owner, all_of_them=self.warm_start and not incremental)
            self._targets.check_announced(classes, owner)
        if first and self._ends_in_softmax() and self._is_for_softmax():
            self._targets = self._targets.with_an_output_a_class(self._softmax_width)
        self.classes_, self.n_outputs_ = self._targets.classes, self._targets.n_outputs

    def _encode(self, y: Any, dtype: np.dtype) -> np.ndarray:
        return self._targets.encode(y, dtype)

    def _loss_weight(
        self, y: Any, sample_weight: np.ndarray | None, training: bool
    ) -> np.ndarray | None:
        if self.class_weight is None:
            return sample_weight
        if training:
            self._class_weights = class_weights(
                self._targets, self.class_weight, y, sample_weight, type(self).__name__
            )
        if isinstance(self._targets, MaskTargets):
            return sample_weight  # the loss weighs the pixels
        weight = row_weights(self._targets, self._class_weights, y)
        return weight * (1 if sample_weight is None else sample_weight)

    def _strata(self, rows: Rows) -> np.ndarray | None:
        """Return the labels; of several classes none without a scorer, as scikit-learn does."""
        targets, labels, several = self._targets, rows.labels, len(self._targets.classes) > 2
        if targets.kind in ("multilabel", "masks") or (several and self.scoring is None):
            return None
        return strata(labels, self.validation_fraction) if several else labels

    def _kinds_to_hold_back(self, rows: Rows) -> Iterable[np.ndarray]:
        return () if self.scoring is None else self._targets.kinds(rows.labels)

    def _scorer(self) -> Any:
        scorer, targets = super()._scorer(), self._targets
        if isinstance(targets, MaskTargets):
            check_takes_masks(self.scoring, type(self).__name__)
        if scorer is None or targets.kind in ("multilabel", "masks"):
            return scorer
        return None if len(targets.classes) == 1 else told_classes(scorer, targets.classes)

    def _default_score(self, network: Network, rows: Rows) -> float:
        raw = network.predict(rows.X, n_jobs=self.n_jobs, raw=True)
        is_finite = np.isfinite(raw).all()
        return self._targets.accuracy(raw, rows.y, rows.sample_weight) if is_finite else np.nan

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
