"""Runs the service for a person or a supervisor, until it is told to stop."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.markup import escape

from gauger.face.server.app import application
from gauger.face.server.logs import TEXT, Queue, logging_to
from gauger.face.server.measures import one
from gauger.face.server.options import ServeOptions
from gauger.face.server.service import Service
from gauger.model.errors import UsageError


def run_service(
    options: ServeOptions, host: str, port: int, talk: Console, *, quiet: bool,
    log_format: str = TEXT,
) -> None:  # fmt: skip
    """Serves on one address, and writes its log to stderr until it ends. Raises a
    GaugerError for anything that cannot be used, and UsageError for an address that is taken."""
    with logging_to(form=log_format) as log:
        _serve(options, host, port, talk, log, quiet=quiet)


def _serve(
    options: ServeOptions, host: str, port: int, talk: Console, log: Queue, *, quiet: bool
) -> None:
    import uvicorn

    # Threads beside the answers (a look at the database, a sketch) otherwise hold the interpreter
    # for ten times as long whenever an answer is waiting for it.
    sys.setswitchinterval(0.0005)
    service = Service(options)
    service.measures.count(
        "gauger_log_dropped", "Lines of the log that came faster than they could be written",
        one(lambda: log.dropped),
    )  # fmt: skip
    if not quiet:
        decider = service.decider
        policy = decider.policy
        live = "shadow" if policy.live_share <= 0 else f"live for {policy.live_share:.0%}"
        recogniser = decider.known.recogniser
        talk.print(
            f"Serving on {escape(host)}:{port}: {len(decider.known.index):,} known accounts, "
            f"{0 if recogniser is None else len(recogniser.networks):,} networks that can be "
            f"recognised, policy version {policy.version} ({live}).",
            soft_wrap=True,
        )
        if not service.keys.keys:
            talk.print("There is no API key yet: make one with `gauger keys add`.")
    config = uvicorn.Config(
        application(service), host=host, port=port, log_level="warning", log_config=None,
        access_log=False, server_header=False, timeout_graceful_shutdown=10,
        h11_max_incomplete_event_size=65_536, timeout_keep_alive=75,
    )  # fmt: skip
    server = uvicorn.Server(config)
    try:
        server.run()
    except SystemExit as ended:
        # uvicorn has said why on its own log by then.
        raise UsageError(
            "the service cannot begin", f"`{host}:{port}`", "name another address or port"
        ) from ended
