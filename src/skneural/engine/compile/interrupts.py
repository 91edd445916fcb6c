"""Ctrl-C where it cannot be heeded at once: while threads run in step, or modules are imported."""

import contextlib
import importlib
import signal
import threading


@contextlib.contextmanager
def late_interrupt():
    """Hold Ctrl-C back in this block; give it to its handler afterwards."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received = []
    handler = signal.getsignal(signal.SIGINT)
    if not callable(handler):
        yield
        return
    signal.signal(signal.SIGINT, lambda number, frame: received.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if received:
        handler(*received[0])


def import_whole(*names: str) -> None:
    """Import modules of the engine, holding Ctrl-C back: Numba does not work if half imported."""
    with late_interrupt():
        for name in names:
            importlib.import_module(f".{name}", __package__)
