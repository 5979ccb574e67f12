"""The web server's main process, on a socket that its parent opened: `python -m shegong.config.house.web_server`.

The socket belongs to the supervisor and is handed down, so one server can follow another without a visitor being
refused: what waits in the socket's line waits for whoever comes next. granian alone would open a socket for each of
its processes, and what waits in one of those is lost with it.
"""

import argparse
import signal
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.net import SocketHolder
from granian.server.mp import MPServer

THREADS = 80  # of one process; who may be at work at once is the gate's to say (config/gate.py)
KILL_SECONDS = 20


def loaded(load: Callable[[], Any]) -> Any:
    """In a worker that has just been forked: load the application, and end at once if told so meanwhile.

    Until granian hears signals in the worker, it has its parent's answer to SIGTERM, which only makes a note that nobody
    reads: a stop in those seconds would wait for KILL_SECONDS. Nothing is in hand yet.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    return load()


class Server(MPServer):
    """granian on an open socket."""

    descriptor = -1

    def _init_shared_socket(self) -> None:
        """Take the socket we were given; every process of this server accepts from its one line."""
        self._sso = socket.socket(fileno=self.descriptor)
        self._sso.setblocking(False)
        self._ssp, self._shd = None, SocketHolder(self.descriptor, False, self.backlog)  # type: ignore[call-arg, assignment]

    def _spawn_worker(self, idx: int, target: Any, callback_loader: Any, **more: Any) -> Any:
        """A worker that can be stopped while it starts."""
        return super()._spawn_worker(
            idx=idx, target=target, callback_loader=partial(loaded, callback_loader), **more
        )


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--descriptor", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--application", default="shegong.config.wsgi:gated")
    asked = parser.parse_args()
    server: Any = Server(
        asked.application,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=asked.workers,
        blocking_threads=THREADS,
        backpressure=1024,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        respawn_interval=1,
        workers_kill_timeout=KILL_SECONDS,
    )
    server.descriptor = asked.descriptor
    server.serve()


if __name__ == "__main__":
    main()
