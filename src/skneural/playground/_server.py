"""The server that shows a playground to browsers."""

from __future__ import annotations

import socket
from typing import Any

from .._whole_numbers import is_whole
from ._packages import bokeh
from ._page import Page

_EVERYWHERE = ("", "0.0.0.0")
_LAST_PORT = 65535


def serve(port: int = 5006, *, address: str = "localhost", show: bool = True) -> None:
    """Serve playgrounds until Ctrl-C; each page that is opened has one of its own.

    Parameters
    ----------
    port : int, default=5006
        Where to listen; 0 takes a free port.
    address : str, default="localhost"
        Whom to listen to: with "localhost" only this machine can open the page, with "0.0.0.0"
        every one that reaches it, by any of its names and addresses.
    show : bool, default=True
        Whether to open a browser.

    Raises
    ------
    ImportError
        If Bokeh is not installed; with the pip command that installs it.
    OSError
        If the port is taken.
    ValueError
        If the port is no whole number from 0 to 65535.
    """
    server = make_server(port, address)
    everywhere = address in _EVERYWHERE
    url = f"http://{'localhost' if everywhere else address}:{server.port}/"
    elsewhere = f", from other machines http://{socket.gethostname()}:{server.port}/"
    print(
        f"The playground is at {url}{elsewhere if everywhere else ''}; Ctrl-C ends it.", flush=True
    )
    if show:
        server.io_loop.add_callback(bokeh("util.browser").view, url)
    server.start()
    try:
        server.io_loop.start()
    except KeyboardInterrupt:
        print()
    finally:
        server.stop()


def make_server(port: int, address: str) -> Any:
    """Return Bokeh's server, which listens and is not started yet."""
    server = bokeh("server.server").Server
    port = _usable(port, address)
    # a page asked for by a name of this machine sends that name, and a machine has many
    hosts = ["*"] if address in _EVERYWHERE else sorted({"localhost", "127.0.0.1", address})
    return server(
        {"/": Page}, port=port, address=address,
        allow_websocket_origin=[f"{host}:{port}" for host in hosts],
    )


def _usable(port: int, address: str) -> int:
    """Return the port, or a free one for 0, found before Bokeh, which would leave sockets open."""
    if not is_whole(port, least=0) or port > _LAST_PORT:
        raise ValueError(
            f"skneural.playground: port={port!r} must be a whole number from 0 to {_LAST_PORT}; 0"
            " takes a free one"
        )
    try:
        with socket.create_server((address, port)) as found:
            return found.getsockname()[1]
    except OSError as error:
        raise OSError(
            error.errno, f"skneural.playground: {address}:{port} cannot be listened to"
            f" ({error.strerror}); give another port, or 0 for a free one",
        ) from error
