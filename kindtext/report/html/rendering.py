"""Templates into pages: one file each, with its style and script inside, that may fetch nothing.

Everything a template is given is escaped. The page's policy names the digests of its own style and script, so that a
browser runs nothing else, whatever a document's text may hold, and loads nothing from anywhere.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from jinja2 import Environment

PACKAGE = "kindtext.report.html"


def render(template: str, script: str, **values: Any) -> str:
    """Fill in a template.

    Parameters
    ----------
    template, script : str
        Names of files in the package's ``templates`` folder.
    **values
        What the template asks for.

    Returns
    -------
    str
        The page.
    """
    style, code = _asset("report.css"), _asset(script)
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_digest(style)}'",
            f"script-src '{_digest(code)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    page = _environment().get_template(template)
    return page.render(policy=policy, style=Markup(style), script=Markup(code), **values)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _asset(name: str) -> str:
    """Read a style or script; with the line ends that browsers count, so that its digest is right on every system."""
    text = (resources.files(PACKAGE) / "templates" / name).read_text(encoding="utf-8")
    return text.replace("\r\n", "\n")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
