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
    "flat images": ([Flatten(), BatchNorm(), Dense(3)], IMAGES),
    "norms behind images": ([Conv2D(4, 3, "relu"), Flatten(), BatchNorm(), LayerNorm(),
                             Dense(3)], IMAGES),
    "norm behind dense": ([Conv1D(4, 3), Flatten(), Dense(20), BatchNorm(), Dense(3)], SERIES),
    "lstm, all steps": ([LSTM(5, return_sequences=True), Flatten(), Dense(3)], SERIES),
    "without bias": ([GRU(5, use_bias=False), Dense(3, use_bias=False)], SERIES),
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
        "flat images": [nn.Flatten(), nn.BatchNorm1d(60), nn.Linear(60, 3)],
        "norms behind images": [nn.Conv2d(2, 4, 3), nn.ReLU(), nn.Flatten(), nn.BatchNorm1d(48),
                                nn.LayerNorm(48), nn.Linear(48, 3)],
        "norm behind dense": [nn.Conv1d(4, 4, 3), nn.Flatten(), nn.Linear(20, 20),
                              nn.BatchNorm1d(20), nn.Linear(20, 3)],
        "lstm, all steps": [Last(nn.LSTM(4, 5, **how), True), nn.Flatten(), nn.Linear(35, 3)],
        "without bias": [Last(nn.GRU(4, 5, bias=False, **how)), nn.Linear(5, 3, bias=False)],
        "elman": [Last(nn.RNN(4, 5, **how)), nn.Linear(5, 3)],
        "both directions": [Last(nn.LSTM(4, 5, bidirectional=True, **how)), nn.Linear(10, 3)],
    }[name]


def random_values(torch, module):
    """Give scales, shifts and statistics values that differ from feature to feature."""
    random = np.random.default_rng(1)
    for value in module.state_dict().values():
        if value.dim() == 1:
            value += torch.tensor(random.uniform(0.1, 0.9, len(value)))


@pytest.mark.parametrize("name", [name for name in STACKS if name != "block"])
def test_pytorch_predicts_the_same(name):
    torch, modules = torch_modules(name)
    module = torch.nn.Sequential(*modules).double().eval()
    random_values(torch, module)
    model, X = fitted(name)
    from_torch(model, module.state_dict())
    has_channels = any(isinstance(each, (torch.nn.Conv1d, torch.nn.Conv2d)) for each in modules)
    inputs = np.moveaxis(X, -1, 1) if has_channels or name == "flat images" else X
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


@pytest.mark.parametrize("extra", ["dense_1.gamma", "layernorm.running_var", "dense_2.weight_g"])
def test_an_entry_without_a_place_is_named(extra):
    model, X = fitted("dense")
    state, before = to_torch(model), model.predict_proba(X)
    with pytest.raises(ValueError, match=rf"'{extra}' of the state_dict has no place in layer"):
        from_torch(model, state | {extra: np.ones(5)})
    assert np.array_equal(model.predict_proba(X), before)


def test_a_layer_without_bias_takes_none():
    """A bias that would be dropped changes predictions."""
    model, _ = fitted("without bias")
    state, biases = to_torch(model), {f"gru.bias_{of}_l0": np.ones(15) for of in ("ih", "hh")}
    assert list(state) == ["gru.weight_ih_l0", "gru.weight_hh_l0", "dense.weight"]
    with pytest.raises(ValueError, match=r"'gru.bias_ih_l0', 'gru.bias_hh_l0' .* have no place"):
        from_torch(model, biases | state)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_no_finite_numbers_are_named(value):
    model, X = fitted("images")
    before = model.predict_proba(X)
    state, weights = to_torch(model), to_keras(model)
    key = next(key for key in state if key.endswith("running_var"))
    state[key][1] = value
    with pytest.raises(ValueError, match=f"from_torch: the entry '{key}' holds 1 numbers that are"):
        from_torch(model, state)
    weights[5][1] = value
    with pytest.raises(ValueError, match=r"array 5, the running_variance of layer .* holds 1 num"):
        from_keras(model, weights)
    assert np.array_equal(model.predict_proba(X), before)


