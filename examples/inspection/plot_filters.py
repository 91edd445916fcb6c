"""
==============================================
Filters as images
==============================================

What do the units of a first layer look for? Their weights are images of the size of what they
read. :class:`~skneural.inspection.FilterDisplay` draws those of convolutions, of dense layers on
rows of pixels, and the components of Boltzmann machines.
"""

# %%
# Three ways to read digits
# -------------------------
#
# Scikit-learn's digits, 8 x 8 pixels. A convolutional network has small filters that are moved over
# the image: edges and spots. A unit of a dense layer sees the whole image and has a weight for each
# pixel. A restricted Boltzmann machine learns without labels which pixels are bright together; its
# components are strokes.

import warnings

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning

from skneural import BernoulliRBM, ConvNetClassifier, MLPClassifier
from skneural.inspection import FilterDisplay

warnings.simplefilter("ignore", ConvergenceWarning)  # ten epochs show it

digits = load_digits()
images, X, y = digits.images / 16, digits.data / 16, digits.target
convnet = ConvNetClassifier(filters=(16,), max_iter=10, random_state=0).fit(images, y)
mlp = MLPClassifier((36,), alpha=1.0, max_iter=30, random_state=0).fit(X, y)
rbm = BernoulliRBM(36, learning_rate=0.05, n_iter=30, random_state=0).fit(X)

figure, axes = plt.subplots(1, 3, figsize=(11, 4), layout="constrained")
FilterDisplay.from_estimator(convnet, ax=axes[0])
FilterDisplay.from_estimator(mlp, ax=axes[1])
FilterDisplay.from_estimator(rbm, ax=axes[2])
axes[0].set_title(f"convolution: {convnet.score(images, y):.1%} right")
axes[1].set_title(f"dense layer: {mlp.score(X, y):.1%} right")
axes[2].set_title("Boltzmann machine, no labels")

# %%
# Another look
# ------------
#
# A display keeps its arrays and can be drawn again, with other colors for example: here red are
# weights that speak for, blue those against, with the same scale for no two filters.

FilterDisplay.from_estimator(mlp, n_filters=12, n_columns=6, cmap="RdBu_r")
plt.show()
