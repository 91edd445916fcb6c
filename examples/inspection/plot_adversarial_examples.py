"""
========================================================
Adversarial examples: small changes, wrong classes
========================================================

Pixels that change by little, all in the worst direction, make a network see another digit
(Goodfellow et al., 2015). A network that is trained on such images resists longer.
"""

# %%
# A network of digits
# -------------------

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from skneural import ConvNetClassifier
from skneural.datasets import load_mnist
from skneural.inspection import (
    adversarial_accuracy,
    fast_gradient,
    projected_gradient,
)

warnings.simplefilter("ignore", ConvergenceWarning)  # so many epochs are enough

try:
    X_train, y_train, X_test, y_test = load_mnist()
    X_train, y_train = X_train[:20000], y_train[:20000]
    n_epochs = 3
except ConnectionError:
    print("MNIST is not at hand, so these are scikit-learn's digits, enlarged.")
    digits = load_digits()
    images = np.kron(digits.images * 255 / 16, np.ones((3, 3))).astype(np.uint8)
    X_train, X_test, y_train, y_test = train_test_split(
        images, digits.target, test_size=0.3, random_state=0
    )
    n_epochs = 20
network = ConvNetClassifier(
    filters=(16, 32), max_iter=n_epochs, batch_size=64, random_state=0
)
network.fit(X_train, y_train)
print(f"test accuracy: {network.score(X_test, y_test):.4f}")

# %%
# One image
# ---------
#
# `projected_gradient` changes each pixel by ``epsilon`` of 255 at most, in twenty steps along the
# gradient of the loss.

epsilon = 32
samples = X_test[:6]
attacked = projected_gradient(
    network, samples, y_test[:6], epsilon=epsilon, random_state=0
)
figure, axes = plt.subplots(2, 6, figsize=(11, 4), layout="constrained")
for column, pair in enumerate(zip(samples, attacked)):
    for axis, image in zip(axes[:, column], pair):
        probabilities = network.predict_proba(image[np.newaxis])[0]
        axis.imshow(image, cmap="gray", vmin=0, vmax=255)
        axis.set_title(
            f"{probabilities.argmax()}: {probabilities.max():.0%}", fontsize="medium"
        )
        axis.set(xticks=[], yticks=[])
plt.show()

# %%
# Training against it
# -------------------
#
# Another network goes on from the same start with attacked images beside the true ones, made anew
# for its weights after each epoch (adversarial training). The fast gradient is quick enough
# for that.

few = slice(0, 4000)
robust = ConvNetClassifier(
    filters=(16, 32), max_iter=n_epochs, batch_size=64, random_state=0
)
robust.fit(X_train[few], y_train[few])
for _ in range(8):
    worse = fast_gradient(robust, X_train[few], y_train[few], epsilon=40)
    both = np.concatenate([X_train[few], worse.round().astype(np.uint8)])
    robust.partial_fit(both, np.concatenate([y_train[few], y_train[few]]))
print(f"test accuracy: {robust.score(X_test, y_test):.4f}")

# %%
# Accuracy under attack
# ---------------------
#
# The curve that tells them apart. `adversarial_accuracy` counts an image as wrong if a change of
# this size or a smaller one makes it so.

epsilons = np.array([0, 8, 16, 24, 32, 48, 64])
test, truth = X_test[:300], y_test[:300]
figure, axis = plt.subplots(figsize=(7, 4.5), layout="constrained")
for name, model in (("usual training", network), ("adversarial training", robust)):
    for attack, style in (("fast_gradient", "--"), ("projected_gradient", "-")):
        options = {"n_iter": 10, "random_state": 0} if style == "-" else {}
        accuracies = adversarial_accuracy(
            model, test, truth, epsilons, attack=attack, **options
        )
        color = "tab:blue" if model is network else "tab:orange"
        label = f"{name}, {attack}"
        axis.plot(epsilons, accuracies, style, color=color, marker="o", label=label)
axis.set(xlabel="epsilon, of 255", ylabel="accuracy", ylim=(0, 1.02))
axis.legend()
plt.show()
