"""Formulas as MathML, which browsers show by themselves: no script, no fonts, no network."""

from __future__ import annotations

import re

from docutils.nodes import SkipNode
from latex2mathml.converter import convert

FUNCTION = re.compile(r"<m[io]>([a-z]{2,4})</m[io]>(?=(<mo[^>]*>&#x00028;)?)")


def formula(node, display: str) -> str:
    """Convert LaTeX to MathML, names of functions as operators with their space around them."""
    return FUNCTION.sub(spaced, convert(node.astext(), display=display))


def spaced(name: re.Match) -> str:
    after = "0" if name[2] else "0.1667em"
    return f'<mo form="prefix" lspace="0.1667em" rspace="{after}">{name[1]}</mo>'


def inline(self, node):
    self.body.append(formula(node, "inline"))
    raise SkipNode


def display(self, node):
    self.body.append(self.starttag(node, "div", CLASS="math"))
    self.body.append(formula(node, "block"))
    self.body.append("</div>\n")
    raise SkipNode


def setup(app):
    app.add_html_math_renderer("mathml", (inline, None), (display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
