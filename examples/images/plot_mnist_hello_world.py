"""
==========================================
Hello, world: handwritten digits
==========================================

The first network of many courses: four layers classify a handwritten digit. In Keras it is

.. code-block:: python

   model = keras.Sequential([
       keras.layers.Flatten(input_shape=(28, 28)),
       keras.layers.Dense(128, activation="relu"),
       keras.layers.Dropout(0.2),
       keras.layers.Dense(10, activation="softmax"),
   ])
   model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
   model.fit(x_train, y_train, epochs=5)
   model.evaluate(x_test, y_test)

and here the same, line by line. There is no `compile`, and the loss follows from the labels.
"""

# %%
# The digits
# ----------
#
# MNIST: 60,000 digits to train with and 10,000 to test on, 28 x 28 pixels each, from 0 to 255
# (LeCun et al., 1998). Without a connection, and without the set on disk, scikit-learn's 1,797
# smaller digits have to do.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from skneural import NeuralNetClassifier
from skneural.datasets import load_mnist
from skneural.layers import Dense, Dropout, Flatten

warnings.simplefilter("ignore", ConvergenceWarning)  # five epochs are meant to be five

try:
    X_train, y_train, X_test, y_test = load_mnist()
    name, brightest = "MNIST", 255
except ConnectionError:
    print(
        "MNIST is not at hand, so these are scikit-learn's digits, which are fewer."
    )
    X_train, X_test, y_train, y_test = train_test_split(
        *(load_digits()[key] for key in ("images", "target")),
        test_size=0.3,
        random_state=0,
    )
    name, brightest = "scikit-learn's digits", 16
X_train, X_test = (
    X_train.astype("float32") / brightest,
    X_test.astype("float32") / brightest,
)
print(f"{name}: {X_train.shape} to train with, {X_test.shape} to test on")

# %%
# The network
# -----------
#
# ``batch_size=32`` is the default of Keras, and ``X_val`` is only used for the curves below:
# validation data are evaluated after every epoch, never trained on.

model = NeuralNetClassifier(
    [
        Flatten(),
        Dense(128, "relu"),
        Dropout(0.2),
        Dense(10, "softmax"),
    ],
    solver="adam",
    max_iter=5,
    batch_size=32,
    random_state=0,
)
model.fit(X_train, y_train, X_val=X_test, y_val=y_test)
print(model.summary())
print(f"test accuracy: {model.score(X_test, y_test):.4f}")

# %%
# Predictions
# -----------
#
# Some test digits, the first that it gets right and those it is most wrong about.

probabilities = model.predict_proba(X_test)
read = probabilities.argmax(axis=1)
wrong = np.flatnonzero(read != y_test)
wrong = wrong[np.argsort(-probabilities[wrong, read[wrong]])][:6]
right = np.flatnonzero(read == y_test)[:6]

figure = plt.figure(figsize=(11, 3.6), layout="constrained")
curves, pictures = figure.subfigures(1, 2, width_ratios=[2, 3])
axis = curves.subplots()
epochs = range(1, model.n_iter_ + 1)
axis.plot(epochs, model.loss_curve_, "o-", label="training, with dropout")
axis.plot(epochs, model.validation_loss_curve_, "o-", label="test")
axis.set(
    title=f"Five epochs on {name}", xlabel="epoch", ylabel="log loss", xticks=epochs
)
axis.set_ylim(bottom=0)
axis.spines[["top", "right"]].set_visible(False)
axis.legend(frameon=False)
for axis, index in zip(pictures.subplots(2, 6).flat, [*right, *wrong]):
    axis.imshow(X_test[index], cmap="gray_r")
    correct = read[index] == y_test[index]
    verdict = f"{read[index]}" if correct else f"{read[index]}, but is {y_test[index]}"
    axis.set_title(verdict, fontsize="small", color="black" if correct else "tab:red")
    axis.set_xlabel(f"{probabilities[index].max():.0%} sure", fontsize="small")
    axis.set(xticks=[], yticks=[])
plt.show()
