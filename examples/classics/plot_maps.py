"""
==========================================
Self-organizing maps
==========================================

A self-organizing map (Kohonen 1982) has clusters that lie on a grid, and learns so that neighbors
on the grid are alike. What has many dimensions becomes a picture of two: here colors, handwritten
digits and the flowers of iris.
"""

# %%
# Colors
# ------
#
# Rows are colors at random, red, green and blue. Each unit of the map has a color too, its vector
# in ``codebook_``. The map begins as a plane through the cube of colors and unfolds while the
# radius of the neighborhood falls.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits, load_iris
from sklearn.preprocessing import StandardScaler

from skneural import SelfOrganizingMap
from skneural.inspection import MapDisplay

colors = np.random.default_rng(0).uniform(size=(2000, 3))
figure, axes = plt.subplots(1, 3, figsize=(9, 3.2), layout="constrained")
for axis, n_rounds in zip(axes, (1, 10, 50)):
    som = SelfOrganizingMap((20, 20), radius=20, max_iter=n_rounds).fit(colors)
    axis.imshow(np.clip(som.codebook_, 0, 1))
    error = som.quantization_error(colors)
    axis.set(title=f"max_iter={n_rounds}: error {error:.3f}", xticks=[], yticks=[])

# %%
# Digits
# ------
#
# Rows are images of 64 pixels, and so is each unit. The map never saw a label; ``label_map`` says
# which digit is most common among the rows of each unit.

X, y = load_digits(return_X_y=True)
som = SelfOrganizingMap((14, 14)).fit(X)
images = som.codebook_.reshape(14, 14, 8, 8).swapaxes(1, 2).reshape(14 * 8, 14 * 8)
labels = som.label_map(X, y)
figure, axes = plt.subplots(1, 2, figsize=(9, 4.5), layout="constrained")
axes[0].imshow(images, cmap="gray_r")
axes[0].set(title="codebook", xticks=[], yticks=[])
MapDisplay.from_estimator(som, X, y, kind="labels", ax=axes[1], alpha=0.6)
share = (labels[np.divmod(som.labels_, 14)] == y).mean()
print(f"{share:.1%} of the rows have their unit's label")

# %%
# Iris
# ----
#
# The u-matrix (Ultsch and Siemon 1990) has the mean distance of each unit's vector to those of its
# neighbors; ``MapDisplay`` draws it, and hexagons where the map has them. A ridge of great
# distances separates setosa from the other two species, which pass into each other. Points are
# the flowers, at their units.

X, y = load_iris(return_X_y=True)
names = load_iris().target_names
X = StandardScaler().fit_transform(X)
som = SelfOrganizingMap((8, 12), topology="hexagonal").fit(X)
jitter = np.random.default_rng(0).uniform(-0.3, 0.3, size=(len(X), 2))
places = som.unit_positions_.reshape(-1, 2)[som.labels_] + jitter
figure, axis = plt.subplots(figsize=(7, 4.5), layout="constrained")
display = MapDisplay.from_estimator(som, ax=axis, cmap="bone_r")
display.colorbar_.set_label("distance")
for number, name in enumerate(names):
    axis.plot(*places[y == number].T, "o", markersize=4, label=name)
axis.set_title("u-matrix of iris")
axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.02), ncols=3, frameon=False)
print(
    f"quantization error {som.quantization_error(X):.3f},"
    f" topographic error {som.topographic_error(X):.3f}"
)
plt.show()
