"""Ctrl-C while threads run in step."""

import contextlib
import signal
import threading


@contextlib.contextmanager
def late_interrupt():
    """Hold Ctrl-C back while threads run in step; give it to its handler afterwards."""
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
