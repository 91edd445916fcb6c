"""Errors that say what was meant: misspelt parameters, shapes of samples, parameters not finite."""

import copy
import inspect
import pickle
from numbers import Real

import numpy as np
import pytest
from sklearn.base import clone

import skneural as sk
from skneural import activations, augmentation, initializers, layers, losses, optimizers, schedules
from skneural.estimators.base.layer_list import check_layer

RANDOM = np.random.default_rng(0)
IMAGES, CLASSES = RANDOM.normal(size=(30, 8, 8)), np.arange(30) % 3
SHORT = {"max_iter": 1, "random_state": 0}
GETTERS = {
    layers.Layer: lambda layer: check_layer("x", layer, "Owner", "layers"),
    losses.Loss: losses.get_loss,
    optimizers.Optimizer: optimizers.get_optimizer,
    schedules.Schedule: schedules.get_schedule,
    initializers.Initializer: initializers.get_initializer,
    augmentation.Augmentation: augmentation.get_augmentation,
    activations.Activation: activations.get_activation,
}


def parts():
    for base, get in GETTERS.items():
        for name, cls in sorted(base.registry.items()):
            for example in cls.examples():
                part = example[0] if isinstance(example, tuple) else example
                numbers = [
                    parameter for parameter, value in part.get_params(deep=False).items()
                    if isinstance(value, Real) and not isinstance(value, bool)
                ]
                for parameter in numbers:
                    label = f"{base.__name__}-{name}-{parameter}"
                    yield pytest.param(part, parameter, get, id=label)


@pytest.mark.parametrize(("part", "parameter", "get"), parts())
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, np.float32("nan")])
def test_numbers_have_to_be_finite(part, parameter, get, value):
    bad = clone(part).set_params(**{parameter: value})
    with pytest.raises(ValueError, match=f"'{parameter}' parameter of {type(part).__name__}"):
        get(bad)


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("MLPClassifier", {"activation": activations.Elu(np.nan)}),
        ("MLPClassifier", {"initializer": initializers.Orthogonal(np.nan)}),
        ("MLPClassifier", {"solver": optimizers.Adam(epsilon=np.inf)}),
        ("MLPClassifier", {"learning_rate": schedules.Cosine(minimum=np.nan)}),
        ("MLPRegressor", {"loss": losses.Huber(np.nan)}),
        ("NeuralNetClassifier", {"layers": [layers.Flatten(), layers.Scale(np.nan)]}),
        ("NeuralNetClassifier",
         {"layers": [layers.Flatten(), layers.Residual([layers.Scale(np.inf)])]}),
        ("ConvNetClassifier", {"activation": activations.Elu(np.nan)}),
        ("ConvNetRegressor",
         {"architecture": [layers.Conv2D(2, activation=activations.Elu(np.nan))]}),
        ("AutoencoderTransformer", {"code_activation": activations.LeakyRelu(np.nan)}),
        ("AutoencoderTransformer",
         {"architecture": ([layers.Flatten(), layers.Dense(3, activations.Elu(np.nan))],
                           [layers.Dense(64), layers.Reshape((8, 8))])}),
    ],
    ids=str,
)
def test_estimators_are_named_where_a_part_is_not_finite(kind, parameters, raises_unchanged):
    model = getattr(sk, kind)(**SHORT, **parameters)
    X = IMAGES.reshape(30, -1) if kind.startswith("MLP") else IMAGES
    raises_unchanged(model, [kind, "float in the range"], "fit", X, CLASSES)


# Names

