"""
=================================================
Saliency: which pixels make it a five
=================================================

A network says what a digit is, but not why. Five methods tell which pixels an output comes from:
three by gradients, one by gradients of noisy copies, one by covering parts of the image.
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
from skneural.inspection import SaliencyDisplay, integrated_gradients

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
# Five methods
# ------------
#
# Red pixels raise the score of the class predicted, blue ones lower it. The plain gradient
# (Simonyan et al., 2014) fluctuates from pixel to pixel, and its sign says only whether a pixel
# should be brighter. Its mean over noisy copies, SmoothGrad (Smilkov et al., 2017), is calmer.
# Times the input it has zeros where the image is black. Integrated gradients (Sundararajan et al.,
# 2017) follow the score from a black image to this one. Occlusion (Zeiler and Fergus, 2014)
# covers squares, and looks what becomes of the score.

methods = {
    "gradient": {},
    "smooth_gradient": {"n_samples": 30, "random_state": 0},
    "gradient_times_input": {},
    "integrated_gradients": {},
    "occlusion": {"window": 4},
}
samples = X_test[[np.flatnonzero(y_test == label)[0] for label in (3, 5, 8)]]
figure, axes = plt.subplots(1, 5, figsize=(13, 8), layout="constrained")
for axis, (method, options) in zip(axes, methods.items()):
    SaliencyDisplay.from_estimator(
        network, samples, method=method, options=options, n_columns=1, ax=axis
    )
    axis.set_title(method, fontsize="medium")
plt.show()

# %%
# Attributions that add up
# ------------------------
#
# Integrated gradients are terms of a sum: together they are the difference between the score of
# the image and that of the black one.

attributions = integrated_gradients(network, samples)
scores = network.decision_function(np.stack([*samples, 0 * samples[0]]))
for found, score in zip(attributions, scores):
    predicted = score.argmax()
    print(
        f"class {predicted}: attributions add up to {found.sum():.4f}, scores differ by"
        f" {score[predicted] - scores[-1, predicted]:.4f}"
    )

# %%
# Why not another class
# ---------------------
#
# ``target`` is any class. The same image, and what speaks for each of ten digits.

display = SaliencyDisplay.from_estimator(
    network, np.repeat(samples[1:2], 10, axis=0), target=np.arange(10), n_columns=5
)
display.figure_.set_size_inches(10, 4.5)
display.ax_.set_title("what speaks for each class, and against it")
plt.show()
