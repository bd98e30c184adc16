# SPDX-License-Identifier: EUPL-1.2
"""The entrypoint for HTTP: one worker for each request, whatever path it asks for.

class Service:
@http(refuse=problems.refuse)
def answer(self, request: Request) -> Response: ...
"""

import time
from collections.abc import Callable, Iterable
from functools import partial
from io import BytesIO
from types import TracebackType
from typing import Any, TypeVar

import eventlet
import structlog
from eventlet.event import Event
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    InternalServerError,
    RequestEntityTooLarge,
    RequestTimeout,
    ServiceUnavailable,
)
from werkzeug.wrappers import Request, Response

from shared.runtime.config import settings
from shared.runtime.door import Door, Limits, Refuse
from shared.runtime.tls import tls_of

log = structlog.get_logger()

Method = TypeVar("Method", bound=Callable[..., Response])
LIMITS = Limits()


class Http(Entrypoint):  # type: ignore[misc]
    """Runs one worker for each request; the body has been read before the worker starts."""

    def __init__(self, *, refuse: Refuse, limits: Limits) -> None:
        super().__init__()
        self.refuse = refuse
        self.limits = limits

    def setup(self) -> None:
        """Let there be as many workers as connections: a worker here mostly waits for others."""
        self.container._worker_pool.resize(self.limits.connections)  # noqa: SLF001

    def start(self) -> None:
        """Open the door at the address of the settings."""
        chosen = settings()
        tls = tls_of(chosen.http_certificate, chosen.http_key)
        proxies = chosen.trusted_proxies
        self.door = Door(self._application, self.refuse, self.limits, proxies, tls)
        self.port = self.door.open(settings().http_host, settings().http_port)
        log.info("door_opened", host=settings().http_host, port=self.port)

    def stop(self) -> None:
        """Close the door; return when the last running request was answered, or cut."""
        self.door.close(self.limits.drain_seconds)

    def kill(self) -> None:
        """Close the door at once."""
        self.door.close(0)

    def _application(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        connection = environ["door.connection"]
        try:
            body = read_body(environ, self.limits)
        except HTTPException as refusal:
            connection.leave()
            return self.refuse(refusal)(environ, start_response)
        environ["wsgi.input"] = BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        # werkzeug would not look at a body that it believes to be in pieces still.
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        response = self._work(Request(environ))
        if response.is_streamed:
            self.door.stream()
            # What is below the chunk size would wait for more.
            environ["eventlet.minimum_write_chunk_size"] = 0
        else:
            connection.hurry()
        return response(environ, start_response)

    def _work(self, request: Request) -> Response:
        outcome = Event()
        try:
            self.container.spawn_worker(
                self, (request,), {}, handle_result=partial(_hand_over, outcome)
            )
        except ContainerBeingKilled:
            return self.refuse(ServiceUnavailable("this process is stopping"))
        response: Response | None = outcome.wait()
        return self.refuse(InternalServerError()) if response is None else response


ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | None


def _hand_over(
    outcome: Event, worker_ctx: object, result: Response | None, exc_info: ExcInfo
) -> tuple[None, ExcInfo]:
    """Give the answer to the connection that waits for it; nameko has logged an error."""
    del worker_ctx
    outcome.send(result)
    return None, exc_info


def read_body(environ: dict[str, Any], limits: Limits) -> bytes:
    """Read the whole body in time and within the limit, or raise what HTTP says to that."""
    declared = int(environ.get("CONTENT_LENGTH") or 0)
    if declared > limits.body_bytes:
        raise RequestEntityTooLarge
    started = time.monotonic()
    try:
        with eventlet.Timeout(limits.request_seconds, TimeoutError):
            body: bytes = environ["wsgi.input"].read(limits.body_bytes + 1)
    except TimeoutError as error:
        log.info("client_too_slow", seconds=round(time.monotonic() - started, 1))
        raise RequestTimeout from error
    except (OSError, ValueError) as error:
        raise BadRequest("the body ended before its length") from error
    if len(body) > limits.body_bytes:
        raise RequestEntityTooLarge
    if len(body) < declared:
        raise BadRequest("the body ended before its length")
    return body


def http(*, refuse: Refuse, limits: Limits = LIMITS) -> Callable[[Method], Method]:
    """Answer every HTTP request with this method; `refuse` words what never reached it."""
    decorate: Callable[[Method], Method] = Http.decorator(refuse=refuse, limits=limits)
    return decorate
