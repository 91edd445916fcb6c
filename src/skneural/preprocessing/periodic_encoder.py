"""Periodic encoding of columns of numbers."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval

from .._parameters import parameter, parameter_group, with_parameters
from ..data.table_scale import RobustScale
from .column_encoder import ColumnEncoder


@parameter_group
class PeriodicEncoderParameters:
    """Parameters of `PeriodicEncoder`."""

    n_frequencies: int = parameter(
        default=8, constraint=[Interval(Integral, 1, None, closed="left")], kw_only=False,
        text="""int
        Frequencies of a column; each makes a sine and a cosine.""")
    scale: float = parameter(
        default=0.3, constraint=[Interval(Real, 0, None, closed="neither")], text="""float
        The standard deviation of the frequencies, in waves between the quartiles of a column. The
        greater, the finer is what a model can follow, and the more it needs rows.""")
    keep_numbers: bool = parameter(
        default=True, constraint=["boolean"], text="""bool
        Whether the scaled number itself precedes its waves.""")
    random_state: Any = parameter(
        default=None, constraint=["random_state"], text="""int, RandomState or None
        Draws the frequencies.""")


@with_parameters
class PeriodicEncoder(PeriodicEncoderParameters, ColumnEncoder):
    r"""Encode columns of numbers by sines and cosines of random frequencies.

    A number x is centered at the column's median and divided by the distance between its quartiles,
    half of its range where these are equal. Of the result z and each frequency w, drawn for the
    column from a normal distribution, it becomes

    .. math:: \sin(2 \pi w z), \cos(2 \pi w z)

    (Gorishniy, Rubachev and Babenko 2022, :arxiv:`2203.05556`; random features of Rahimi and Recht
    2007). Unlike bins they are smooth, and as many whatever the rows are; a layer that learns the
    frequencies is the one for networks.

    A missing number is 0 in all columns. A column that had missing numbers in `fit`, beside others,
    has an indicator behind its waves. A column that is constant or all missing has the z 0. float32
    stays, other numbers become float64; waves are computed in float64.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    frequencies_ : ndarray of shape (n_features, n_frequencies), dtype float64
        Waves between the quartiles of each column.
    center_ : ndarray of shape (n_features,), dtype float64
        The median of each column.
    spread_ : ndarray of shape (n_features,), dtype float64
        What its numbers are divided by; infinite for those that are constant.
    indicated_ : ndarray of int
        The columns that have an indicator of missing numbers.
    n_features_in_ : int
        The number of columns.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        The names of the columns, when all are strings.

    See Also
    --------
    PiecewiseLinearEncoder : Bins in place of waves.
    sklearn.kernel_approximation.RBFSampler : Waves of all columns together.

    Examples
    --------
    >>> import numpy as np
    >>> from skneural import PeriodicEncoder
    >>> X = np.array([[1.0], [2.0], [3.0], [4.0]])
    >>> encoder = PeriodicEncoder(n_frequencies=1, random_state=0).fit(X)
    >>> encoder.transform(X).shape
    (4, 3)
    >>> encoder.get_feature_names_out()
    array(['x0', 'x0_sin_0', 'x0_cos_0'], dtype=object)
    """

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None) -> PeriodicEncoder:
        """Learn the scale of each column, and draw its frequencies.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Numbers, NaN where they are missing.
        y : object, default=None
            Ignored.

        Returns
        -------
        self : object
            The fitted transformer.

        Raises
        ------
        ValueError
            For text and infinite numbers.
        """
        X = self._read(X, first=True)
        learned = RobustScale.of(X, None, None)
        random = check_random_state(self.random_state)
        self.center_, self.spread_ = learned.center, learned.spread
        shape = X.shape[1], self.n_frequencies
        self.frequencies_ = random.normal(scale=self.scale, size=shape)
        return self

    def _names(self, name: str, column: int) -> list[str]:
        waves = [f"{name}_{w}_{i}" for w in ("sin", "cos") for i in range(self.n_frequencies)]
        return [str(name), *waves] if self.keep_numbers else waves

    def _encoded(self, values: np.ndarray, column: int) -> np.ndarray:
        scale = RobustScale(self.center_[[column]], self.spread_[[column]], None)
        z = np.empty((len(values), 1))
        scale.write(values[:, None], z)
        angles = 2 * np.pi * z * self.frequencies_[column]
        parts = [np.sin(angles), np.cos(angles)]
        return np.concatenate([z, *parts] if self.keep_numbers else parts, axis=1)
