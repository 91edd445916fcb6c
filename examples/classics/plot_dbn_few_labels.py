"""
==========================================
Deep belief nets, where labels are few
==========================================

Labels cost work, rows often cost nothing. A deep belief net learns its hidden layers from all rows,
each as a restricted Boltzmann machine on the features of the one below [1]_, and only then the
classes from the rows that have a label. The same net from a random start sees these rows alone.

Here, of 1,300 handwritten digits 20 to 500 have labels, and 497 others are the test.

References
----------
.. [1] Hinton, G. E., Osindero, S. and Teh, Y. (2006). A fast learning algorithm for deep belief
   nets. Neural Computation 18.
"""

# %%
# Grey levels from 0 to 1 are probabilities of a pixel being on. ``X_unlabelled`` are the rows
# without labels.
import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import shuffle

from skneural import DBNClassifier

warnings.simplefilter("ignore", ConvergenceWarning)
X, y = load_digits(return_X_y=True)
X, y = shuffle(np.float32(X / 16), y, random_state=0)
X_test, y_test = X[1300:], y[1300:]


def accuracy(n_labels, pretraining):
    """Test accuracy with some labels, after so many epochs of pretraining."""
    net = DBNClassifier(
        (200, 200),
        pretraining_max_iter=pretraining,
        batch_size=20,
        max_iter=100,
        random_state=0,
    )
    net.fit(X[:n_labels], y[:n_labels], X_unlabelled=X[n_labels:1300])
    return net.score(X_test, y_test)


counts = [20, 50, 100, 200, 500]
scores = {
    "random start": [accuracy(n, 0) for n in counts],
    "pretrained on all rows": [accuracy(n, 50) for n in counts],
}
for name, values in scores.items():
    print(name, *(f"{value:.3f}" for value in values))

# %%
# The fewer labels there are, the more the other rows help.
fig, ax = plt.subplots(figsize=(6, 4), layout="constrained")
for name, values in scores.items():
    ax.plot(counts, values, "o-", label=name)
ax.set(xscale="log", xlabel="labels", ylabel="test accuracy", xticks=counts)
ax.set_xticklabels(counts)
ax.minorticks_off()
ax.legend()
plt.show()

# %%
# What a unit of the first machine sees are its weights: strokes and edges, learned without labels.
net = DBNClassifier((64,), pretraining_max_iter=50, max_iter=1, random_state=0)
filters = net.fit(X, y).rbms_[0].components_
fig, axes = plt.subplots(4, 8, figsize=(6, 3.2), layout="constrained")
for ax, weights in zip(axes.flat, filters):
    ax.imshow(weights.reshape(8, 8), cmap="RdBu", vmin=-3, vmax=3)
    ax.axis("off")
plt.show()
