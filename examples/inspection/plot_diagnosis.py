"""
=====================================================
A sick network, found and healed
=====================================================

A network that learns nothing gives no error. :func:`~skneural.inspection.diagnose` looks at
what each of its layers gives, at the gradients that reach them, and at the curves of the fit,
and says what is wrong, with a figure and a remedy for each finding.
"""

# %%
# A network that does not learn
# -----------------------------
#
# Seven layers of the logistic function, as in old textbooks, on the digits of scikit-learn. The
# pixels are stretched to numbers from 0 to 4,000, as raw data of a sensor may be.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from skneural import MLPClassifier
from skneural.inspection import diagnose

warnings.simplefilter("ignore", ConvergenceWarning)
X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)

sick = MLPClassifier((40,) * 7, "logistic", max_iter=30, random_state=0)
sick.fit(250 * X_train, y_train)
print(f"test accuracy {sick.score(250 * X_test, y_test):.3f}")

# %%
# The table lists causes before what follows from them.

diagnosis = diagnose(sick, 250 * X_train, y_train)
print(diagnosis)

# %%
# One remedy after the other
# --------------------------
#
# The inputs come first: pixels from 0 to 1. What is left is the vanishing gradient.

scaled = MLPClassifier((40,) * 7, "logistic", max_iter=30, random_state=0)
scaled.fit(X_train / 16, y_train)
of_scaled = diagnose(scaled, X_train / 16, y_train)
print(of_scaled)

# %%
# "relu" passes gradients on, and batch normalization keeps the layers' outputs in range.

healed = MLPClassifier(
    (40,) * 7, "relu", normalization="batch", max_iter=30, random_state=0
)
healed.fit(X_train / 16, y_train)
of_healed = diagnose(healed, X_train / 16, y_train)
print(of_healed)
print(f"test accuracy {healed.score(X_test / 16, y_test):.3f}")

# %%
# The numbers behind the findings are in ``layers`` and ``activations``. Weights times gradient
# say how much the loss follows the size of a layer's weights: in the sick networks hardly at
# all, but for the last layer.

figure, axis = plt.subplots(figsize=(7, 3.5), layout="constrained")
tables = {"sick": diagnosis, "scaled": of_scaled, "healed": of_healed}
for name, table in tables.items():
    sizes = [layer["weights"] * layer["gradient"] for layer in table.layers]
    axis.plot(range(1, len(sizes) + 1), sizes, "o-", label=name)
axis.set(yscale="log", xlabel="layer", ylabel="weights times gradient")
axis.spines[["top", "right"]].set_visible(False)
axis.legend()
plt.show()

# %%
# Doubtful labels
# ---------------
#
# A sound network also doubts labels. Here 5% of them are replaced by others; ``suspects`` are
# the rows that it contradicts, the most doubtful first.

random = np.random.RandomState(0)
chosen = random.permutation(len(y_train))[: len(y_train) // 20]
noisy = y_train.copy()
noisy[chosen] = (noisy[chosen] + random.randint(1, 10, len(chosen))) % 10

network = MLPClassifier((30,), alpha=0.5, max_iter=100, random_state=0)
network.fit(X_train / 16, noisy)
found = diagnose(network, X_train / 16, noisy)
print(found)
hits = np.isin(found.suspects, chosen).sum()
print(f"{hits} of {len(found.suspects)} suspects are wrong, of {len(chosen)} in all")

# %%
# The first of them, with the label given and the one predicted:

figure, axes = plt.subplots(2, 6, figsize=(8, 3.2), layout="constrained")
for axis, row in zip(axes.flat, found.suspects):
    axis.imshow(X_train[row].reshape(8, 8), cmap="gray_r")
    predicted = network.predict(X_train[[row]] / 16)[0]
    axis.set(title=f"{noisy[row]}, or {predicted}?", xticks=[], yticks=[])
plt.show()
