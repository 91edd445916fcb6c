"""
==============================================
Regression with quantile losses
==============================================

A regressor trained on the squared error predicts a mean, but not how far from it the
target may be. Trained on the *quantile loss* (pinball loss; Koenker and Bassett, 1978) it
predicts a quantile: the value that a given share of the targets lies below. Two such
networks, one for a low and one for a high quantile, give a band that is wide where the data
are uncertain and narrow where they are not.
"""

# %%
# Noise that depends on x
# -----------------------

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import mean_pinball_loss
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skneural import MLPRegressor
from skneural.losses import Quantile

QUANTILES = (0.05, 0.5, 0.95)


def center(x):
    """Middle of the targets at x."""
    return np.sin(x) + 0.1 * x


def spread(x):
    """Standard deviation of the noise at x."""
    return 0.1 + 0.5 * np.sin(x / 2) ** 2


rng = np.random.RandomState(0)
x = rng.uniform(0, 10, size=1500)
y = center(x) + spread(x) * rng.normal(size=x.size)
X_train, X_test, y_train, y_test = train_test_split(
    x[:, None], y, test_size=0.5, random_state=0
)

# %%
# Three networks, and three ensembles of trees
# --------------------------------------------
#
# ``GradientBoostingRegressor`` has the same loss. Its band is piecewise constant, a
# network's is smooth.


def network(quantile):
    """Return a regressor for one quantile."""
    regressor = MLPRegressor(
        Quantile(quantile),
        (64, 64),
        "tanh",
        learning_rate="cosine",
        learning_rate_init=0.01,
        batch_size=50,
        max_iter=150,
        tol=0.0,
        n_iter_no_change=150,
        random_state=0,
    )
    return make_pipeline(StandardScaler(), regressor)


def trees(quantile):
    """Return gradient-boosted trees for one quantile."""
    return GradientBoostingRegressor(loss="quantile", alpha=quantile, random_state=0)


grid = np.linspace(0, 10, 400)
truth = {
    q: center(grid) + spread(grid) * z for q, z in zip(QUANTILES, (-1.645, 0.0, 1.645))
}

figure, axes = plt.subplots(1, 2, figsize=(11, 4.5), sharey=True, layout="constrained")
print(f"{'':<32}{'inside the band':>16}{'pinball loss':>14}")
for axis, make in zip(axes, (network, trees)):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a fixed number of epochs
        models = {
            quantile: make(quantile).fit(X_train, y_train) for quantile in QUANTILES
        }
    low, middle, high = (model.predict(grid[:, None]) for model in models.values())
    inside = np.mean(
        (y_test >= models[0.05].predict(X_test))
        & (y_test <= models[0.95].predict(X_test))
    )
    loss = np.mean(
        [
            mean_pinball_loss(y_test, models[q].predict(X_test), alpha=q)
            for q in QUANTILES
        ]
    )
    name = "MLPRegressor" if make is network else "GradientBoostingRegressor"
    print(f"{name:<32}{inside:>16.1%}{loss:>14.4f}")

    axis.scatter(X_test, y_test, s=5, color="0.6")
    axis.fill_between(
        grid, low, high, color="C0", alpha=0.25, label="5% to 95%, predicted"
    )
    axis.plot(grid, middle, color="C0", label="median, predicted")
    for quantile, values in truth.items():
        axis.plot(
            grid,
            values,
            "k:",
            linewidth=1,
            label="true quantiles" if quantile == 0.5 else None,
        )
    axis.set(title=f"{name}\n{inside:.0%} of the test rows inside the band", xlabel="x")
    axis.spines[["top", "right"]].set_visible(False)
axes[0].set_ylabel("y")
axes[0].legend(loc="lower left")
plt.show()
