"""Which e-mail domains give addresses away for an hour; a list that is packaged, and one's own."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from gauger.model.errors import UnreadableInput


@cache
def disposable_domains(own: Path | None = None) -> frozenset[str]:
    """The packaged list, and a provider's own, one domain a line; `#` begins a comment, `!` before
    a domain takes it out. Raises UnreadableInput."""
    text = (files(__package__) / "data" / "disposable_domains.txt").read_text(encoding="utf-8")
    domains = set(_lines(text))
    if own is not None:
        try:
            added = _lines(own.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise UnreadableInput(own, "it is no list of domains", "one domain a line") from error
        domains |= {domain for domain in added if not domain.startswith("!")}
        domains -= {domain[1:] for domain in added if domain.startswith("!")}
    return frozenset(domains)


def is_disposable(email: str, domains: frozenset[str]) -> bool:
    """Whether the domain of an address, or one above it, is on the list."""
    domain = email.rpartition("@")[2].strip().rstrip(".").lower()
    parts = domain.split(".")
    return any(".".join(parts[first:]) in domains for first in range(len(parts) - 1))


def _lines(text: str) -> list[str]:
    lines = (line.partition("#")[0].strip().lower() for line in text.splitlines())
    return [line for line in lines if line]
