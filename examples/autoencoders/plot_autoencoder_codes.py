"""
==============================================
Codes compared: plain, sparse and contractive
==============================================

Thirty-six logistic units reconstruct digits almost perfectly, but are hard to interpret: many are
half active for every image. A penalty on their mean activation (Ng, 2011) leaves a few active for
each image. A penalty on their slopes (Rifai et al., 2011) moves them to where they saturate, so
that small changes of the image do not change the code.
"""

# %%
# Three autoencoders of one layer
# -------------------------------

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning

from skneural import AutoencoderTransformer

warnings.simplefilter("ignore", ConvergenceWarning)  # so many epochs are enough

X = load_digits().data / 16
plain = {"code_activation": "logistic", "max_iter": 150, "random_state": 0}
forms = {
    "plain": AutoencoderTransformer(36, (), **plain),
    "sparse": AutoencoderTransformer(36, (), sparsity="kl", sparsity_weight=1, **plain),
    "contractive": AutoencoderTransformer(
        36, (), contractive=0.3, tied_weights=True, **plain
    ),
}

# %%
# Properties of the codes
# -----------------------
#
# The sensitivity is the change of a code when a little noise is added to the image.

random = np.random.RandomState(0)
noisy = X + 0.1 * random.standard_normal(X.shape)
codes = {}
for name, form in forms.items():
    codes[name] = form.fit_transform(X)
    moved = np.linalg.norm(form.transform(noisy) - codes[name], axis=1).mean()
    print(
        f"{name:12} mean activation {codes[name].mean():.3f}, sensitivity {moved:.3f},"
        f" reconstruction error {-form.score(X):.4f}"
    )

# %%
# What the units respond to
# -------------------------

figure = plt.figure(figsize=(10, 5.6), layout="constrained")
for part, (name, form) in zip(figure.subfigures(1, 3), forms.items()):
    part.suptitle(name)
    histogram, *images = part.subfigures(2, 1, height_ratios=[1, 2.6])
    axis = histogram.subplots()
    axis.hist(codes[name].ravel(), bins=40, density=True)
    axis.set_yticks([])
    axis.set_xlabel("activation")
    kernel = form.get_layer("code").weights["kernel"]
    for axis, unit in zip(images[0].subplots(6, 6).flat, kernel.T):
        axis.imshow(
            unit.reshape(8, 8), cmap="coolwarm", vmin=-np.ptp(unit), vmax=np.ptp(unit)
        )
        axis.axis("off")
plt.show()
