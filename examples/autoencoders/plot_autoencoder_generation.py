"""
==================================
New digits from the latent space
==================================

The codes of a variational autoencoder (Kingma and Welling, 2014) are drawn from a normal
distribution in training, which is kept close to the standard one. So every code from that
distribution decodes to something like the data: new digits.
"""

# %%
# Codes of two dimensions
# -----------------------
#
# The loss is the cross-entropy of each pixel with its reconstruction, summed over the image, and
# the divergence of the code is added to it: together minus the evidence lower bound.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import norm
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning

from skneural import AutoencoderTransformer

warnings.simplefilter("ignore", ConvergenceWarning)  # so many epochs are enough

X, y = load_digits(return_X_y=True)
X = X / 16
form = {
    "variational": True,
    "loss": "log_loss",
    "max_iter": 300,
    "tol": 0,
    "random_state": 0,
}
plane = AutoencoderTransformer(2, (128, 64), **form).fit(X)

# %%
# The plane of codes
# ------------------
#
# Left, where the digits lie; right, what a grid of codes decodes to, spaced as the normal
# distribution is.

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 5), layout="constrained")
left.scatter(*plane.transform(X).T, c=y, cmap="tab10", s=6)
left.set_title("means of the codes")
steps = norm.ppf(np.linspace(0.03, 0.97, 12))
grid = np.array([[across, up] for up in steps[::-1] for across in steps])
tiles = plane.inverse_transform(grid).reshape(12, 12, 8, 8)
right.imshow(tiles.swapaxes(1, 2).reshape(96, 96), cmap="gray_r")
right.set_title("decoded")
right.axis("off")
plt.show()

# %%
# Drawn at random
# ---------------
#
# More numbers in the code give sharper digits; `sample` draws codes and decodes them.

sharper = AutoencoderTransformer(8, (128, 64), **form).fit(X)
drawn = sharper.sample(24, random_state=0)
figure, axes = plt.subplots(3, 8, figsize=(8, 3.2), layout="constrained")
for axis, image in zip(axes.flat, drawn):
    axis.imshow(image.reshape(8, 8), cmap="gray_r")
    axis.axis("off")
plt.show()
