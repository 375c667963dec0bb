"""Sketches logs into a folder to keep: the text is dropped, and the scan can come later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gauger.model.manifest import (
    SKETCH_VERSION,
    Manifest,
    clear_for_sketches,
    describe_files,
    write_manifest,
)
from gauger.read.sketch import SketchKey
from gauger.read.sketching import key_check, sketch_logs
from gauger.read.sources import Rejects, SourceSettings, open_logs


@dataclass(frozen=True, slots=True)
class KeepRequest:
    """Everything that decides what is sketched, and how; without a secret the key is random."""

    paths: tuple[str, ...]
    folder: Path
    format: str = "auto"
    account_field: str | None = None
    threads: int = 2
    secret: str | None = None

    def __repr__(self) -> str:
        # The secret must not reach a log by way of a traceback or a debug print.
        return f"KeepRequest(paths={self.paths!r}, folder={str(self.folder)!r})"


def keep_sketches(
    request: KeepRequest,
    rejects: Rejects,
    advance: Callable[[int, int, int], None] = lambda done, total, exchanges: None,
) -> Manifest:
    """Sketches logs into a folder of their own and seals it with a manifest.

    `advance` is told the bytes read, the bytes there are and the exchanges so far. Raises a
    GaugerError for input that cannot be read and a folder that cannot be written or is in use.
    """
    folder = request.folder
    key = SketchKey.from_secret(request.secret) if request.secret else SketchKey.random()
    settings = SourceSettings(format=request.format, account_field=request.account_field)
    clear_for_sketches(folder)
    logs = open_logs(request.paths, settings, rejects)
    sketched = sketch_logs(
        logs, folder, key, until=None, keep_text=False, threads=request.threads, compact=True,
        advance=lambda exchanges: advance(logs.bytes_read, logs.bytes_total, exchanges),
    )  # fmt: skip
    manifest = Manifest(
        version=SKETCH_VERSION,
        key_check=key_check(key),
        stable_key=key.stable,
        exchanges=sketched.exchanges,
        rejected=rejects.count,
        logs=sketched.inputs,
        missing=sketched.missing(),
        asserted_by_client=sketched.asserted_by_client(),
        files=describe_files(folder),
        passed_over=sketched.passed_over(),
    )
    write_manifest(folder, manifest)
    return manifest
