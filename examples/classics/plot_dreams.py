"""
==================================
What deep machines dream of
==================================

A deep belief net that is fine-tuned by the up-down algorithm [1]_ is a model of rows and labels
together. Its top two layers form an associative memory with one unit for each class. Hold the unit
of a class, let the memory settle, pass the result down by the generative weights, and an image of
that class appears: what the net "has in mind", as the authors put it.

A deep Boltzmann machine [2]_ has no labels. Its Markov chains, the *particles*, wander through
what it takes the data to be like.

References
----------
.. [1] Hinton, G. E., Osindero, S. and Teh, Y. (2006). A fast learning algorithm for deep belief
   nets. Neural Computation 18.
.. [2] Salakhutdinov, R. and Hinton, G. (2009). Deep Boltzmann machines. AISTATS.
"""

# %%
# Digits of 8 x 8 pixels, their grey levels from 0 to 1.
import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.neighbors import KNeighborsClassifier

from skneural import DBNClassifier, DeepBoltzmannMachine

warnings.simplefilter("ignore", ConvergenceWarning)
X, y = load_digits(return_X_y=True)
X = np.float32(X / 16)


def show(images, n_rows, title):
    """Show images in rows."""
    n_columns = len(images) // n_rows
    size = 0.6 * n_columns, 0.6 * n_rows + 0.3
    fig, axes = plt.subplots(n_rows, n_columns, figsize=size, layout="constrained")
    for ax, image in zip(axes.flat, images):
        ax.imshow(image.reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
        ax.axis("off")
    fig.suptitle(title, fontsize="medium")
    plt.show()


# %%
# Up-down fine-tuning learns by local rules, without backpropagation. The net also predicts, by the
# free energy of each label.
net = DBNClassifier(
    (150, 300),
    fine_tuning="up_down",
    pretraining_max_iter=30,
    solver="sgd",
    momentum=0.0,
    learning_rate_init=0.1,
    batch_size=10,
    max_iter=150,
    n_iter_no_change=150,
    random_state=0,
)
net.fit(X[:1400], y[:1400])
print(f"test accuracy {net.score(X[1400:], y[1400:]):.3f}")

# %%
# Five dreams of each class. A classifier that has seen real digits only mostly agrees.
classes = np.tile(np.arange(10), 5)
dreams = net.sample(50, classes, random_state=0)
agreement = np.mean(KNeighborsClassifier().fit(X, y).predict(dreams) == classes)
print(f"the neighbors' class is the one asked for in {agreement:.0%}")
show(dreams, 5, "Dreams of the belief net, by class")

# %%
# The Boltzmann machine learns from pixels that are on or off.
binary = np.float32(np.random.RandomState(0).uniform(size=X.shape) < X)
machine = DeepBoltzmannMachine(
    (150, 100),
    batch_size=20,
    learning_rate=0.02,
    pretraining_max_iter=30,
    max_iter=100,
    random_state=0,
)
machine.fit(binary)
print(f"bound of the log probability {machine.score(binary):.1f} nats")
show(binary[:50], 5, "Data")

# %%
# Grey levels are the probabilities of the last step.
dreams = machine.sample(50, random_state=0, n_gibbs_steps=500, binary=False)
show(dreams, 5, "Dreams of the Boltzmann machine")
