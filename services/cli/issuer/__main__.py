# SPDX-License-Identifier: EUPL-1.2
"""Run the development issuer of SCHAKEL_HOME: `python -m services.cli.issuer PORT CONSOLE`.

CONSOLE is the address of the gateway, to which browsers may be sent back.
"""

import os
import signal
import sys

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request

from services.cli.issuer.app import App
from services.cli.issuer.clients import clients
from services.cli.issuer.grants import Grants
from services.cli.issuer.keys import Keys
from services.cli.stack.home import open_home
from services.cli.stack.ports import LOOPBACK


class Quiet(WSGIRequestHandler):
    """Logs no request: a code and a name would stand in it."""

    def log_request(self, *_: object) -> None:
        """Say nothing."""


def main(port: int, console: str) -> int:
    """Serve until a signal ends it; refuse in production."""
    if os.environ.get("SCHAKEL_ENV") == "production":
        sys.stderr.write("The development issuer gives a token to anybody: not in production.\n")
        return 2
    home = open_home()
    keys = Keys(home)
    grants = Grants(f"http://{LOOPBACK}:{port}", keys, clients(home, console))
    app = Request.application(App(grants, keys).answer)
    server = make_server(LOOPBACK, port, app, threaded=True, request_handler=Quiet)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2]))
