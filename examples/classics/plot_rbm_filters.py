"""
=================================================
Features of digits by a Boltzmann machine
=================================================

A restricted Boltzmann machine learns the distribution of binary data. Its hidden units come to
stand for strokes that tend to occur together, and are good features for a linear classifier. The
data are those of scikit-learn's example of the same machine: digits of 8 x 8 pixels, and each moved
by a pixel to the left, to the right, up and down.
"""

# %%
# Features beside pixels
# ----------------------
#
# Both logistic regressions run until their solver has converged.

import matplotlib.pyplot as plt
import numpy as np
from scipy.ndimage import shift
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from skneural import BernoulliRBM

images, y = load_digits(return_X_y=True)
images = images.astype("float32").reshape(-1, 8, 8) / 16
moves = [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0)]
moved = [shift(images, (0, *move), order=0) for move in moves]
X = np.concatenate(moved).reshape(-1, 64)
X_train, X_test, y_train, y_test = train_test_split(
    X, np.tile(y, len(moves)), test_size=0.2, random_state=0
)

machine = BernoulliRBM(100, learning_rate=0.06, n_iter=10, random_state=0)
pixels = LogisticRegression(C=10.0, max_iter=5000).fit(X_train, y_train)
features = make_pipeline(machine, LogisticRegression(C=1000.0, max_iter=5000))
features.fit(X_train, y_train)
machine = features[0]
print(f"pixels:   accuracy {pixels.score(X_test, y_test):.3f}")
print(f"features: accuracy {features.score(X_test, y_test):.3f}")

# %%
# What the machine has learned
# ----------------------------
#
# The weights of a hidden unit show what switches it on (red) and off (blue). Each pass through the
# rows raises the pseudo-likelihood: the log-probability of a pixel given all others, summed over
# the pixels. It and the error of the reconstruction are estimated on some of the rows.

figure, axes = plt.subplots(5, 10, figsize=(9, 4.8), layout="constrained")
limit = np.abs(machine.components_).max() / 2
for axis, weights in zip(axes.flat, machine.components_, strict=False):
    axis.imshow(weights.reshape(8, 8), cmap="RdBu_r", vmin=-limit, vmax=limit)
    axis.set_axis_off()
figure.suptitle("Weights of 50 of the 100 hidden units")

figure, axes = plt.subplots(1, 2, figsize=(9, 2.8), layout="constrained")
axes[0].plot(machine.pseudo_likelihood_curve_)
axes[0].set(xlabel="pass", ylabel="pseudo-likelihood")
axes[1].plot(machine.reconstruction_error_curve_)
axes[1].set(xlabel="pass", ylabel="reconstruction error")
plt.show()

# %%
# What it draws
# -------------
#
# Chains of Gibbs sampling draw the hidden units given the pixels and the pixels given the hidden
# units, in turn. Shown are the probabilities of the pixels after 500 such steps. Annealed
# importance sampling estimates the partition function, by which energies become probabilities.

longer = BernoulliRBM(
    100, learning_rate=0.1, n_iter=100, learning_rate_schedule="cosine", random_state=0
)
longer.fit(X_train)
drawn = longer.sample(40, random_state=0, n_gibbs_steps=500)
figure, axes = plt.subplots(4, 10, figsize=(9, 3.8), layout="constrained")
shades = longer.inverse_transform(longer.transform(drawn))
for axis, row in zip(axes.flat, shades, strict=True):
    axis.imshow(row.reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
    axis.set_axis_off()
figure.suptitle("Digits drawn by the machine")
plt.show()

for name, each in {"10 passes": machine, "100 passes": longer}.items():
    log_z, error = each.log_partition(n_steps=2000, random_state=0)
    likelihood = each.log_likelihood(X_test, log_z).mean()
    print(f"{name:10}: log-likelihood of test rows {likelihood:.1f} +- {error:.1f}")
