"""Parameters are declared once; signatures, constraints and documentation follow from that."""

import importlib.util
import inspect
import pickle
import pydoc
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sklearn import neural_network
from sklearn.base import BaseEstimator, clone
from sklearn.utils._param_validation import make_constraint

import skneural
from skneural import MLPClassifier
from skneural._parameters import parameter, parameter_group, parameters_of, with_parameters
from skneural.forecasting import WindowForecaster
from skneural.training.parameters import TrainingParameters

SCIKIT_LEARNS = (
    "solver='adam', alpha=0.0001, batch_size='auto', learning_rate='constant',"
    " learning_rate_init=0.001, power_t=0.5, max_iter=200, shuffle=True, random_state=None,"
    " tol=0.0001, verbose=False, warm_start=False, momentum=0.9, nesterovs_momentum=True,"
    " early_stopping=False, validation_fraction=0.1, beta_1=0.9, beta_2=0.999, epsilon=1e-08,"
    " n_iter_no_change=10, max_fun=15000"
)
OF_CODES = SCIKIT_LEARNS.replace("tol=0.0001", "tol=1e-05")
OF_OUTLIERS = SCIKIT_LEARNS.replace("max_iter=200", "max_iter=20")
PRETRAINING = (
    "visible='bernoulli', pretraining_max_iter=30, pretraining_learning_rate=0.05,"
    " pretraining_batch_size=10, pretraining_momentum=0.5, pretraining_alpha=0.0002,"
    " n_gibbs_steps=1"
)
LAST = (
    "scoring=None, restore_best_weights=True, target_loss=None, max_time=None, dtype=None,"
    " n_jobs=None"
)
IMAGES = (
    "filters=(32, 64), kernel_size=3, *, strides=1, padding='same', pooling='max', pool_size=2,"
    " normalization=None, hidden_layer_sizes=(128,), activation='relu', dropout=0.0,"
    " image_shape=None, rescale='auto', architecture=None, augmentation=None"
)
FORMS = (
    "architecture='dense', filters=(16, 32), kernel_size=3, input_shape=None, rescale='auto',"
    " tied_weights=False, noise=None, noise_level=0.25"
)
SERIES = (
    "cell='lstm', hidden_layer_sizes=(64,), *, bidirectional=False, dropout=0.0,"
    " recurrent_dropout=0.0, pooling='last', dense_layer_sizes=(), series_shape=None,"
    " missing='error', normalize=None, n_tokens=None, embedding_size=32"
)
OF_SERIES = SCIKIT_LEARNS.replace("learning_rate_init=0.001", "learning_rate_init=0.003")
CONVOLUTIONS = (
    "architecture='inception_time', *, n_networks=1, series_shape=None, missing='error',"
    " normalize=None, "
) + (
    SCIKIT_LEARNS.replace("'constant'", "'cosine'")
    .replace("n_iter_no_change=10", "n_iter_no_change=inf")
)
TABLES = (
    "hidden_layer_sizes=(128, 128), activation='relu', dropout='auto',"
    " categorical_features='from_dtype', numeric_embedding='piecewise', max_one_hot=9,"
    " embedding_size=8, "
) + (
    SCIKIT_LEARNS.replace("'adam'", "'adamw'").replace("alpha=0.0001", "alpha=0.0")
    .replace("learning_rate_init=0.001", "learning_rate_init=0.015")
    .replace("max_iter=200", "max_iter=256").replace("=False, validation", "='auto', validation")
    .replace("validation_fraction=0.1", "validation_fraction=0.2")
    .replace("n_iter_no_change=10", "n_iter_no_change=16")
)
LAST_OF_TABLES = (
    LAST.replace("scoring=None", "scoring='loss'").replace("dtype=None", "dtype='auto'")
)
LAYERS = (
    "algorithm='multilayer', criterion='regularity', max_layers=None, n_best=None,"
    " keep_inputs=True, validation_fraction=0.5, alpha=0.0, tol=0.01"
)
LAST_OF_LAYERS = "verbose=False, max_time=None, n_jobs=None"
SIGNATURES = {
    "MLPClassifier": f"hidden_layer_sizes=(100,), activation='relu', *, {SCIKIT_LEARNS},"
    " loss='log_loss', class_weight=None, dropout=0.0, normalization=None, weight_decay=None,"
    " label_smoothing=0.0, max_grad_norm=None, initializer='sklearn', initial_encoder=None,"
    f" {LAST}",
    "MLPRegressor": "loss='squared_error', hidden_layer_sizes=(100,), activation='relu', *,"
    f" {SCIKIT_LEARNS}, dropout=0.0, normalization=None, weight_decay=None, max_grad_norm=None,"
    f" initializer='sklearn', initial_encoder=None, {LAST}",
    "NeuralNetClassifier": f"layers=None, *, input_shape=None, {SCIKIT_LEARNS}, loss='log_loss',"
    " class_weight=None, weight_decay=None, label_smoothing=0.0, max_grad_norm=None,"
    f" initializer='sklearn', initial_weights=None, {LAST}",
    "NeuralNetRegressor": f"layers=None, *, input_shape=None, {SCIKIT_LEARNS},"
    " loss='squared_error', weight_decay=None, max_grad_norm=None, initializer='sklearn',"
    f" initial_weights=None, {LAST}",
    "ConvNetClassifier": f"{IMAGES}, {SCIKIT_LEARNS}, loss='log_loss', class_weight=None,"
    " weight_decay=None, label_smoothing=0.0, max_grad_norm=None, initializer='he_uniform',"
    f" initial_weights=None, {LAST}",
    "ConvNetRegressor": f"{IMAGES}, {SCIKIT_LEARNS}, loss='squared_error', weight_decay=None,"
    f" max_grad_norm=None, initializer='he_uniform', initial_weights=None, {LAST}",
    "AutoencoderTransformer": "n_components=32, hidden_layer_sizes=(128,), activation='relu', *,"
    f" code_activation='identity', output_activation=None, loss='squared_error', {FORMS},"
    " sparsity=None, sparsity_target=0.05, sparsity_weight=0.01, contractive=0.0,"
    " variational=False, beta=1.0, pretraining=None, pretraining_max_iter=20,"
    f" {OF_CODES}, weight_decay=None, max_grad_norm=None, initializer='sklearn', {LAST}",
    "NeuralOutlierDetector": "n_components=8, hidden_layer_sizes=(16,), activation='relu', *,"
    f" contamination=0.1, code_activation='identity', output_activation=None, loss='huber',"
    f" {FORMS}, sparsity='l1', sparsity_target=0.05, sparsity_weight=3.0, contractive=0.0,"
    " variational=False, beta=1.0, pretraining=None, pretraining_max_iter=20,"
    f" {OF_OUTLIERS}, weight_decay=None, max_grad_norm=None, initializer='sklearn', {LAST}",
    "RecurrentClassifier": f"{SERIES}, {OF_SERIES}, loss='log_loss', class_weight=None,"
    " weight_decay=None, label_smoothing=0.0, max_grad_norm=1.0, initializer='glorot_uniform',"
    f" initial_weights=None, {LAST}",
    "RecurrentRegressor": f"{SERIES}, {OF_SERIES}, loss='squared_error', weight_decay=None,"
    f" max_grad_norm=1.0, initializer='glorot_uniform', initial_weights=None, {LAST}",
    "SeriesNetClassifier": f"{CONVOLUTIONS}, loss='log_loss', class_weight=None,"
    " weight_decay=None, label_smoothing=0.0, max_grad_norm=None, initializer='glorot_uniform',"
    f" initial_weights=None, {LAST}",
    "SeriesNetRegressor": f"{CONVOLUTIONS}, loss='squared_error', weight_decay=None,"
    f" max_grad_norm=None, initializer='glorot_uniform', initial_weights=None, {LAST}",
    "TabularClassifier": f"*, n_members=4, {TABLES}, loss='log_loss', class_weight=None,"
    " weight_decay=0.0003, label_smoothing=0.0, max_grad_norm=None, initializer='unit_variance',"
    f" {LAST_OF_TABLES}",
    "TabularRegressor": "*, n_members=4,"
    f" {TABLES.replace('=0.015', '=0.02')},"
    " loss='squared_error', clip_predictions=True, weight_decay=0.0003, max_grad_norm=None,"
    f" initializer='unit_variance', {LAST_OF_TABLES}",
    "GMDHClassifier": f"neuron='quadratic', *, {LAYERS}, class_weight=None, {LAST_OF_LAYERS}",
    "GMDHRegressor": f"neuron='quadratic', *, {LAYERS}, clip_predictions=False, {LAST_OF_LAYERS}",
    "SelfOrganizingMap": "shape=(10, 10), *, topology='rectangular', toroidal=False,"
    " initialization='pca', algorithm='batch', neighborhood='gaussian', radius=None,"
    " radius_end=1.0, decay='exponential', learning_rate_init=0.5, learning_rate_end=0.01,"
    " metric='euclidean', max_iter=50, tol=0.0001, random_state=None, verbose=False,"
    " max_time=None, dtype=None, n_jobs=None",
    "SequenceGenerator": "level='char', *, window=64, max_tokens=None, lowercase=False,"
    " token_pattern=None, cell='lstm',"
    " hidden_layer_sizes=(128,), dropout=0.0, recurrent_dropout=0.0, embedding_size=32,"
    " solver='adam', alpha=0.0, batch_size='auto', learning_rate='constant',"
    " learning_rate_init=0.003, max_iter=12,"
    " shuffle=True, random_state=None, tol=0.0001, verbose=False, early_stopping=False,"
    " validation_fraction=0.1, n_iter_no_change=10, max_grad_norm=1.0,"
    " initializer='glorot_uniform', max_time=None, dtype=None, n_jobs=None",
    "BernoulliRBM": "n_components=256, *, learning_rate=0.1, batch_size=10, n_iter=10, verbose=0,"
    " random_state=None, algorithm='pcd', n_gibbs_steps=1, momentum=0.0, alpha=0.0,"
    " learning_rate_schedule='constant', visible_bias_init='zeros', sparsity_target=None,"
    " sparsity_weight=0.01, sample_visible=True, shuffle=True, early_stopping=False,"
    " validation_fraction=0.1, n_iter_no_change=10, max_time=None, dtype=None, n_jobs=None",
    "GaussianRBM": "n_components=256, *, learning_rate=0.01, batch_size=10, n_iter=10, verbose=0,"
    " random_state=None, algorithm='pcd', n_gibbs_steps=1, momentum=0.0, alpha=0.0,"
    " learning_rate_schedule='constant', visible_bias_init='zeros', variance='unit',"
    " sparsity_target=None, sparsity_weight=0.01, sample_visible=True, shuffle=True,"
    " early_stopping=False, validation_fraction=0.1, n_iter_no_change=10, max_time=None,"
    " dtype=None, n_jobs=None",
    "DBNClassifier": "hidden_layer_sizes=(500, 500, 2000), activation='logistic', *,"
    f" {SCIKIT_LEARNS}, loss='log_loss', class_weight=None, dropout=0.0, normalization=None,"
    f" {PRETRAINING}, fine_tuning='backprop', weight_decay=None, label_smoothing=0.0,"
    " max_grad_norm=None,"
    f" initializer='sklearn', initial_encoder=None, initial=None, {LAST}",
    "DBNRegressor": "loss='squared_error', hidden_layer_sizes=(500, 500, 2000),"
    f" activation='logistic', *, {SCIKIT_LEARNS}, dropout=0.0, normalization=None,"
    f" {PRETRAINING}, weight_decay=None, max_grad_norm=None, initializer='sklearn',"
    f" initial_encoder=None, initial=None, {LAST}",
    "DeepBoltzmannMachine": "hidden_layer_sizes=(500, 1000), *, learning_rate=0.005,"
    " learning_rate_schedule='cosine', batch_size=100, pretraining_max_iter=30,"
    " pretraining_learning_rate=0.05, n_particles=100, n_mean_field_steps=25,"
    " mean_field_tol=0.001, n_gibbs_steps=5, momentum=0.5, alpha=0.0002,"
    " max_norm=None, features='top', n_annealing_steps=1000, max_iter=100, random_state=None,"
    " verbose=False, max_time=None, dtype=None, n_jobs=None",
    "GenerativeAdversarialNetwork": "latent_size=64, *, architecture='dense',"
    " hidden_layer_sizes=(128, 128), filters=(64, 128), input_shape=None, scaling='auto',"
    " loss='non_saturating', normalization='batch', spectral_normalization=False,"
    " generator_learning_rate=0.001, discriminator_learning_rate=0.0005, beta_1=0.5,"
    " beta_2=0.999, discriminator_steps=1, label_smoothing=0.0, batch_size='auto',"
    " average_decay=0.999, max_iter=200, random_state=None, verbose=False, max_time=None,"
    " dtype=None, n_jobs=None",
    "HopfieldNetwork": "rule='hebbian', *, interaction='quadratic', degree=3, beta=1.0,"
    " update='asynchronous', threshold=0.0, max_iter=100, tol=0.0001, random_state=None,"
    " verbose=False, max_time=None, dtype=None, n_jobs=None",
    "PiecewiseLinearEncoder": "n_bins=48, *, strategy='quantile', task='auto',"
    " min_samples_leaf=5, extrapolation='constant', sparse_output=False",
    "PeriodicEncoder": "n_frequencies=8, *, scale=0.3, keep_numbers=True, random_state=None",
    "SeriesScaler": "series_shape=None",
    "TextTokenizer": "level='word', *, max_tokens=None, min_frequency=1, max_length=None,"
    " lowercase=True, token_pattern=None",
    "FeatureExtractor": "estimator=None, layer=-2, *, random_state=None",
    "WindowForecaster": "regressor=None, window=24, horizon=1, *, strategy='recursive',"
    " differences=0, seasonality=None, log=False, standardize=True, as_series='auto',"
    " calibration=None",
}
ESTIMATORS = [getattr(skneural, n) for n in skneural.__all__ if not n.startswith("_")]
DECLARED = [cls for cls in ESTIMATORS if cls is not skneural.FeatureExtractor]
each = pytest.mark.parametrize("cls", DECLARED, ids=lambda cls: cls.__name__)
TRAINED = [cls for cls in DECLARED if "max_iter" in inspect.signature(cls).parameters]


