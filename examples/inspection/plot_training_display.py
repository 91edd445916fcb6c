"""
=======================================
A training that draws itself
=======================================

:class:`~skneural.inspection.TrainingDisplay` is a callback: set on an estimator, it draws
the losses and, where there are two features, the decision boundary while the fit runs. In
a notebook, ``TrainingDisplay()`` redraws its picture below the cell. In a script, it writes
a file anew each time.

The data are two measurements of tumours, benign (blue) and malignant (red).
"""

# %%
# A fit with a picture
# --------------------
#
# Every hundredth epoch gives a picture here, and so does the end. By default, pictures are
# drawn by the clock, so that they never take more than a quarter of the time.

import tempfile
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
from sklearn.datasets import load_breast_cancer
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import StandardScaler

from skneural import MLPClassifier
from skneural.inspection import TrainingDisplay

warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs asked for are enough
data = load_breast_cancer(as_frame=True)
names = ["mean radius", "mean texture"]
X = StandardScaler().set_output(transform="pandas").fit_transform(data.data[names])
y = data.target_names[data.target]

path = Path(tempfile.mkdtemp()) / "training.png"
display = TrainingDisplay(path, every=100, interval=0)
model = MLPClassifier(
    (16, 16),
    learning_rate_init=0.01,
    max_iter=300,
    early_stopping=True,
    n_iter_no_change=300,
    random_state=0,
)
model.set_callbacks(display).fit(X, y)
print(f"{display.n_pictures_} pictures, the last in {path.name}")

# %%
# The picture of the end
# ----------------------
#
# This is what is in the file now. The validation score has a scale of its own, on the right.

figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
display.plot(axes)
plt.show()

# %%
# Boundaries along the way
# ------------------------
#
# A callback is given the estimator as if the fit had ended there, so any picture can be
# drawn in the middle of it. ``from_estimator`` draws one of any fitted estimator: here of
# networks that were trained for more and more epochs.

figure, axes = plt.subplots(2, 3, figsize=(12, 7), layout="constrained")
for column, epochs in zip(axes.T, (5, 50, 500)):
    network = MLPClassifier(
        (16, 16),
        learning_rate_init=0.01,
        max_iter=epochs,
        n_iter_no_change=500,
        random_state=0,
    ).fit(X, y)
    TrainingDisplay.from_estimator(network, X, y, ax=column)
plt.show()

# %%
# After five epochs the boundary is soft and smooth. Later it sharpens and bends around single
# points. The training loss still falls there, while the validation loss, in the picture
# above, has long begun to rise.
