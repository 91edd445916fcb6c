"""A forecaster around any scikit-learn regressor."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike
from sklearn.base import MetaEstimatorMixin
from sklearn.utils.validation import check_is_fitted

from .._naming import suggesting, validate
from .._parameters import with_parameters
from .._whole_numbers import refuse_booleans
from ..data.checks import unchanged_on_error
from ._changes import Changes
from ._exog import ExogColumns
from ._intervals import error_bounds
from ._model import Learner
from ._parameters import ForecasterParameters, chosen_regressor, count_held_out, takes_series
from ._past import Past
from ._plain import PlainForecaster
from ._reduction import Reduction
from ._series import read_series
from ._times import Clock, warn_of_gaps


@suggesting
@with_parameters
class WindowForecaster(ForecasterParameters, MetaEstimatorMixin, PlainForecaster):
    """Forecast a series by a regressor on windows of its past.

    The target is the series itself: `fit` takes y without an X. Exogenous columns, known for the
    steps to forecast too, are given as `exog`; each step of a window has those of the step that is
    as far ahead as the value to forecast, so that the last has that value's. Shift a column that
    is not known in advance by the horizon first, and leave out the rows that have no value then.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    regressors_ : list of estimator
        The fitted regressors, one for each step if ``strategy="direct"``, else one.
    history_ : ndarray of shape (window + differences + seasonality,)
        The last values of the series, which forecasts follow.
    n_exog_ : int
        Number of exogenous columns.

    See Also
    --------
    windows : The windows and their targets as arrays.
    forecast_score : Scores of a forecaster on successive parts of a series.
    skneural.RecurrentRegressor : A regressor of series.

    Notes
    -----
    `score` is minus the root mean squared error of the forecasts of held-out values, all steps up
    to the horizon counted alike, so `GridSearchCV` with a `TimeSeriesSplit` searches parameters,
    those of the regressor by ``regressor__name`` included: ``search.fit(y)``, or
    ``search.fit(y, exog)``.

    References
    ----------
    .. [1] Bontempi, G., Ben Taieb, S. and Le Borgne, Y.-A. (2013). Machine learning strategies for
       time series forecasting. Lecture Notes in Business Information Processing 138.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import Ridge
    >>> from skneural.forecasting import WindowForecaster
    >>> y = np.arange(60) + 5 * np.sin(np.arange(60) * np.pi / 6)
    >>> forecaster = WindowForecaster(Ridge(0.01), window=12, differences=1).fit(y)
    >>> forecaster.predict(3).round(1).tolist()
    [60.0, 63.5, 66.3]
    """

    def fit(self, y: ArrayLike, exog: ArrayLike | None = None) -> WindowForecaster:
        """Fit the regressor on the windows of a series.

        Parameters
        ----------
        y : array-like of shape (n_values,)
            The series, oldest value first, one value a step.
        exog : array-like of shape (n_values, n_exog), default=None
            Exogenous columns.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If the series is too short, has missing or infinite values, or an unsorted pandas index
            or one with duplicates; if `exog` has another length or index.
        TypeError
            If the regressor is a class or a classifier, or the series is sparse.
        KeyboardInterrupt
            On Ctrl-C, unless it ended the training of a network that was the last to fit.
        """
        owner = type(self).__name__
        validate(self, "")
        refuse_booleans(self)
        with unchanged_on_error(self):
            values, known = read_series(y, owner), ExogColumns.of(exog, owner)
            columns = known.beside(y, exog)
            warn_of_gaps(y, owner)
            n_held = count_held_out(self.calibration, len(values))
            model, self._errors = self._learner().fit_and_hold_out(values, columns, n_held)
            self.regressors_, self.n_exog_ = model.regressors, known.n_columns
            self.history_ = values[-model.n_past :]
            beside = None if columns is None else columns[-model.n_past :]
            self._past = Past(self.history_, beside, known, Clock.of(owner, y, exog))
            self._model = model
        return self

    def predict(
        self,
        horizon: int | None = None,
        exog: ArrayLike | None = None,
        *,
        y: ArrayLike | None = None,
    ) -> np.ndarray:
        """Forecast the values after the fitted series, or after another one.

        Parameters
        ----------
        horizon : int or None, default=None
            Number of steps; `None` is the parameter `horizon`.
        exog : array-like of shape (horizon, n_exog), default=None
            The exogenous columns of these steps; with `y`, of the steps of `y` and then of these,
            (n_values + horizon, n_exog). Further rows are ignored. With
            ``strategy="multioutput"`` the fitted horizon is needed.
        y : array-like of shape (n_values,), default=None
            Another series to forecast from, at least as long as `history_`.

        Returns
        -------
        forecasts : ndarray of shape (horizon,)

        Raises
        ------
        ValueError
            If the horizon is beyond that of a direct or multioutput fit, `exog` lacks rows or has
            those of other times, or `y` is too short.
        """
        future = self._future(horizon, exog, y)
        return self._model.forecasts(*future)[0]

    def predict_interval(
        self,
        horizon: int | None = None,
        exog: ArrayLike | None = None,
        *,
        y: ArrayLike | None = None,
        coverage: float = 0.9,
    ) -> np.ndarray:
        """Return intervals that contain a share of the values to forecast, each step by itself.

        Their bounds are forecasts plus quantiles of the `residuals`, as in split conformal
        prediction [2]_. They hold as far as errors to come are like these: with the default
        `calibration` they are too narrow for a regressor that overfits.

        Parameters
        ----------
        horizon : int or None, default=None
            Number of steps; `None` is the parameter `horizon`.
        exog : array-like, default=None
            As for `predict`.
        y : array-like, default=None
            As for `predict`.
        coverage : float in (0, 1), default=0.9

        Returns
        -------
        bounds : ndarray of shape (horizon, 2), the lower and the upper one

        Raises
        ------
        ValueError
            As `predict`, or for a coverage that needs more residuals than there are.

        References
        ----------
        .. [2] Lei, J. et al. (2018). Distribution-free predictive inference for regression.
           Journal of the American Statistical Association 113. :arxiv:`1604.04173`
        """
        future, owner = self._future(horizon, exog, y), type(self).__name__
        if not (isinstance(coverage, Real) and 0 < coverage < 1):
            raise ValueError(f"{owner}: coverage={coverage!r} must be between 0 and 1")
        levels = self._model.levels(*future)[0]
        bounds = error_bounds(self.residuals(future[-1]), coverage, owner)
        return self._model.changes.values(levels[:, None] + bounds)

    def residuals(self, horizon: int | None = None) -> np.ndarray:
        """Return values minus their forecasts: held-out values if `calibration` says so.

        Parameters
        ----------
        horizon : int or None, default=None
            Number of steps from each origin; `None` is the parameter `horizon`.

        Returns
        -------
        residuals : ndarray of shape (n_origins, horizon)
            The errors from each origin in turn; with ``log=True`` those of logarithms.
        """
        check_is_fitted(self)
        return self._errors.residuals(self._model.reduction.steps(horizon))

    def rolling_forecast(
        self, y: ArrayLike, exog: ArrayLike | None = None, horizon: int | None = None
    ) -> np.ndarray:
        """Forecast each value of a series that follows the fitted one, from all before it.

        Nothing is fitted again. It warns if, by a pandas index, steps are missing before or in y.

        Parameters
        ----------
        y : array-like of shape (n_values,)
            The values after the fitted series, without a gap.
        exog : array-like of shape (n_values, n_exog), default=None
            Their exogenous columns.
        horizon : int or None, default=None
            Number of steps from each origin; `None` is the parameter `horizon`.

        Returns
        -------
        forecasts : ndarray of shape (n_values - horizon + 1, horizon)
            Row i has the forecasts of ``y[i : i + horizon]`` from the fitted series and ``y[:i]``.
            With ``horizon=1`` it is one forecast of each value. With `exog` and a multioutput fit
            there are as many rows as for the fitted horizon.

        Raises
        ------
        ValueError
            If y is shorter than the horizon or begins before the end of the fitted series.
        """
        return self._rolling(y, exog, horizon)[1]

    def score(self, y: ArrayLike, exog: ArrayLike | None = None) -> float:
        """Return minus the root mean squared error of `rolling_forecast`, all steps together.

        With ``horizon=1`` it is that of one-step forecasts. It has the unit of y.

        Parameters
        ----------
        y : array-like of shape (n_values,)
            The values after the fitted series, without a gap.
        exog : array-like of shape (n_values, n_exog), default=None
            Their exogenous columns.

        Returns
        -------
        score : float
            At most 0, the greater the better.
        """
        actual, forecasts = self._rolling(y, exog, None)
        return -math.sqrt(np.mean((actual - forecasts) ** 2))

    def _learner(self) -> Learner:
        owner = type(self).__name__
        regressor = chosen_regressor(self.regressor, owner)
        as_series = takes_series(self.as_series, regressor)
        reduction = Reduction(self.strategy, self.window, self.horizon, as_series, owner)
        changes = Changes(self.log, self.differences, self.seasonality)
        return Learner(regressor, changes, reduction, self.standardize)

    def _future(
        self, horizon: int | None, exog: Any, y: Any
    ) -> tuple[np.ndarray, np.ndarray | None, range, int]:
        """Return the values to forecast from, their columns, the origin, and the steps."""
        check_is_fitted(self)
        model = self._model
        horizon = model.reduction.steps(horizon)
        ahead = model.reduction.steps_ahead(horizon)
        if y is None:
            past, columns = self._past.then(exog, ahead)
        else:
            past, columns = self._past.instead(
                y, exog, ahead, model.reduction.window, model.changes
            )
        return past, columns, range(len(past), len(past) + 1), horizon

    def _rolling(self, y: Any, exog: Any, horizon: int | None) -> tuple[np.ndarray, np.ndarray]:
        """Return values from each origin on, and their forecasts, (n_origins, horizon)."""
        check_is_fitted(self)
        horizon = self._model.reduction.steps(horizon)
        n_past, ahead = self._model.n_past, self._model.n_ahead(exog, horizon)
        known, columns = self._past.continued(y, exog, ahead)
        origins = range(n_past, len(known) - ahead + 1)
        forecasts = self._model.forecasts(known, columns, origins, horizon)
        actual = sliding_window_view(known[n_past:], horizon)[: len(origins)]
        return actual, forecasts