MISSPELT = [
    (sk.MLPClassifier, "hiden_layer_sizes", "hidden_layer_sizes"),
    (sk.MLPRegressor, "epochs", "max_iter"),
    (sk.NeuralNetClassifier, "layer", "layers"),
    (sk.ConvNetClassifier, "filter", "filters"),
    (sk.AutoencoderTransformer, "n_component", "n_components"),
    (sk.NeuralOutlierDetector, "contaminaton", "contamination"),
    (sk.FeatureExtractor, "estimater", "estimator"),
    (layers.Conv2D, "kernelsize", "kernel_size"),
    (losses.Huber, "detla", "delta"),
    (optimizers.Adam, "beta1", "beta_1"),
    (schedules.Cosine, "minimun", "minimum"),
    (initializers.Orthogonal, "gian", "gain"),
    (augmentation.Crop, "pading", "padding"),
    (activations.Elu, "alhpa", "alpha"),
]


@pytest.mark.parametrize(("cls", "written", "meant"), MISSPELT)
def test_misspelt_parameters(cls, written, meant):
    example = {layers.Conv2D: {"filters": 3}}.get(cls, {})
    said = f"unexpected keyword argument '{written}'. Did you mean '{meant}'?"
    with pytest.raises(TypeError) as caught:
        cls(**example, **{written: 1})
    assert str(caught.value) == f"{cls.__name__}.__init__() got an {said}"
    with pytest.raises(ValueError) as caught:
        cls(**example).set_params(**{written: 1})
    said = f"Invalid parameter '{written}' for estimator {cls.__name__}. Did you mean '{meant}'?"
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize("cls", [cls for cls, *_ in MISSPELT])
def test_signatures_are_those_of_the_constructors(cls):
    """What looks at a class finds its parameters: help, editors, `clone` and pickles."""
    own = list(inspect.signature(cls.__init__).parameters.values())[1:]
    assert list(inspect.signature(cls).parameters.values()) == own
    part = cls(3) if cls is layers.Conv2D else cls()
    pickled = pickle.loads(pickle.dumps(part))
    for same in (clone(part), copy.copy(part), copy.deepcopy(part), pickled):
        assert repr(same) == repr(part)


def test_what_resembles_nothing_is_pythons_error():
    with pytest.raises(TypeError, match=r"got an unexpected keyword argument 'xyzzy'$"):
        sk.MLPClassifier(xyzzy=3)


@pytest.mark.parametrize(
    ("cls", "name"),
    [
        (sk.MLPClassifier, "filter"),
        (sk.MLPClassifier, "dense__unit"),
        (sk.NeuralNetClassifier, "hiden_layer_sizes"),
        (sk.NeuralNetClassifier, "normalization"),
        (sk.ConvNetClassifier, "conv__filters"),
    ],
)
def test_what_resembles_a_name_by_chance_is_not_suggested(cls, name):
    with pytest.raises(ValueError, match="Valid parameters are") as caught:
        cls().set_params(**{name: 3})
    assert "Did you mean" not in str(caught.value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("he", "he_uniform"), ("glorot", "glorot_uniform"), ("orth", "orthogonal")],
)
def test_beginnings_of_names(written, meant):
    with pytest.raises(ValueError, match=f"Did you mean '{meant}'"):
        sk.MLPClassifier(initializer=written).fit([[0.0], [1.0]], [0, 1])


def test_a_subclass_may_take_any_keyword():
    class Mine(sk.MLPClassifier):
        def __init__(self, **keywords):
            super().__init__(alpha=keywords["alhpa"])

    assert Mine(alhpa=0.5).alpha == 0.5


def test_misspelt_layers_and_their_parameters():
    model = sk.NeuralNetClassifier([("hidden", layers.Dense(3))])
    misspelt = {"hiden__units": "hidden", "hidden__unitz": "units", "hiden": "hidden"}
    for written, meant in misspelt.items():
        with pytest.raises(ValueError, match=f"Did you mean '{meant}'"):
            model.set_params(**{written: 4})
    assert model.set_params(hidden__units=4).get_params()["hidden__units"] == 4


