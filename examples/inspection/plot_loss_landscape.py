"""
==============================================
The loss around the weights
==============================================

Training ends in a valley of the loss. How wide is it? A random direction, each filter of which has
the norm of that filter of the weights (Li et al., 2018), makes networks comparable whatever the
size of their weights is. :class:`~skneural.inspection.LossLandscapeDisplay` draws the loss along
one such direction or two.
"""

# %%
# With and without batch normalization
# ------------------------------------
#
# Two networks of eight hidden layers for scikit-learn's digits, equal but for batch normalization.
# At a distance of 1, each direction is as long as the weights. The same ``levels`` make the two
# pictures comparable.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning

from skneural import MLPClassifier
from skneural.inspection import LossLandscapeDisplay, loss_landscape

warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs asked for are enough

X, y = load_digits(return_X_y=True)
X = X / 16
networks = {
    name: MLPClassifier(
        (32,) * 8,
        normalization=normalization,
        learning_rate_init=0.002,
        learning_rate="cosine",
        max_iter=n_epochs,
        random_state=0,
    ).fit(X, y)
    for name, normalization, n_epochs in (
        ("plain", None, 60),
        ("batch normalization", "batch", 30),
    )
}

levels = np.geomspace(0.03, 30, 25)
figure, axes = plt.subplots(1, 2, figsize=(11, 4.6), layout="constrained")
for axis, (name, network) in zip(axes, networks.items()):
    LossLandscapeDisplay.from_estimator(
        network, X[:500], y[:500], ax=axis, levels=levels
    )
    axis.set_title(f"{name}: {network.score(X, y):.1%} right")

# %%
# One direction
# -------------
#
# A cut through the landscape costs less. Without normalization, a change multiplies from layer to
# layer. With it, each layer is brought back to its scale: the valley is wider, and the loss beyond
# it stays far lower. The numbers alone are those of :func:`~skneural.inspection.loss_landscape`.

figure, axis = plt.subplots(figsize=(7, 4.2), layout="constrained")
for name, network in networks.items():
    display = LossLandscapeDisplay.from_estimator(
        network, X[:500], y[:500], n_dimensions=1, n_points=51, ax=axis, label=name
    )
    landscape = loss_landscape(network, X[:500], y[:500], n_points=15, random_state=1)
    share = (landscape.losses < 1).mean()
    print(f"{name}: loss {landscape.loss:.4f}, below 1 at {share:.0%} of the points")
axis.set(yscale="log", title="along one direction")
axis.legend()
plt.show()
