"""Class labels to the network's target columns, and outputs back to labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse
from scipy.special import log_softmax
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from ..losses import Loss
from .checks import named
from .known_classes import check_announced, check_known
from .rows import Rows
from .scores import accuracy
from .splits import strata
from .target_losses import checked_loss


@dataclass
class ClassTargets:
    """What `fit` learned about the labels.

    Parameters
    ----------
    kind : {"binary", "multiclass", "multilabel"}
        "binary" targets have one output, without a meaning for a single class; "multiclass" ones
        one output per class, also for two.
    classes : ndarray of shape (n_classes,)
        Sorted labels; of multilabel targets, the column numbers.
    is_sparse : bool
        Whether multilabel targets were a sparse matrix, as predictions then are.
    n_idle : int
        Unused outputs, if the layers have more than a single class needs.
    class_weights : ndarray of shape (n_classes,) or (n_labels, 2), or None
        Weight of each class in the loss; None if all are equal.
    """

    kind: str
    classes: np.ndarray
    is_sparse: bool = False
    n_idle: int = 0
    class_weights: np.ndarray | None = None

    @classmethod
    def learn(cls, y: Any, owner: str) -> ClassTargets:
        """Find the classes of `y`, ndarray of shape (n_samples,) or indicator matrix."""
        with named(owner):
            check_classification_targets(y)
        if y.ndim == 2:
            if not type_of_target(y).startswith("multilabel"):
                raise ValueError(
                    f"{owner}: Multioutput target data is not supported with label binarization;"
                    f" y of shape {y.shape} is neither one column of labels nor 0 and 1 columns."
                )
            return cls("multilabel", np.arange(y.shape[1]), sparse.issparse(y))
        return cls._from_classes(np.unique(y))

    @classmethod
    def announced(cls, classes: Any, y: Any, owner: str) -> ClassTargets:
        """Take the classes passed to the first `partial_fit`, and check that `y` fits."""
        if classes is None:
            raise ValueError(f"{owner}: classes must be passed on the first call to partial_fit.")
        if y.ndim == 2:
            return cls.learn(y, owner)
        classes = np.unique(np.asarray(classes))
        if not len(classes):
            raise ValueError(f"{owner}: classes={classes} is empty; list all there will be")
        targets = cls._from_classes(classes)
        targets.check(y, owner)
        return targets

    @classmethod
    def _from_classes(cls, classes: np.ndarray) -> ClassTargets:
        return cls("binary" if len(classes) <= 2 else "multiclass", classes)

    def with_an_output_a_class(self, width: Callable[[], int]) -> ClassTargets:
        """Return the same targets, with an output for each of two classes.

        A single class, as a fold may have, gets ``width()`` outputs.
        """
        if self.kind != "binary":
            return self
        n_idle = max(width() - 1, 0) if self.are_one_class else 0
        return replace(self, kind="multiclass", n_idle=n_idle)

    @property
    def are_one_class(self) -> bool:
        """Whether all rows are of one class, so that the outputs have no meaning."""
        return self.kind != "multilabel" and len(self.classes) == 1

    @property
    def are_two_classes(self) -> bool:
        """Whether a row is of one of two classes."""
        return self.kind != "multilabel" and len(self.classes) == 2

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Shape of the outputs for a sample."""
        return (self.n_outputs,)

    @property
    def n_outputs(self) -> int:
        """Output units of the network."""
        return 1 if self.kind == "binary" else len(self.classes) + self.n_idle

    def encode(self, y: Any, dtype: np.dtype) -> np.ndarray:
        """Return the network's targets.

        Returns
        -------
        targets : ndarray of shape (n_samples, n_targets)
            One column of class numbers, or the 0 and 1 columns of multilabel targets.
        """
        if self.kind == "multilabel":
            dense = y.toarray() if sparse.issparse(y) else np.asarray(y)
            return np.ascontiguousarray(dense > 0, dtype=dtype)
        return np.searchsorted(self.classes, y).astype(dtype).reshape(-1, 1)

    def counts(self, y: np.ndarray, sample_weight: np.ndarray | None) -> np.ndarray:
        """Return the number of rows of each of several classes, counted by their weights."""
        codes = np.searchsorted(self.classes, y)
        return np.bincount(codes, weights=sample_weight, minlength=len(self.classes))

    def check(self, y: Any, owner: str, all_of_them: bool = False) -> None:
        """Raise a ValueError unless `y` fits the classes known from an earlier fit."""
        if y.ndim > 2:
            raise ValueError(
                f"{owner}: y has samples of shape {y.shape[1:]}, fitted with labels"
            )
        if self.kind == "multilabel":
            if y.ndim != 2 or y.shape[1] != len(self.classes):
                raise ValueError(
                    f"{owner}: `y` has classes not in `self.classes_`: y of shape {y.shape},"
                    f" fitted with {len(self.classes)} label columns"
                )
            return
        if not all_of_them and self._are_all_known(y):
            return
        check_classification_targets(y)
        if y.ndim != 1:
            raise ValueError(
                f"{owner}: `y` has classes not in `self.classes_`: y of shape {y.shape}, fitted"
                f" with labels {self.classes}"
            )
        check_known(y, self.classes, all_of_them, owner)

    def _are_all_known(self, y):
        """Whether labels are all known classes, if their dtypes are the same: a fast check."""
        if y.ndim != 1 or y.dtype != self.classes.dtype or y.dtype == object:
            return False
        places = np.searchsorted(self.classes, y)
        return bool((self.classes.take(places, mode="clip") == y).all())

    def check_announced(self, classes: Any, owner: str) -> None:
        """Raise a ValueError if other classes are passed to a later `partial_fit`."""
        check_announced(classes, self.classes, owner)

    def kinds(self, y: Any) -> Iterator[np.ndarray]:
        """Yield which rows of `y` are of each class; of each label, which have it and which not."""
        if self.kind == "multilabel":
            for column in (y.toarray() if sparse.issparse(y) else np.asarray(y)).T:
                yield column > 0
                yield ~(column > 0)
        else:
            for label in self.classes:
                yield y == label

    def strata(self, labels: Any, fraction: float, scored: bool) -> np.ndarray | None:
        """Return what a validation split is stratified by: labels.

        As in scikit-learn without a scorer: None for several classes, and an error for a class of
        two that has a single row.
        """
        if self.kind == "multilabel" or (len(self.classes) > 2 and not scored):
            return None
        return strata(labels, fraction) if scored else labels

    def loss(self, given: Any, smoothing: float, owner: str) -> Loss:
        """Return the loss that a parameter gives, for these targets."""
        return checked_loss(given, smoothing, owner).for_targets(self.kind, smoothing)

    def attributes(self) -> dict[str, Any]:
        """Return their attributes on a fitted estimator."""
        return {"classes_": self.classes, "n_outputs_": self.n_outputs}

    def flat(self) -> ClassTargets:
        """Return targets as scikit-learn's scores need them: these."""
        return self

    def measured(self, rows: Rows, anew: bool) -> ClassTargets:
        """Return the same targets: nothing is learned from the training rows."""
        return self

    def tolerance_unit(self, loss: Any) -> float:
        """Return what `tol` is a multiple of."""
        return 1.0

    def codes(self, raw: np.ndarray) -> np.ndarray:
        """Return the predicted targets, as `encode` gives them, from raw outputs.

        Parameters
        ----------
        raw : ndarray of shape (n_samples, n_outputs)
            Outputs before the link: larger means more likely, 0 is the decision boundary.
        """
        if self.are_one_class:
            return np.zeros((len(raw), 1), dtype=np.int64)
        if self.kind == "multiclass":
            return raw.argmax(axis=1).reshape(-1, 1)
        return (raw > 0).astype(np.int64)

    def decode(self, raw: np.ndarray) -> Any:
        """Return the predicted labels from raw outputs, (n_samples,) or (n_samples, n_labels)."""
        codes = self.codes(raw)
        if self.kind == "multilabel":
            return sparse.csr_matrix(codes) if self.is_sparse else codes
        return self.classes[codes[:, 0]]

    def score(self, network: Any, rows: Rows, n_jobs: int | None) -> float:
        """Return the accuracy, as the method `score` but faster."""
        raw = network.predict(rows.X, n_jobs=n_jobs, raw=True)
        return self.accuracy(raw, rows.y, rows.sample_weight) if np.isfinite(raw).all() else np.nan

    def accuracy(
        self, raw: np.ndarray, expected: np.ndarray, weight: np.ndarray | None
    ) -> float:
        """Return the share of rows with all targets correct, from raw outputs."""
        return accuracy(self.codes(raw), expected, weight)

    def decisions(self, raw: np.ndarray) -> np.ndarray:
        """Return the raw outputs; for two classes one column that is positive for the second."""
        if self.kind == "binary" or self.are_one_class:
            return raw[:, 0]
        return raw[:, 1] - raw[:, 0] if self.are_two_classes else raw

    def probabilities(self, predictions: np.ndarray) -> np.ndarray:
        """Return the probability of each class, or label, from the network's predictions.

        Parameters
        ----------
        predictions : ndarray of shape (n_samples, n_outputs)

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
        """
        if self.are_one_class:
            return np.ones_like(predictions[:, :1])
        if self.kind != "binary":
            return predictions
        both = np.empty((len(predictions), 2), dtype=predictions.dtype)
        both[:, 1] = predictions[:, 0]
        np.subtract(1, both[:, 1], out=both[:, 0])
        return both

    def log_probabilities(self, scores: np.ndarray, link: str) -> np.ndarray:
        """Return the logarithm of each probability, from the raw outputs before the loss's link.

        Parameters
        ----------
        scores : ndarray of shape (n_samples, n_outputs)
        link : {"softmax", "logistic"}

        Returns
        -------
        log_probabilities : ndarray of shape (n_samples, n_classes)
        """
        if self.are_one_class:
            return np.zeros_like(scores[:, :1])
        if self.kind == "binary":
            scores = np.concatenate([-scores, scores], axis=1)
        elif link == "softmax":
            return log_softmax(scores, axis=1)
        # log(1 + x), not log1p: 0 where the probability is 1, so that both order labels alike
        return np.minimum(scores, 0) - np.log(1 + np.exp(-np.abs(scores)))
