"""
==========================================
Digits by a generative adversarial network
==========================================

Two networks are trained against each other (Goodfellow et al. 2014): a generator makes images of
random numbers, and a discriminator learns to tell them from images of the data. With labels, both
know the class, so that digits can be asked for.
"""

# %%
# Digits over the epochs
# ----------------------
#
# Each call of ``partial_fit`` is an epoch. Samples are drawn with the same random numbers each
# time, the digits 0 to 9 in columns.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from skneural import GenerativeAdversarialNetwork

digits = load_digits()
images, labels = digits.images.astype(np.float32), digits.target
X, X_test, y, y_test = train_test_split(images, labels, test_size=0.3, random_state=0)

network = GenerativeAdversarialNetwork(hidden_layer_sizes=(128, 128), random_state=0)
asked, shown = np.tile(np.arange(10), 2), {}
for epoch in range(1, 151):
    network.partial_fit(X, y)
    if epoch in (1, 10, 30, 150):
        shown[epoch] = network.sample(20, asked, random_state=0)


def in_a_grid(samples):
    """Images in rows of ten."""
    framed = np.pad(samples, ((0, 0), (1, 1), (1, 1)))
    return framed.reshape(-1, 10, 10, 10).swapaxes(1, 2).reshape(-1, 100)


figure, axes = plt.subplots(5, 1, figsize=(7, 8), layout="constrained")
for axis, (epoch, samples) in zip(axes, shown.items()):
    axis.imshow(in_a_grid(samples), cmap="gray_r")
    axis.set_title(f"epoch {epoch}", loc="left")
real = np.array([X[y == digit][:2] for digit in range(10)]).swapaxes(0, 1)
axes[-1].imshow(in_a_grid(real), cmap="gray_r")
axes[-1].set_title("images of the data", loc="left")
for axis in axes:
    axis.axis("off")

# %%
# Losses
# ------
#
# They say how the two stand to each other, not how good samples are. If the discriminator cannot
# tell samples from images, its loss is 2 log 2 and the generator's log 2.

figure, axis = plt.subplots(figsize=(7, 3), layout="constrained")
axis.plot(network.discriminator_loss_curve_, label="discriminator")
axis.plot(network.generator_loss_curve_, label="generator")
for level in (2 * np.log(2), np.log(2)):
    axis.axhline(level, color="0.7", lw=0.8, zorder=0)
axis.set(xlabel="epoch", ylabel="loss")
axis.legend()

# %%
# What samples are worth
# ----------------------
#
# A classifier that has seen samples only is tested on images of the data, beside one that was
# trained on images.

asked = np.arange(2000) % 10
samples = network.sample(2000, asked, random_state=1)


def accuracy(images, labels):
    """Accuracy on test images of a classifier trained on others."""
    rows, test_rows = (each.reshape(len(each), -1) for each in (images, X_test))
    return LogisticRegression(max_iter=2000).fit(rows, labels).score(test_rows, y_test)


print(f"trained on images:  {accuracy(X, y):.3f}")
print(f"trained on samples: {accuracy(samples, asked):.3f}")
plt.show()
