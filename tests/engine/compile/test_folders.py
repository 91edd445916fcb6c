"""Where compiled kernels are kept, and who may have written them."""

import os
import stat
import sys
import types
from pathlib import Path

import pytest

from skneural.engine.compile import folders as _folders
from skneural.engine.compile import trust as _trust

needs_modes = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away"
)


@pytest.fixture
def umask():
    """Set the umask for the test."""
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    ("system", "variable", "tail"),
    [
        ("linux", "XDG_CACHE_HOME", ()),
        ("linux", "HOME", (".cache",)),
        ("win32", "LOCALAPPDATA", ()),
        ("win32", "USERPROFILE", ("AppData", "Local")),
        ("darwin", "HOME", ("Library", "Caches")),
    ],
)
def test_default_folder_is_in_the_users_cache(monkeypatch, tmp_path, system, variable, tail):
    for name in ("SKNEURAL_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(_folders.sys, "platform", system)
    monkeypatch.setenv(variable, str(tmp_path))
    store = _folders.usual()
    assert store.root == tmp_path.joinpath(*tail, "scikit-neural")
    assert store.mode == 0o700


def test_chosen_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("SKNEURAL_CACHE_DIR", str(tmp_path))
    assert _folders.usual().root == tmp_path
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SKNEURAL_CACHE_DIR", "here")
    assert _folders.usual().root == tmp_path / "here", "wherever the process goes later"


def test_the_home_in_a_chosen_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("USERPROFILE" if sys.platform == "win32" else "HOME", str(tmp_path))
    monkeypatch.setenv("SKNEURAL_CACHE_DIR", "~/kernels")
    assert _folders.usual().root == tmp_path / "kernels"
    monkeypatch.setenv("SKNEURAL_CACHE_DIR", "~nobody_of_this_name/kernels")
    with pytest.raises(OSError, match="SKNEURAL_CACHE_DIR='~nobody_of_this_name"):
        _folders.usual()


@pytest.mark.skipif(sys.platform != "linux", reason="the variables of Linux")
@pytest.mark.parametrize("value", ["", "here", "./here", "~/here"])
def test_relative_folders_of_the_environment_are_ignored(monkeypatch, tmp_path, value):
    import pwd

    monkeypatch.delenv("SKNEURAL_CACHE_DIR", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", value)
    assert _folders.usual().root == tmp_path / ".cache" / "scikit-neural"
    monkeypatch.setenv("HOME", value)
    monkeypatch.setattr(pwd, "getpwuid", lambda uid: types.SimpleNamespace(pw_dir="/home/me"))
    assert _folders.usual().root == Path("/home/me/.cache/scikit-neural")


@needs_modes
def test_temporary_folder_has_the_users_number(monkeypatch, tmp_path):
    monkeypatch.setattr(_folders.tempfile, "gettempdir", lambda: str(tmp_path))
    store = _folders.temporary()
    assert store.root == tmp_path / f"scikit-neural-{os.geteuid()}"
    store.write("folder", "name", b"data")
    assert mode_of(store.root) == 0o700
    assert store.read("folder", "name") == b"data"


@needs_modes
@pytest.mark.parametrize("kind", ["open", "link", "file", "readable"])
def test_a_temporary_folder_that_others_could_have_made_is_refused(monkeypatch, tmp_path, kind):
    monkeypatch.setattr(_folders.tempfile, "gettempdir", lambda: str(tmp_path))
    store = _folders.temporary()
    if kind == "link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        store.root.symlink_to(tmp_path / "elsewhere")
    elif kind == "file":
        store.root.touch(0o700)
    else:
        store.root.mkdir()
        store.root.chmod(0o777 if kind == "open" else 0o755)
    for refused in (
        lambda: store.write("folder", "name", b"data"), lambda: store.read("folder", "name")
    ):
        with pytest.raises(OSError, match=r"scikit-neural-\d+") as caught:
            refused()
        assert ("`chmod go= " in str(caught.value)) == (kind in ("open", "readable"))
    assert not list(tmp_path.rglob("name"))


@pytest.mark.parametrize(
    ("owner", "mode", "message"),
    [
        (1000, 0o644, ""),
        (0, 0o755, ""),
        (1001, 0o600, "another user, by number 1001"),
        (1000, 0o664, "^its group may write to a folder; `chmod go-w 'a folder'` mends that"),
        (1000, 0o646, "^others may write"),
        (0, 0o777, "^its group and others may write"),
    ],
)
def test_who_may_have_written_what_is_loaded(monkeypatch, owner, mode, message):
    monkeypatch.setattr(_trust, "_user", lambda: 1000)
    status = types.SimpleNamespace(st_uid=owner, st_mode=mode)
    if not message:
        _trust._check(status, "a folder")
        return
    with pytest.raises(PermissionError, match=message):
        _trust._check(status, "a folder")


@needs_root
@pytest.mark.parametrize("level", ["root", "folder", "file"])
def test_what_another_user_owns_is_refused(tmp_path, level):
    store = _folders.Store(tmp_path / "cache")
    store.write("folder", "name", b"data")
    parts = {"root": "", "folder": "folder", "file": "folder/name"}
    os.chown(store.root / parts[level], 12345, -1)
    with pytest.raises(PermissionError, match="by number 12345"):
        store.read("folder", "name")
    if level == "file":
        store.write("folder", "name", b"ours")
        assert store.read("folder", "name") == b"ours"
        return
    with pytest.raises(PermissionError, match="by number 12345"):
        store.write("folder", "name", b"ours")


@needs_modes
def test_modes_follow_the_umask_but_never_let_others_write(monkeypatch, tmp_path, umask):
    """A folder that was named may be filled for others; the one in the user's cache is private."""
    for number, (mask, shared) in enumerate([(0o022, 0o755), (0o077, 0o700), (0, 0o755)]):
        umask(mask)
        monkeypatch.setenv("SKNEURAL_CACHE_DIR", str(tmp_path / f"{number}"))
        store = _folders.usual()
        store.write("folder", "name", b"data")
        assert mode_of(store.root) == mode_of(store.root / "folder") == shared
        assert mode_of(store.root / "folder" / "name") == shared & 0o666
    monkeypatch.delenv("SKNEURAL_CACHE_DIR")
    for variable in ("XDG_CACHE_HOME", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "user"))
    store = _folders.usual()
    store.write("folder", "name", b"data")
    assert mode_of(store.root) == 0o700


@needs_modes
@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("inner", [False, True])
def test_a_folder_open_to_others_is_left_as_it_is(monkeypatch, tmp_path, named, inner):
    """The default one as any other: what lies in it may be theirs."""
    for variable in ("SKNEURAL_CACHE_DIR", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    if not named:
        monkeypatch.delenv("SKNEURAL_CACHE_DIR")
    store = _folders.usual()
    store.write("folder", "name", b"data")
    folder = store.root / "folder" if inner else store.root
    folder.chmod(0o775)
    for refused in (
        lambda: store.write("folder", "name", b"data"), lambda: store.read("folder", "name")
    ):
        with pytest.raises(PermissionError, match="its group may write to .*`chmod go-w /"):
            refused()
    assert mode_of(folder) == 0o775


def test_a_write_that_fails_leaves_nothing(monkeypatch, tmp_path):
    store = _folders.Store(tmp_path / "cache")
    store.write("folder", "name", b"before")

    def fail(*paths):
        raise OSError("no")

    monkeypatch.setattr(_trust.os, "replace", fail)
    with pytest.raises(OSError, match="no"):
        store.write("folder", "name", b"after")
    assert [path.name for path in (store.root / "folder").iterdir()] == ["name"]
    assert store.read("folder", "name") == b"before"
