"""
===================================================
One fit over partitions
===================================================

A dask array lies in partitions on the workers of a cluster, and one network is fitted to all of
them where they lie. Its partitions make some updates each by itself, then their weights are
averaged. How often do they have to be, and what does L-BFGS make of the same data?

This example needs ``pip install "scikit-neural[distributed]"``.
"""

# %%
# Eight partitions on two workers
# -------------------------------
#
# The cluster is one of threads of this process. The result depends on the partitions alone, never
# on how many workers there are.

import warnings

import dask.array as da
import matplotlib.pyplot as plt
import numpy as np
from dask.distributed import Client
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning

from skneural import MLPClassifier
from skneural.distributed import fit

warnings.simplefilter("ignore", ConvergenceWarning)
client = Client(
    n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0"
)
X, y = load_digits(return_X_y=True)
order = np.random.RandomState(0).permutation(len(X))
X, y = X[order] / 16, y[order]
parts = da.from_array(X, chunks=(225, -1)), da.from_array(y, chunks=225)


def network(**settings):
    return MLPClassifier((64,), max_iter=15, batch_size=25, random_state=0, **settings)


# %%
# Averaged more or less often
# ---------------------------
#
# A partition has nine batches of 25 rows. Without a cluster the same network makes eight times as
# many updates in an epoch.

curves = {"one machine": network().fit(X, y).loss_curve_}
for updates in (1, 3, None):
    often = "an epoch" if updates is None else f"{updates} updates"
    model = fit(network(), *parts, local_updates=updates)
    curves[f"averaged after {often}"] = model.loss_curve_
curves["L-BFGS"] = fit(network(solver="lbfgs"), *parts).loss_curve_

fig, ax = plt.subplots(layout="constrained")
for name, losses in curves.items():
    ax.plot(range(1, len(losses) + 1), losses, label=name)
ax.set(xlabel="epoch or iteration", ylabel="loss", yscale="log")
ax.legend()
client.close()
