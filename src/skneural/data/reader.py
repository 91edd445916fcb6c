"""The arguments of `fit` as a network trains on them: checked and encoded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from sklearn.utils import _safe_indexing

from .checks import check_weights, named
from .provider import Provider
from .rows import Rows, n_rows
from .samples import Samples
from .scaled_targets import ScaledTargets
from .splits import hold_out, with_each
from .target_rules import TargetRules

Given = Sequence[Callable[[], Any]]


@dataclass(frozen=True)
class Dataset:
    """Rows to train on, and what was learned from them.

    Parameters
    ----------
    rows : Rows
    targets : ClassTargets, MaskTargets, NumericTargets or InputTargets
    dtype : numpy.dtype
        Of the network.
    held_back : Rows or None
        For validation.
    given : sequence of three callables
        Return X, y and sample_weight of the rows to train on, as the user passed them.
    prepare : callable or None, default=None
        ``prepare(rows, held_back)`` returns them with X as the network reads it, once it is known
        which rows are for validation; None if it is done.
    open_session : callable or None, default=None
        ``open_session(network, rows, settings, seed)`` returns what trains the network, with the
        methods and attributes of `TrainingSession` that training uses; None for a session on
        ``rows``, which else are only those that statistics are learned from.
    """

    rows: Rows
    targets: Any
    dtype: np.dtype
    held_back: Rows | None
    given: Given
    prepare: Callable[[Rows, Rows | None], tuple[Rows, Rows | None]] | None = None
    open_session: Callable[..., Any] | None = None

    def prepared(self) -> Dataset:
        """Return data with X as the network reads it.

        Statistics of X come from the rows to train on alone.
        """
        if self.prepare is None:
            return self
        rows, held_back = self.prepare(self.rows, self.held_back)
        return replace(self, rows=rows, held_back=held_back, prepare=None)

    def hold_back(
        self, fraction: float, scored: bool, random_state: np.random.RandomState, owner: str
    ) -> Dataset:
        """Split off the validation rows; only these are copied.

        The user's own arrays are split when a callback requests them. ``scored`` says whether the
        rows are for a scorer, which may need rows of every class.
        """
        rows, targets = self.rows, self.targets
        stratify = targets.strata(rows.labels, fraction, scored)
        kept, held_back = hold_out(n_rows(rows.X), fraction, random_state, stratify, owner)
        kept, held_back = with_each(kept, held_back, targets.kinds(rows.labels) if scored else ())
        with named(owner):
            taken = rows.take(held_back)
        return replace(
            self,
            rows=replace(rows, among=kept),
            held_back=taken,
            given=[_later(values, kept) for values in self.given],
        )

    def measured(self, anew: bool) -> Dataset:
        """Return the data with what its targets learn from the rows to train on.

        ``anew`` says that a `fit` begins. Targets that are scaled by it are replaced, those of
        validation rows too.
        """
        targets = self.targets.measured(self.rows, anew)
        if not isinstance(targets, ScaledTargets):
            return self if targets is self.targets else replace(self, targets=targets)
        held_back = self.held_back and targets.scaled(self.held_back, self.dtype)
        rows = targets.scaled(self.rows, self.dtype)
        return replace(self, targets=targets, rows=rows, held_back=held_back)


@dataclass(frozen=True)
class DataReader:
    """Reads the arguments of an estimator's `fit`.

    Parameters
    ----------
    samples : Samples
        Reads X.
    rules : TargetRules
        Reads y.
    """

    samples: Samples
    rules: TargetRules

    def learn(
        self,
        X: Any,
        y: Any,
        weight: Any,
        *,
        validation: tuple[Any, Any, Any] = (None, None, None),
        known: Any = None,
        fitted: np.dtype | None = None,
        incremental: bool = False,
        classes: Any = None,
    ) -> Dataset:
        """Return data to train on.

        Parameters
        ----------
        X, y, weight : array-like
            As the user passed them; X may be a `Provider`.
        validation : tuple of X, y and weights, default=(None, None, None)
        known : targets or None, default=None
            Those of an earlier fit that is continued; None for a new one, which learns features and
            targets.
        fitted : numpy.dtype or None, default=None
            Of the network that is continued.
        incremental, classes
            Those of `partial_fit`.
        """
        if isinstance(X, Provider):
            return X.dataset(
                self, y, weight, validation=validation, known=known, fitted=fitted,
                incremental=incremental, classes=classes,
            )
        first, given = known is None, (X, y, weight)
        dtypes = self.samples.accepted_dtypes() if first else fitted
        X, y = self.check(X, y, dtypes, first)
        return self.learn_from(
            X, y, weight, given, validation=validation, known=known, fitted=fitted,
            incremental=incremental, classes=classes,
        )

    def learn_from(
        self,
        X: Any,
        y: Any,
        weight: Any,
        given: tuple[Any, Any, Any],
        *,
        validation: tuple[Any, Any, Any],
        known: Any,
        fitted: np.dtype | None,
        incremental: bool,
        classes: Any,
    ) -> Dataset:
        """Return data to train on, of X and y that were checked.

        Parameters
        ----------
        X, y : array or Source
            As the network reads X, and as the rules read y.
        weight : array-like
        given : tuple of X, y and weights
            As the user passed them.
        validation, known, fitted, incremental, classes
            Those of `learn`.
        """
        first, owner = known is None, self.samples.owner
        weight = check_weights(owner, "sample_weight", weight, n_rows(X))
        if first:
            self.samples.learn_range(X, weight)
        targets = self.rules.learn(y, known, first, incremental, classes)
        dtype = self.samples.network_dtype(X, fitted)
        encoded = _encoded(targets, y, dtype, owner)
        with named(owner):
            targets, loss_weight = self.rules.weigh(targets, y, weight, training=True)
        if loss_weight is not None and not loss_weight.any():
            raise ValueError(f"{owner}: sample_weight times class_weight is zero for every row")
        rows = Rows(X, encoded, loss_weight, y, weight)
        held_back = None
        if validation[0] is not None:
            held_back = self._validation(validation, targets, dtype)
        return Dataset(
            rows, targets, dtype, held_back, [_at_once(values) for values in given],
            partial(self.samples.prepare, dtype=dtype, first=first),
        )

    def _validation(self, validation, targets, dtype):
        X, y, weight = validation
        if isinstance(X, Provider):
            X = X.whole(self.samples)
        return self.more_rows(
            X, y, weight, targets, dtype, "validation data X_val and y_val", "sample_weight_val"
        )

    def more_rows(
        self,
        X: Any,
        y: Any,
        weight: Any,
        targets: Any,
        dtype: np.dtype,
        what: str,
        weight_name: str = "sample_weight",
        training: bool = False,
    ) -> Rows:
        """Return other rows than those that features and targets were learned from.

        Parameters
        ----------
        X, y, weight : array-like
            As the user passed them.
        targets : object
            That were learned.
        dtype : numpy.dtype
            Of the network.
        what, weight_name : str
            What the rows and their weights are called in messages.
        training : bool, default=False
            Whether the rows are trained on, with class weights.
        """
        owner = self.samples.owner
        with named(f"{owner}, {what}"):
            X, y = self.check(X, y, dtype, first=False)
            self.rules.learn(y, targets, first=False, incremental=True)
        weight = check_weights(owner, weight_name, weight, n_rows(X))
        _, loss_weight = self.rules.weigh(targets, y, weight, training=training)
        return Rows(X, _encoded(targets, y, dtype, owner), loss_weight, y, weight)

    def check(self, X: Any, y: Any, dtypes: Any, first: bool) -> tuple[Any, Any]:
        """Return X as the network reads it and y as the rules read it, both checked.

        Parameters
        ----------
        X, y : array-like
            As the user passed them.
        dtypes : dtype or tuple of dtypes
            That X may have; any other is converted to the first.
        first : bool
            Whether features are learned, or compared with those of the fit.
        """
        y, shape = self.rules.flatten(y)
        X, y = self.samples.check_with_targets(X, y, dtypes, first)
        return X, self.rules.restore(X, y, shape)


def _encoded(targets: Any, y: Any, dtype: np.dtype, owner: str) -> Any:
    with named(f"{owner}: y"):
        return targets.encode(y, dtype)


def _at_once(values: Any) -> Callable[[], Any]:
    return lambda: values


def _later(values: Callable[[], Any], indices: np.ndarray) -> Callable[[], Any]:
    """Return a function that takes some rows of values the first time it is called."""
    taken: list = []

    def take():
        if not taken:
            whole = values()
            if isinstance(whole, Provider):
                raise TypeError(
                    "a callback asked for the rows of X that are trained on, which are not in"
                    " memory; pass X_val, so that these are all rows"
                )
            taken.append(None if whole is None else _safe_indexing(whole, indices))
        return taken[0]

    return take
