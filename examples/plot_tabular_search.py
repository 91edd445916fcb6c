"""
=================================
Networks in a search over tables
=================================

The search that most data scientists run: a linear model, an SVM, a forest, boosted trees, and now
a network, each with a small grid, on the same splits. Three of them need numbers that are imputed,
scaled and one-hot encoded; boosting and :class:`~skneural.TabularClassifier` take tables as they
are.
"""

# %%
# Four tables
# -----------
#
# A part of the census of 1994, with categories and missing values, tumours of 569 patients, 178
# wines of three growers, and the progress of diabetes in 442 patients, which is a number. A third
# of the rows of each is kept for the test.

import time
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC, SVR

from skneural import TabularClassifier, TabularRegressor
from skneural.datasets import load_census

census, earns = load_census()
some = np.random.RandomState(0).permutation(len(census))[:4000]
tables = {
    "census": (census.iloc[some], earns[some]),
    "tumours": load_breast_cancer(return_X_y=True, as_frame=True),
    "wines": load_wine(return_X_y=True, as_frame=True),
    "diabetes": load_diabetes(return_X_y=True, as_frame=True),
}

# %%
# The models and their grids
# --------------------------
#
# ``"model"`` is the last step of every pipeline, so grids read alike. The random state makes the
# searches repeatable.


def encoded(model):
    """A model behind imputed, scaled and one-hot encoded columns."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    categories = OneHotEncoder(handle_unknown="ignore", min_frequency=5)
    return make_pipeline(
        make_column_transformer(
            (numbers, make_column_selector(dtype_include="number")),
            (categories, make_column_selector(dtype_exclude="number")),
        ),
        model,
    )


def searches(of_classes):
    """Names, estimators and grids of at most four candidates."""
    linear = LogisticRegression(max_iter=1000) if of_classes else Ridge()
    strength = {"C": [0.1, 1]} if of_classes else {"alpha": [1, 10]}
    svm = SVC() if of_classes else SVR()
    forest = RandomForestClassifier if of_classes else RandomForestRegressor
    trees, network = HistGradientBoostingRegressor, TabularRegressor
    if of_classes:
        trees, network = HistGradientBoostingClassifier, TabularClassifier
    return [
        ("linear", encoded(linear), strength),
        ("SVM", encoded(svm), {"C": [1, 10, 100]}),
        ("forest", encoded(forest(random_state=0)), {"min_samples_leaf": [1, 3, 10]}),
        ("boosting", trees(random_state=0), {"learning_rate": [0.03, 0.1]}),
        ("network", network(random_state=0), {"n_members": [2, 8]}),
    ]


# %%
# The searches
# ------------
#
# Each is cross-validated by three folds of the training rows. What counts is the score on the test
# rows, accuracy or R², of the best candidate refitted on all training rows.

rows = []
for table, (X, y) in tables.items():
    of_classes = len(np.unique(y)) < 10
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=1 / 3, random_state=0, stratify=y if of_classes else None
    )
    for model, estimator, grid in searches(of_classes):
        if hasattr(estimator, "steps"):
            step = estimator.steps[-1][0]
            grid = {f"{step}__{name}": values for name, values in grid.items()}
        search = GridSearchCV(estimator, grid, cv=3)
        start = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # categories that a fold lacks
            search.fit(X_train, y_train)
        seconds = time.perf_counter() - start
        rows.append((table, model, search.score(X_test, y_test), seconds))

found = pd.DataFrame(rows, columns=["table", "model", "score", "seconds"])
for values, digits in (("score", 3), ("seconds", 1)):
    by_model = found.pivot(index="model", columns="table", values=values)
    print(by_model.round(digits).to_string(), "\n")

# %%
# Score and time
# --------------
#
# Up is better, left is faster. On a few hundred rows a linear model or an SVM is as good as any and
# ready at once. On the census, with its thousands of rows and many categories, the network is
# ahead. It is the slowest or second slowest in each search.

fig, axes = plt.subplots(1, len(tables), figsize=(13, 3.6), layout="constrained")
for ax, name in zip(axes, tables, strict=True):
    for place, row in enumerate(found[found["table"] == name].itertuples()):
        ax.scatter(row.seconds, row.score, color=f"C{place}", s=45)
        ax.annotate(
            row.model, (row.seconds, row.score), xytext=(5, 5), fontsize=9,
            textcoords="offset points",
        )
    ax.set_xscale("log")
    ax.margins(0.35, 0.2)
    ax.set_title(name)
    ax.set_xlabel("seconds of the search")
axes[0].set_ylabel("score on the test rows")
plt.show()
