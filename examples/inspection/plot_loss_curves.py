"""
==============================================
Loss curves of several networks
==============================================

How did a training go? :class:`~skneural.inspection.LossCurveDisplay` draws losses and learning
rates epoch by epoch, of one network or of several on one axis.
"""

# %%
# One network
# -----------
#
# Scikit-learn's digits. The training loss is solid, the loss of the rows held back for validation
# dashed, and the learning rate dotted with an axis of its own. The point is the epoch whose weights
# early stopping has restored: the one with the best validation score, which need not be the one
# with the least validation loss.

import warnings

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning

from skneural import MLPClassifier
from skneural.inspection import LossCurveDisplay

warnings.simplefilter("ignore", ConvergenceWarning)  # all train equally long

X, y = load_digits(return_X_y=True)
X = X / 16
mlp = MLPClassifier(
    (64,),
    early_stopping=True,
    learning_rate="cosine",
    learning_rate_init=0.01,
    n_iter_no_change=40,
    max_iter=40,
    random_state=0,
)
mlp.fit(X, y)
display = LossCurveDisplay.from_estimator(mlp)
display.ax_.set(yscale="log", title="digits")

# %%
# Several networks
# ----------------
#
# Given a dict, it draws each in a color of its own. ``ax`` is an axis of any figure, so that
# pictures stand side by side: solvers to the left, and to the right dropout, which raises the
# training loss and closes the gap to the validation loss.


def fitted(**parameters):
    """Return a network trained for 30 epochs."""
    network = MLPClassifier((64,), max_iter=30, random_state=0, **parameters)
    return network.fit(X[:900], y[:900], X_val=X[900:], y_val=y[900:])


solvers = {
    "SGD": fitted(solver="sgd", learning_rate_init=0.1),
    "Adam": fitted(solver="adam", learning_rate_init=0.003),
}
dropouts = {
    "none": solvers["Adam"],
    "half": fitted(dropout=0.5, learning_rate_init=0.003),
}
figure, axes = plt.subplots(1, 2, figsize=(11, 4.4), layout="constrained", sharey=True)
LossCurveDisplay.from_estimator(solvers, ax=axes[0])
LossCurveDisplay.from_estimator(dropouts, ax=axes[1])
axes[0].set(yscale="log", title="solver")
axes[1].set(title="dropout")
plt.show()
