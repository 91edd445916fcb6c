"""Fits that go on from a checkpoint with more epochs than that fit was to have."""

from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from _checkpoints import N_EPOCHS, SHORT, KillAt, Killed, assert_same, state
from _saved_models import digits
from skneural import (
    AutoencoderTransformer,
    BernoulliRBM,
    ConvNetClassifier,
    DBNClassifier,
    MLPClassifier,
    MLPRegressor,
    NeuralNetClassifier,
    NeuralOutlierDetector,
)
from skneural.augmentation import Shift
from skneural.callbacks import HAS_CALLBACKS
from skneural.layers import BatchNorm, Dense, Dropout
from skneural.persistence import Checkpoint
from skneural.schedules import Constant, Cosine, Scheduled, Warmup
from skneural.training.longer import why_not_longer
from skneural.training.rates import LearningRates
from skneural.training.settings import Settings

pytestmark = [
    pytest.mark.skipif(not HAS_CALLBACKS, reason="callbacks need scikit-learn 1.9"),
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.needs_jit(reason="fits many networks"),
]
X, Y = digits()
LONGER = {"max_iter": N_EPOCHS + 5}
SAME = {
    "adam": MLPClassifier((8,), dropout=0.2, **SHORT),
    "adaptive": MLPClassifier((8,), solver="sgd", learning_rate="adaptive", tol=1.0,
                              n_iter_no_change=2, **SHORT),
    "inverse scaling": MLPRegressor(hidden_layer_sizes=(8,), solver="sgd",
                                    learning_rate="invscaling", **SHORT),
    "warmup": MLPClassifier((8,), learning_rate=Warmup(n_epochs=3), **SHORT),
    "cycles": MLPClassifier((8,), learning_rate=Cosine(cycle_length=2), **SHORT),
    "best weights": MLPClassifier((8,), early_stopping=True, validation_fraction=0.3,
                                  learning_rate_init=0.3, **SHORT),
    "plateau": MLPClassifier((8,), tol=10.0, n_iter_no_change=3, **SHORT),
    "statistics": NeuralNetClassifier([Dense(8), BatchNorm(), Dropout(0.3), Dense(5)], **SHORT),
    "clipping": MLPClassifier((8,), max_grad_norm=0.1, **SHORT),
    "images": ConvNetClassifier((4,), image_shape=(8, 8, 1), augmentation=Shift(1), **SHORT),
    "codes": AutoencoderTransformer(4, **SHORT),
    "belief net": DBNClassifier((4,), pretraining_max_iter=1, **SHORT),
    "random state": MLPClassifier((8,), **SHORT | {"random_state": np.random.RandomState(3)}),
}


def longer(model, *callbacks):
    return clone(model).set_params(**LONGER).set_callbacks(*callbacks).fit(X, Y)


@pytest.mark.parametrize("n_epochs", [3, None])
@pytest.mark.parametrize("name", list(SAME))
def test_the_bits_are_those_of_a_longer_fit(name, n_epochs, tmp_path):
    checkpoint, model = Checkpoint(tmp_path / "c"), SAME[name]
    begun = clone(model).set_callbacks(checkpoint, KillAt(n_epochs or 10**6))
    if n_epochs:
        with pytest.raises(Killed):
            begun.fit(X, Y)
    else:
        begun.fit(X, Y)
    assert_same(state(longer(model, Checkpoint(tmp_path / "c"))), state(longer(model)))


def test_lbfgs_goes_on_before_it_has_ended(tmp_path):
    model = MLPClassifier((8,), solver="lbfgs", max_iter=N_EPOCHS, random_state=0)
    with pytest.raises(Killed):
        clone(model).set_callbacks(Checkpoint(tmp_path / "c"), KillAt(3)).fit(X, Y)
    assert_same(state(longer(model, Checkpoint(tmp_path / "c"))), state(longer(model)))
    clone(model).set_callbacks(Checkpoint(tmp_path / "d")).fit(X, Y)
    with pytest.raises(ValueError, match="max_iter=6, and solver='lbfgs' cannot go on"):
        longer(model, Checkpoint(tmp_path / "d"))


def test_warnings_are_those_of_the_longer_fit(tmp_path):
    model = MLPClassifier((8,), **SHORT).set_callbacks(Checkpoint(tmp_path / "c"))
    model.fit(X, Y)
    with pytest.warns(ConvergenceWarning) as found:
        model.set_params(**LONGER).fit(X, Y)
    assert [str(each.message)[:47] for each in found] == [
        "Stochastic Optimizer: Maximum iterations (11) r"]


@pytest.mark.parametrize(("model", "why"), [
    (MLPClassifier((8,), learning_rate="cosine", **SHORT),
     "MLPClassifier: .* a fit of max_iter=6, and learning_rate='cosine' depends on max_iter. Set"),
    (MLPClassifier((8,), weight_decay=Scheduled(0.1, "cosine"), **SHORT), "a Scheduled parameter"),
    (NeuralNetClassifier([Dense(8), Dropout(Scheduled(0.5, "cosine")), Dense(5)], **SHORT),
     "a Scheduled parameter"),
    (NeuralOutlierDetector(4, **SHORT), "max_iter is the intended length"),
], ids=range(4))
def test_what_depends_on_the_length_is_refused(model, why, tmp_path):
    clone(model).set_callbacks(Checkpoint(tmp_path / "c")).fit(X, Y)
    with pytest.raises(ValueError, match=why):
        longer(model, Checkpoint(tmp_path / "c"))


def test_sessions_elsewhere_are_refused():
    settings = Settings(owner="MLPClassifier", loss="log_loss")
    rates = LearningRates(Constant(), 0.1, max_iter=8, first_epoch=6)
    session = SimpleNamespace(n_batches=2, n_samples=10)
    assert "over a cluster" in why_not_longer(settings, session, rates, 6)
    session.is_scheduled = False
    assert why_not_longer(settings, session, rates, 6) is None


def test_other_lengths_are_refused(tmp_path):
    model = MLPClassifier((8,), **SHORT).set_callbacks(Checkpoint(tmp_path / "c")).fit(X, Y)
    with pytest.raises(ValueError, match="other parameters: max_iter=6 there and 5 here"):
        model.set_params(max_iter=5).fit(X, Y)
    with pytest.raises(ValueError, match="other parameters: alpha=.*, max_iter=6 there and 7 here"):
        model.set_params(max_iter=7, alpha=0.3).fit(X, Y)
    machine = BernoulliRBM(4, n_iter=2).set_callbacks(Checkpoint(tmp_path / "m")).fit(X)
    with pytest.raises(ValueError, match="other parameters: n_iter=2 there and 3 here"):
        machine.set_params(n_iter=3).fit(X)
