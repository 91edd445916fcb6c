"""Training that was ended at any epoch goes on and gives the bits of one that ran through."""

import numpy as np
import pytest
from sklearn.base import clone

from _checkpoints import N_EPOCHS, SHORT, KillAt, Killed, assert_same, state
from _saved_models import digits, series
from skneural import (
    AutoencoderTransformer,
    BernoulliRBM,
    ConvNetClassifier,
    DBNClassifier,
    DeepBoltzmannMachine,
    GaussianRBM,
    GenerativeAdversarialNetwork,
    GMDHClassifier,
    GMDHRegressor,
    HopfieldNetwork,
    MLPClassifier,
    MLPRegressor,
    NeuralNetClassifier,
    RecurrentClassifier,
    SelfOrganizingMap,
    SeriesNetClassifier,
    TabularClassifier,
)
from skneural.augmentation import Shift
from skneural.callbacks import HAS_CALLBACKS
from skneural.exceptions import ModelFileError
from skneural.layers import BatchNorm, Dense, Dropout
from skneural.optimizers import SGD
from skneural.persistence import Checkpoint, load, save

pytestmark = [
    pytest.mark.skipif(not HAS_CALLBACKS, reason="callbacks need scikit-learn 1.9"),
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.needs_jit(reason="fits every kind of training"),
]

TRAININGS = {
    "adam": (MLPClassifier((8,), **SHORT), digits),
    "sgd": (MLPClassifier((8,), solver="sgd", learning_rate="adaptive", tol=1.0,
                          n_iter_no_change=1, **SHORT), digits),
    "nesterov": (MLPRegressor(hidden_layer_sizes=(8,), solver=SGD(0.9), **SHORT), digits),
    "cosine": (MLPClassifier((8,), learning_rate="cosine", dropout=0.2, **SHORT), digits),
    "lbfgs": (MLPClassifier((8,), solver="lbfgs", max_iter=N_EPOCHS, random_state=0), digits),
    "lbfgs with statistics": (NeuralNetClassifier(
        [Dense(8, "relu"), BatchNorm(), Dense(5)], solver="lbfgs", max_iter=N_EPOCHS,
        random_state=0), digits),
    "early stopping": (MLPClassifier((8,), early_stopping=True, validation_fraction=0.3, **SHORT),
                       digits),
    "statistics": (NeuralNetClassifier([Dense(8), BatchNorm(), Dropout(0.3), Dense(5)], **SHORT),
                   digits),
    "clipping": (MLPClassifier((8,), max_grad_norm=0.1, **SHORT), digits),
    "augmentation": (ConvNetClassifier((4,), image_shape=(8, 8, 1), augmentation=Shift(1),
                                       **SHORT), digits),
    "autoencoder": (AutoencoderTransformer(4, **SHORT), digits),
    "table": (TabularClassifier(early_stopping=False, **SHORT), digits),
    "series": (RecurrentClassifier(hidden_layer_sizes=(4,), **SHORT),
               lambda: ([x[: 3 + n % 6] for n, x in enumerate(series()[0])], series()[1])),
    "machine": (BernoulliRBM(4, n_iter=N_EPOCHS, algorithm="pcd", momentum=0.5, random_state=0,
                             learning_rate_schedule="cosine", sparsity_target=0.2), digits),
    "machine of numbers": (GaussianRBM(4, n_iter=N_EPOCHS, early_stopping=True, random_state=0,
                                       variance="learned", learning_rate=1e-3), digits),
    "deep machine": (DeepBoltzmannMachine((4, 3), max_iter=2, pretraining_max_iter=2,
                                          n_annealing_steps=20, random_state=0), digits),
    "map": (SelfOrganizingMap((4, 5), max_iter=8, random_state=0), digits),
    "online map": (SelfOrganizingMap((2, 3), algorithm="online", max_iter=N_EPOCHS,
                                     random_state=0), digits),
    "layers of polynomials": (GMDHRegressor(max_layers=N_EPOCHS, n_best=6), digits),
    "terms": (GMDHClassifier(algorithm="combinatorial", max_layers=N_EPOCHS, n_best=3,
                             neuron="linear"), digits),
    "adversaries": (GenerativeAdversarialNetwork(4, hidden_layer_sizes=(8,), average_decay=0.9,
                                                 **SHORT), digits),
    "belief net": (DBNClassifier((4, 3), pretraining_max_iter=1, **SHORT), digits),
    "belief net of classes": (DBNClassifier((4, 3), pretraining_max_iter=1, solver="sgd",
                                            fine_tuning="up_down", **SHORT), digits),
    "no random state": (MLPClassifier((8,), max_iter=N_EPOCHS, early_stopping=True), digits),
}
EACH = pytest.mark.parametrize("name", list(TRAININGS))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "training.safetensors"


def ended_after(n_epochs, name, path, every=1):
    """Run a fit that is ended when so many epochs are done."""
    model, data = TRAININGS[name]
    model = clone(model)
    model.set_callbacks(Checkpoint(path, every=every), KillAt(n_epochs))
    with pytest.raises(Killed):
        model.fit(*data())


def fit(name, *callbacks):
    model, data = TRAININGS[name]
    model = clone(model)
    return model.set_callbacks(*callbacks).fit(*data())


@EACH
@pytest.mark.parametrize("n_epochs", [1, 4])
def test_it_goes_on_with_the_same_bits(name, n_epochs, path):
    if name == "no random state":
        np.random.seed(5)
    whole = fit(name)
    if name == "no random state":
        np.random.seed(5)
    ended_after(n_epochs, name, path)
    if name == "no random state":
        np.random.seed(17)
    resumed = fit(name, Checkpoint(path))
    assert_same(state(resumed), state(whole))


