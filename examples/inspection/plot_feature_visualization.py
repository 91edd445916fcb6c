"""
=====================================================
Feature visualization: the best image of a class
=====================================================

Which image would a network call a three with the greatest score? Gradient ascent finds one, by
changing pixels rather than weights (Simonyan et al., 2014).
"""

# %%
# A network of digits
# -------------------

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from skneural import ConvNetClassifier
from skneural.datasets import load_mnist
from skneural.inspection import FeatureVisualizationDisplay, activation_maximization

warnings.simplefilter("ignore", ConvergenceWarning)  # so many epochs are enough

try:
    X_train, y_train, X_test, y_test = load_mnist()
    X_train, y_train = X_train[:20000], y_train[:20000]
    n_epochs = 3
except ConnectionError:
    print("MNIST is not at hand, so these are scikit-learn's digits, enlarged.")
    digits = load_digits()
    images = np.kron(digits.images * 255 / 16, np.ones((3, 3))).astype(np.uint8)
    X_train, X_test, y_train, y_test = train_test_split(
        images, digits.target, test_size=0.3, random_state=0
    )
    n_epochs = 20
network = ConvNetClassifier(
    filters=(16, 32), max_iter=n_epochs, batch_size=64, random_state=0
)
network.fit(X_train, y_train)
print(f"test accuracy: {network.score(X_test, y_test):.4f}")

# %%
# Without regularisation
# ----------------------
#
# What a network responds to most is not drawn as people draw digits: high frequencies and
# extreme values raise scores as well. So rough images, and values far from the middle, are
# penalised, steps are blurred, and the image is shifted a little at random (Yosinski et al.,
# 2015). The images below become smoother by this.

plain = {"l2": 0, "total_variation": 0, "blur": 0, "jitter": 0}
figure, axes = plt.subplots(2, 1, figsize=(11, 5.4), layout="constrained")
for axis, title, options in zip(
    axes, ["nothing but the score", "regularised"], [plain, {}]
):
    FeatureVisualizationDisplay.from_estimator(
        network, options={"random_state": 0, **options}, n_columns=10, ax=axis
    )
    axis.set_title(title)
plt.show()

# %%
# A second opinion
# ----------------
#
# The images are made for one network. If they show more than its weaknesses, another one, of
# other layers and with other first weights, takes them for the same digits. Where it does so in
# both cases, as with scikit-learn's digits, regularisation has made images smoother rather than
# better known to other networks.

other = ConvNetClassifier(
    architecture="lenet5", max_iter=n_epochs, batch_size=64, random_state=1
)
other.fit(X_train, y_train)
for title, options in (("nothing but the score", plain), ("regularised", {})):
    images = activation_maximization(network, random_state=0, **options)
    probabilities = other.predict_proba(images)[np.arange(10), np.arange(10)]
    n_right = (other.predict(images) == np.arange(10)).sum()
    print(f"{title}: {n_right} of 10, mean probability {probabilities.mean():.2f}")

# %%
# Units of a layer
# ----------------
#
# ``layer`` and ``unit`` take the place of a class: the image to which a channel of the
# second convolution responds most, on average over all places.

display = FeatureVisualizationDisplay.from_estimator(
    network, layer="conv2d_2", options={"random_state": 0}, n_columns=8
)
display.figure_.set_size_inches(10, 3)
display.ax_.set_title("channels of the second convolution")
plt.show()
