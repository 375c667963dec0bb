"""Keeps secrets out of URLs, where other users, logs and reports could read them."""

from __future__ import annotations

from urllib.parse import SplitResult, parse_qsl, urlsplit

from gauger.model.errors import UsageError


def without_secrets(text: str, of: str, forms: str) -> SplitResult:
    """The parts of a URL that holds no secret; `of` is what it is the URL of.

    Raises UsageError, which repeats nothing of a URL that holds one.
    """
    before, at, _ = text.partition("://")[2].rpartition("@")
    # A password may itself hold signs that would end the part of a URL it stands in.
    if at and ":" in before:
        raise UsageError(
            f"the URL of {of} holds a password",
            "one before the `@`",
            "leave it out, and set `PGPASSWORD` or a password file",
        )
    try:
        parts = urlsplit(text)
    except ValueError:
        raise UsageError(f"the URL of {of} is none", f"`{text}`", forms) from None
    options = parse_qsl(parts.query, keep_blank_values=True)
    if any(word in name.lower() for name, _ in options for word in ("password", "secret")):
        raise UsageError(
            f"the URL of {of} holds a secret",
            "one behind the `?`",
            "leave it out, and set it in the environment",
        )
    return parts
