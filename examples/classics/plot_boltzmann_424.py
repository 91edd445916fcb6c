r"""
==========================================
A Boltzmann machine that invents a code
==========================================

The encoder problem of Ackley, Hinton and Sejnowski (1985): two groups of four visible units have no
connection to each other, only to two hidden units between them. In each group a single unit is on,
the same one in both. To tell the groups of each other, the hidden units have to find a code of two
bits for four states. Nobody tells them which: hidden units had not been trained before.

A machine of ten units has 1,024 states, few enough to enumerate. So the learning rule can be seen
without the noise of sampling, and the machine is written in NumPy, from its definition.
"""

# %%
# The machine
# -----------
#
# Units s are 0 or 1, and a state has the energy
#
# .. math:: E(s) = -\sum_{i<j} w_{ij} s_i s_j - \sum_i b_i s_i .
#
# Left alone, the machine visits each state with a probability in proportion to :math:`e^{-E}`.
# Biases are the weights to a unit that is always on.

import matplotlib.pyplot as plt
import numpy as np

FIRST, HIDDEN, SECOND = slice(0, 4), slice(4, 6), slice(6, 10)
states = np.array([list(np.binary_repr(n, 10)) for n in range(2**10)], float)
with_one = np.hstack([states, np.ones((1024, 1))])

connected = np.zeros((11, 11), bool)
for group in (FIRST, SECOND):  # each with the hidden units, and within itself
    connected[group, group] = connected[group, HIDDEN] = connected[HIDDEN, group] = True
connected[HIDDEN, HIDDEN] = True
connected[:, -1] = connected[-1] = True
np.fill_diagonal(connected, False)


def energies(weights):
    """Energy of each state."""
    return -0.5 * (with_one @ weights * with_one).sum(axis=1)


def probabilities(weights):
    """How often each state is visited in equilibrium."""
    energy = energies(weights)
    exps = np.exp(energy.min() - energy)
    return exps / exps.sum()


# %%
# What it should do
# -----------------
#
# The environment shows four patterns equally often. Now and then a unit is seen wrongly, otherwise
# the weights would have to grow forever. The paper does the same.

visible = np.r_[0:4, 6:10]
patterns = np.hstack([np.eye(4), np.eye(4)])
noise = np.where(patterns == 1, 0.95, 0.05)  # the chance that a unit is seen on
seen = states[:, visible]
likelihood = np.where(seen[:, None] == 1, noise, 1 - noise).prod(axis=2)
wanted = likelihood.mean(axis=1)  # of the visible part of each state
wanted /= wanted.sum() / 4  # there are four hidden states for each

# %%
# Learning
# --------
#
# The gradient of the log likelihood is the difference of two statistics of pairs of units: how
# often both are on when the environment holds the visible units, and when the machine runs free.
#
# .. math:: \Delta w_{ij} \propto \langle s_i s_j \rangle_\mathrm{clamped}
#    - \langle s_i s_j \rangle_\mathrm{free}
#
# With exact statistics this is an ascent that may end in a local optimum, where two patterns share
# a code. So there are several starts. In the paper, the noise of sampling helps the machine out.

same_visible = np.unique(seen, axis=0, return_inverse=True)[1].ravel()


def clamped(free):
    """Probabilities where the environment holds the visible units."""
    of_visible = np.bincount(same_visible, weights=free)
    return wanted * free / of_visible[same_visible]


def pairs(chance):
    """How often two units are on together."""
    return with_one.T @ (chance[:, None] * with_one)


def learned(seed, n_steps=800, rate=1.0, momentum=0.9):
    """Weights after so many steps, and the divergence from what is wanted at each."""
    weights = np.triu(np.random.RandomState(seed).normal(0, 0.1, (11, 11)), 1)
    weights = np.where(connected, weights + weights.T, 0)
    change, divergence = np.zeros((11, 11)), []
    for _ in range(n_steps):
        free = probabilities(weights)
        of_visible = np.bincount(same_visible, weights=free)[same_visible]
        divergence.append((wanted * np.log(wanted / of_visible)).sum() / 4)
        gradient = np.where(connected, pairs(clamped(free)) - pairs(free), 0)
        change = momentum * change + rate * gradient
        weights += change
    return weights, divergence


results = [learned(seed) for seed in range(8)]
best = int(np.argmin([divergence[-1] for _, divergence in results]))
weights, divergence = results[best]
for seed, (_, course) in enumerate(results):
    print(f"start {seed}: divergence {course[0]:.3f} -> {course[-1]:.3f} nats")

# %%
# The code
# --------
#
# The hidden units tell four patterns apart if each has a code of its own.

hidden = states[:, HIDDEN]
for pattern in np.eye(4):
    is_held = (states[:, FIRST] == pattern).all(axis=1)
    chance = probabilities(weights) * is_held
    mean = chance @ hidden / chance.sum()
    print(f"{pattern.astype(int)} is coded as {np.round(mean, 2)}")

# %%
# Completion by annealing
# -----------------------
#
# Given one group, the machine finds the other: units are updated one after the other at random,
# on with the probability :math:`1 / (1 + e^{-\Delta E / T})`, while the temperature T falls. This
# is how larger machines, whose states nobody can enumerate, have to settle.

random = np.random.RandomState(0)


def annealed(first, temperatures=(4, 3, 2, 1.5, 1, 1, 0.5, 0.5)):
    """The second group, where the first one is held."""
    state = np.r_[first, random.randint(2, size=6), 1.0]
    for temperature in temperatures:
        for unit in random.permutation(np.arange(4, 10)):
            drive = weights[unit] @ state / temperature
            state[unit] = random.uniform() < 1 / (1 + np.exp(-drive))
    return state[SECOND]


right = np.mean([
    (annealed(pattern) == pattern).all() for pattern in np.eye(4) for _ in range(250)
])
print(f"{right:.1%} of 1,000 completions are right")

# %%
# Weights, as the paper draws them: what each hidden unit is connected to. The signs are a code:
# ``++``, ``+-``, ``-+``, ``--``, the same in both groups.

figure, axes = plt.subplots(1, 3, figsize=(11, 3.4), layout="constrained",
                            width_ratios=[1.1, 1, 1.1])
for seed, (_, course) in enumerate(results):
    color = "k" if seed == best else "0.7"
    axes[0].semilogx(np.arange(1, len(course) + 1), course, color)
axes[0].set(xlabel="step", ylabel="divergence in nats", title="learning, eight starts")
size = np.abs(weights[HIDDEN, :10]).max()
shown = weights[HIDDEN][:, visible].reshape(4, 4)
axes[1].imshow(shown, cmap="coolwarm", vmin=-size, vmax=size)
axes[1].set(
    title="weights of hidden units", xlabel="visible unit",
    xticks=range(4), yticks=range(4),
    yticklabels=["1 to first", "1 to second", "2 to first", "2 to second"],
)
chance = probabilities(weights)
is_first, is_second = (
    (states[:, group, None] == np.eye(4)).all(axis=1) for group in (FIRST, SECOND)
)
joint = is_first.T @ (chance[:, None] * is_second)
shown = axes[2].imshow(joint / joint.sum(), cmap="Blues", vmin=0)
axes[2].set(title="patterns when it runs free", xlabel="on in the second group",
            ylabel="on in the first group", xticks=range(4), yticks=range(4))
figure.colorbar(shown, label="share")
plt.show()
