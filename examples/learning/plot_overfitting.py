"""
=====================================================
Overfitting, dropout and early stopping
=====================================================

A network with far more weights than it has training rows can memorise the rows. The
training loss then continues to fall while the validation loss rises: it overfits. Two
remedies, which can be combined:

- *dropout* switches off a random part of the hidden units at each step, so that no unit can
  rely on another being there (Srivastava et al., 2014);
- *early stopping* ends training when the validation score no longer improves, and restores the
  best weights.
"""

# %%
# Few rows, many weights
# ----------------------
#
# 200 of scikit-learn's digits, a fifth of the labels replaced by random ones, and a network of
# about 85,000 weights. ``X_val`` and ``y_val`` give it validation rows of our own choice;
# ``validation_loss_curve_`` keeps their loss after every epoch.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from skneural import MLPClassifier

X, y = load_digits(return_X_y=True)
X_train, X_rest, y_train, y_rest = train_test_split(
    X / 16, y, train_size=200, stratify=y, random_state=0
)
X_val, X_test, y_val, y_test = train_test_split(
    X_rest, y_rest, train_size=500, stratify=y_rest, random_state=0
)
rng = np.random.RandomState(0)
y_train = np.where(rng.uniform(size=200) < 0.2, rng.randint(10, size=200), y_train)

# %%
# Four trainings
# --------------
#
# By itself training would end when its own loss stops falling; ``n_iter_no_change`` is too
# large to be reached here, to show what comes after. The dots mark the least validation loss.

dropout = {"dropout": 0.5}
early_stopping = {
    "early_stopping": True,
    "scoring": "neg_log_loss",
    "n_iter_no_change": 15,
}
settings = {
    "Neither": {},
    "Dropout": dropout,
    "Early stopping": early_stopping,
    "Dropout and early stopping": dropout | early_stopping,
}

figure, axes = plt.subplots(
    2, 2, figsize=(10, 6.5), sharex=True, sharey=True, layout="constrained"
)
print(f"{'':<28}{'epochs':>7}{'test loss':>11}{'test accuracy':>15}")
for axis, (title, parameters) in zip(axes.flat, settings.items()):
    network = MLPClassifier(
        (256, 256),
        max_iter=120,
        batch_size=32,
        tol=0.0,
        random_state=0,
        **({"n_iter_no_change": 120} | parameters),
    )
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", ConvergenceWarning
        )  # the long runs are long on purpose
        network.fit(X_train, y_train, X_val=X_val, y_val=y_val)

    probabilities = network.predict_proba(X_test)
    test_loss = -np.log(probabilities[np.arange(len(y_test)), y_test]).mean()
    accuracy = network.score(X_test, y_test)
    print(f"{title:<28}{network.n_iter_:>7}{test_loss:>11.3f}{accuracy:>15.3f}")

    axis.plot(network.loss_curve_, label="training")
    axis.plot(network.validation_loss_curve_, label="validation")
    lowest = int(np.argmin(network.validation_loss_curve_))
    axis.plot(lowest, network.validation_loss_curve_[lowest], "o", color="C1")
    axis.set(title=f"{title}\ntest loss {test_loss:.2f}, test accuracy {accuracy:.3f}")
    axis.set_ylim(0, 1.5)
    axis.spines[["top", "right"]].set_visible(False)
axes[0, 0].legend()
for axis in axes[-1]:
    axis.set_xlabel("epoch")
for axis in axes[:, 0]:
    axis.set_ylabel("log loss")
plt.show()
