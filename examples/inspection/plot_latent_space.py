"""
==============================================
Where a network puts images
==============================================

The codes of an autoencoder and the outputs of a hidden layer are points in a space of their own.
:class:`~skneural.inspection.LatentSpaceDisplay` draws them, colored by what is known of the rows.
"""

# %%
# With and without labels
# -----------------------
#
# Scikit-learn's digits. The autoencoder to the left has two codes and was given no labels, yet most
# digits have a place of their own. A classifier's last hidden layer has 16 units, projected to two
# by principal components; it was trained to separate the digits.

import warnings

import matplotlib.pyplot as plt
from sklearn.datasets import load_diabetes, load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.manifold import Isomap
from sklearn.preprocessing import StandardScaler

from skneural import AutoencoderTransformer, MLPClassifier, MLPRegressor
from skneural.inspection import LatentSpaceDisplay

warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs asked for are enough

X, y = load_digits(return_X_y=True)
X = X / 16
autoencoder = AutoencoderTransformer(
    2,
    hidden_layer_sizes=(128, 32),
    learning_rate_init=0.003,
    max_iter=40,
    random_state=0,
).fit(X)
mlp = MLPClassifier((64, 16), max_iter=30, random_state=0).fit(X, y)

figure, axes = plt.subplots(1, 2, figsize=(11, 5), layout="constrained")
LatentSpaceDisplay.from_estimator(autoencoder, X, y, ax=axes[0])
LatentSpaceDisplay.from_estimator(mlp, X, y, ax=axes[1])
axes[0].set_title("codes of an autoencoder")
axes[1].set_title("last hidden layer of a classifier")

# %%
# Other projections, numbers as colors
# ------------------------------------
#
# Any transformer to two columns is a ``projection``, here Isomap. Targets that are numbers have a
# color bar: the progression of diabetes, and the hidden layer of a regressor, along which it
# increases.

X_diabetes, progression = load_diabetes(return_X_y=True)
X_diabetes = StandardScaler().fit_transform(X_diabetes)
regressor = MLPRegressor(hidden_layer_sizes=(16,), max_iter=100, random_state=0)
regressor.fit(X_diabetes, progression / 100)

figure, axes = plt.subplots(1, 2, figsize=(11, 5), layout="constrained")
LatentSpaceDisplay.from_estimator(
    mlp, X[:600], y[:600], projection=Isomap(), ax=axes[0]
)
LatentSpaceDisplay.from_estimator(regressor, X_diabetes, progression, ax=axes[1])
axes[0].set_title("the classifier's layer by Isomap")
axes[1].set_title("hidden layer of a regressor")
plt.show()
