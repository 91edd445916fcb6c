"""The fit of restricted Boltzmann machines."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike
from sklearn.base import _fit_context

from ...callbacks import with_callbacks
from .density import MachineDensity
from .fitting import fit_once, fit_rounds


class BaseRBM(MachineDensity):
    """The fit of `BernoulliRBM` and `GaussianRBM`."""

    _resumes = True

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: ArrayLike, y: Any = None) -> Any:
        """Fit the machine to X.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training data. Sparse rows are made dense a mini-batch at a time.
        y : None
            Not used.

        Returns
        -------
        self : object
            The fitted machine.

        Raises
        ------
        ValueError
            For invalid data or parameters; the machine is then not changed.
        KeyboardInterrupt
            On Ctrl-C in the first pass; later, it ends training with a warning.

        Warns
        -----
        UserWarning
            If binary units are given numbers outside [0, 1].
        NonFiniteLossWarning
            If the machine diverges: parameters are not finite, weights exceed 10,000, or the
            reconstruction error is ten times that of the first weights. The parameters of the last
            good pass are kept.
        """
        fit_rounds(self, X)
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: ArrayLike, y: Any = None) -> Any:
        """Go once through the rows of X in their order, in mini-batches of `batch_size`.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training data.
        y : None
            Not used.

        Returns
        -------
        self : object
            The fitted machine.

        Warns
        -----
        UserWarning, NonFiniteLossWarning
            As `fit`.
        """
        fit_once(self, X)
        return self

    @property
    def _n_features_out(self) -> int:
        """Number of columns that `transform` returns."""
        return int(self.components_.shape[0])

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
