"""Text from logs made safe to look at: nothing in it is invisible or turns the line around.

Escaping keeps such text from being code. It does not keep an account id from hiding behind a
right-to-left mark or a run of blanks, so that one reads as another.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from markupsafe import Markup, escape

LONGEST: Final = 120

_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def legible(text: str, longest: int = LONGEST) -> str:
    """Show hidden characters as their code points, and cut what is too long to read."""
    if text.isascii() and text.isprintable():
        shown = text
    else:
        shown = "".join(_shown(character) for character in text[: longest + 1])
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def prose(text: str, longest: int = 1_000) -> Markup:
    """A sentence of ours: what stands in backticks is set as code."""
    parts = re.split(r"`([^`]+)`", legible(text, longest))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in _HIDDEN or (category == "Zs" and character != " "):
        return f"\\u{{{ord(character):x}}}"
    return character