def test_weights_that_a_dtype_does_not_hold():
    X = ROWS.astype(np.float32)
    model = MLPClassifier((4,), max_iter=1).fit(X, LABELS)
    state = {key: value.astype(np.float64) for key, value in to_torch(model).items()}
    state["output.bias"][0] = 1e39
    with pytest.raises(ValueError, match=r"layer 'output' has a bias of float32, got .* 1e\+39"):
        from_torch(model, state)


@pytest.mark.parametrize("value", [np.array(["a"]), np.array([1j]), np.array([None]), [1, [2]]])
def test_weights_that_are_no_real_numbers(value):
    model, _ = fitted("dense")
    with pytest.raises(ValueError, match="from_torch: the entry 'dense_1.weight' .*as float32"):
        from_torch(model, to_torch(model) | {"dense_1.weight": value})
    with pytest.raises(TypeError, match=r"expected a mapping .* got a list; pass module."):
        from_torch(model, [value])


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float8_e4m3fn", "float32"])
def test_short_numbers_are_taken_exactly(dtype):
    torch = pytest.importorskip("torch", reason="the oracle of these tests")
    model, X = fitted("dense")
    dtype = getattr(torch, dtype)
    state = {key: torch.tensor(value).to(dtype) for key, value in to_torch(model).items()}
    from_torch(model, state)
    for key, value in to_torch(model).items():
        assert np.array_equal(value, state[key].double().numpy())
    with pytest.raises(ValueError, match="the entry 'dense_1.bias' is no array"):
        from_torch(model, state | {"dense_1.bias": torch.ones(5, device="meta")})


def test_short_numbers_of_numpy_are_taken_exactly():
    """As safetensors and JAX give them."""
    short = pytest.importorskip("ml_dtypes", reason="brings NumPy the dtype").bfloat16
    model, _ = fitted("dense")
    state = {key: value.astype(short) for key, value in to_torch(model).items()}
    from_torch(model, state)
    for key, value in to_torch(model).items():
        assert np.array_equal(value, state[key].astype(np.float64))
    weights = [value.astype(short) for value in to_keras(model)]
    from_keras(model, weights)
    assert np.array_equal(to_keras(model)[0], weights[0].astype(np.float64))


def test_weights_of_another_kind_of_layer():
    model, _ = fitted("gru")
    state = to_torch(model)
    with pytest.raises(ValueError, match="layer 'gru' has a kernel of shape"):
        from_torch(model, state | {"gru.weight_ih_l0": np.ones((20, 4))})
    with pytest.raises(ValueError, match="layer 'dense' has a kernel of shape"):
        from_torch(model, state | {list(state)[-2]: np.ones(3)})


def test_a_block_behind_a_flattened_image():
    """What a shortcut adds up would be in another order."""
    stack = [Flatten(), Residual([Dense(60, "relu"), Dense(60)]), Dense(3)]
    model = NeuralNetClassifier(stack, max_iter=1).fit(IMAGES, LABELS)
    state = {f"{name}.weight": np.ones((3, 3)) for name in "abc"}
    for use in (to_torch, lambda model: from_torch(model, state)):
        with pytest.raises(ValueError, match="Residual, reads a flattened image of shape"):
            use(model)
    assert len(to_keras(model)) == 6


def test_layers_without_a_rule():
    stack = [Conv2DTranspose(2, 2), Flatten(), Dense(3)]
    model = NeuralNetClassifier(stack, max_iter=1).fit(IMAGES, LABELS)
    for give in (to_torch, to_keras):
        with pytest.raises(ValueError, match="Conv2DTranspose, has the weights .* no rule"):
            give(model)
    with pytest.raises(ValueError, match="GMDHRegressor has no layers"):
        to_torch(GMDHRegressor(max_layers=1).fit(ROWS, LABELS))


@pytest.mark.parametrize("weights", [None, 3, "weights", {}], ids=["None", "int", "str", "dict"])
def test_weights_of_keras_are_a_list(weights):
    model, _ = fitted("dense")
    with pytest.raises(TypeError, match="from_keras: expected a list of arrays, got a"):
        from_keras(model, weights)
    from_keras(model, iter(to_keras(model)))


def test_keys_of_torch_are_names():
    model, _ = fitted("dense")
    with pytest.raises(TypeError, match="from_torch: the key 0 is int, where names of tensors"):
        from_torch(model, {0: np.zeros(3)})