@EACH
def test_it_is_killed_again_and_again(name, path):
    np.random.seed(5)
    whole = fit(name)
    np.random.seed(5)
    for _ in range(2):
        ended_after(2, name, path)
    assert_same(state(fit(name, Checkpoint(path))), state(whole))


def test_only_every_few_epochs(path):
    ended_after(5, "adam", path, every=2)
    assert load(path).n_iter_ == 4
    assert_same(state(fit("adam", Checkpoint(path))), state(fit("adam")))


@pytest.mark.parametrize("name", ["adam", "lbfgs", "early stopping"])
def test_a_finished_fit_is_not_run_again(name, path):
    first = fit(name, Checkpoint(path))
    ended_after(0, name, path.with_suffix(".other"))
    again = fit(name, Checkpoint(path), KillAt(0))
    assert_same(state(again), state(first))


def test_warnings_come_again(path):
    with pytest.warns(UserWarning, match="Maximum iterations"):
        fit("adam", Checkpoint(path))
    with pytest.warns(UserWarning, match="Maximum iterations"):
        fit("adam", Checkpoint(path))


def test_the_file_is_a_model(path):
    ended_after(3, "adam", path)
    loaded, (X, _) = load(path), digits()
    short = MLPClassifier((8,), **SHORT | {"max_iter": 3}).fit(*digits())
    assert np.array_equal(loaded.predict_proba(X), short.predict_proba(X))
    assert loaded.n_iter_ == 3


def test_a_stream_goes_on_from_the_file(path):
    X, y = digits()
    batches = [slice(begin, begin + 10) for begin in range(0, 60, 10)]
    whole = MLPClassifier((8,), random_state=0)
    for rows in batches:
        whole.partial_fit(X[rows], y[rows], classes=np.unique(y))
    model = MLPClassifier((8,), random_state=0).set_callbacks(Checkpoint(path))
    for rows in batches[:3]:
        model.partial_fit(X[rows], y[rows], classes=np.unique(y))
    loaded = load(path)
    for rows in batches[loaded.t_ // 10:]:
        loaded.partial_fit(X[rows], y[rows])
    assert_same(state(loaded), state(whole))


def test_without_resume_it_begins_anew(path):
    ended_after(3, "adam", path)
    X, y = digits()
    model = MLPClassifier((3,), **SHORT).set_callbacks(Checkpoint(path, resume=False)).fit(X, y)
    assert load(path).hidden_layer_sizes == (3,)
    assert model.n_iter_ == N_EPOCHS


def test_other_parameters(path):
    ended_after(3, "adam", path)
    X, y = digits()
    model = MLPClassifier((9,), **SHORT | {"max_iter": 7}, n_jobs=1, verbose=False)
    with pytest.raises(ValueError, match=r"of other parameters: hidden_layer_sizes=\(8,\) there and"
                                         r" \(9,\) here, max_iter=6 there and 7 here"):
        model.set_callbacks(Checkpoint(path)).fit(X, y)


@pytest.mark.parametrize(("change", "what"), [
    (lambda X, y: (X + 1e-9, y), "X differs"),
    (lambda X, y: (X, y[::-1]), "y differs"),
    (lambda X, y: (X[:-1], y[:-1]), "X, y differ"),
])
def test_other_data(path, change, what):
    ended_after(3, "adam", path)
    model = MLPClassifier((8,), **SHORT).set_callbacks(Checkpoint(path))
    with pytest.raises(ValueError, match=f"MLPClassifier: the checkpoint .* other data: {what}"):
        model.fit(*change(*digits()))


def test_another_class(path):
    ended_after(3, "adam", path)
    with pytest.raises(ValueError, match="MLPRegressor: the checkpoint .* is of a MLPClassifier"):
        MLPRegressor(max_iter=2).set_callbacks(Checkpoint(path)).fit(*digits())


def test_a_model_is_no_checkpoint(path):
    save(MLPClassifier((8,)), path)
    with pytest.raises(ModelFileError, match="no checkpoint"):
        fit("adam", Checkpoint(path))


def test_a_truncated_checkpoint(path):
    ended_after(3, "adam", path)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ModelFileError, match="truncated.*remove it"):
        fit("adam", Checkpoint(path))


def test_estimators_without_training(path):
    X, _ = digits()
    with pytest.raises(TypeError, match="Checkpoint: HopfieldNetwork has no fit that can go on"):
        HopfieldNetwork().set_callbacks(Checkpoint(path)).fit(X[:3])
    with pytest.raises(TypeError, match="n_networks=2"):
        SeriesNetClassifier(n_networks=2).set_callbacks(Checkpoint(path)).fit(*series())


@pytest.mark.parametrize("every", [0, -1, 1.5, True, "2"])
def test_every_is_checked(every):
    with pytest.raises(ValueError, match="every="):
        Checkpoint("file", every=every)


@pytest.mark.parametrize("model", [
    BernoulliRBM(4, n_iter=5), SelfOrganizingMap((2, 3), algorithm="online", max_iter=5),
    GenerativeAdversarialNetwork(4, hidden_layer_sizes=(8,), max_iter=5),
], ids=lambda model: type(model).__name__)
def test_rounds_without_a_random_state(model, path):
    X, _ = digits()
    np.random.seed(3)
    whole = clone(model).fit(X)
    np.random.seed(3)
    with pytest.raises(Killed):
        clone(model).set_callbacks(Checkpoint(path), KillAt(2)).fit(X)
    np.random.seed(8)
    assert_same(state(clone(model).set_callbacks(Checkpoint(path)).fit(X)), state(whole))
    with pytest.raises(ValueError, match=f"{type(model).__name__}.* of other data: X differs"):
        clone(model).set_callbacks(Checkpoint(path)).fit(X[:-1])
