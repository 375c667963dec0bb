"""Writes a blank worksheet for one network of a finished scan, for a person to fill in."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from gauger.model.errors import OutputError
from gauger.read.finished import pick_network, read_finished
from gauger.tell.blank_worksheet import blank_worksheet
from gauger.tell.safely import write_whole


def run_worksheet(network_id: str, findings: Path, out: Path | None, talk: Console) -> None:
    """Prints the worksheet, or writes it to a file that is not there yet."""
    text = blank_worksheet(pick_network(read_finished(findings), network_id))
    if out is None:
        sys.stdout.write(text)
        return
    if out.exists():
        raise OutputError(
            out, "it exists already", "name another file, so that nothing entered is lost"
        )
    write_whole(out, text.encode())
    talk.print(f"Worksheet: {escape(str(out))}", soft_wrap=True)
