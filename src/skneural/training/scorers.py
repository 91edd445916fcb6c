"""scikit-learn's scorers for held-back rows, which may lack a class."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score, get_scorer, roc_auc_score


def scorer_for(scoring: Any, targets: Any, owner: str) -> Any:
    """Return the scorer that the parameter `scoring` stands for, None for the targets' own score.

    Parameters
    ----------
    scoring : str, callable or None
    targets : object with ``kind`` and ``classes``
    owner : str
        The estimator's name, for errors.
    """
    scorer = None if scoring is None else get_scorer(scoring)
    if targets.kind == "masks":
        check_takes_masks(scoring, owner)
    if scorer is None or targets.kind in ("multilabel", "masks", "regression"):
        return scorer
    return None if len(targets.classes) == 1 else with_classes(scorer, targets.classes)


def takes(scorer: Callable, name: str) -> bool:
    """Whether a scorer, or the function it wraps, has a parameter of that name."""
    return name in inspect.signature(getattr(scorer, "_score_func", scorer)).parameters


def check_takes_masks(scoring: Any, owner: str) -> None:
    """Raise a ValueError for a scorer of scikit-learn's by name: none of them takes masks."""
    if isinstance(scoring, str):
        raise ValueError(
            f"{owner}: scoring={scoring!r} takes no masks; None is the share of pixels that are"
            " right, and a function scoring(estimator, X, y) may count anything else"
        )


def with_classes(scorer: Any, classes: np.ndarray) -> Any:
    """Return a scorer of probabilities or decisions that is passed all the classes.

    By default scikit-learn's functions use the classes that occur in the rows. One-vs-rest scores
    are averaged over the classes that occur; scorers of predicted labels are returned as they are,
    since they handle missing classes.

    Parameters
    ----------
    scorer : callable
        From `sklearn.metrics.get_scorer`.
    classes : ndarray of shape (n_classes,)
    """
    function = getattr(scorer, "_score_func", None)
    if function is None or getattr(scorer, "_response_method", "predict") == "predict":
        return scorer
    changed = copy.copy(scorer)
    if len(classes) > 2 and _is_one_against_the_rest(scorer):
        changed._score_func = _OfThoseThatOccur(function, classes)
    elif takes(scorer, "labels"):
        changed._kwargs = {"labels": classes, **scorer._kwargs}
    return changed


def _is_one_against_the_rest(scorer: Any) -> bool:
    if scorer._score_func is roc_auc_score:
        return scorer._kwargs.get("multi_class") == "ovr"
    return scorer._score_func is average_precision_score


class _OfThoseThatOccur:
    """A score of each class against the rest, averaged over the classes that occur."""

    def __init__(self, function: Callable, classes: np.ndarray):
        self.function = function
        self.classes = classes

    def __call__(
        self, y: Any, scores: Any, sample_weight: Any = None, **keywords: Any
    ) -> float:
        occurs = np.isin(self.classes, y)
        columns = np.asarray(y)[:, np.newaxis] == self.classes[occurs]
        keywords["sample_weight"] = sample_weight
        return self.function(columns.astype(int), np.asarray(scores)[:, occurs], **keywords)
