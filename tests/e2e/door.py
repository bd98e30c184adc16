# SPDX-License-Identifier: EUPL-1.2
"""The gateway as a client sees it: every answer is given back, whatever it says.

Each is held against the gateway's own description of it, in every story.
"""

import json
import ssl
from collections.abc import Mapping
from functools import cache
from types import TracebackType
from typing import Any, Self

import httpx

from services.cli.tokens import Bearer, Identity, Tokens
from tests.e2e.description import Description
from tests.whose import usual

Json = dict[str, Any]

SECONDS = 30.0
AT_ONCE = 64
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
JSON_KINDS = {"application/json", "application/problem+json"}


class Door:
    """A client of the real gateway; usable from many threads at once."""

    def __init__(self, url: str, tokens: Tokens) -> None:
        self.url = url
        self.auth = Bearer(tokens, usual)
        self._tokens = tokens
        self._http = httpx.Client(
            base_url=f"{url}/v1",
            auth=self.auth,
            timeout=SECONDS,
            limits=httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE),
            verify=trust(url),
        )

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close its connections."""
        self._http.close()

    def ask(  # noqa: PLR0913 - a request has so many parts
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        etag: str | None = None,
        key: str | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        as_: Identity | None = None,
    ) -> httpx.Response:
        """Send one request and give the answer; `content` is sent as it is, instead of `body`.

        Without `as_` somebody asks whose work it is.
        """
        sent = {"If-Match": etag, "Idempotency-Key": key}
        given = {name: value for name, value in sent.items() if value is not None}
        if body is not None:
            content = json.dumps(body).encode()
        if content is not None:
            given["Content-Type"] = "application/json"
        if as_ is not None:
            given["Authorization"] = f"Bearer {self._tokens.of(as_)}"
        given |= headers or {}
        return self._described(self._http.request(method, path, content=content, headers=given))

    def bearer(self, method: str, path: str) -> str:
        """Give the Authorization header of whoever usually asks for this path."""
        return f"Bearer {self._tokens.of(usual(method, path))}"

    def get(self, path: str, **query: str | int) -> Json:
        """Read what stands at a path; it must be there."""
        response = self._described(self._http.get(path, params=query))
        assert response.status_code == 200, response.text
        found: Json = response.json()
        return found

    def etag(self, path: str) -> str:
        """Give the ETag of what stands at a path, to change it with."""
        response = self._http.get(path)
        assert response.status_code == 200, response.text
        return str(response.headers["ETag"])

    def _described(self, response: httpx.Response) -> httpx.Response:
        """Hold an answer against what the gateway says of itself."""
        request = response.request
        path = request.url.path.removeprefix("/v1")
        kind = response.headers.get("Content-Type", "")
        if kind in JSON_KINDS and path != "/openapi.json":
            said = description_of(self.url).objection(
                request.method, path, response.status_code, kind, response.json()
            )
            assert said is None, said
        return response

    def every(self, path: str, **query: str | int) -> list[Json]:
        """Read a list to its end; every service that has part in it must answer."""
        page, items = 1, list[Json]()
        while True:
            body = self.get(path, **query, page=page, pageSize=200)
            assert body.get("unanswered", []) == [], body["unanswered"]
            items += body["items"]
            if len(items) >= body["total"] or not body["items"]:
                return items
            page += 1


def trust(url: str) -> ssl.SSLContext | bool:
    """Have the machine's certificates read where TLS is spoken only: it takes long."""
    return NO_CERTIFICATES if url.startswith("http:") else True


@cache
def description_of(url: str) -> Description:
    """Read what a gateway says of itself, once for every story that asks there."""
    answer = httpx.get(f"{url}/v1/openapi.json", verify=trust(url), timeout=SECONDS)
    return Description(done(answer))


def done(response: httpx.Response, status: int = 200) -> Json:
    """Give the body of an answer that must have this status."""
    assert response.status_code == status, f"{response.status_code}: {response.text}"
    body: Json = response.json()
    return body


def refused(response: httpx.Response, status: int, slug: str | None = None) -> Json:
    """Give the problem of an answer that must be a refusal as RFC 9457 has it."""
    assert response.status_code == status, f"{response.status_code}: {response.text}"
    assert response.headers["Content-Type"] == "application/problem+json"
    problem: Json = response.json()
    assert {"type", "title", "status", "detail"} <= problem.keys()
    assert problem["status"] == status
    assert slug is None or problem["type"] == f"/problems/{slug}", problem
    return problem


def faults(problem: Json) -> dict[str, str]:
    """Give what is wrong by where it is: a JSON pointer, or the name of a parameter or header."""
    return {
        next(iter(fault["location"].values())): str(fault["detail"])
        for fault in problem.get("errors", [])
    }
