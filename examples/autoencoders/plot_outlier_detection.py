"""
=================
Outlier detection
=================

An autoencoder learns to reconstruct common samples; samples with a large reconstruction error, or
an extreme code, are outliers. `NeuralOutlierDetector` is compared with scikit-learn's detectors.
"""

# %%
# Samples along a curve
# ---------------------

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits, make_moons
from sklearn.ensemble import IsolationForest
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.neighbors import LocalOutlierFactor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import OneClassSVM

from skneural import NeuralOutlierDetector

warnings.simplefilter("ignore", ConvergenceWarning)

random = np.random.RandomState(0)
X = np.r_[
    make_moons(470, noise=0.06, random_state=0)[0], random.uniform(-1.5, 2.5, (30, 2))
]
is_outlier = np.arange(500) >= 470
detectors = {
    "NeuralOutlierDetector": NeuralOutlierDetector(
        1, (64, 32), sparsity=None, max_iter=400, contamination=0.06, random_state=0
    ),
    "IsolationForest": IsolationForest(contamination=0.06, random_state=0),
    "OneClassSVM": OneClassSVM(nu=0.06),
    "LocalOutlierFactor": LocalOutlierFactor(novelty=True, contamination=0.06),
}
grid = np.stack(
    np.meshgrid(np.linspace(-1.7, 2.7, 80), np.linspace(-1.7, 2.7, 80)), axis=-1
)
figure, axes = plt.subplots(1, 4, figsize=(13, 3.6), layout="constrained")
for axis, (name, detector) in zip(axes, detectors.items()):
    model = make_pipeline(StandardScaler(), detector).fit(X)
    scores = -model.decision_function(X)
    area, precision = (
        f(is_outlier, scores) for f in (roc_auc_score, average_precision_score)
    )
    values = model.decision_function(grid.reshape(-1, 2)).reshape(80, 80)
    axis.contourf(grid[..., 0], grid[..., 1], values, levels=12, cmap="Blues_r")
    axis.contour(grid[..., 0], grid[..., 1], values, levels=[0], colors="crimson")
    axis.scatter(*X.T, c=np.where(is_outlier, "crimson", "black"), s=5)
    axis.set_title(
        f"{name}\nROC AUC {area:.3f}, average precision {precision:.3f}", fontsize=9
    )
    axis.set_xticks([])
    axis.set_yticks([])
plt.show()

# %%
# Outliers among images
# ---------------------
#
# Ones, sevens and nines with some other digits among them: the images with the lowest scores.

digits = load_digits()
usual = np.isin(digits.target, (1, 7, 9))
rows = np.r_[np.flatnonzero(usual), np.flatnonzero(~usual)[:25]]
images, odd = digits.data[rows] / 16, ~usual[rows]
detector = NeuralOutlierDetector(sparsity_weight=0.3, max_iter=300, random_state=0).fit(
    images
)
scores = detector.score_samples(images)
print(f"area under the ROC curve: {roc_auc_score(odd, -scores):.3f}")
precision = average_precision_score(odd, -scores)
print(f"average precision: {precision:.3f}, by chance {odd.mean():.3f}")
figure, axes = plt.subplots(2, 12, figsize=(10, 2.2), layout="constrained")
for axis, row in zip(axes.flat, np.argsort(scores)):
    axis.imshow(images[row].reshape(8, 8), cmap="gray_r")
    axis.set_title(
        digits.target[rows[row]], color="crimson" if odd[row] else "black", fontsize=9
    )
    axis.axis("off")
plt.show()
