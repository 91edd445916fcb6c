"""Links from an estimator's HTML representation to its page of the documentation."""

from __future__ import annotations

import functools
from importlib.metadata import PackageNotFoundError, metadata

_PAGE = "api/generated/skneural.{estimator_name}.html"


@functools.cache
def page_template() -> str:
    """Return the address of an estimator's page, with a place for the estimator's name.

    It begins with the address that the installed package names "Documentation", and is empty
    where it names none, as in a clone.
    """
    try:
        links = metadata("scikit-neural").get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    addresses = dict(link.split(", ", 1) for link in links)
    address = addresses.get("Documentation", "")
    return f"{address.rstrip('/')}/{_PAGE}" if address else ""
