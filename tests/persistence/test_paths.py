"""Paths that are given as bytes, are empty, or are of no regular file."""

import os
import stat

import numpy as np
import pytest

from _checkpoints import KillAt, Killed, network
from _saved_models import digits
from skneural import BernoulliRBM, MLPClassifier
from skneural.callbacks import HAS_CALLBACKS
from skneural.persistence import Checkpoint, load, save

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
NEEDS_CALLBACKS = pytest.mark.skipif(not HAS_CALLBACKS, reason="callbacks need scikit-learn 1.9")
MODEL = MLPClassifier((3,))


@pytest.fixture(params=["itself", "a link"])
def pipe(request, tmp_path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("the system has no named pipes")
    path = tmp_path / "pipe"
    os.mkfifo(path)
    if request.param == "itself":
        return path
    link = tmp_path / "link"
    link.symlink_to(path)
    return link


def test_a_pipe_is_not_replaced(pipe):
    with pytest.raises(OSError, match=r"cannot write '.*pipe': it is a pipe, .* a regular file"):
        save(MODEL, pipe)
    assert stat.S_ISFIFO(os.stat(pipe).st_mode)


def test_a_pipe_is_not_read(pipe):
    with pytest.raises(OSError, match="load: cannot read '.*': it is a pipe"):
        load(pipe)


@NEEDS_CALLBACKS
@pytest.mark.parametrize("how", [{}, {"resume": False}], ids=["resumes", "replaces"])
@pytest.mark.parametrize("made", [network, BernoulliRBM], ids=["epochs", "rounds"])
def test_a_checkpoint_in_a_pipe_is_refused_before_training(made, pipe, how):
    model = made().set_callbacks(Checkpoint(pipe, **how), KillAt(0))
    with pytest.raises(OSError, match="Checkpoint: path='.*': it is a pipe"):
        model.fit(*digits())
    assert stat.S_ISFIFO(os.stat(pipe).st_mode)


def test_a_link_to_a_file_is_followed(tmp_path):
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "file")
    for units in (3, 4):
        save(MLPClassifier((units,)), link)
        assert link.is_symlink()
        assert load(tmp_path / "file").hidden_layer_sizes == (units,)


def test_an_empty_path():
    with pytest.raises(ValueError, match="Checkpoint: path='' is empty"):
        Checkpoint("")


def test_bytes(tmp_path):
    path = os.fsencode(tmp_path / "model")
    save(MODEL, path)
    assert load(path).hidden_layer_sizes == (3,)


@NEEDS_CALLBACKS
def test_a_checkpoint_at_bytes(tmp_path):
    path = os.fsencode(tmp_path / "fit")
    whole = network().fit(*digits())
    with pytest.raises(Killed):
        network(Checkpoint(path), KillAt(3)).fit(*digits())
    resumed = network(Checkpoint(path)).fit(*digits())
    np.testing.assert_array_equal(resumed.coefs_[0], whole.coefs_[0])
