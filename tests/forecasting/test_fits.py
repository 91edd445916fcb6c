"""The fits of a forecaster's regressors: Ctrl-C, warnings, and regressors of one output."""

import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from skneural import MLPRegressor
from skneural.forecasting import WindowForecaster

Y = np.sin(np.arange(60.0))


class Interrupted(Ridge):
    """A regressor that Ctrl-C ends in its n-th fit, in the way of networks."""

    n_fits = 0
    at = 1

    def fit(self, X, y):
        Interrupted.n_fits += 1
        if Interrupted.n_fits == Interrupted.at:
            warnings.warn("Training interrupted by user.", stacklevel=2)
        return super().fit(X, y)


@pytest.mark.parametrize(
    ("parameters", "at", "n_fits"),
    [
        ({"strategy": "direct", "horizon": 5}, 2, 2),
        ({"strategy": "direct", "horizon": 5, "calibration": 9}, 5, 5),
        ({"calibration": 9}, 1, 1),
    ],
)
@pytest.mark.parametrize("nested", [False, True])
def test_ctrl_c_ends_all_fits(parameters, at, n_fits, nested, monkeypatch):
    monkeypatch.setattr(Interrupted, "n_fits", 0)
    monkeypatch.setattr(Interrupted, "at", at)
    regressor = make_pipeline(StandardScaler(), Interrupted()) if nested else Interrupted()
    forecaster = WindowForecaster(regressor, 4, **parameters)
    with pytest.warns(UserWarning, match="interrupted by user"), pytest.raises(KeyboardInterrupt):
        forecaster.fit(Y)
    assert Interrupted.n_fits == n_fits
    assert not hasattr(forecaster, "regressors_")


@pytest.mark.parametrize("strategy", ["recursive", "direct"])
def test_an_interrupted_last_fit_leaves_a_model(strategy, monkeypatch):
    last = {"recursive": 1, "direct": 3}[strategy]
    monkeypatch.setattr(Interrupted, "n_fits", 0)
    monkeypatch.setattr(Interrupted, "at", last)
    forecaster = WindowForecaster(Interrupted(), 4, 3, strategy=strategy)
    with pytest.warns(UserWarning, match="interrupted by user"):
        forecaster.fit(Y)
    assert forecaster.predict().shape == (3,)


def test_ctrl_c_in_a_network_ends_all_fits(monkeypatch):
    from skneural.network.session import TrainingSession

    whole, n_epochs = TrainingSession.run_epoch, []

    def interrupt(self, *arguments):
        n_epochs.append(1)
        whole(self, *arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(TrainingSession, "run_epoch", interrupt)
    network = MLPRegressor(hidden_layer_sizes=(4,), max_iter=2, random_state=0)
    forecaster = WindowForecaster(network, 4, 5, strategy="direct")
    with pytest.warns(UserWarning, match="interrupted by user"), pytest.raises(KeyboardInterrupt):
        forecaster.fit(Y)
    assert len(n_epochs) == 1


def test_warnings_of_many_fits_are_given_once():
    network = MLPRegressor(hidden_layer_sizes=(4,), max_iter=2, random_state=0)
    with pytest.warns(UserWarning, match='.') as caught:
        WindowForecaster(network, 4, 5, strategy="direct").fit(Y)
    assert [each.filename for each in caught] == [__file__], [str(e.message) for e in caught]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        WindowForecaster(network, 4, 5, strategy="direct").fit(Y)


@pytest.mark.parametrize(
    "regressor", [GradientBoostingRegressor(n_estimators=2), SVR(), GridSearchCV(SVR(), {}, cv=2)],
    ids=lambda regressor: type(regressor).__name__,
)
def test_regressors_of_one_output(regressor, raises_unchanged):
    forecaster = WindowForecaster(regressor, 4, 3, strategy="multioutput")
    fragments = [
        f"WindowForecaster: {type(regressor).__name__} has one output, strategy='multioutput'"
        " needs 3; set strategy='direct'", "sklearn.multioutput.MultiOutputRegressor",
    ]
    raises_unchanged(forecaster, fragments, "fit", Y)
    for remedy in ({"regressor": MultiOutputRegressor(regressor)}, {"strategy": "direct"}):
        again = clone(forecaster).set_params(**remedy)
        assert again.fit(Y).predict().shape == (3,)


def test_other_errors_of_a_regressor_stay():
    with pytest.raises(ValueError, match="'alpha' parameter of Ridge"):
        WindowForecaster(Ridge(alpha=-1), 4, 3, strategy="multioutput").fit(Y)
    with pytest.raises(ValueError, match="'C' parameter of SVR"):
        WindowForecaster(SVR(C=-1), 4, 3, strategy="multioutput").fit(Y)
