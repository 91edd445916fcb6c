"""What a checkpoint is compared with, and what it does where it cannot go on or be written."""

import errno
import os
import subprocess
import sys
import warnings

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from _checkpoints import SHORT, KillAt, Killed, assert_same, killed, network, state
from _saved_models import digits
from skneural import BernoulliRBM, DBNClassifier, MLPClassifier, NeuralNetClassifier
from skneural.callbacks import HAS_CALLBACKS
from skneural.data.checks import OF_CALLBACKS
from skneural.layers import Dense
from skneural.persistence import Checkpoint, load, save

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


class TestMetaEstimators:
    """Fits that others begin."""

    def test_a_pipeline(self, path):
        whole = make_pipeline(StandardScaler(), network()).fit(X, Y)
        begun = make_pipeline(StandardScaler(), network(Checkpoint(path), KillAt(3)))
        with pytest.raises(Killed):
            begun.fit(X, Y)
        resumed = make_pipeline(StandardScaler(), network(Checkpoint(path))).fit(X, Y)
        assert_same(state(resumed[-1]), state(whole[-1]))
        assert load(path).n_iter_ == whole[-1].n_iter_

    def test_a_network_within_a_fit(self, path):
        model = DBNClassifier((4,), visible="gaussian", pretraining_max_iter=1, **SHORT)
        make_pipeline(StandardScaler(), model.set_callbacks(Checkpoint(path))).fit(X, Y)
        assert load(path).n_iter_ == SHORT["max_iter"]

    def test_a_search_replaces_the_file(self, path):
        model = network(Checkpoint(path, resume=False))
        search = GridSearchCV(model, {"alpha": [0.0, 0.1]}, cv=2).fit(X, Y)
        assert load(path).alpha == search.best_params_["alpha"]

    def test_a_search_that_would_resume_is_refused(self, path):
        search = GridSearchCV(network(Checkpoint(path)), {}, cv=2, error_score="raise")
        with pytest.raises(ValueError, match="each fit of a search needs its own"):
            search.fit(X, Y)

    def test_all_attributes_of_callbacks_are_known(self):
        class Look(KillAt):
            def on_fit_task_end(self, estimator, context, **data):
                self.found = {name for name in vars(estimator) if "callback" in name}

        look = Look(10**6)
        make_pipeline(StandardScaler(), network(look)).fit(X, Y)
        assert look.found == OF_CALLBACKS

    def test_keys_of_a_user_are_kept(self, tmp_path):
        metadata = {"_callback_fit_ctx": 1, "_skl_callbacks": [2], "_callback_mine": 3}
        model = network().fit(X, Y)
        model.note_ = metadata
        model._callback_count = 4
        save(model, tmp_path / "model")
        found = load(tmp_path / "model")
        assert (found.note_, found._callback_count) == (metadata, 4)

    def test_an_error_leaves_attributes_that_only_look_like_those(self):
        model = network()
        model._callback_count = 1

        class Change(KillAt):
            def on_fit_task_begin(self, estimator, context, **data):
                estimator._callback_count = 2
                raise Killed

        with pytest.raises(Killed):
            model.set_callbacks(Change(0)).fit(X, Y)
        assert model._callback_count == 1


