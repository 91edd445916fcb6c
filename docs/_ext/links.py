"""Names of classes become links wherever they stand: guide, docstrings, gallery."""

from __future__ import annotations

import importlib
import pkgutil

from docutils import nodes
from sklearn.utils.discovery import all_estimators
from sphinx.addnodes import pending_xref
from sphinx.transforms import SphinxTransform

import skneural

NO_LINKS_IN = (nodes.title, nodes.reference, nodes.Titular, pending_xref)


def public_names() -> dict[str, str]:
    """Where the page of each public class and function is; names in two modules are left out."""
    modules = [module.name for module in pkgutil.iter_modules(skneural.__path__)]
    found, twice = {}, set()
    for module in ["", *(f".{name}" for name in modules if not name.startswith("_"))]:
        package = importlib.import_module(f"skneural{module}")
        if module in (".engine", ".estimators"):
            continue
        for name in getattr(package, "__all__", ()):
            twice.update([name] if name in found else [])
            found[name] = f"{package.__name__}.{name}"
        found[package.__name__] = package.__name__
    ours = {name: target for name, target in found.items() if name not in twice}
    theirs = {
        name: f"sklearn.{estimator.__module__.split('.')[1]}.{name}"
        for name, estimator in all_estimators()
    }
    return theirs | ours


NAMES = public_names()


class LinkNames(SphinxTransform):
    """Wrap literal text that is the name of a class in a reference to its page."""

    default_priority = 400  # before references are resolved

    def apply(self, **kwargs) -> None:
        for literal in list(self.document.findall(nodes.literal)):
            target = NAMES.get(literal.astext())
            if target is None or inside(literal):
                continue
            reference = pending_xref(
                "", refdomain="py", reftype="obj", reftarget=target, refexplicit=True,
                refdoc=self.env.docname, refwarn=False,
            )
            literal.replace_self(reference)
            reference += literal


def inside(node: nodes.Node) -> bool:
    """Tell whether a node is part of a title or of a link."""
    while (node := node.parent) is not None:
        if isinstance(node, NO_LINKS_IN):
            return True
    return False


def setup(app):
    app.add_transform(LinkNames)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
