"""
================================================
Text as sparse input
================================================

Word counts give wide, sparse tables: here some thousand columns, of which a paragraph fills
a few dozen. ``MLPClassifier`` reads such a matrix in SciPy's CSR format and never makes it
dense, so the cost of the first layer depends on the stored numbers only.

The texts are the paragraphs of scikit-learn's own documentation, which is installed with it.
The task: which part of the library does a paragraph describe?
"""

# %%
# Paragraphs from docstrings
# --------------------------
#
# Paragraphs of one class or function stay together, in training or in test. Code, and every
# word that names the answer, is left out.

import inspect
import re
import time
import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import ConfusionMatrixDisplay, balanced_accuracy_score
from sklearn.model_selection import GroupShuffleSplit
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC
from sklearn.utils.discovery import all_estimators, all_functions

from skneural import MLPClassifier

TOPICS = [
    "cluster",
    "datasets",
    "decomposition",
    "ensemble",
    "feature_extraction",
    "linear_model",
    "metrics",
    "model_selection",
    "preprocessing",
]


def paragraphs(documented):
    """Split the docstring of a class or function into its longer paragraphs."""
    text = re.sub(r"(?m)^.*(>>>|\.\.\. ).*$", "", inspect.getdoc(documented) or "")
    text = re.sub(rf"sklearn\.\w+|\b({'|'.join(TOPICS)})\b", " ", text)
    parts = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text))
    return [part for part in parts if len(part.split()) >= 12]


texts, labels, groups = [], [], []
for group, (_, documented) in enumerate([*all_estimators(), *all_functions()]):
    topic = documented.__module__.split(".")[1]
    if topic in TOPICS:
        found = paragraphs(documented)
        texts += found
        labels += [topic] * len(found)
        groups += [group] * len(found)

texts, labels = np.array(texts, dtype=object), np.array(labels)
split = GroupShuffleSplit(test_size=0.3, random_state=0)
train, test = next(split.split(texts, labels, groups))
vectorizer = TfidfVectorizer(
    sublinear_tf=True, min_df=2, ngram_range=(1, 2), dtype=np.float32
)
X_train, X_test = (
    vectorizer.fit_transform(texts[train]),
    vectorizer.transform(texts[test]),
)
y_train, y_test = labels[train], labels[test]
print(
    f"{X_train.shape[0]} paragraphs to train on, {X_train.shape[1]} columns, "
    f"{X_train.nnz / X_train.shape[0]:.0f} of them filled in a row"
)

# %%
# Three classifiers
# -----------------
#
# The first fit on a machine also compiles kernels, which takes some seconds; they are kept
# on disk, so run this twice to compare times.

models = {
    "ComplementNB": ComplementNB(),
    "LinearSVC": LinearSVC(C=0.5, class_weight="balanced", random_state=0),
    "MLPClassifier": MLPClassifier(
        (100,),
        dropout=0.5,
        class_weight="balanced",
        batch_size=64,
        max_iter=15,
        random_state=0,
    ),
}
print(f"\n{'':<20}{'balanced accuracy':>18}{'fit time':>10}")
for name, model in models.items():
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # 15 epochs are enough
        model.fit(X_train, y_train)
    seconds = time.perf_counter() - start
    accuracy = balanced_accuracy_score(y_test, model.predict(X_test))
    print(f"{name:<20}{accuracy:>18.3f}{seconds:>8.2f} s")

# %%
# The confusion matrix
# --------------------

figure, axis = plt.subplots(figsize=(7.5, 6.5), layout="constrained")
ConfusionMatrixDisplay.from_estimator(
    models["MLPClassifier"],
    X_test,
    y_test,
    normalize="true",
    values_format=".0%",
    cmap="Blues",
    xticks_rotation="vertical",
    colorbar=False,
    ax=axis,
)
axis.set_title("MLPClassifier: share of each part's paragraphs")
plt.show()
