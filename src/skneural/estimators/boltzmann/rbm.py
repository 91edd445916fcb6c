"""Restricted Boltzmann machines with binary visible units."""

from __future__ import annotations

from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin

from ..._parameters import with_parameters
from .base import BaseRBM
from .parameters import RBMParameters


@with_parameters
class BernoulliRBM(
    RBMParameters, ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseRBM
):
    """Restricted Boltzmann machine with binary visible and hidden units.

    Parameters
    ----------
    {parameters}
    """

    @property
    def _n_features_out(self) -> int:
        """Number of columns that `transform` returns."""
        return int(self.components_.shape[0])