def signature(cls):
    return inspect.signature(cls).parameters


@pytest.mark.parametrize("cls", [*ESTIMATORS, WindowForecaster], ids=lambda cls: cls.__name__)
def test_signatures_stay(cls):
    assert str(inspect.signature(cls)) == f"({SIGNATURES[cls.__name__]})"


@pytest.mark.parametrize("name", ["MLPClassifier", "MLPRegressor"])
def test_scikit_learns_parameters_keep_its_order_and_defaults(name):
    theirs = signature(getattr(neural_network, name))
    ours = list(signature(getattr(skneural, name)).values())[: len(theirs)]
    assert ours == list(theirs.values())


@each
def test_declarations_leave_nothing_behind(cls):
    names = set(signature(cls))
    assert not [base for base in cls.__mro__ if names & vars(base).keys()]
    assert not [base for base in cls.__mro__ if base.__module__.endswith(".parameters")]
    assert vars(cls()).keys() == names


@each
def test_default_constraint_and_text_agree(cls):
    docscrape = pytest.importorskip("numpydoc.docscrape")
    documented = {p.name: p for p in docscrape.NumpyDocString(inspect.getdoc(cls))["Parameters"]}
    assert list(documented) == list(signature(cls))
    assert cls._parameter_constraints.keys() == documented.keys()
    for name, shown in signature(cls).items():
        kind, _, default = documented[name].type.rpartition(", default=")
        assert eval(default, {"inf": float("inf")}) == shown.default, name
        assert kind
        assert documented[name].desc
        constraints = cls._parameter_constraints[name]
        assert any(make_constraint(c).is_satisfied_by(shown.default) for c in constraints), name


