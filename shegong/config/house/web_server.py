"""The web server's main process, on a socket that its parent opened: `python -m shegong.config.house.web_server`.

The socket belongs to the supervisor and is handed down, so one server can follow another without a visitor being
refused: what waits in the socket's line waits for whoever comes next. granian alone would open a socket for each of
its processes, and what waits in one of those is lost with it.
"""

import argparse
import socket
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.net import SocketHolder
from granian.server.mp import MPServer

THREADS = 80  # of one process; who may be at work at once is the gate's to say (config/gate.py)
KILL_SECONDS = 20


class Server(MPServer):
    """granian on an open socket."""

    descriptor = -1

    def _init_shared_socket(self) -> None:
        """Take the socket we were given; every process of this server accepts from its one line."""
        self._sso = socket.socket(fileno=self.descriptor)
        self._sso.setblocking(False)
        self._ssp, self._shd = None, SocketHolder(self.descriptor, False, self.backlog)  # type: ignore[call-arg, assignment]


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
