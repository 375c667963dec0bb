"""Templates, styles and scripts put together into one page that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gauger.tell.report import wording
from gauger.tell.report.legible import legible, prose

_STATIC: Final = files("gauger.tell.report") / "static"
_STYLES: Final = (
    "layout.css",
    "summary.css",
    "network.css",
    "charts.css",
    "firmness.css",
    "members.css",
    "taken.css",
    "attribution.css",
)
_HEAD_SCRIPTS: Final = ("theme_early.js",)
_SCRIPTS: Final = ("theme.js", "tips.js", "copy.js", "sharing.js", "members.js", "print.js")


def render(template: str, **values: object) -> str:
    """Render a template with everything escaped that is not marked as ours."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("gauger.tell.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["count"] = wording.count
    environment.filters["signed"] = wording.signed
    environment.filters["legible"] = legible
    environment.filters["prose"] = prose
    head, body = _joined(_HEAD_SCRIPTS), _joined(_SCRIPTS)
    environment.globals.update(
        light=Markup(_text("light.css")),  # noqa: S704 - files of this package
        dark=Markup(_text("dark.css")),  # noqa: S704
        styles=Markup(_joined(_STYLES)),  # noqa: S704
        print_styles=Markup(_text("print.css")),  # noqa: S704
        head_script=Markup(head),  # noqa: S704
        body_script=Markup(body),  # noqa: S704
        content_policy=_content_policy(head, body),
    )
    return environment


def _content_policy(*scripts: str) -> str:
    """Allow our own scripts by digest and nothing from anywhere else.

    An account id is chosen by the client it belongs to. Were one ever to slip through escaping,
    the browser would still not run it.
    """
    digests = (base64.b64encode(hashlib.sha256(each.encode()).digest()) for each in scripts)
    allowed = " ".join(f"'sha256-{digest.decode()}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )


def _joined(names: tuple[str, ...]) -> str:
    return "\n".join(_text(name) for name in names)


def _text(name: str) -> str:
    return (_STATIC / name).read_text(encoding="utf-8")
