"""
==============================================
Series of unequal lengths
==============================================

Strokes, utterances, histories of patients: series are rarely all as long. Most classifiers need
a table, so that series are cut, filled up or stretched first. Recurrent networks take them as
they are, in a list, and what a shorter one is filled up with never changes a result.

The series here are outlines of handwritten digits, traced point by point: a 1 takes 25 points, a
3 more than 35.
"""

# %%
# Outlines of digits
# ------------------
#
# A level line of an image is a closed path, here as steps from one point to the next, which are
# the same wherever the digit stands. The path begins at its highest point.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from contourpy import contour_generator
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skneural import RecurrentClassifier, SeriesScaler

warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs asked for are enough


def outline(image):
    """The longest level line of an image, (time, 2), from its highest point."""
    lines = contour_generator(z=np.pad(image, 1)).lines(6.0)
    points = max(lines, key=len)[:-1]
    return np.roll(points, -points[:, 1].argmin(), axis=0)


digits = load_digits()
outlines = [outline(image) for image in digits.images]
X = [np.diff(points, axis=0) for points in outlines]
lengths = np.array([len(series) for series in X])
print(f"{len(X)} series of {lengths.min()} to {lengths.max()} steps of 2 numbers")

figure, axes = plt.subplots(1, 5, figsize=(10, 2.4), layout="constrained")
for axis, row in zip(axes, (0, 1, 2, 3, 4)):
    axis.imshow(np.pad(digits.images[row], 1), cmap="gray_r")
    axis.plot(*outlines[row].T, marker=".", color="C1")
    axis.set(title=f"{lengths[row]} steps", xticks=[], yticks=[])
plt.show()

# %%
# As they are, or stretched
# -------------------------
#
# A pipeline scales the features over all steps, and a bidirectional GRU reads each series from
# both ends. Beside it a support vector machine, on paths that are stretched to 32 steps.

rows, test = train_test_split(np.arange(len(X)), test_size=0.4, random_state=0)
y = digits.target


def some(chosen):
    return [X[row] for row in chosen]


def stretched(series, steps=32):
    """Points of the path at equal parts of the time, as a row."""
    path, at = np.cumsum(series, axis=0), np.linspace(0, len(series) - 1, steps)
    return np.concatenate([np.interp(at, np.arange(len(path)), p) for p in path.T])


network = make_pipeline(
    SeriesScaler(),
    RecurrentClassifier(
        "gru",
        (48,),
        bidirectional=True,
        pooling="max",
        learning_rate="cosine",
        max_iter=30,
        random_state=0,
    ),
).fit(some(rows), y[rows])
table = np.array([stretched(series) for series in X])
svm = make_pipeline(StandardScaler(), SVC(C=10)).fit(table[rows], y[rows])
print(f"GRU, series as they are {network.score(some(test), y[test]):.3f}")
print(f"SVC, stretched series   {svm.score(table[test], y[test]):.3f}")

# %%
# Padding is invisible
# --------------------
#
# The same series in one array that ends in NaN, and with 50 more steps of it: to the bit the same
# probabilities. Nor do the other series of a call count.

longest = lengths.max()
padded = np.full((len(X), longest + 50, 2), np.nan)
for row, series in enumerate(X):
    padded[row, : len(series)] = series
expected = network.predict_proba(some(test))
for given in (padded[test, :longest], padded[test]):
    print(np.array_equal(network.predict_proba(given), expected))
print(np.array_equal(network.predict_proba(some(test[:1])), expected[:1]))

# %%
# Accuracy by length
# ------------------
#
# Batches are made of series of like length, so that little is computed for steps that are not
# there.

right = network.predict(some(test)) == y[test]
edges = np.quantile(lengths, np.linspace(0, 1, 6))
group = np.clip(np.searchsorted(edges, lengths[test], side="right") - 1, 0, 4)
figure, (left, middle) = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
left.hist(
    [lengths[y == label] for label in (1, 0, 3)],
    bins=15,
    label=["1", "0", "3"],
    stacked=True,
)
left.set(xlabel="steps", ylabel="series", title="Lengths of three classes")
left.legend(title="digit")
middle.bar(range(5), [right[group == part].mean() for part in range(5)], color="C0")
middle.set_xticks(range(5), [f"{a:.0f} to {b:.0f}" for a, b in zip(edges, edges[1:])])
middle.set(xlabel="steps", ylabel="accuracy", ylim=(0.5, 1))
middle.set_title("Test series by length")
plt.show()
