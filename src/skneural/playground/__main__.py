"""Starts the playground: ``python -m skneural.playground``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from ._server import serve


def main(arguments: Sequence[str] | None = None) -> str | None:
    """Serve until Ctrl-C; return what is wrong, or None."""
    parser = argparse.ArgumentParser(
        prog="python -m skneural.playground",
        description="Train small networks in the browser, and look on.",
    )
    parser.add_argument("--port", type=int, default=5006, help="0 takes a free one; default 5006")
    parser.add_argument("--address", default="localhost", help="0.0.0.0 listens to all machines")
    parser.add_argument("--no-show", action="store_true", help="open no browser")
    given = parser.parse_args(arguments)
    try:
        serve(given.port, address=given.address, show=not given.no_show)
    except (ImportError, OSError, ValueError) as error:
        return str(error)
    return None


if __name__ == "__main__":
    sys.exit(main())
