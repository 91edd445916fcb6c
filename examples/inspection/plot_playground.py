"""
===============================
A playground for small networks
===============================

.. code-block:: bash

   pip install "scikit-neural[playground]"
   python -m skneural.playground

starts a page in the browser: choose data, features and a network, press *Play*, and watch
it learn. The page is drawn with Bokeh.

.. image:: ../../_static/playground.png
   :alt: The page, with a network that has learned a spiral.
   :width: 100%

What it trains and draws is :class:`~skneural.playground.Playground`, which needs no
browser. This page draws the same pictures with matplotlib.
"""

# %%
# Four data sets
# --------------
#
# Two hidden layers of eight units learn three of them in 60 epochs; the spiral takes longer.
# The colors are the probabilities of the classes; filled points are for training, hollow
# ones for the test.

import matplotlib.pyplot as plt
import numpy as np

from skneural.inspection import TrainingDisplay
from skneural.playground import Playground


def draw(axis, playground, title):
    """Draw the boundary and the points, as the page does."""
    axis.imshow(
        playground.boundary(128),
        origin="lower",
        extent=(-6, 6, -6, 6),
        cmap="RdBu_r",
        vmin=-0.5,  # paler than the points
        vmax=1.5,
    )
    train = np.arange(len(playground.y)) < len(playground.y) // 2
    for label, color in enumerate(("tab:blue", "tab:red")):
        mine = playground.y == label
        axis.scatter(*playground.X[mine & train].T, s=14, color=color, ec="w", lw=0.5)
        axis.scatter(*playground.X[mine & ~train].T, s=14, color="white", ec=color)
    axis.set(title=title, xticks=[], yticks=[])


figure, axes = plt.subplots(1, 4, figsize=(13, 3.6), layout="constrained")
for axis, name in zip(axes, ("gauss", "circle", "xor", "spiral")):
    playground = Playground(data=name, units=8, learning_rate=0.03)
    playground.step(60)
    draw(axis, playground, f"{name}: test loss {playground.test_losses[-1]:.2f}")
plt.show()

# %%
# The spiral, step by step
# ------------------------
#
# ``step`` trains by ``partial_fit``, an epoch at a time, and ``configure`` changes settings
# in between. The learning rate can change while the network is trained; most other changes
# begin anew.

playground = Playground(data="spiral", layers=3, units=8, noise=0.05)
figure, axes = plt.subplots(1, 4, figsize=(13, 3.4), layout="constrained")
for axis, until in zip(axes, (0, 20, 80, 300)):
    playground.step(until - playground.n_epochs)
    draw(axis, playground, f"epoch {until}")
plt.show()

# %%
# Features that help
# ------------------
#
# With the product of the coordinates as a feature, one unit solves XOR. Without it, one
# unit draws one line, and fails. The curves begin after the first epoch; the validation
# loss is that of the test points.

figure, axes = plt.subplots(2, 2, figsize=(9, 7), layout="constrained")
for (left, right), features in zip(axes, (["x1", "x2"], ["x1", "x2", "x1 x2"])):
    playground = Playground(
        data="xor", layers=1, units=1, features=features, learning_rate=0.1
    )
    playground.step(60)
    draw(left, playground, ", ".join(features))
    TrainingDisplay.from_curves(
        playground.losses[1:], validation_loss=playground.test_losses[1:], ax=right
    )
plt.show()