class TestPlaces:
    """Where the file is."""

    @pytest.mark.parametrize("model", [MLPClassifier(), BernoulliRBM()], ids=repr)
    def test_a_missing_folder(self, model, tmp_path):
        model.set_callbacks(Checkpoint(tmp_path / "none" / "file"), KillAt(0))
        with pytest.raises(FileNotFoundError, match="Checkpoint: path=.*none', which does not"):
            model.fit(X, Y)

    def test_a_folder(self, tmp_path):
        with pytest.raises(IsADirectoryError, match="Checkpoint: path=.* is a folder"):
            network(Checkpoint(tmp_path), KillAt(0)).fit(X, Y)

    def test_a_folder_that_is_not_writable(self, path, monkeypatch):
        monkeypatch.setattr(os, "access", lambda *arguments: False)
        with pytest.raises(PermissionError, match="Checkpoint: path=.* not writable"):
            network(Checkpoint(path), KillAt(0)).fit(X, Y)

    @pytest.mark.parametrize("model", [
        network(), network(solver="lbfgs"), BernoulliRBM(4, n_iter=6, random_state=0),
    ], ids=["epochs", "lbfgs", "rounds"])
    def test_a_full_disk(self, model, path, monkeypatch):
        n_written, write = [0], os.fsync

        def fsync(handle):
            n_written[0] += 1
            if n_written[0] in (2, 3):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            write(handle)

        monkeypatch.setattr(os, "fsync", fsync)
        sizes = []

        class Look(KillAt):
            def on_fit_task_begin(self, estimator, context, **data):
                if context.task_name == "epoch" and path.exists():
                    sizes.append(len(load(path).__dict__.get("loss_curve_", [])))

        model.set_callbacks(Checkpoint(path), Look(0))
        with pytest.warns(UserWarning, match=f"{type(model).__name__}: the checkpoint .*No space"):
            model.fit(X, Y)
        assert sizes[:4] == [1, 1, 1, 4]
        assert load(path).n_iter_ == model.n_iter_
        assert os.listdir(path.parent) == [path.name]

    def test_a_full_disk_where_warnings_are_errors(self, path, monkeypatch):
        def fsync(handle):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "fsync", fsync)
        model = network(Checkpoint(path))
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            with pytest.raises(UserWarning):
                model.fit(X, Y)
        assert model.n_iter_ == SHORT["max_iter"]

    @pytest.mark.skipif(os.name != "posix", reason="kills as POSIX does")
    def test_what_a_kill_leaves_is_removed(self, path):
        program = (
            "import os, signal, sys\n"
            "from skneural.persistence._files import replace\n"
            "os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGKILL)\n"
            "replace(sys.argv[1], b'half')\n"
        )
        other = path.with_name("other")
        for place in (path, path, other):
            subprocess.run([sys.executable, "-c", program, str(place)], check=False)
        assert len(os.listdir(path.parent)) == 3
        writer = subprocess.Popen(
            [sys.executable, "-c", program.replace("os.kill(os.getpid(), signal.SIGKILL)",
                                                   "(print(flush=True), input())"), str(path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        with writer:
            writer.stdout.readline()
            assert len(os.listdir(path.parent)) == 4
            network(Checkpoint(path)).fit(X, Y)
            left = sorted(name.split(".")[1] for name in os.listdir(path.parent) if name[0] == ".")
            writer.kill()
        assert left == ["other", "training"]  # that of another file, and of one that is written


class TestParameters:
    """What counts as the same."""

    @pytest.mark.parametrize(("there", "here"), [
        ({"hidden_layer_sizes": (8,)}, {"hidden_layer_sizes": [8]}),
        ({"hidden_layer_sizes": [8]}, {"hidden_layer_sizes": np.array([8])}),
        ({"alpha": 0.5}, {"alpha": np.float64(0.5)}),
        ({"alpha": 1}, {"alpha": 1.0}),
        ({"batch_size": 16}, {"batch_size": np.int32(16)}),
        ({"shuffle": True}, {"shuffle": np.bool_(True)}),
        ({"class_weight": {0: 1, 1: 2}}, {"class_weight": {np.int64(1): 2.0, 0: 1}}),
    ])
    def test_equal_numbers(self, there, here, path):
        whole = network(**there).fit(X, Y)
        killed(network(**there), 3, path)
        resumed = network(Checkpoint(path), **here).fit(X, Y)
        np.testing.assert_array_equal(resumed.coefs_[0], whole.coefs_[0])

    def test_equal_numbers_in_layers(self, path):
        def made(units, alpha):
            return NeuralNetClassifier([Dense(units), Dense(5)], **SHORT | {"alpha": alpha})

        whole = made(8, 0.5).fit(X, Y)
        killed(made(8, 0.5), 3, path)
        resumed = made(np.int64(8), np.float64(0.5)).set_callbacks(Checkpoint(path)).fit(X, Y)
        np.testing.assert_array_equal(resumed.predict_proba(X), whole.predict_proba(X))
        with pytest.raises(ValueError, match="other parameters: layers="):
            made(9, 0.5).set_callbacks(Checkpoint(path)).fit(X, Y)

    @pytest.mark.parametrize(("there", "here"), [
        ({"hidden_layer_sizes": (8,)}, {"hidden_layer_sizes": (8, 8)}),
        ({"alpha": 0.1}, {"alpha": np.float32(0.1)}),
        ({"class_weight": {0: 1, 1: 2}}, {"class_weight": {0: 2, 1: 1}}),
        ({"random_state": 0}, {"random_state": 1}),
    ])
    def test_other_numbers(self, there, here, path):
        killed(network(**there), 3, path)
        with pytest.raises(ValueError, match=f"other parameters: {next(iter(there))}"):
            network(Checkpoint(path), **here).fit(X, Y)

    @pytest.mark.parametrize("made", [
        network, lambda random_state: BernoulliRBM(4, n_iter=6, random_state=random_state),
    ], ids=["epochs", "rounds"])
    def test_random_states(self, made, path):
        killed(made(random_state=np.random.RandomState(3)), 3, path)
        other = made(random_state=np.random.RandomState(4)).set_callbacks(Checkpoint(path))
        with pytest.raises(ValueError, match="is of another random_state"):
            other.fit(X, Y)
        whole = made(random_state=np.random.RandomState(3)).fit(X, Y)
        same = made(random_state=np.random.RandomState(3)).set_callbacks(Checkpoint(path))
        assert_same(state(same.fit(X, Y)), state(whole))
        after = [model.random_state.rand() for model in (same, whole)]
        assert after[0] == after[1]

    @pytest.mark.parametrize("made", [
        network, lambda: BernoulliRBM(4, n_iter=6, random_state=0),
    ], ids=["epochs", "rounds"])
    def test_another_dtype(self, made, path):
        killed_in_float32 = made().set_callbacks(Checkpoint(path), KillAt(3))
        with pytest.raises(Killed):
            killed_in_float32.fit(X.astype(np.float32), Y)
        message = "another dtype: X is of float64, and was of float32 there. Fit on X of float32"
        with pytest.raises(ValueError, match=message):
            made().set_callbacks(Checkpoint(path)).fit(X, Y)

    @pytest.mark.parametrize("model", [network(), BernoulliRBM(n_iter=1)], ids=["epochs", "rounds"])
    def test_two_checkpoints(self, model, path):
        model.set_callbacks(Checkpoint(path), Checkpoint(f"{path}2"))
        with pytest.raises(ValueError, match=r": 2 callbacks keep snapshots, Check.*set one"):
            model.fit(X, Y)
