"""
=====================================================
Digits in the plane: PCA and a nonlinear autoencoder
=====================================================

An autoencoder of linear units finds the plane of `PCA`. With hidden layers it finds a curved
surface (Kramer, 1991), which separates ten digits better: five nearest neighbours classify them
from two numbers far more accurately.
"""

# %%
# Two numbers per image
# ---------------------

import warnings

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

from skneural import AutoencoderTransformer

warnings.simplefilter("ignore", ConvergenceWarning)  # so many epochs are enough

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    X / 16, y, random_state=0, stratify=y
)

transformers = {
    "PCA": PCA(2),
    "linear autoencoder": AutoencoderTransformer(
        2, (), alpha=0, solver="lbfgs", max_iter=500, random_state=0
    ),
    "nonlinear autoencoder": AutoencoderTransformer(
        2, (128, 64), max_iter=200, tol=0, random_state=0
    ),
}

# %%
# Where the digits lie
# --------------------

figure, axes = plt.subplots(1, 3, figsize=(12, 4.2), layout="constrained")
for axis, (name, transformer) in zip(axes, transformers.items()):
    neighbors = KNeighborsClassifier(5).fit(transformer.fit_transform(X_train), y_train)
    codes = transformer.transform(X_test)
    accuracy = neighbors.score(codes, y_test)
    print(f"{name:21}  accuracy of 5 nearest neighbours: {accuracy:.1%}")
    points = axis.scatter(*codes.T, c=y_test, cmap="tab10", s=8)
    axis.set_title(f"{name}: {accuracy:.1%}")
    axis.set_xticks([])
    axis.set_yticks([])
figure.colorbar(points, ax=axes, ticks=range(10))
plt.show()
