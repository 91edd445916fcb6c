"""
================
Denoising images
================

An autoencoder that is trained to reconstruct images from noisy ones learns to remove noise (Vincent
et al., 2008). It never sees the same noise twice: noise is drawn anew in each epoch.
"""

# %%
# Three kinds of noise
# --------------------

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from skneural import AutoencoderTransformer

warnings.simplefilter("ignore", ConvergenceWarning)  # so many epochs are enough

X_train, X_test = train_test_split(load_digits().data / 16, random_state=0)
random = np.random.RandomState(0)
chance = random.uniform(size=X_test.shape)
damaged = {
    "gaussian": X_test + 0.3 * random.standard_normal(X_test.shape),
    "masking": np.where(chance < 0.3, 0, X_test),
    "salt_and_pepper": np.where(chance < 0.1, 0, np.where(chance > 0.9, 1, X_test)),
}
levels = {"gaussian": 0.3, "masking": 0.3, "salt_and_pepper": 0.2}

# %%
# Before and after
# ----------------

figure, axes = plt.subplots(7, 8, figsize=(8, 7.4), layout="constrained")
rows = {"original": X_test}
for noise, images in damaged.items():
    autoencoder = AutoencoderTransformer(
        40,
        (128,),
        noise=noise,
        noise_level=levels[noise],
        output_activation="logistic",
        max_iter=60,
        random_state=0,
    ).fit(X_train)
    restored = autoencoder.reconstruct(images)
    errors = [np.mean((values - X_test) ** 2) for values in (images, restored)]
    print(
        f"{noise:15}  mean squared error before {errors[0]:.4f}, after {errors[1]:.4f}"
    )
    rows |= {noise: images, f"{noise}, restored": restored}
for line, (name, images) in zip(axes, rows.items()):
    for axis, image in zip(line, images):
        axis.imshow(image.reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
        axis.axis("off")
    line[0].set_title(name, loc="left", fontsize=9)
plt.show()
