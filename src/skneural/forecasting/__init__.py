"""Forecasting: the next values of a series, by any scikit-learn regressor on windows of the past.

A forecaster is fitted on a series, ``fit(y, exog=None)``, not on independent rows. Its forecasts
depend on the order of the values, so it is no regressor of scikit-learn's, but has the parameters
of one: it is cloned, pickled, and searched by ``GridSearchCV`` with a ``TimeSeriesSplit``.
"""

from ._forecaster import WindowForecaster
from ._scores import forecast_score
from ._windows import windows

__all__ = ["WindowForecaster", "forecast_score", "windows"]
