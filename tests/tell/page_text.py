"""A page read without a browser: its visible text, its elements, its attributes."""

from __future__ import annotations

from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "title"})


class Page(HTMLParser):
    """Collects what a page says and what it is made of."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._silent = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._silent += tag in _SILENT

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if words and not self._silent:
            self.texts.append(words)

    @property
    def text(self) -> str:
        """The visible text, one run a line."""
        return "\n".join(self.texts) + "\n"

    def count(self, tag: str) -> int:
        """How many elements of a tag there are."""
        return sum(name == tag for name, _ in self.elements)
