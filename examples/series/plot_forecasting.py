"""
==============================================
Forecasting airline passengers
==============================================

A series is forecast from windows of its past, and any regressor will do: the target of a row
is the value after its window. ``WindowForecaster`` cuts the windows, and forecasts changes in
place of values where a series has a trend, seasons, or variation that grows with its level.
This one has all three: passengers of international airlines, in thousands a month, from 1949
to 1960 (Box and Jenkins, 1976).
"""

# %%
# Twelve years of months
# ----------------------
#
# A year is a line. The last two are held out.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit

from skneural import MLPRegressor
from skneural.forecasting import WindowForecaster

warnings.simplefilter("ignore", ConvergenceWarning)  # so many epochs are enough

passengers = """
112 118 132 129 121 135 148 148 136 119 104 118
115 126 141 135 125 149 170 170 158 133 114 140
145 150 178 163 172 178 199 199 184 162 146 166
171 180 193 181 183 218 230 242 209 191 172 194
196 196 236 235 229 243 264 272 237 211 180 201
204 188 235 227 234 264 302 293 259 229 203 229
242 233 267 269 270 315 364 347 312 274 237 278
284 277 317 313 318 374 413 405 355 306 271 306
315 301 356 348 355 422 465 467 404 347 305 336
340 318 362 348 363 435 491 505 404 359 310 337
360 342 406 396 420 472 548 559 463 407 362 405
417 391 419 461 472 535 622 606 508 461 390 432
"""
y = np.array(passengers.split(), dtype=float)
months = 1949 + np.arange(y.size) / 12
y_train, y_test = y[:-24], y[-24:]

# %%
# What to forecast
# ----------------
#
# Values, or their changes; these, or those of their logarithms? A grid search compares them by
# forecasts of the months after those of each fit. Scores are minus the root mean squared
# error, in thousands of passengers.

search = GridSearchCV(
    WindowForecaster(Ridge(), window=24, horizon=12),
    {"log": [False, True], "differences": [0, 1]},
    cv=TimeSeriesSplit(4, test_size=12),
).fit(y_train)
for parameters, score in zip(
    search.cv_results_["params"], search.cv_results_["mean_test_score"]
):
    print(f"{score:8.2f}  {parameters}")

# %%
# One month ahead
# ---------------
#
# With the best of them, three regressors forecast each held-out month from all months before
# it. Persistence forecasts the month before.

regressors = {
    "Ridge": Ridge(),
    "HistGradientBoosting": HistGradientBoostingRegressor(random_state=0),
    "MLPRegressor": MLPRegressor(
        hidden_layer_sizes=(32,),
        activation="tanh",
        alpha=1.0,
        max_iter=300,
        random_state=0,
    ),
}
forecasters = {
    name: WindowForecaster(regressor, window=24, **search.best_params_).fit(y_train)
    for name, regressor in regressors.items()
}
persistence = np.sqrt(np.mean(np.diff(y[-25:]) ** 2))
print(f"{'persistence':22}{persistence:6.2f}")
for name, forecaster in forecasters.items():
    print(f"{name:22}{-forecaster.score(y_test):6.2f}")

# %%
# Two years ahead
# ---------------
#
# From one origin, each forecast is made from the ones before it, and errors add up. On so few
# windows the linear model is the safest: the others are good for a month, and drift in two years.

for name, forecaster in forecasters.items():
    error = np.sqrt(np.mean((forecaster.predict(24) - y_test) ** 2))
    print(f"{name:22}{error:6.2f}")

# %%
# Intervals come from the errors of the same forecasts, as many months ahead, from earlier
# origins. They are wider the further ahead a month is, and as logarithms are forecast, they
# reach further above than below.

low, high = forecasters["Ridge"].predict_interval(24, coverage=0.9).T
shown = {
    "MLPRegressor, a month ahead": (
        forecasters["MLPRegressor"].rolling_forecast(y_test).ravel()
    ),
    "Ridge, two years ahead": forecasters["Ridge"].predict(24),
}
figure, axes = plt.subplots(1, 2, figsize=(11, 4.2), sharey=True, layout="constrained")
for axis, (title, forecasts) in zip(axes, shown.items()):
    axis.plot(months[60:-24], y_train[60:], color="0.4", label="months of the fit")
    axis.plot(months[-24:], y_test, "k.", label="held-out months")
    axis.plot(months[-24:], forecasts, color="C0", label="forecast")
    error = np.sqrt(np.mean((forecasts - y_test) ** 2))
    axis.set(title=f"{title}: error {error:.1f}", xlabel="year")
    axis.spines[["top", "right"]].set_visible(False)
axes[1].fill_between(
    months[-24:], low, high, color="C0", alpha=0.25, label="90% interval"
)
axes[0].set_ylabel("passengers, thousands a month")
axes[1].legend(loc="upper left")
plt.show()
