"""Runs the service for a person or a supervisor, until it is told to stop."""

from __future__ import annotations

import logging
import sys

from rich.console import Console
from rich.markup import escape

from gauger.face.server.app import application
from gauger.face.server.options import ServeOptions
from gauger.face.server.service import Service
from gauger.model.errors import UsageError


def run_service(options: ServeOptions, host: str, port: int, talk: Console, *, quiet: bool) -> None:
    """Serves on one address. Raises a GaugerError for anything that cannot be used, and
    UsageError for an address that is taken."""
    import uvicorn

    # Threads beside the answers (a look at the database, a sketch) otherwise hold the interpreter
    # for ten times as long whenever an answer is waiting for it.
    sys.setswitchinterval(0.0005)
    logging.basicConfig(
        format="%(asctime)s %(levelname)s %(name)s %(message)s", level=logging.WARNING
    )
    logging.getLogger("gauger.serve").setLevel(logging.INFO)
    service = Service(options)
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
        application(service), host=host, port=port, log_level="warning", access_log=False,
        server_header=False, timeout_graceful_shutdown=10, h11_max_incomplete_event_size=65_536,
        timeout_keep_alive=75,
    )  # fmt: skip
    server = uvicorn.Server(config)
    try:
        server.run()
    except SystemExit as ended:
        # uvicorn has said why on its own log by then.
        raise UsageError(
            "the service cannot begin", f"`{host}:{port}`", "name another address or port"
        ) from ended
