"""
==============================================
Digits read row by row
==============================================

An image is a series, if its rows are the steps. A recurrent network reads a handwritten digit
from the top to the bottom, as Le, Jaitly and Hinton (2015) have networks read images; it sees no
image, only what it has kept of the rows before. Any number of rows is an input, so that one can
watch it make up its mind.
"""

# %%
# Rows as steps
# -------------
#
# MNIST: 28 rows of 28 pixels (LeCun et al., 1998). Without a connection, and without the set on
# disk, scikit-learn's digits have to do, with 8 rows of 8. Arrays of images (n, height, width)
# are arrays of series (n, time, features) as they are.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from skneural import RecurrentClassifier
from skneural.datasets import load_mnist

warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs asked for are enough

try:
    X, y, X_test, y_test = load_mnist()
    X, y = X[:10_000] / np.float32(255), y[:10_000]
    X_test, name = X_test / np.float32(255), "MNIST, 10,000 of its digits"
except ConnectionError:
    digits = load_digits()
    X, X_test, y, y_test = train_test_split(
        np.float32(digits.images / 16), digits.target, test_size=0.3, random_state=0
    )
    name = "scikit-learn's digits"
print(f"{name}: {X.shape} to train with, {X_test.shape} to test on")

# %%
# An LSTM and a forest
# --------------------
#
# The forest has all pixels at once, as a row of a table.

lstm = RecurrentClassifier(
    "lstm",
    (64,),
    learning_rate="cosine",
    max_iter=8 if len(X) > 5000 else 40,
    random_state=0,
).fit(X, y)
forest = RandomForestClassifier(200, random_state=0)
forest.fit(X.reshape(len(X), -1), y)
print(f"LSTM by rows  {lstm.score(X_test, y_test):.3f}")
print(f"random forest {forest.score(X_test.reshape(len(X_test), -1), y_test):.3f}")

# %%
# What it thinks of the first rows
# --------------------------------
#
# Trained on whole images, the same network reads the first rows of test images: series to predict
# may be shorter than those of the fit. Probabilities of the ten classes follow from every row.

rows = np.arange(1, X.shape[1] + 1)
seen = np.array([lstm.predict_proba(X_test[:, :count]) for count in rows])
right = (lstm.classes_[seen.argmax(axis=2)] == y_test).mean(axis=1)

shown = [int(np.flatnonzero(y_test == label)[0]) for label in (3, 5, 9)]
figure, axes = plt.subplots(2, 3, figsize=(9, 6), layout="constrained")
for place, (image, row) in enumerate(zip(axes[0], shown, strict=True)):
    image.imshow(X_test[row], cmap="gray_r", aspect="auto")
    image.set(title=f"a {y_test[row]}", xticks=[])
    curves = axes[1, place]
    for label in range(10):
        known = label == y_test[row]
        curves.plot(
            rows,
            seen[:, row, label],
            color=f"C{label}" if known or seen[:, row, label].max() > 0.3 else "0.85",
            linewidth=2.5 if known else 1,
            label=str(label) if known or seen[:, row, label].max() > 0.3 else None,
        )
    curves.set(xlabel="rows read")
    curves.legend(title="class")
axes[0, 0].set_ylabel("row")
axes[1, 0].set_ylabel("probability")
figure.suptitle("The class becomes certain as rows are read")
plt.show()

# %%
# Only the last row had to give the class in training, so that the network does not commit itself
# before most of the digit is read.

figure, axis = plt.subplots(figsize=(6, 3.2), layout="constrained")
axis.plot(rows, right, marker="o", markersize=3)
axis.axhline(0.1, color="0.6", linestyle="--", label="guessing")
axis.set(xlabel="rows read", ylabel="accuracy", title="Test images, read in part")
axis.legend()
plt.show()
