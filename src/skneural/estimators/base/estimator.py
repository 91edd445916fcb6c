"""What every estimator shares, with a network or without one."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import InvalidParameterError
from sklearn.utils.validation import check_is_fitted

from ..._documentation_links import page_template
from ..._naming import (
    Part,
    has_valid_parameters,
    meant_by,
    suggesting,
    suggestion,
    validate,
)
from ..._plain_state import items_of, plain_items
from ..._whole_numbers import refuse_booleans
from ...callbacks import CallbackSupportMixin
from ...data.samples import Samples
from .layer_list import LayerList
from .rounds import Rounds, RoundsData, fitted_in_rounds
from .summary import Summary, summarize


@suggesting
class Estimator(CallbackSupportMixin, BaseEstimator):
    """Base of all estimators: parameters that are checked, X read as rows, callbacks.

    Errors for misspelt parameters and unknown values suggest the closest valid ones. Nothing here
    depends on solvers, losses or weights.
    """

    _parameter_constraints: dict = {}
    _doc_link_module = "skneural"
    _doc_link_template = property(lambda self: page_template())
    _numeric_targets = True
    _needs_dense = "dense data is required; use X.toarray()"
    _reads_nan = False  # in tables; what reads X then says which NaN are errors
    _has_plain_state = True
    _resumes = False  # whether a fit can go on from a snapshot of one that ended early
    _of_pretraining: tuple[str, ...] = ()  # attributes that such a fit takes over from it
    _layer_list: LayerList | None = None
    _like_scikit_learn: frozenset[str] = frozenset()  # parameters where a bool is taken for 0 or 1

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Get the parameters, those of the layers in a list included.

        Parameters
        ----------
        deep : bool, default=True
            Whether to add each layer under its name, and its parameters under ``name__parameter``.

        Returns
        -------
        params : dict
        """
        own = super().get_params(deep=deep)
        listed = self._layer_list
        return own if listed is None or not deep else listed.added_to(own, self)

    def set_params(self, **params: Any) -> Any:
        """Set parameters, layers by their names, or a layer's by ``name__parameter``.

        Parameters
        ----------
        **params : dict
            "passthrough" in place of a layer removes it.

        Returns
        -------
        self : object
        """
        if self._layer_list is not None:
            self._layer_list.set_layers(self, params, super().get_params(deep=True))
        return super().set_params(**params)

    def summary(self) -> Summary:
        """Return what was fitted, as a table.

        Returns
        -------
        Summary
            A string, at most 88 columns wide, displayed as a table in a console or a notebook.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        """
        check_is_fitted(self)
        return summarize(type(self).__name__, [], self._samples().shape)

    def _rounds(
        self, X: Any, y: Any = None, sample_weight: Any = None, **how: Any
    ) -> AbstractContextManager[tuple[RoundsData, Rounds]]:
        """Return the checked data of a fit, and its rounds, for a ``with`` block.

        For estimators without a network, which have the parameters of `RoundsParameters`. ``how``
        is passed to `fitted_in_rounds`.
        """
        return fitted_in_rounds(self, X, y, sample_weight, **how)

    def _samples(self) -> Samples:
        """Return what reads X."""
        return Samples(self)

    def _accepts_sparse(self) -> bool:
        """Whether X may be a sparse matrix."""
        return self._samples().accepts_sparse

    def _check_parameters(self) -> None:
        """Raise for parameters that are each valid but do not go together."""

    def _validate_params(self) -> None:
        try:
            if not has_valid_parameters(self):
                super()._validate_params()
        except InvalidParameterError as error:
            raise InvalidParameterError(f"{error}{suggestion(self, str(error))}") from None
        for name, value in self.get_params(deep=False).items():
            if isinstance(value, Part):
                validate(value, f"{type(self).__name__}: {name}")
        refuse_booleans(self, spared=self._like_scikit_learn)

    def _meant_by(self, key: str) -> str:
        listed = self._layer_list
        return meant_by(self, key) if listed is None else listed.meant_by(self, key)

    @property
    def _sk_visual_block_(self) -> Any:
        if self._layer_list is None:
            raise AttributeError("_sk_visual_block_")  # scikit-learn's own block is shown
        return partial(self._layer_list.visual_block, self)

    def __getstate__(self) -> dict[str, Any]:
        return plain_items(super().__getstate__())

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(items_of(state))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = self._accepts_sparse()
        return tags
