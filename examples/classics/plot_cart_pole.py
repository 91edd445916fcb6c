"""
==========================================
Balancing a pole by fitted Q iteration
==========================================

A cart is pushed left or right so that a pole on it stays up (Barto, Sutton and Anderson, 1983).
Nobody says which push was right; all there is to learn from is that the pole fell. Reinforcement
learning needs no library of its own here: fitted Q iteration (Ernst et al., 2005; with a network,
Riedmiller, 2005) is a loop around a regressor.
"""

# %%
# The cart
# --------
#
# Position and speed of the cart, angle and speed of the pole, every fiftieth of a second. An
# episode ends when the pole leans by more than 12 degrees, when the cart leaves the track, or after
# 500 steps.

import matplotlib.pyplot as plt
import numpy as np

from skneural import MLPRegressor


def moved(state, push):
    """The next states of carts that are pushed to the right (1) or left (0)."""
    x, speed, angle, spin = state.T
    sin, cos = np.sin(angle), np.cos(angle)
    force = np.where(push, 10.0, -10.0)
    swing = (force + 0.05 * spin**2 * sin) / 1.1
    turn = (9.8 * sin - cos * swing) / (0.5 * (4 / 3 - 0.1 * cos**2 / 1.1))
    thrust = swing - 0.05 * turn * cos / 1.1
    return state + 0.02 * np.stack([speed, thrust, spin, turn], axis=1)


def has_failed(state):
    return (np.abs(state[:, 0]) > 2.4) | (np.abs(state[:, 2]) > np.radians(12))


def episodes(policy, n_episodes, random, most=500):
    """Lengths of episodes side by side, and all states, pushes and next states."""
    state = random.uniform(-0.05, 0.05, (n_episodes, 4))
    lengths, seen = np.zeros(n_episodes, int), []
    running = np.arange(n_episodes)
    for _ in range(most):
        push = policy(state)
        following = moved(state, push)
        seen.append((state, push, following))
        lengths[running] += 1
        goes_on = ~has_failed(following)
        state, running = following[goes_on], running[goes_on]
        if not len(running):
            break
    return lengths, [np.concatenate(each) for each in zip(*seen)]


# %%
# What a push is worth
# --------------------
#
# Q(state, push) is the discounted share of future steps that the pole is up. It follows from what
# the best push in the next state is worth, and is 0 after a failure:
#
# .. math:: Q(s, a) = (1 - \gamma) + \gamma \max_{a'} Q(s', a')
#
# In each round a network is fitted to the right side, computed by the network of the round before
# for all transitions seen so far. Then it drives two episodes, with a random push every tenth step.

SCALE, GAMMA = np.array([2.4, 2.0, 0.2, 2.0]), 0.98


def rows(state, push):
    return np.column_stack([state / SCALE, np.broadcast_to(2.0 * push - 1, len(state))])


def best_value(model, state):
    return np.maximum(model.predict(rows(state, 0)), model.predict(rows(state, 1)))


def greedy(model):
    return lambda state: model.predict(rows(state, 1)) > model.predict(rows(state, 0))


def exploring(policy, random, share=0.1):
    def explore(state):
        chance = random.uniform(size=len(state)) < share
        return np.where(chance, random.randint(2, size=len(state)) == 1, policy(state))

    return explore


random, tests = np.random.RandomState(0), []
_, data = episodes(lambda state: random.randint(2, size=len(state)) == 1, 40, random)
worth = 0.0
for number in range(30):
    state, push, following = data
    targets = np.where(has_failed(following), 0.0, 1 - GAMMA + GAMMA * worth)
    model = MLPRegressor(
        hidden_layer_sizes=(64, 64), activation="tanh", learning_rate_init=0.003,
        batch_size=64, max_iter=60, random_state=number,
    ).fit(rows(state, push), targets)
    lengths, _ = episodes(greedy(model), 10, np.random.RandomState(1))
    tests.append((len(push), lengths))
    steps = f"{lengths.mean():5.1f} steps"
    print(f"round {number + 1:2}: {len(push):5,} transitions, {steps}")
    if lengths.min() == 500:
        break
    _, new = episodes(exploring(greedy(model), random), 2, random)
    data = [np.concatenate(pair) for pair in zip(data, new)]
    worth = best_value(model, data[2])

lengths, _ = episodes(greedy(model), 100, np.random.RandomState(2))
print(f"{(lengths == 500).sum()} of 100 other episodes reach 500 steps")

# %%
# What it learned
# ---------------
#
# Left, the steps of ten episodes after each round. In the middle, the value of states at the center
# of the track: high along the line where the pole swings back to the middle, and the line where
# both pushes are worth the same. Right, an episode.

figure, axes = plt.subplots(1, 3, figsize=(12, 3.5), layout="constrained")
counts, found = zip(*tests)
axes[0].plot(counts, [each.mean() for each in found], "o-")
axes[0].fill_between(counts, *np.percentile(found, [0, 100], axis=1), alpha=0.2)
axes[0].set(xlabel="transitions seen", ylabel="steps", title="ten episodes")
angle, spin = np.meshgrid(np.linspace(-12, 12, 60), np.linspace(-2, 2, 60))
grid = np.zeros((3600, 4))
grid[:, 2], grid[:, 3] = np.radians(angle).ravel(), spin.ravel()
value = best_value(model, grid).reshape(60, 60)
lead = model.predict(rows(grid, 1)) - model.predict(rows(grid, 0))
filled = axes[1].contourf(angle, spin, value, 12)
axes[1].contour(angle, spin, lead.reshape(60, 60), [0.0], colors="white")
axes[1].set(
    xlabel="angle in degrees", ylabel="angular speed",
    title="value, and where pushes change",
)
figure.colorbar(filled)
alone = episodes(greedy(model), 1, np.random.RandomState(3))[1][0]
axes[2].plot(np.degrees(alone[:, 2]), label="angle in degrees")
axes[2].plot(alone[:, 0], label="position")
axes[2].set(xlabel="step", title="an episode")
axes[2].legend()
plt.show()
