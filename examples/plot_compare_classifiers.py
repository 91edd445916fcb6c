"""
================================================
A network among other classifiers
================================================

You have a ``Pipeline`` and a ``GridSearchCV`` with support vector machines and trees in it,
and would like to know whether a neural network does better. Then put one in: same pipeline,
same search, same folds.

The data are scikit-learn's digits, 1797 images of 8 x 8 pixels. As a script, this prints a
table and saves a picture of it::

    python examples/plot_compare_classifiers.py --output comparison.png
"""

# %%
# One pipeline, one search
# ------------------------
#
# The last step of the pipeline is a parameter like any other, so that one search can go
# through several classifiers, each with a grid of its own. Every candidate sees the same
# three folds.

import argparse
import sys
import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold, train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skneural import MLPClassifier

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)

network = MLPClassifier(
    learning_rate="cosine", learning_rate_init=0.005, max_iter=50, random_state=0
)
grid = [
    {
        "classifier": [LogisticRegression(max_iter=1000)],
        "classifier__C": [0.01, 0.1, 1.0],
    },
    {
        "classifier": [SVC()],
        "classifier__C": [1.0, 10.0, 100.0],
        "classifier__gamma": [0.002, 0.005, 0.01, 0.02],
    },
    {
        "classifier": [RandomForestClassifier(random_state=0)],
        "classifier__n_estimators": [100, 300],
        "classifier__max_features": ["sqrt", 0.25],
    },
    {
        "classifier": [HistGradientBoostingClassifier(max_iter=50, random_state=0)],
        "classifier__learning_rate": [0.1, 0.3],
        "classifier__max_leaf_nodes": [15, 31],
    },
    {
        "classifier": [network],
        "classifier__hidden_layer_sizes": [(100,), (256,), (256, 128)],
        "classifier__dropout": [0.0, 0.3],
        "classifier__label_smoothing": [0.0, 0.1],
    },
]

pipeline = Pipeline([("scale", StandardScaler()), ("classifier", LogisticRegression())])
folds = StratifiedKFold(3, shuffle=True, random_state=0)
search = GridSearchCV(pipeline, grid, cv=folds, n_jobs=2)

with warnings.catch_warnings():
    warnings.simplefilter("ignore", ConvergenceWarning)  # candidates run a fixed number of epochs
    search.fit(X_train, y_train)

# %%
# The best of each kind
# ---------------------
#
# The fit time is that of one fit on two thirds of the training rows, the mean over the
# folds, with two fits running at a time.


def best_candidates(results):
    """Best candidate of each classifier: name -> its row of ``cv_results_``."""
    names = np.array([type(params["classifier"]).__name__ for params in results["params"]])
    best = {}
    for name in dict.fromkeys(names):
        candidates = np.flatnonzero(names == name)
        best[name] = candidates[np.argmax(results["mean_test_score"][candidates])]
    return names, best


def describe(params):
    """Write the parameters of a candidate without the classifier itself."""
    named = {key.partition("__")[2]: value for key, value in params.items() if "__" in key}
    return ", ".join(f"{key}={value!r}" for key, value in named.items())


results = search.cv_results_
names, best = best_candidates(results)
ranked = sorted(best, key=lambda name: -results["mean_test_score"][best[name]])

print(f"{'classifier':<32}{'best score':<17}{'fit time':<10}best parameters")
for name in ranked:
    row = best[name]
    score, spread = results["mean_test_score"][row], results["std_test_score"][row]
    seconds = results["mean_fit_time"][row]
    print(
        f"{name:<32}{score:.4f} ± {spread:.4f}  {seconds:<6.2f} s  "
        f"{describe(results['params'][row])}"
    )
winner = type(search.best_estimator_["classifier"]).__name__
print(f"\n{winner}, on the rows held back: accuracy {search.score(X_test, y_test):.4f}")

# %%
# A picture of it
# ---------------
#
# Left, every candidate; right, what the best one of each kind costs.

figure, (score_axis, time_axis) = plt.subplots(
    1, 2, figsize=(11, 4), sharey=True, width_ratios=[3, 2], layout="constrained"
)
for position, name in enumerate(ranked):
    scores, row = results["mean_test_score"], best[name]
    color = "C1" if name == "MLPClassifier" else "C0"
    score_axis.scatter(
        scores[names == name], np.full(np.sum(names == name), position), color=color, alpha=0.4
    )
    score_axis.errorbar(
        scores[row], position, xerr=results["std_test_score"][row], fmt="D", color=color, capsize=4
    )
    seconds = results["mean_fit_time"][row]
    time_axis.barh(position, seconds, height=0.55, color=color)
    time_axis.annotate(
        f"{seconds:.2g} s", (seconds, position), (4, 0), textcoords="offset points", va="center"
    )
score_axis.set(
    title="Every candidate; diamond: the best, ± its spread",
    xlabel="accuracy, mean of three folds",
    yticks=range(len(ranked)),
    yticklabels=ranked,
)
score_axis.invert_yaxis()
score_axis.grid(axis="x", alpha=0.3)
time_axis.set(title="One fit of the best", xlabel="seconds", xscale="log")
time_axis.set_xlim(right=3 * time_axis.get_xlim()[1])
for axis in (score_axis, time_axis):
    axis.spines[["top", "right"]].set_visible(False)

if "sphinx_gallery" not in sys.modules:  # the gallery takes the picture itself
    parser = argparse.ArgumentParser(description="Compare classifiers on the digits.")
    parser.add_argument("--output", default="plot_compare_classifiers.png", metavar="FILE")
    output = parser.parse_args().output
    figure.savefig(output, dpi=150)
    print(f"Picture saved to {output}")
