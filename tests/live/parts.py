"""Real parts for tests and benches: a LiteLLM proxy with a mocked model, nginx, and a wire to cut.

Nothing leaves the machine: the model is LiteLLM's own mock, everything listens on loopback.
"""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.live import proxy
from bench.live.proxy import free_port
from needs import missing

__all__ = ["Wire", "free_port", "litellm", "nginx"]


@contextmanager
def litellm(folder: Path, gauger: str | None, key: str = "", **environment: str) -> Iterator[str]:
    """A proxy whose hook asks `gauger`; its URL."""
    if not proxy.LITELLM.is_file():
        missing("LiteLLM's proxy in `.venv-litellm` (`make litellm-env`)")
    with proxy.litellm(folder, gauger, key, **environment) as url:
        yield url


@contextmanager
def nginx(program: str, folder: Path, **upstreams: list[int]) -> Iterator[dict[str, str]]:
    """nginx with a server for each upstream, over so many ports; where each listens."""
    folder.mkdir(parents=True, exist_ok=True)
    listens = {name: free_port() for name in upstreams}
    servers = ""
    for name, ports in upstreams.items():
        members = "".join(f"server 127.0.0.1:{port} max_fails=0;" for port in ports)
        servers += f"""
  upstream {name} {{ {members} keepalive 64; }}
  server {{
    listen 127.0.0.1:{listens[name]};
    location / {{
      proxy_pass http://{name};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }}
  }}"""
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/nginx.pid; events {{}}\nhttp {{ access_log off; {temporary}\n"
        f"  keepalive_requests 100000;{servers}\n}}\n",
        encoding="utf-8",
    )
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e",
               str(folder / "error.log")]  # fmt: skip
    running = subprocess.Popen(command)
    try:
        for port in listens.values():
            for _ in range(100):
                assert running.poll() is None, (folder / "error.log").read_text()
                with suppress(OSError):
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                time.sleep(0.05)
        yield {name: f"http://127.0.0.1:{port}" for name, port in listens.items()}
    finally:
        running.terminate()
        running.wait(20)


class Wire:
    """A wire to a port of this machine that can be cut and mended, or left to hang."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._mended = threading.Event()
        self._mended.set()
        self._hangs = False
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Ends every connection and takes no further one."""
        self._mended.clear()
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._open.clear()

    def hang(self) -> None:
        """Takes connections and says nothing on them."""
        self.cut()
        self._hangs = True

    def mend(self) -> None:
        """As before."""
        self.cut()
        self._hangs = False
        self._mended.set()

    def close(self) -> None:
        """For good."""
        self.cut()
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            if self._hangs:
                self._open.append(near)
                continue
            if not self._mended.is_set():
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self._to), 5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            self._open += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65_536):
            other.sendall(data)
    for end in (one, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
