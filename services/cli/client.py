# SPDX-License-Identifier: EUPL-1.2
"""Talks to the gateway; a change that got no answer is sent again under the same key."""

import json
import os
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

import httpx

from services.cli.tokens import Bearer, Identity

Json = dict[str, Any]

DEFAULT_URL = "http://127.0.0.1:8080"
PASSING = frozenset({503, 504})
ATTEMPTS = 3
PAGE_SIZE = 200


class Refused(Exception):
    """The gateway refused; `problem` has the members of RFC 9457."""

    def __init__(self, problem: Json) -> None:
        """Keep the problem as it came."""
        super().__init__(problem.get("detail", ""))
        self.problem = problem

    def lines(self) -> list[str]:
        """Say what is wrong: the refusal, then every fault on a line of its own."""
        title, detail = self.problem.get("title", "Refused"), self.problem.get("detail", "")
        faults = self.problem.get("errors", [])
        head = title if not detail or faults else f"{title}: {detail}"
        return [head, *(f"  {_place(fault)}: {fault['detail']}" for fault in faults)]


def _place(fault: Json) -> str:
    where = fault.get("location", {})
    name = where.get("pointer", "").lstrip("/").replace("/", ".") or where.get("name", "")
    return name or str(fault.get("in", "request"))


@dataclass(frozen=True, slots=True)
class Reply:
    """What the gateway answered, and the ETag to change it with."""

    body: Json
    etag: str | None


def address(said: str | None = None) -> str:
    """Give the gateway's address: as said, as set, of the local stack, or the usual one."""
    chosen = said or os.environ.get("SCHAKEL_URL")
    if chosen:
        return chosen.rstrip("/")
    ports = Path(os.environ.get("SCHAKEL_HOME") or ".local") / "ports.json"
    try:
        port = json.loads(ports.read_text(encoding="utf-8"))["gateway"]
    except (OSError, ValueError, KeyError):
        return DEFAULT_URL
    return f"http://127.0.0.1:{port}"


class Gateway:
    """A client of one gateway; every method raises Refused."""

    def __init__(self, url: str, auth: httpx.Auth | None = None) -> None:
        """Reach the gateway at `url`; `auth` proves who asks."""
        self.url = url
        self.auth = auth
        try:
            self._http = httpx.Client(base_url=f"{self.url}/v1", auth=auth, timeout=30)
        except OSError as error:
            # Whose certificates are believed stands in the environment, which may be wrong.
            named = os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")
            detail = f"SSL_CERT_FILE: {named} cannot be read as certificates ({error})"
            raise Refused({"title": "No gateway can be believed", "detail": detail}) from error

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close its connections."""
        self._http.close()

    def speak_for(self, role: str, **bounds: str) -> None:
        """Ask as somebody in a role from now on, where tokens are made here and none is named."""
        if isinstance(self.auth, Bearer):
            self.auth.speak_for(Identity(role, **bounds))

    def get(self, path: str, **query: str | int | None) -> Reply:
        """Read one thing."""
        given = {name: value for name, value in query.items() if value is not None}
        return self._ask("GET", path, params=given)

    def every(self, path: str, **query: str | int | None) -> Iterator[Json]:
        """Read a whole list, page by page."""
        for body in self._pages(path, **query):
            yield from body["items"]

    def everywhere(self, path: str, **query: str | int | None) -> Json:
        """Read a whole list that every service has a part in, and name who did not answer."""
        items: list[Json] = []
        silent: set[str] = set()
        for body in self._pages(path, **query):
            items += body["items"]
            silent.update(body["unanswered"])
        return {"items": items, "unanswered": sorted(silent)}

    def _pages(self, path: str, **query: str | int | None) -> Iterator[Json]:
        page, seen = 1, 0
        while True:
            body = self.get(path, **query, page=page, pageSize=PAGE_SIZE).body
            yield body
            seen += len(body["items"])
            if seen >= body["total"] or not body["items"]:
                return
            page += 1

    def send(
        self, method: str, path: str, body: Mapping[str, Any] | None, etag: str | None = None
    ) -> Reply:
        """Change something, once, however often it had to be sent."""
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        if etag is not None:
            headers["If-Match"] = etag
        if body is None:
            return self._ask(method, path, headers=headers)
        headers["Content-Type"] = "application/json"
        content = json.dumps(body, default=_written)
        return self._ask(method, path, headers=headers, content=content)

    def change(self, method: str, path: str, body: Mapping[str, Any], *, of: str) -> Reply:
        """Change the newest revision of what stands at `of`."""
        return self.send(method, path, body, self.get(of).etag)

    def hints(self) -> Iterator[Json]:
        """Follow the live hints until the connection ends; the first comes at once, empty."""
        timeout = httpx.Timeout(30, read=45)
        try:
            with self._http.stream("GET", "/events", timeout=timeout) as response:
                for line in response.iter_lines() if response.is_success else ():
                    if line.startswith("data: "):
                        yield json.loads(line.removeprefix("data: "))
        except httpx.HTTPError:
            return

    def _ask(self, method: str, path: str, **more: Any) -> Reply:  # noqa: ANN401 - httpx's own
        for attempt in range(1, ATTEMPTS + 1):
            try:
                response = self._http.request(method, path, **more)
            except httpx.TransportError as error:
                if attempt == ATTEMPTS or isinstance(error, httpx.ConnectError):
                    raise Refused(self._out_of_reach(error)) from error
                continue
            if response.status_code not in PASSING or attempt == ATTEMPTS:
                break
            time.sleep(float(response.headers.get("Retry-After", "1")))
        return _read(response)

    def _out_of_reach(self, error: httpx.TransportError) -> Json:
        detail = f"{self.url} ({error}); is the stack running? `schakel status` tells"
        return {"title": "The gateway cannot be reached", "detail": detail, "status": 503}


def _read(response: httpx.Response) -> Reply:
    try:
        body = response.json() if response.content else {}
    except ValueError as error:
        detail = f"{response.url} does not answer in JSON"
        raise Refused({"title": "This is not Schakel's gateway", "detail": detail}) from error
    if response.is_error:
        raise Refused(body)
    return Reply(body, response.headers.get("ETag"))


def _written(value: object) -> str:
    """Write a date as YAML has read it."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in JSON")
