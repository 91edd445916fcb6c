"""
==========================================
A formula from data
==========================================

The group method of data handling (Ivakhnenko, 1968) is among the first networks with many layers
that learned. Its neurons are polynomials of two inputs. Rows that they were not fitted on decide
which of them stay and how many layers there are, so nobody has to choose an architecture, and what
is left can be read: a formula of the columns that it needs.
"""

# %%
# A law with noise
# ----------------
#
# The way to a stop is what a car covers until the driver brakes, 0.8 seconds, and what it takes
# from there: v squared / (2 a), with a deceleration of 7 m/s². The other columns have nothing to
# do with it. The combinatorial algorithm adds a term at a time, as long as it is worth 5% of the
# criterion.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.datasets import load_diabetes
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import cross_val_score

from skneural import GMDHRegressor

random = np.random.default_rng(0)
cars = pd.DataFrame({
    "speed": random.uniform(5, 40, 120),
    "age": random.uniform(0, 15, 120),
    "mass": random.normal(1.4, 0.2, 120),
    "temperature": random.normal(12, 8, 120),
})
distance = 0.8 * cars["speed"] + cars["speed"] ** 2 / (2 * 7) + random.normal(0, 3, 120)
law = GMDHRegressor(algorithm="combinatorial", tol=0.05).fit(cars, distance)
print(f"distance = {law.formula(3)}")
print(f"expected:  0.8*speed + {1 / 14:.3g}*speed**2")

# %%
# A table
# -------
#
# Ten measurements of 442 patients, and how far their diabetes advanced in a year. Each layer fits
# polynomials of two columns, or outputs of the layer before, and the fit ends with the first layer
# that is no better by 1%. ``z1 :=`` names an output that is read again. The formula is what
# ``predict`` computes.

X, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
model = GMDHRegressor("bilinear", criterion="cross_validation").fit(X, y)
print(f"criterion by layer: {np.round(model.loss_curve_, 3)}")
print(model.summary())
columns = {name: X[name].to_numpy() for name in X}
found = eval(model.formula(), columns)
print("equal to predict:", np.allclose(found, model.predict(X)))

others = {
    "GMDHRegressor": model,
    "LinearRegression": LinearRegression(),
    "HistGradientBoosting": HistGradientBoostingRegressor(random_state=0),
}
for name, each in others.items():
    print(f"{name:22} R2 {cross_val_score(each, X, y, cv=5).mean():.3f}")

# %%
# What the formulas look like
# ---------------------------
#
# The law beside the measurements it was found in; what each column contributes to the second
# formula; and this formula over its two columns of most importance, all others at their mean.

figure, axes = plt.subplots(1, 3, figsize=(11, 3.4), layout="constrained")
grid = pd.DataFrame({name: np.full(100, cars[name].mean()) for name in cars})
grid["speed"] = np.linspace(0, 45, 100)
axes[0].plot(cars["speed"], distance, ".", color="0.6")
axes[0].plot(grid["speed"], law.predict(grid))
axes[0].set(xlabel="speed in m/s", ylabel="way to a stop in m", title=law.formula(2))

order = np.argsort(model.feature_importances_)
axes[1].barh(X.columns[order], model.feature_importances_[order])
axes[1].set(xlabel="share", title="importances")

first, second = X.columns[order[::-1][:2]]
lines = [np.linspace(X[name].min(), X[name].max(), 60) for name in (first, second)]
across, up = np.meshgrid(*lines)
means = {name: X[name].mean() for name in X}
surface = eval(model.formula(), {**means, first: across, second: up})
filled = axes[2].contourf(across, up, surface, levels=12)
axes[2].plot(X[first], X[second], ".", color="white", markersize=2)
axes[2].set(xlabel=first, ylabel=second, title="diabetes after a year")
figure.colorbar(filled)
for axis in axes[:2]:
    axis.spines[["top", "right"]].set_visible(False)
plt.show()
