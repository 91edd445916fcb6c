"""What the regressor and the classifier share: the search, and what is read from its result."""

from __future__ import annotations

import textwrap
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from ...data.dense_samples import DenseSamples
from ...data.samples import Samples
from ..base.estimator import Estimator
from ..base.rounds import Rounds, RoundsData
from ..base.summary import WIDTH, Summary
from .fitting import Task, search
from .polynomials import Model
from .settings import Settings


class BaseGMDH(ClassNamePrefixFeaturesOutMixin, TransformerMixin, Estimator):
    """Base of the group method of data handling.

    Attributes are those of the public classes, and ``_models``, one for each target.
    """

    _resumes = True
    _models: list[Model]
    support_: np.ndarray
    n_features_in_: int

    @property
    def max_iter(self) -> int:
        """The maximum number of rounds: layers, or terms."""
        return Settings.of(self).most_rounds(self.n_features_in_)

    def formula(
        self, precision: int | None = None, *, expanded: bool = False
    ) -> Any:
        """Return what was fitted as a Python expression.

        It has the names of the features, ``x0``, ``x1`` and so on where `fit` saw none, and
        ``X["a name"]`` for names that Python cannot read. ``eval`` computes it for numbers or
        columns. In nested polynomials, ``:=`` names a neuron that is read more than once. Of
        features whose mean is more than 100 standard deviations from 0, it has the difference
        from the mean.

        Parameters
        ----------
        precision : int or None, default=None
            Significant digits of the coefficients; `None` is all of them, as `predict` uses.
        expanded : bool, default=False
            Whether the polynomials are multiplied out.

        Returns
        -------
        formula : str or list of str
            For more than two classes, or several outputs or labels, one for each.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        ValueError
            If the polynomial, multiplied out, has more than 1,000 terms.
        """
        check_is_fitted(self)
        owner = type(self).__name__
        is_digits = isinstance(precision, Integral) and not isinstance(precision, bool)
        if precision is not None and not (is_digits and int(precision) > 0):
            raise ValueError(
                f"{owner}: precision={precision!r} is neither a number of digits nor None"
            )
        names = getattr(self, "feature_names_in_", None)
        if names is None:
            names = [f"x{j}" for j in range(self.n_features_in_)]
        try:
            texts = [model.formula(list(names), precision, expanded) for model in self._models]
        except ValueError as error:
            raise ValueError(f"{owner}: {error}") from None
        return texts[0] if len(texts) == 1 else texts

    def summary(self) -> Summary:
        """Return the size of what was fitted, and its formula to four digits.

        Returns
        -------
        Summary
            A string, at most 88 columns wide.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        """
        check_is_fitted(self)
        n_used, n_features = np.count_nonzero(self.support_), self.n_features_in_
        lines = [f"{type(self).__name__}: {n_used} of {n_features} features are used"]
        formulas = self.formula(4)
        for text in [formulas] if isinstance(formulas, str) else formulas:
            lines.append(textwrap.fill(text, WIDTH, subsequent_indent="    "))
        return Summary("\n".join(lines))

    def transform(self, X: ArrayLike) -> np.ndarray:
        """Return the outputs of the neurons, as features for another model.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.

        Returns
        -------
        outputs : ndarray of shape (n_samples, n_neurons), dtype float64
            Of all layers, in the order of ``layers_``, the last one the output of the formula;
            for ``algorithm="combinatorial"`` its terms, the constant excepted. Those of several
            outputs or classes follow each other. A constant formula is one column.
        """
        check_is_fitted(self)
        rows = self._samples().check(X, np.dtype(np.float64))
        return np.concatenate([model.transform(rows) for model in self._models]).T.copy()

    def _outputs(self, X: ArrayLike) -> np.ndarray:
        """Return the output of each model, shape (n_samples, n_models)."""
        check_is_fitted(self)
        rows = self._samples().check(X, np.dtype(np.float64))
        return np.column_stack([model.predict(rows) for model in self._models])

    def _search(
        self, data: RoundsData, rounds: Rounds, targets: np.ndarray, code: Any,
        factor: np.ndarray | None = None,
    ) -> None:
        """Search a model for each column of the targets.

        ``code`` is what divides the rows, and ``factor`` multiplies their weights after that.
        """
        task = Task.of(data, targets, code, not self._numeric_targets, factor)
        search(task, Settings.of(self), rounds)

    def _samples(self) -> Samples:
        return DenseSamples(self)
