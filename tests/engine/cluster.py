"""A real Spark cluster on loopback: one master and two workers, each a process of its own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from gauger.model.closing import Closing

_STARTS = 300.0
_MASTER = "org.apache.spark.deploy.master.Master"
_WORKER = "org.apache.spark.deploy.worker.Worker"
# As few compiler threads and as little heap as a daemon gets along with.
_QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx192m")


class Cluster(Closing):
    """Master and workers, each leading a process group, with what they say in files of `folder`.

    A worker's executors belong to its group: to kill the group is to lose the machine.
    """

    def __init__(self, folder: Path, workers: int = 2, memory: str = "1g") -> None:
        self._folder = folder
        self._memory = memory
        self.processes: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        self.url = ""
        folder.mkdir(parents=True, exist_ok=True)
        try:
            # Port 0 is a free one, which the log then names: nobody can take it in between.
            self._start("master", _MASTER, "--host", "127.0.0.1", "--port", "0")
            self.url = self._await(r"Starting Spark master at (spark://\S+)", 1)[0]
            for _ in range(workers):
                self.add_worker()
            self.await_workers(workers)
        except BaseException:
            self.close()
            raise

    def add_worker(self) -> None:
        """Starts one more worker of one core."""
        name = f"worker-{len(self.workers)}"
        options = ("--host", "127.0.0.1", "--cores", "1", "--memory", self._memory)
        place = ("--work-dir", str(self._folder / name))
        self.workers.append(self._start(name, _WORKER, *options, *place, self.url))

    def await_workers(self, count: int) -> None:
        """Waits until so many workers have ever been registered."""
        self._await(r"Registering worker (\S+)", count)

    def kill(self, worker: int) -> None:
        """Kills a worker and its executors without a word."""
        os.killpg(self.workers[worker].pid, signal.SIGKILL)
        self.workers[worker].wait()

    def said(self) -> str:
        """All that master, workers and executors have logged."""
        logs = [*self._folder.glob("*.log"), *self._folder.glob("worker-*/*/*/std*")]
        return "\n".join(path.read_text(errors="replace") for path in logs)

    def close(self) -> None:
        """Ends every process of the cluster."""
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            try:
                # Executors too, whatever became of their worker.
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            process.wait()

    def _start(self, name: str, role: str, *options: str) -> subprocess.Popen[bytes]:
        import pyspark

        home = Path(pyspark.__file__).parent
        environment = {
            **os.environ,
            "SPARK_HOME": str(home),
            # What `spark-class` would find out, and workers need to start executors.
            "SPARK_SCALA_VERSION": next((home / "jars").glob("scala-library-*")).name[14:18],
            "SPARK_CONF_DIR": str(self._folder),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_DIRS": str(self._folder / "spill"),
            "PYSPARK_PYTHON": sys.executable,
        }
        with (self._folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603
                [
                    shutil.which("java") or "java", *_QUICK, *_OPENED,
                    "-cp", f"{home / 'jars'}/*", role, "--webui-port", "0", *options,
                ],
                env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def _await(self, pattern: str, count: int) -> list[str]:
        until = time.monotonic() + _STARTS
        log = self._folder / "master.log"
        while time.monotonic() < until:
            found = re.findall(pattern, log.read_text(errors="replace"))
            if len(found) >= count:
                return found
            if any(process.poll() is not None for process in self.processes):
                break
            time.sleep(0.1)
        raise RuntimeError(f"the cluster does not start: {self.said()[-2000:]}")


_OPENED = tuple(
    f"--add-opens=java.base/{package}=ALL-UNNAMED"
    for package in (
        "java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio",
        "java.util", "java.util.concurrent", "java.util.concurrent.atomic", "sun.nio.ch",
        "sun.nio.cs", "sun.security.action", "sun.util.calendar",
    )
)  # fmt: skip
