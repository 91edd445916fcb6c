"""How y is read: its valid forms, and the targets learned from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from .class_weights import class_weights, row_weights
from .mask_targets import MaskTargets
from .numeric_targets import InputTargets, NumericTargets, flat_targets
from .rows import n_columns
from .sample_shapes import as_rows, sample_shape
from .scaled_targets import ScaledTargets, check_size
from .targets import ClassTargets

Shape = tuple[int, ...]
Weighted = tuple[Any, np.ndarray | None]


class TargetRules(Protocol):
    """Reads y, in the order of these methods."""

    def flatten(self, y: Any) -> tuple[Any, Shape | None]:
        """Return y as rows that scikit-learn checks, and its samples' shape, None if flat."""

    def restore(self, X: Any, y: Any, shape: Shape | None) -> Any:
        """Return the targets after the checks: X and y, checked, and what `flatten` returned."""

    def learn(
        self, y: Any, known: Any, first: bool, incremental: bool, classes: Any = None
    ) -> Any:
        """Return what is learned from y; check it against the targets ``known`` unless `first`."""

    def weigh(self, targets: Any, y: Any, weight: np.ndarray | None, training: bool) -> Weighted:
        """Return the targets, and the weight of each row in the loss; learned in `training`."""


class ClassRules:
    """Labels, several labels a row, or masks of labels.

    Parameters
    ----------
    owner : str
        The estimator's name, for errors.
    class_weight : dict, list of dict, "balanced" or None
    warm_start : bool
        Whether a later fit must have the same classes.
    takes_masks : bool, default=False
        Whether y may be masks, whose pixels are then classified.
    softmax_width : callable or None, default=None
        If the layers end with a softmax, which has an output for each of two classes too: returns
        the number of its outputs.
    """

    def __init__(
        self,
        owner: str,
        class_weight: Any,
        warm_start: bool,
        takes_masks: bool = False,
        softmax_width: Callable[[], int] | None = None,
    ):
        self.owner = owner
        self.class_weight = class_weight
        self.warm_start = warm_start
        self.takes_masks = takes_masks
        self.softmax_width = softmax_width

    def flatten(self, y: Any) -> tuple[Any, Shape | None]:
        """Return y as rows that scikit-learn checks, and the shape of masks."""
        shape = sample_shape(y, self.owner, "y", numbers=False)
        if shape is None:
            return y, None
        if not self.takes_masks:
            raise ValueError(
                f"{self.owner}: y has samples of shape {shape}, no labels; for masks list"
                " layers that keep height and width, in NeuralNetClassifier or ConvNetClassifier"
            )
        rows = as_rows(y, shape)
        return (rows if rows.shape[1] > 1 else rows[:, 0]), shape

    def restore(self, X: Any, y: Any, shape: Shape | None) -> Any:
        """Return y, masks in their shape again."""
        return y if shape is None else y.reshape(len(y), *shape)

    def learn(
        self, y: Any, known: Any, first: bool, incremental: bool, classes: Any = None
    ) -> ClassTargets | MaskTargets:
        """Return the targets: the classes found, announced or known."""
        if not first:
            known.check(y, self.owner, all_of_them=self.warm_start and not incremental)
            known.check_announced(classes, self.owner)
            return known
        kind = self._kind(y)
        if incremental:
            targets = kind.announced(classes, y, self.owner)
        else:
            targets = kind.learn(y, self.owner)
        if self.softmax_width is not None:
            targets = targets.with_an_output_a_class(self.softmax_width)
        return targets

    def _kind(self, y: Any) -> Any:
        """Return the class of the targets that y holds."""
        return MaskTargets if y.ndim > 2 else ClassTargets

    def weigh(self, targets: Any, y: Any, weight: np.ndarray | None, training: bool) -> Weighted:
        """Return the targets with their class weights, and the weight of each row in the loss."""
        if self.class_weight is None:
            if targets.class_weights is not None:
                targets = replace(targets, class_weights=None)
            return targets, weight
        if training:
            learned = class_weights(targets, self.class_weight, y, weight, self.owner)
            targets = replace(targets, class_weights=learned)
        if isinstance(targets, MaskTargets):
            return targets, weight  # the loss weights the pixels
        rows = row_weights(targets, targets.class_weights, y)
        return targets, rows * (1 if weight is None else weight)


class NumberRules:
    """Numbers, one column or several; samples of any shape if ``shaped``.

    Parameters
    ----------
    owner : str
        The estimator's name, for errors.
    shaped : bool, default=False
        Whether samples of y may have more than one dimension, as images have.
    standardizes, clips, divides : bool, default=False
        Whether the network sees standardised targets, whether predictions stay within their range,
        and whether the network sees targets divided by their mean; see `ScaledTargets`.
    """

    def __init__(
        self, owner: str, shaped: bool = False, standardizes: bool = False,
        clips: bool = False, divides: bool = False,
    ):  # fmt: skip
        self.owner = owner
        self.shaped = shaped
        self.standardizes = standardizes
        self.divides = divides
        self.clips = clips

    def flatten(self, y: Any) -> tuple[Any, Shape | None]:
        """Return y as rows of numbers, and the shape of its samples."""
        return flat_targets(y, self.owner) if self.shaped else (y, None)

    def restore(self, X: Any, y: Any, shape: Shape | None) -> Any:
        """Return y, and remember the shape of its samples."""
        self._shape = y.shape[1:] if shape is None else shape
        return y

    def learn(
        self, y: Any, known: Any, first: bool, incremental: bool, classes: Any = None
    ) -> NumericTargets:
        """Return the shape of y as targets, checked against that of an earlier fit."""
        if first:
            if self.standardizes or self.divides or self.clips:
                check_size(y, self.owner)
                return ScaledTargets(
                    self._shape, self.shaped, self.standardizes, self.clips, self.divides
                )
            return NumericTargets(self._shape, self.shaped)
        if self.shaped:
            known.check_shape(self._shape, self.owner)
        targets = NumericTargets(self._shape)
        if targets.n_outputs != known.n_outputs:
            raise ValueError(
                f"{self.owner}: y has {targets.n_outputs} columns, fitted with {known.n_outputs}"
            )
        return known

    def weigh(self, targets: Any, y: Any, weight: np.ndarray | None, training: bool) -> Weighted:
        """Return the targets, and the weight of each row in the loss."""
        return targets, weight


class InputRules:
    """X itself as targets, for estimators that are fitted without y."""

    def __init__(self, factor: Callable[[], float]):
        self._factor = factor

    def flatten(self, y: Any) -> tuple[None, None]:
        """Return nothing: y is ignored."""
        return None, None

    def restore(self, X: Any, y: Any, shape: Shape | None) -> Any:
        """Return X."""
        return X

    def learn(
        self, y: Any, known: Any, first: bool, incremental: bool, classes: Any = None
    ) -> InputTargets:
        """Return the targets of a first fit, or those known."""
        return InputTargets(n_columns(y), self._factor()) if first else known

    def weigh(self, targets: Any, y: Any, weight: np.ndarray | None, training: bool) -> Weighted:
        """Return the targets, and the weight of each row in the loss."""
        return targets, weight
