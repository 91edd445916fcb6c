"""How a map is fitted."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike
from sklearn.base import _fit_context

from ...callbacks import with_callbacks
from ...data.samples import Samples
from ..base.estimator import Estimator
from .checks import check_map
from .fitting import fit_once, fit_rounds


class BaseMap(Estimator):
    """The fit of `SelfOrganizingMap`."""

    _reads_nan = True
    _resumes = True
    _needs_dense = "maps read dense rows; use X.toarray()"

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self, X: ArrayLike, y: Any = None, sample_weight: ArrayLike | None = None
    ) -> Any:
        """Learn a map of X.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows of numbers, NaN where one is missing.
        y : None
            Not used.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows, none negative. "online" multiplies the learning rate by them, up to
            a rate of 1.

        Returns
        -------
        self : object
            The fitted map.

        Raises
        ------
        ValueError
            For invalid data or parameters, rows or columns of NaN only among them, for
            ``metric="cosine"`` any NaN and rows of zeros; the map is then not changed.
        KeyboardInterrupt
            On Ctrl-C in the first round; later, it ends training with a warning.

        Warns
        -----
        UserWarning
            If there are more units than rows, or if X varies in less than two directions, along
            which the map is to start.
        """
        fit_rounds(self, X, sample_weight)
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self, X: ArrayLike, y: Any = None, sample_weight: ArrayLike | None = None
    ) -> Any:
        """Learn from the rows of X once, one after another in their order.

        It is a round of ``algorithm="online"``, whatever `algorithm` is, with the radius and the
        learning rate that come next: those of the first of `max_iter` rounds in the first call,
        the last ones after a `fit`.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows of numbers, NaN where one is missing. The first call starts the map from them.
        y : None
            Not used.
        sample_weight : array-like of shape (n_samples,), default=None
            What the learning rate is multiplied by, up to a rate of 1.

        Returns
        -------
        self : object
            The fitted map.
        """
        fit_once(self, X, sample_weight)
        return self

    def _check_parameters(self) -> None:
        check_map(self)

    def _samples(self) -> Samples:
        return Samples(self, accepts_sparse=False)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self.metric != "cosine"
        return tags
