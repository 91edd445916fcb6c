"""The up-down algorithm in NumPy, with the engine's random numbers."""

import numpy as np

from _machines import draws, logistic

SLEEP = 1 << 20


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def label_means(z):
    return logistic(z) if z.shape[1] == 1 else softmax(z)


def energies(fields, kernel, bias):
    """Minus the free energy of each label, but for what all have in common."""
    with_label = np.logaddexp(0, fields[:, :, None] + kernel[None])
    return bias + (with_label - np.logaddexp(0, fields)[:, :, None]).sum(axis=1)


def slopes(layers, top, labels, X, y, weight, n_steps, is_binary, seed, step):
    """Minus the gradient of each variable, summed over rows, and the losses of labels.

    ``layers`` are dicts of "kernel", "bias", "generative_kernel" and "generative_bias", ``top`` and
    ``labels`` those of the top machine.
    """
    w, found = weight[:, None], [{} for _ in range(len(layers) + 2)]

    def seen(fields, place):
        return logistic(fields) if is_binary or place > 0 else fields

    states = [X]
    for number, layer in enumerate(layers, 1):
        means = logistic(states[-1] @ layer["kernel"] + layer["bias"])
        states.append(draws(means, seed, step, number))
    for place, layer in enumerate(layers):
        given = states[place + 1]
        back = seen(given @ layer["generative_kernel"] + layer["generative_bias"], place)
        error = w * (states[place] - back)
        found[place]["generative_kernel"] = given.T @ error
        found[place]["generative_bias"] = error.sum(axis=0)

    below, fields = states[-1], states[-1] @ top["kernel"] + top["bias"]
    chances = label_means(energies(fields, labels["kernel"], labels["bias"]))
    right = (np.where(y > 0, chances, 1 - chances) if y.shape[1] == 1 else chances[y > 0][:, None])
    data = logistic(fields + y @ labels["kernel"].T)
    top_states = draws(data, seed, step, SLEEP)
    for number in range(n_steps):
        visible = seen(top_states @ top["kernel"].T + top["generative_bias"], len(layers))
        imagined = label_means(top_states @ labels["kernel"] + labels["bias"])
        key = 2 * SLEEP + 2 * number
        drawn = draws(visible, seed, step, key) if layers else visible
        model = logistic(drawn @ top["kernel"] + top["bias"] + imagined @ labels["kernel"].T)
        if number < n_steps - 1:
            top_states = draws(model, seed, step, key + 1)
    found[-2]["kernel"] = below.T @ (w * data) - drawn.T @ (w * model)
    found[-2]["bias"] = (w * (data - model)).sum(axis=0)
    found[-2]["generative_bias"] = (w * (below - drawn)).sum(axis=0)
    found[-1]["kernel"] = data.T @ (w * y) - model.T @ (w * imagined)
    found[-1]["bias"] = (w * (y - imagined)).sum(axis=0)

    for place in reversed(range(len(layers))):
        layer = layers[place]
        back = seen(drawn @ layer["generative_kernel"] + layer["generative_bias"], place)
        back = draws(back, seed, step, SLEEP + place) if place else back
        error = w * (drawn - logistic(back @ layer["kernel"] + layer["bias"]))
        found[place]["kernel"], found[place]["bias"] = back.T @ error, error.sum(axis=0)
        drawn = back
    return found, -weight * np.log(right[:, 0])
