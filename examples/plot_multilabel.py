"""
===================================================
Several labels at once
===================================================

Which digits does a picture show? When it may show one or two, the answer is a set, and the
target a matrix of zeros and ones: a row for each picture, a column for each digit.
``MLPClassifier`` accepts such a target directly and trains one network with an output for
each label. The hidden layer is shared, so features that help to recognise a 3 also serve the 8.
"""

# %%
# Pictures of one or two digits
# -----------------------------
#
# On a sheet of 10 x 18 pixels there is room for two of scikit-learn's digits side by side.
# One or both places are used, and each digit is a little off the centre of its place.
# Training and test pictures are made from different digits.

import time
import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

from skneural import MLPClassifier


def draw_pictures(images, digits, n_pictures, rng):
    """Draw pictures (n_pictures, 10, 18), and their digits (n_pictures, 10)."""
    pictures = np.zeros((n_pictures, 10, 18))
    labels = np.zeros((n_pictures, 10), dtype=int)
    for picture, label in zip(pictures, labels):
        for place in rng.choice(2, size=rng.randint(1, 3), replace=False):
            chosen = rng.randint(len(images))
            top, left = rng.randint(3), 9 * place + rng.randint(2)
            picture[top : top + 8, left : left + 8] = images[chosen] / 16
            label[digits[chosen]] = 1
    return pictures, labels


data = load_digits()
train_images, test_images, train_digits, test_digits = train_test_split(
    data.images, data.target, test_size=0.4, stratify=data.target, random_state=0
)
rng = np.random.RandomState(0)
train_pictures, Y_train = draw_pictures(train_images, train_digits, 6000, rng)
test_pictures, Y_test = draw_pictures(test_images, test_digits, 1000, rng)
X_train, X_test = (p.reshape(len(p), -1) for p in (train_pictures, test_pictures))

# %%
# A network, a forest and neighbours
# ----------------------------------
#
# Random forests and nearest neighbours support several labels as well. The first fit of a
# network on a machine also compiles kernels, which takes some seconds; they are kept on disk.

models = {
    "MLPClassifier": MLPClassifier(
        (256, 128),
        dropout=0.2,
        learning_rate="cosine",
        learning_rate_init=0.003,
        max_iter=40,
        dtype="float32",
        random_state=0,
    ),
    "RandomForestClassifier": RandomForestClassifier(n_jobs=2, random_state=0),
    "KNeighborsClassifier": KNeighborsClassifier(1),
}
print(f"{'':<32}{'all labels right':>17}{'F1':>8}{'fit time':>11}")
for name, model in models.items():
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # 40 epochs are enough
        model.fit(X_train, Y_train)
    seconds = time.perf_counter() - start
    predicted = model.predict(X_test)
    exact = np.mean((predicted == Y_test).all(axis=1))
    score = f1_score(Y_test, predicted, average="micro", zero_division=0)
    print(f"{name:<32}{exact:>17.3f}{score:>8.3f}{seconds:>9.2f} s")

# %%
# What it sees
# ------------
#
# Ten test pictures, and below each the network's probability of every digit, in orange for
# the digits that are present.

probabilities = models["MLPClassifier"].predict_proba(X_test)
figure, axes = plt.subplots(
    4, 5, figsize=(10, 6.5), height_ratios=[3, 2, 3, 2], layout="constrained"
)
for shown in range(10):
    row, column = 2 * (shown // 5), shown % 5
    axes[row, column].imshow(test_pictures[shown], cmap="gray_r")
    axes[row, column].set(xticks=[], yticks=[])
    bars = axes[row + 1, column]
    colors = np.where(Y_test[shown] == 1, "C1", "C0")
    bars.bar(range(10), probabilities[shown], color=colors)
    bars.axhline(0.5, color="0.5", linewidth=1, linestyle=":")
    bars.set(ylim=(0, 1), xticks=range(10), yticks=[0, 1] if column == 0 else [])
    bars.spines[["top", "right"]].set_visible(False)
plt.show()
