"""Checkpoints of streams of `partial_fit`, and of fits that go on by `warm_start`."""

import pickle

import numpy as np
import pytest

from _checkpoints import SHORT, KillAt, Killed, assert_same, killed, network, state
from _saved_models import digits
from skneural.callbacks import HAS_CALLBACKS
from skneural.exceptions import ModelFileError
from skneural.persistence import Checkpoint, load

pytestmark = [
    pytest.mark.skipif(not HAS_CALLBACKS, reason="callbacks need scikit-learn 1.9"),
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore:Got `batch_size` less"),
    pytest.mark.needs_jit(reason="fits many networks"),
]
X, Y = digits()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "training.safetensors"


def stream(model, batches):
    for begin in batches:
        rows = slice(10 * begin, 10 * begin + 10)
        model.partial_fit(X[rows], Y[rows], classes=np.unique(Y))
    return model


class TestStreams:
    """Calls of `partial_fit`."""

    def test_a_stream_that_begins_anew_is_refused(self, path):
        stream(network(Checkpoint(path)), range(3))
        before = path.read_bytes()
        with pytest.raises(ValueError, match=r"MLPClassifier: .*a stream of partial_fit that has"
                                             r" seen 30 rows.*persistence\.load"):
            stream(network(Checkpoint(path)), range(3))
        assert path.read_bytes() == before
        whole = stream(network(), range(5))
        loaded = load(path).set_callbacks(Checkpoint(path))
        assert_same(state(stream(loaded, range(3, 5))), state(whole))
        assert load(path).t_ == 50

    def test_one_that_lags_behind_the_file_is_refused(self, path):
        model = stream(network(Checkpoint(path)), range(2))
        earlier = pickle.dumps(model.set_callbacks())
        stream(model.set_callbacks(Checkpoint(path)), range(2, 4))
        lagging = pickle.loads(earlier).set_callbacks(Checkpoint(path))
        with pytest.raises(ValueError, match="has seen 40 rows"):
            stream(lagging, range(2, 3))

    def test_the_own_file_is_not_read_at_each_call(self, path, monkeypatch):
        model = stream(network(Checkpoint(path)), range(2))

        def read(path):
            raise AssertionError("the file was read")

        monkeypatch.setattr("skneural.persistence._checkpoint.read", read)
        stream(model, range(2, 4))

    def test_without_resume_it_replaces_the_file(self, path):
        stream(network(Checkpoint(path)), range(3))
        stream(network(Checkpoint(path, resume=False)), range(1))
        assert load(path).t_ == 10

    def test_a_stream_does_not_begin_from_the_file_of_a_fit(self, path):
        network(Checkpoint(path)).fit(X, Y)
        with pytest.raises(ValueError, match="is of a fit that has seen .*partial_fit begins with"):
            stream(network(Checkpoint(path)), range(1))

    def test_a_fit_is_not_given_the_result_of_a_stream(self, path):
        network(Checkpoint(path)).partial_fit(X, Y, classes=np.unique(Y))
        with pytest.raises(ValueError, match="a stream of partial_fit .*fit begins with a new"):
            network(Checkpoint(path)).fit(X, Y)

    def test_a_stream_goes_on_from_a_fit(self, path):
        model = network(Checkpoint(path)).fit(X, Y)
        n_rows = model.t_
        stream(model, range(1))
        assert load(path).t_ == n_rows + 10

    def test_a_damaged_file_is_not_replaced(self, path):
        path.write_bytes(b"nothing")
        with pytest.raises(ModelFileError, match="remove it"):
            stream(network(Checkpoint(path)), range(1))


class TestWarmStarts:
    """Fits that go on from those before them."""

    def test_the_second_fit_trains_on(self, path):
        whole = network(warm_start=True).fit(X, Y).fit(X, Y)
        kept = network(Checkpoint(path), warm_start=True).fit(X, Y).fit(X, Y)
        assert len(kept.loss_curve_) == 2 * SHORT["max_iter"]
        assert_same(state(kept), state(whole))

    @pytest.mark.parametrize("solver", ["adam", "lbfgs"])
    @pytest.mark.parametrize("n_ended", [0, 1])
    def test_a_program_is_run_again(self, solver, n_ended, path):
        """It was killed in its second or third fit."""
        def program(*callbacks):
            model = network(warm_start=True, solver=solver)
            for place in range(3):
                these = callbacks[place : place + 1] or callbacks[-1:]
                model.set_callbacks(Checkpoint(path), *these).fit(X, Y)
            return model

        whole = network(warm_start=True, solver=solver).fit(X, Y).fit(X, Y).fit(X, Y)
        quiet = KillAt(10**6)
        with pytest.raises(Killed):
            program(*[quiet] * (1 + n_ended), KillAt(3))
        n_epochs = len(load(path).loss_curve_)
        later = "is of a later fit by warm_start"
        with pytest.warns(UserWarning, match=later), pytest.raises(Killed):
            program(KillAt(2))
        assert len(load(path).loss_curve_) == n_epochs
        with pytest.warns(UserWarning, match=later):
            assert_same(state(program(quiet)), state(whole))

    def test_other_weights_are_refused(self, path):
        model = network(warm_start=True).fit(X, Y)
        begun = pickle.dumps(model)
        killed(model, 2, path)
        again = pickle.loads(begun).set_callbacks(Checkpoint(path))
        again.coefs_[0][:] += 1
        with pytest.raises(ValueError, match="began with other weights"):
            again.fit(X, Y)
        resumed = pickle.loads(begun).set_callbacks(Checkpoint(path)).fit(X, Y)
        assert_same(state(resumed), state(pickle.loads(begun).fit(X, Y)))