def test_known_architectures_are_listed(raises_unchanged):
    model = sk.ConvNetClassifier(architecture="resnet18")
    known = "{'alexnet', 'fast', 'lenet5', 'resnet20', 'resnet32', 'resnet56', 'vgg11'}"
    fragments = ["ConvNetClassifier", known, "Did you mean 'resnet20'?"]
    raises_unchanged(model, fragments, "fit", IMAGES, CLASSES)


# Shapes


@pytest.mark.parametrize(
    "model",
    [
        sk.ConvNetClassifier(filters=2, **SHORT),
        sk.ConvNetRegressor(filters=2, **SHORT),
        sk.NeuralNetClassifier(**SHORT),
        sk.NeuralNetRegressor(**SHORT),
        sk.AutoencoderTransformer(2, (3,), **SHORT),
        sk.NeuralOutlierDetector(2, (3,), **SHORT),
    ],
    ids=lambda model: type(model).__name__,
)
@pytest.mark.parametrize("channels", [None, 1, 3])
def test_one_image(model, channels, raises_unchanged):
    X = IMAGES if channels is None else np.repeat(IMAGES[..., None], channels, axis=-1)
    model = clone(model).fit(X, CLASSES)
    call = "predict" if hasattr(model, "predict") else "transform"
    fragments = [type(model).__name__, str(X[0].shape), "X[None]"]
    raises_unchanged(model, fragments, call, X[0])
    raises_unchanged(model, fragments, call, X[0].tolist())
    raises_unchanged(model, fragments, "partial_fit", X[0], CLASSES[:8])
    assert len(getattr(model, call)(X[0][None])) == 1
    assert len(getattr(model, call)(X[0].reshape(1, -1))) == 1


@pytest.mark.parametrize("kind", ["Classifier", "Regressor"])
@pytest.mark.parametrize("as_list", [False, True])
def test_images_for_a_perceptron(kind, as_list, raises_unchanged):
    model = getattr(sk, f"MLP{kind}")(**SHORT)
    X = IMAGES.tolist() if as_list else IMAGES
    rows = "np.reshape(X, (len(X), -1))" if as_list else "X.reshape(len(X), -1)"
    fragments = ["dim 3", f"MLP{kind}", f"ConvNet{kind}", rows]
    raises_unchanged(model, fragments, "fit", X, CLASSES)
    raises_unchanged(model.fit(IMAGES.reshape(30, -1), CLASSES), fragments, "predict", X)


@pytest.mark.parametrize(
    "kind", ["ConvNetClassifier", "NeuralNetRegressor", "AutoencoderTransformer"]
)
def test_few_shapes_of_ragged_images_are_printed(kind, raises_unchanged):
    X = [np.zeros((height, 8)) for height in range(1, 31)]
    fragments = [kind, "X holds 30 arrays", "[(1, 8), (2, 8), (3, 8), (4, 8), and 26 more]"]
    raises_unchanged(getattr(sk, kind)(**SHORT), fragments, "fit", X, CLASSES)


@pytest.mark.parametrize(
    ("model", "parameter"),
    [
        (sk.MLPClassifier((64.0,)), "hidden_layer_sizes"),
        (sk.MLPRegressor(hidden_layer_sizes=(3, True)), "hidden_layer_sizes"),
        (sk.ConvNetClassifier(filters=(64.0,)), "filters"),
        (sk.ConvNetRegressor(kernel_size=(3, 2.5)), "kernel_size"),
        (sk.AutoencoderTransformer(hidden_layer_sizes=("3",)), "hidden_layer_sizes"),
    ],
    ids=str,
)
def test_counts_must_be_integers(model, parameter, raises_unchanged):
    X = IMAGES.reshape(30, -1) if "MLP" in type(model).__name__ else IMAGES
    fragments = [type(model).__name__, parameter, "must be integers > 0"]
    raises_unchanged(model, fragments, "fit", X, CLASSES)
    model = clone(model).set_params(**{parameter: (0, 3)})
    raises_unchanged(model, [parameter, "must be > 0"], "fit", X, CLASSES)
