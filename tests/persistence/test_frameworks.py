"""Weights in PyTorch's and Keras' layouts: the same outputs there, and back without a change."""

import numpy as np
import pytest

from skneural import ConvNetClassifier, GMDHRegressor, MLPClassifier, NeuralNetClassifier
from skneural.layers import (
    GRU,
    LSTM,
    BatchNorm,
    Bidirectional,
    Conv1D,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Flatten,
    LayerNorm,
    MaxPool,
    Residual,
    SimpleRNN,
)
from skneural.persistence import from_keras, from_torch, to_keras, to_torch

pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.needs_jit(reason="fits networks"),
]
RNG = np.random.default_rng(0)
IMAGES = RNG.normal(size=(12, 6, 5, 2))
SERIES = RNG.normal(size=(12, 7, 4))
ROWS = RNG.normal(size=(12, 9))
LABELS = np.arange(12) % 3

STACKS = {
    "dense": ([Dense(5, "relu"), LayerNorm(), Dense(3)], ROWS),
    "images": ([Conv2D(4, 3, "relu", padding="same"), BatchNorm(), MaxPool(2), Flatten(),
                Dense(5, "tanh"), Dense(3)], IMAGES),
    "series": ([Conv1D(4, 3, "relu"), Flatten(), Dense(3)], SERIES),
    "lstm": ([LSTM(5, return_sequences=True), LSTM(4), Dense(3)], SERIES),
    "gru": ([GRU(5), Dense(3)], SERIES),
    "elman": ([SimpleRNN(5), Dense(3)], SERIES),
    "both directions": ([Bidirectional(LSTM(5)), Dense(3)], SERIES),
    "block": ([Dense(4), Residual([Dense(4, "relu"), Dense(4)]), Dense(3)], ROWS),
}
EACH = pytest.mark.parametrize("name", list(STACKS))


def fitted(name, seed=0):
    layers, X = STACKS[name]
    return NeuralNetClassifier(layers, max_iter=3, random_state=seed).fit(X, LABELS), X


@EACH
@pytest.mark.parametrize(("give", "take"), [(to_torch, from_torch), (to_keras, from_keras)])
def test_weights_come_back(name, give, take):
    model, X = fitted(name)
    other, _ = fitted(name, seed=1)
    assert not np.array_equal(other.predict_proba(X), model.predict_proba(X))
    assert take(other, give(model)) is other
    # PyTorch adds two biases where we have one, so that rounding may differ
    assert np.allclose(other.predict_proba(X), model.predict_proba(X), rtol=0, atol=1e-12)


def torch_modules(name):
    """The module of a stack, and how rows are given to it."""
    torch = pytest.importorskip("torch", reason="the oracle of these tests")
    nn = torch.nn

    class Last(nn.Module):
        """The last output of a recurrent module, or all."""

        def __init__(self, module, whole=False):
            super().__init__()
            self.module, self.whole = module, whole

        def forward(self, x):
            out, _ = self.module(x)
            if self.whole:
                return out
            if self.module.bidirectional:
                units = self.module.hidden_size
                return torch.cat([out[:, -1, :units], out[:, 0, units:]], 1)
            return out[:, -1]

    how = {"batch_first": True}
    return torch, {
        "dense": [nn.Linear(9, 5), nn.ReLU(), nn.LayerNorm(5), nn.Linear(5, 3)],
        "images": [nn.Conv2d(2, 4, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(4), nn.MaxPool2d(2),
                   nn.Flatten(), nn.Linear(24, 5), nn.Tanh(), nn.Linear(5, 3)],
        "series": [nn.Conv1d(4, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(20, 3)],
        "lstm": [Last(nn.LSTM(4, 5, **how), True), Last(nn.LSTM(5, 4, **how)), nn.Linear(4, 3)],
        "gru": [Last(nn.GRU(4, 5, **how)), nn.Linear(5, 3)],
        "elman": [Last(nn.RNN(4, 5, **how)), nn.Linear(5, 3)],
        "both directions": [Last(nn.LSTM(4, 5, bidirectional=True, **how)), nn.Linear(10, 3)],
    }[name]


@pytest.mark.parametrize("name", [name for name in STACKS if name != "block"])
def test_pytorch_predicts_the_same(name):
    torch, modules = torch_modules(name)
    module = torch.nn.Sequential(*modules).double().eval()
    model, X = fitted(name)
    from_torch(model, module.state_dict())
    inputs = X if name in ("lstm", "gru", "elman", "both directions", "dense") else np.moveaxis(
        X, -1, 1)
    with torch.no_grad():
        expected = torch.softmax(module(torch.tensor(np.ascontiguousarray(inputs))), 1).numpy()
    assert np.allclose(model.predict_proba(X), expected, rtol=0, atol=1e-12)
    if any("bias_hh" in key for key in module.state_dict()):
        return  # two biases of PyTorch are one of ours
    for value, own in zip(module.state_dict().values(), to_torch(model).values(), strict=True):
        assert np.array_equal(value.numpy(), own)


def test_estimators_by_parameters():
    model = ConvNetClassifier((4,), image_shape=(6, 5, 2), max_iter=1).fit(IMAGES, LABELS)
    before = model.predict_proba(IMAGES)
    from_torch(model, to_torch(model))
    assert np.array_equal(model.predict_proba(IMAGES), before)
    names = list(to_torch(MLPClassifier((4,), max_iter=1).fit(ROWS, LABELS)))
    assert names == ["dense_1.weight", "dense_1.bias", "output.weight", "output.bias"]


def test_nothing_changes_where_something_does_not_fit():
    model, X = fitted("dense")
    before = model.predict_proba(X)
    state = to_torch(model)
    with pytest.raises(ValueError, match="layer 'dense_2' has a kernel of shape"):
        from_torch(model, state | {"dense_2.weight": np.ones((3, 4))})
    with pytest.raises(ValueError, match="has 3 layers with weights .* the state_dict 2"):
        from_torch(model, {key: state[key] for key in list(state)[:-2]})
    with pytest.raises(ValueError, match="needs 'bias'"):
        from_torch(model, {key: state[key] for key in state if key != "dense_1.bias"})
    with pytest.raises(ValueError, match="has 6 arrays of weights, got 5"):
        from_keras(model, to_keras(model)[:-1])
    assert np.array_equal(model.predict_proba(X), before)


def test_layers_without_a_rule():
    stack = [Conv2DTranspose(2, 2), Flatten(), Dense(3)]
    model = NeuralNetClassifier(stack, max_iter=1).fit(IMAGES, LABELS)
    for give in (to_torch, to_keras):
        with pytest.raises(ValueError, match="Conv2DTranspose, has the weights .* no rule"):
            give(model)
    with pytest.raises(ValueError, match="GMDHRegressor has no layers"):
        to_torch(GMDHRegressor(max_layers=1).fit(ROWS, LABELS))
