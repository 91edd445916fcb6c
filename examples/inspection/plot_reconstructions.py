"""
==============================================
Images and their reconstructions
==============================================

An autoencoder or a decomposition keeps a few numbers of an image. What can be seen of it in them?
:class:`~skneural.inspection.ReconstructionDisplay` draws images above what comes back.
"""

# %%
# Eight numbers of 64 pixels
# --------------------------
#
# Scikit-learn's digits, encoded to eight numbers by an autoencoder and by principal components, to
# binary units by a Boltzmann machine, and to the nearest unit of a self-organizing map. The errors
# are in ``errors_``, one for each image.

import warnings

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from skneural import AutoencoderTransformer, BernoulliRBM, SelfOrganizingMap
from skneural.inspection import ReconstructionDisplay

warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs asked for are enough

X, _ = load_digits(return_X_y=True)
X_train, X_test = train_test_split(X / 16, random_state=0)
models = {
    "autoencoder, 8 numbers": AutoencoderTransformer(
        8, learning_rate_init=0.003, max_iter=60, random_state=0
    ),
    "principal components, 8 numbers": PCA(8),
    "Boltzmann machine, 64 binary units": BernoulliRBM(
        64, learning_rate=0.05, n_iter=40, random_state=0
    ),
    "self-organizing map, 12 x 12 units": SelfOrganizingMap((12, 12), max_iter=20),
}

figure, axes = plt.subplots(4, 1, figsize=(9, 9), layout="constrained")
for axis, (name, model) in zip(axes, models.items()):
    model.fit(X_train)
    display = ReconstructionDisplay.from_estimator(model, X_test, n_images=12, ax=axis)
    axis.set_title(f"{name}: mean squared error {display.errors_.mean():.4f}")
plt.show()
