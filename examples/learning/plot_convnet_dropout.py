"""
==========================================
Dropout on and off
==========================================

A convolutional network trained on few images soon memorises them, wrong labels included: its
training loss goes to zero, and on new images it becomes overconfident. Dropout
sets random outputs of a layer to zero in training (Srivastava et al., 2014), so that no unit can
rely on another. The training loss stays higher, the test loss gets lower.
"""

# %%
# Few images
# ----------
#
# 1,000 pictures of clothes from Fashion-MNIST. Without a connection, and without the set on disk,
# 200 of scikit-learn's digits have to do. A fifth of the training labels is drawn at random, which
# makes memorising more harmful.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from skneural import NeuralNetClassifier
from skneural.datasets import load_fashion_mnist
from skneural.layers import Conv2D, Dense, Dropout, Flatten, MaxPool, SpatialDropout

warnings.simplefilter(
    "ignore", ConvergenceWarning
)  # the runs are as long as each other on purpose

try:
    X_train, y_train, X_test, y_test = load_fashion_mnist()
    X_train, y_train = X_train[:1000] / np.float32(255), y_train[:1000]
    X_test, y_test = X_test[:2000] / np.float32(255), y_test[:2000]
    name = "Fashion-MNIST"
except ConnectionError:
    print("Fashion-MNIST is not at hand, so these are scikit-learn's digits.")
    digits = load_digits()
    X_train, X_test, y_train, y_test = train_test_split(
        (digits.images / 16).astype("float32"),
        digits.target,
        train_size=200,
        random_state=0,
    )
    name = "digits"
X_train, X_test = X_train[..., np.newaxis], X_test[..., np.newaxis]
rng = np.random.RandomState(0)
wrong = rng.uniform(size=len(y_train)) < 0.2
y_train = np.where(wrong, rng.randint(10, size=len(y_train)), y_train)
print(f"{name}: {len(X_train)} images to train with, {len(X_test)} to test on")

# %%
# The switch
# ----------
#
# Two layers drop: `SpatialDropout` whole maps of the convolution, whose pixels tell much the same
# as their neighbours, and `Dropout` single units of the dense layer. As in a pipeline a layer is
# taken out by ``"passthrough"``. The test images are given as validation data to follow the loss
# on them, and are not learned from.

network = NeuralNetClassifier(
    [
        ("conv", Conv2D(16, 3, "relu")),
        ("pool", MaxPool(2)),
        ("drop_maps", SpatialDropout(0.2)),
        ("flatten", Flatten()),
        ("hidden", Dense(128, "relu", initializer="he_uniform")),
        ("drop_units", Dropout(0.5)),
    ],
    max_iter=60,
    batch_size=50,
    learning_rate_init=0.003,
    tol=0.0,
    n_iter_no_change=60,
    random_state=0,
)
switches = {
    "Dropout off": {"drop_maps": "passthrough", "drop_units": "passthrough"},
    "Dropout on": {},
}

# %%
# Training and test
# -----------------
#
# The training loss is measured while it is trained, with outputs dropped. Predictions are always
# those of the whole network. The dot marks the least test loss.

figure, axes = plt.subplots(1, 2, figsize=(10, 4), sharey=True, layout="constrained")
names = {"training accuracy": 17, "test accuracy": 15, "test loss": 11, "at best": 9}
print(" " * 14 + "".join(f"{name:>{width}}" for name, width in names.items()))
for axis, (label, switch) in zip(axes, switches.items()):
    model = clone(network).set_params(**switch)
    model.fit(X_train, y_train, X_val=X_test, y_val=y_test)
    losses = np.array(model.validation_loss_curve_)
    lowest, accuracy = losses.argmin(), model.score(X_test, y_test)
    print(
        f"{label:<14}{model.score(X_train, y_train):>17.3f}{accuracy:>15.3f}"
        f"{losses[-1]:>11.3f}{losses[lowest]:>9.3f}"
    )
    epochs = np.arange(1, len(losses) + 1)
    axis.plot(epochs, model.loss_curve_, label="training")
    axis.plot(epochs, losses, label="test")
    axis.plot(epochs[lowest], losses[lowest], "o", color="C1")
    axis.set(
        title=f"{label}: test accuracy {accuracy:.3f}", xlabel="epoch", ylim=(0, 2)
    )
    axis.spines[["top", "right"]].set_visible(False)
axes[0].set_ylabel("log loss")
axes[0].legend(frameon=False)
plt.show()
