"""
====================================================
Convolutions, an LSTM, ridge and a forest on series
====================================================

Which model suits a set of series is hard to know beforehand, so that one search should compare
them: a network of convolutions over time, an LSTM, a ridge classifier on the features of
MiniRocket, and a random forest.

The series are outlines, as those of arrowheads and of leaves in the UCR archive: the distance of
a shape's edge from its centre, on the way round it. Here the shapes are handwritten digits.
"""

# %%
# The way round a digit
# ---------------------
#
# At each of 64 angles, the distance from the centre of the ink to the edge of the last stroke. The
# plot shows three digits of each class.

import warnings
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
from scipy.ndimage import map_coordinates
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import GridSearchCV, StratifiedKFold, train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skneural import RecurrentClassifier, SeriesNetClassifier

warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs asked for are enough

ANGLES = np.linspace(0, 2 * np.pi, 64, endpoint=False)
RADII = np.linspace(0, 6, 61)


def way_round(image):
    """Distances of the edge from the centre of the ink, (64, 1)."""
    rows, columns = np.indices(image.shape)
    centre = [np.average(places, weights=image) for places in (rows, columns)]
    rays = np.stack([-np.cos(ANGLES), np.sin(ANGLES)])[:, :, None] * RADII
    ink = map_coordinates(image, rays + np.reshape(centre, (2, 1, 1)), order=1)
    return (RADII * (ink > 6)).max(axis=1)[:, None]


digits = load_digits(n_class=6)
X = np.array([way_round(image) for image in digits.images], dtype=np.float32)
X, X_test, y, y_test = train_test_split(
    X, digits.target, train_size=300, stratify=digits.target, random_state=0
)
print(f"{X.shape} to search with, {X_test.shape} to test on")

figure, axes = plt.subplots(2, 3, figsize=(9, 4), sharey=True, layout="constrained")
for label, axis in enumerate(axes.flat):
    axis.plot(np.degrees(ANGLES), X[y == label][:3, :, 0].T, color=f"C{label}")
    axis.set_title(f"digit {label}")
figure.supxlabel("angle, degrees")
figure.supylabel("distance, pixels")
plt.show()

# %%
# Features of fixed convolutions
# ------------------------------
#
# MiniRocket (Dempster, Schmidt and Webb, 2021) convolves series with 84 kernels of the weights -1
# and 2, at several dilations, and counts how often they exceed some of their own quantiles. A
# linear classifier does the rest. This is its idea in few lines, with fewer features.

KERNELS = list(combinations(range(9), 3))  # the places of the weight 2


class FixedConvolutions(TransformerMixin, BaseEstimator):
    def __init__(self, n_quantiles=4, dilations=(1, 2, 4, 7)):
        self.n_quantiles = n_quantiles
        self.dilations = dilations

    def fit(self, X, y=None):
        levels = np.linspace(0, 1, self.n_quantiles + 2)[1:-1]
        self.biases_ = [np.quantile(z, levels) for z in self._convolve(X)]
        return self

    def transform(self, X):
        pairs = zip(self._convolve(X), self.biases_, strict=True)
        shares = [(z > bias).mean(axis=1) for z, biases in pairs for bias in biases]
        return np.stack(shares, axis=1)

    def _convolve(self, X):
        for dilation in self.dilations:
            padded = np.pad(X[:, :, 0], ((0, 0), (4 * dilation, 4 * dilation)))
            taps = [padded[:, k * dilation :][:, : X.shape[1]] for k in range(9)]
            total = sum(taps)
            yield from (3 * sum(taps[k] for k in kernel) - total for kernel in KERNELS)


# %%
# One search
# ----------
#
# The steps of a pipeline are parameters like others. Networks take the series as they are.

pipeline = Pipeline([("features", "passthrough"), ("model", RidgeClassifier())])
table = FunctionTransformer(lambda series: series.reshape(len(series), -1))
fcn = SeriesNetClassifier("fcn", max_iter=12, random_state=0)
lstm = RecurrentClassifier(
    "lstm", bidirectional=True, learning_rate="cosine", max_iter=40, random_state=0
)
ridge = make_pipeline(StandardScaler(), RidgeClassifier(alpha=100.0))
search = GridSearchCV(
    pipeline,
    [
        {"model": [fcn], "model__learning_rate_init": [0.002, 0.005]},
        {"model": [lstm], "model__pooling": ["last", "max"]},
        {
            "features": [FixedConvolutions()],
            "features__n_quantiles": [2, 4],
            "model": [ridge],
        },
        {
            "features": [table],
            "model": [RandomForestClassifier(random_state=0)],
            "model__n_estimators": [100, 300],
        },
    ],
    cv=StratifiedKFold(3, shuffle=True, random_state=0),
).fit(X, y)

names = {
    "SeriesNetClassifier": "FCN",
    "RecurrentClassifier": "LSTM",
    "Pipeline": "fixed convolutions + ridge",
    "RandomForestClassifier": "random forest",
}
results = search.cv_results_
best = {}
for place, candidate in enumerate(results["params"]):
    name = names[type(candidate["model"]).__name__]
    if name not in best or results["rank_test_score"][place] < best[name][0]:
        best[name] = (results["rank_test_score"][place], place)
winner = names[type(search.best_params_["model"]).__name__]
print(f"the best of all, {winner}: {search.score(X_test, y_test):.3f} on test series")

# %%
# What it found
# -------------
#
# On the archive's own sets, ``python -m asv_benchmarks.accuracy.series ucr`` compares the networks
# with all of MiniRocket.

places = [place for _, place in best.values()]
scores, errors = results["mean_test_score"][places], results["std_test_score"][places]
times = results["mean_fit_time"][places]
figure, (left, right) = plt.subplots(
    1, 2, figsize=(9, 2.8), sharey=True, layout="constrained"
)
left.errorbar(scores, range(len(best)), xerr=errors, fmt="o", capsize=4)
left.set_yticks(range(len(best)), list(best))
left.set(xlabel="accuracy in three folds")
right.barh(range(len(best)), times, color="0.6")
right.set(xlabel="seconds of a fit")
plt.show()
