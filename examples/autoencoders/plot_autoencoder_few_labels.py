"""
====================================
Pretraining with few labels
====================================

Images are easy to collect, labels are not. An autoencoder is trained on all images, layer by layer
(Hinton and Salakhutdinov, 2006), and its encoder initialises an `MLPClassifier`, which then needs
fewer labels.
"""

# %%
# A few labels among many images
# ------------------------------
#
# MNIST, if it is available, with a label for one image in twenty of 20,000; else scikit-learn's
# digits with a label for one in twenty.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from skneural import AutoencoderTransformer, MLPClassifier
from skneural.datasets import load_mnist

warnings.simplefilter("ignore", ConvergenceWarning)  # so many epochs are enough

try:
    X, y, X_test, y_test = load_mnist()
    X, X_test = (
        np.float32(images.reshape(len(images), -1)) / 255 for images in (X, X_test)
    )
    X, y = X[:20000], y[:20000]
except ConnectionError:
    print("MNIST is not at hand, so these are scikit-learn's digits.")
    X, y = load_digits(return_X_y=True)
    X, X_test, y, y_test = train_test_split(X / 16, y, random_state=0, stratify=y)
labelled = np.random.RandomState(0).permutation(len(X))[: len(X) // 20]
print(f"{len(X)} images, {len(labelled)} of them with a label")

# %%
# Encoders from all images
# ------------------------

sizes, settings = (256, 64), {"activation": "relu", "random_state": 0}
autoencoder = AutoencoderTransformer(
    sizes[-1],
    sizes[:-1],
    code_activation="relu",
    noise="masking",
    max_iter=15,
    **settings,
)
encoders = {
    "from scratch": None,
    "autoencoder": autoencoder.fit(X),
    "layer by layer": AutoencoderTransformer(
        **autoencoder.get_params()
        | {"pretraining": "layerwise", "pretraining_max_iter": 8}
    ).fit(X),
}

# %%
# Classifiers from few labels
# ---------------------------

figure, axis = plt.subplots(figsize=(6, 4), layout="constrained")
for name, encoder in encoders.items():
    seeds = range(3)
    scores = [
        MLPClassifier(
            sizes,
            initial_encoder=encoder,
            activation="relu",
            max_iter=60,
            random_state=seed,
        )
        .fit(X[labelled], y[labelled])
        .score(X_test, y_test)
        for seed in seeds
    ]
    print(f"{name:15}  test accuracy {np.mean(scores):.2%} +- {np.std(scores):.2%}")
    axis.bar(name, np.mean(scores), yerr=np.std(scores), capsize=6)
axis.set_ylabel("test accuracy")
axis.set_ylim(bottom=0.8)
plt.show()