@each
def test_help_shows_them(cls):
    shown = pydoc.plain(pydoc.render_doc(cls))
    assert f" {cls.__name__}({SIGNATURES[cls.__name__]})" in shown
    assert f"__init__(self, {SIGNATURES[cls.__name__]})" in shown


@each
def test_arguments_are_those_of_an_ordinary_constructor(cls):
    init = cls.__init__
    assert (init.__name__, init.__qualname__) == ("__init__", f"{cls.__name__}.__init__")
    assert init.__module__ == cls.__module__
    with pytest.raises(TypeError, match=rf"{cls.__name__}.__init__\(\) got an unexpected keyword"):
        cls(no_such_parameter=1)
    positional = [p.default for p in signature(cls).values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    with pytest.raises(TypeError, match=rf"{cls.__name__}.__init__\(\) takes"):
        cls(*positional, "one more")


@pytest.mark.parametrize("cls", TRAINED, ids=lambda cls: cls.__name__)
def test_objects_are_cloned_pickled_and_shown(cls):
    model = cls(max_iter=7, n_jobs=2)
    for same in (clone(model), pickle.loads(pickle.dumps(model))):
        assert same.get_params() == model.get_params()
    short = inspect.signature(cls)
    assert repr(model) == f"{cls.__name__}(max_iter=7, n_jobs=2)"
    assert list(short.bind(max_iter=7).arguments) == ["max_iter"]
    assert model.set_params(max_iter=9).max_iter == 9


class Ordinary(MLPClassifier):
    def __init__(self, hidden_layer_sizes=(5,), *, scale=2.0, max_iter=3):
        super().__init__(hidden_layer_sizes, max_iter=max_iter)
        self.scale = scale


class Same(Ordinary):
    pass


@pytest.mark.parametrize("cls", [Ordinary, Same])
def test_users_may_derive_with_an_ordinary_constructor(cls):
    assert str(inspect.signature(cls)) == "(hidden_layer_sizes=(5,), *, scale=2.0, max_iter=3)"
    model = cls(scale=3.0)
    assert clone(model).get_params() == {
        "hidden_layer_sizes": (5,), "max_iter": 3, "scale": 3.0,
    }
    assert model.dropout == 0.0
    assert pickle.loads(pickle.dumps(model)).fit([[0.0], [1.0]], [0, 1]).n_iter_ == 3


@parameter_group
class Base:
    """Declares two."""

    rate: float = parameter(default=0.5, constraint=[float], text="float\n    The rate.")
    size: int = parameter(default=1, constraint=[int], text="int\n    The size.")


@parameter_group
class Named(Base):
    """Adds two, one of them after another, and changes a default."""

    name: str = parameter(default="a", constraint=[str], text="str\n    The name.")
    depth: int = parameter(default=2, constraint=[int], text="int\n    Or so.", after="rate")
    rate: float = parameter(default=1e-8)


@parameter_group
class Sized(Base):
    """Makes one positional."""

    size: int = parameter(default=4, kw_only=False)


@parameter_group
class Both(Sized, Named):
    """Adds nothing."""


@with_parameters
class Leaf(Both, BaseEstimator):
    """A leaf.

    Parameters
    ----------
    {parameters}
    """


def test_order_of_parameters():
    orders = {group: " ".join(parameters_of(group)) for group in (Base, Named, Sized, Both)}
    assert orders == {
        Base: "rate size",
        Named: "name rate depth size",
        Sized: "size rate",
        Both: "size name rate depth",
    }
    assert str(inspect.signature(Leaf)) == "(size=4, *, name='a', rate=1e-08, depth=2)"
    assert Leaf.__mro__[1] is BaseEstimator


def test_redeclared_parameters_follow_where_they_say_nothing():
    assert Leaf._parameter_constraints["rate"] == [float]
    assert "rate : float, default=1e-8\n        The rate.\n" in Leaf.__doc__
    assert Leaf(rate=0.1).get_params() == {"name": "a", "rate": 0.1, "depth": 2, "size": 4}


def test_parameters_of_training_begin_with_scikit_learns():
    theirs = signature(neural_network.MLPClassifier)
    names = [name for name in theirs if name not in ("hidden_layer_sizes", "activation")]
    assert list(parameters_of(TrainingParameters))[: len(names)] == names


@pytest.mark.slow
def test_type_checkers_see_them(tmp_path):
    if importlib.util.find_spec("mypy") is None:
        pytest.skip("mypy is not installed")
    calls = {
        "MLPClassifier((10,), 'relu', alpha=1, dropout=[0.1], class_weight='balanced')": "",
        "MLPRegressor('huber', (10,), 'tanh', early_stopping=True, n_jobs=2)": "",
        "ConvNetRegressor((8, 16), 3, strides=(1, 1), rescale=None)": "",
        "NeuralOutlierDetector(4, (8,), contamination='auto', max_iter=3)": "",
        "MLPClassifier(alpa=1)": 'Unexpected keyword argument "alpa"',
        "MLPRegressor(class_weight=None)": 'Unexpected keyword argument "class_weight"',
        "NeuralNetClassifier([], 'adam')": "Too many positional arguments",
        "MLPClassifier(shuffle='yes')": 'incompatible type "str"; expected "bool"',
    }
    snippet = tmp_path / "snippet.py"
    names = sorted({call.partition("(")[0] for call in calls})
    lines = [f"from skneural import {', '.join(names)}", *calls]
    snippet.write_text("\n".join(lines) + "\n", encoding="utf-8")
    options = [f"--cache-dir={tmp_path / 'cache'}", "--config-file=", "--ignore-missing-imports"]
    command = [sys.executable, "-m", "mypy", *options, "--follow-imports=silent", str(snippet)]
    source = Path(skneural.__file__).parents[1]
    result = subprocess.run(command, cwd=source, capture_output=True, text=True)
    said = dict(re.findall(r"snippet\.py:(\d+): error: (.*)", result.stdout))
    for line, (call, expected) in enumerate(calls.items(), 2):
        message = said.pop(str(line), "")
        assert bool(message) == bool(expected), (call, message)
        assert expected in message, call
    assert not said, result.stdout + result.stderr
