"""Masks of class labels to the network's targets, and outputs back to masks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import log_softmax
from sklearn.utils import check_consistent_length
from sklearn.utils.multiclass import check_classification_targets

from ..losses import Loss
from .checks import check_weights, named
from .known_classes import check_announced, check_known
from .rows import Rows
from .sample_shapes import as_rows, sample_shape, stands_for
from .target_losses import checked_loss

_MOST_AT_ONCE = 1 << 20  # pixels encoded at a time


@dataclass
class MaskTargets:
    """What `fit` learned about masks; same protocol as `ClassTargets`.

    Parameters
    ----------
    classes : ndarray of shape (n_classes,)
        Sorted labels.
    shape : tuple of int
        Of a mask.
    class_weights : ndarray of shape (n_classes,) or None
        Weight of the pixels of each class in the loss; None if all are equal.
    """

    classes: np.ndarray
    shape: tuple[int, ...]
    class_weights: np.ndarray | None = None
    kind: str = "masks"

    @classmethod
    def learn(cls, y: np.ndarray, owner: str) -> MaskTargets:
        """Find the classes of the pixels of `y`, ndarray of shape (n_samples, ...)."""
        with named(f"{owner}: y has masks of shape {y.shape[1:]}"):
            check_classification_targets(y.ravel())
        return cls(np.unique(y), y.shape[1:])

    @classmethod
    def announced(cls, classes: Any, y: np.ndarray, owner: str) -> MaskTargets:
        """Take the classes passed to the first `partial_fit`, and check that `y` fits."""
        if classes is None:
            raise ValueError(f"{owner}: classes must be passed on the first call to partial_fit.")
        targets = cls(np.unique(np.asarray(classes)), y.shape[1:])
        if not len(targets.classes):
            raise ValueError(f"{owner}: classes={classes} is empty; list all there will be")
        targets.check(y, owner)
        return targets

    def with_an_output_a_class(self, width: Any) -> MaskTargets:
        """Return the same targets: they always have an output per class."""
        return self

    @property
    def pixels(self) -> tuple[int, ...]:
        """Shape of a mask without a single channel: (height, width) of (height, width, 1) too."""
        return self.shape[:-1] if len(self.shape) > 2 and self.shape[-1] == 1 else self.shape

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Shape of the outputs for a sample: those of the classes come last."""
        return (*self.pixels, len(self.classes))

    @property
    def n_outputs(self) -> int:
        """Output units of the network."""
        return math.prod(self.output_shape)

    def encode(self, y: np.ndarray, dtype: np.dtype) -> np.ndarray:
        """Return the network's targets.

        Returns
        -------
        targets : ndarray of shape (n_samples, n_pixels)
            Class numbers, uint8 if it can hold them, else `dtype`.
        """
        rows = y.reshape(len(y), -1)
        few = len(self.classes) <= 1 << 8
        targets = np.empty(rows.shape, np.uint8 if few else dtype)
        step = max(1, _MOST_AT_ONCE // rows.shape[1])
        for start in range(0, len(rows), step):
            part = slice(start, start + step)
            targets[part] = np.searchsorted(self.classes, rows[part])
        return targets

    def counts(self, y: np.ndarray, sample_weight: np.ndarray | None) -> np.ndarray:
        """Return the number of pixels of each class, images counted by their weights.

        Returns
        -------
        counts : ndarray of shape (n_classes,)
        """
        codes = self.encode(y, np.dtype(np.float32))
        weight = np.ones(len(y)) if sample_weight is None else sample_weight
        of_images = ((codes == code).sum(axis=1) for code in range(len(self.classes)))
        return np.array([weight @ pixels for pixels in of_images])

    def check(self, y: Any, owner: str, all_of_them: bool = False) -> None:
        """Raise a ValueError unless `y` fits the classes known from an earlier fit."""
        self.check_shape(y.shape[1:], owner)
        check_known(y, self.classes, all_of_them, owner)

    def check_shape(self, shape: tuple[int, ...], owner: str) -> None:
        """Raise a ValueError for samples of `y` that cannot be masks of this shape."""
        if not stands_for(shape or (1,), self.shape):
            raise ValueError(
                f"{owner}: y has samples of shape {shape}, fitted with masks of {self.shape}"
            )

    def check_announced(self, classes: Any, owner: str) -> None:
        """Raise a ValueError if other classes are passed to a later `partial_fit`."""
        check_announced(classes, self.classes, owner)

    def kinds(self, y: np.ndarray) -> tuple:
        """Return an empty sequence: an image has many classes."""
        return ()

    def strata(self, labels: Any, fraction: float, scored: bool) -> None:
        """Return what a validation split is stratified by: None."""

    def loss(self, given: Any, smoothing: float, owner: str) -> Loss:
        """Return the loss that a parameter gives; it weights pixels by their classes."""
        loss: Any = checked_loss(given, smoothing, owner)
        even = [1.0] * len(self.classes)
        with named(f"{owner}: loss={given!r}"):
            return loss.for_masks(
                even if self.class_weights is None else self.class_weights, smoothing
            )

    def attributes(self) -> dict[str, Any]:
        """Return their attributes on a fitted estimator."""
        return {"classes_": self.classes, "n_outputs_": self.n_outputs}

    def flat(self) -> MaskTargets:
        """Return targets as scikit-learn's scores need them: these."""
        return self

    def measured(self, rows: Rows, anew: bool) -> MaskTargets:
        """Return the same targets: nothing is learned from the training rows."""
        return self

    def tolerance_unit(self, loss: Any) -> float:
        """Return what `tol` is a multiple of."""
        return 1.0

    def score(self, network: Any, rows: Rows, n_jobs: int | None) -> float:
        """Return the mean over images of the share of correct pixels."""
        raw = network.predict(rows.X, n_jobs=n_jobs, raw=True)
        return self.accuracy(raw, rows.y, rows.sample_weight) if np.isfinite(raw).all() else np.nan

    def codes(self, raw: np.ndarray) -> np.ndarray:
        """Return the predicted class numbers, (n_samples, n_pixels), from raw outputs."""
        return raw.reshape(len(raw), math.prod(self.pixels), -1).argmax(axis=2)

    def decode(self, raw: np.ndarray) -> np.ndarray:
        """Return the predicted masks from raw outputs, (n_samples, ...)."""
        return self.classes[self.codes(raw)].reshape(len(raw), *self.shape)

    def accuracy(
        self, raw: np.ndarray, expected: np.ndarray, weight: np.ndarray | None
    ) -> float:
        """Return the mean over images of the share of correct pixels, from raw outputs."""
        return float(np.average((self.codes(raw) == expected).mean(axis=1), weights=weight))

    def decisions(self, raw: np.ndarray) -> np.ndarray:
        """Return the raw outputs, shape (n_samples, ..., n_classes)."""
        return raw.reshape(len(raw), *self.output_shape)

    def probabilities(self, predictions: np.ndarray) -> np.ndarray:
        """Return the probability of each class of each pixel, (n_samples, ..., n_classes)."""
        return self.decisions(predictions)

    def log_probabilities(self, scores: np.ndarray, link: str) -> np.ndarray:
        """Return the logarithm of each probability, from the raw outputs."""
        return log_softmax(self.decisions(scores), axis=-1)

    def score_of(self, y: Any, predicted: np.ndarray, sample_weight: Any, owner: str) -> float:
        """Return the mean over images of the share of pixels predicted correctly.

        Parameters
        ----------
        y : array-like of shape (n_samples, ...)
        predicted : ndarray of shape (n_samples, ...)
        sample_weight : array-like of shape (n_samples,) or None
        owner : str
            The estimator's name, for errors.
        """
        shape = sample_shape(y, owner, "y", numbers=False)
        y = np.asarray(y)
        self.check_shape(y.shape[1:] if shape is None else shape, owner)
        with named(owner):
            check_consistent_length(predicted, y)
        weight = check_weights(owner, "sample_weight", sample_weight, len(y))
        right = as_rows(y, self.shape) == as_rows(predicted, self.shape)
        return float(np.average(right.mean(axis=1), weights=weight))
