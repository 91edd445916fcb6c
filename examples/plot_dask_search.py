"""
===================================================
A grid on a local dask cluster
===================================================

joblib hands the fits of a search to a cluster, by one line. Here it is a cluster of two workers
in this process; the same code runs on hundreds of machines. How do size and penalty of a network
for digits matter?

This example needs ``pip install "scikit-neural[distributed]"``.
"""

# %%
# The search
# ----------
#
# Fits in workers use one thread each, so two workers keep two cores busy.

import warnings

import joblib
import matplotlib.pyplot as plt
import numpy as np
from dask.distributed import Client
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV

from skneural import MLPClassifier

warnings.simplefilter("ignore", ConvergenceWarning)
X, y = load_digits(return_X_y=True)
client = Client(
    n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0"
)
sizes, alphas = [(8,), (32,), (128,)], [1e-4, 1e-2, 1.0, 10.0]
search = GridSearchCV(
    MLPClassifier(max_iter=40, n_iter_no_change=40, random_state=0),
    {"hidden_layer_sizes": sizes, "alpha": alphas},
    cv=3,
    n_jobs=-1,
)
with joblib.parallel_config(backend="dask"):
    search.fit(X / 16, y)

# %%
# What was found
# --------------

scores = search.cv_results_["mean_test_score"].reshape(len(alphas), len(sizes))
fig, ax = plt.subplots(layout="constrained")
image = ax.imshow(scores, cmap="viridis")
for (row, column), score in np.ndenumerate(scores):
    middle = (scores.min() + scores.max()) / 2
    color = "white" if score < middle else "black"
    ax.text(column, row, f"{score:.3f}", ha="center", va="center", color=color)
ax.set(
    xticks=range(len(sizes)), xticklabels=[size[0] for size in sizes], xlabel="units",
    yticks=range(len(alphas)), yticklabels=alphas, ylabel="alpha",
    title="Accuracy in cross-validation",
)  # fmt: skip
fig.colorbar(image)
client.close()
