# SPDX-License-Identifier: EUPL-1.2
"""A bare nameko that answers hello, whatever it is sent: what an HTTP door of nameko costs."""

import os

import eventlet

eventlet.monkey_patch()

from nameko.runners import ServiceRunner  # noqa: E402
from nameko.web.handlers import http  # noqa: E402


class Hello:
    """Says hello."""

    name = "bench_hello"

    @http("GET,POST", "/<path:anything>")
    def hello(self, request: object, anything: str) -> tuple[int, dict[str, str], str]:
        """Answer a few bytes of JSON."""
        del request, anything
        return 200, {"Content-Type": "application/json"}, '{"hello": "world"}'


if __name__ == "__main__":
    runner = ServiceRunner(
        {
            "AMQP_URI": os.environ["BENCH_AMQP_URL"],
            "WEB_SERVER_ADDRESS": f"127.0.0.1:{os.environ['BENCH_HTTP_PORT']}",
            "max_workers": 50,
        }
    )
    runner.add_service(Hello)
    runner.start()
    runner.wait()
