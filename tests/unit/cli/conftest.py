# SPDX-License-Identifier: EUPL-1.2
"""The command line against a real HTTP server; its answers are written down by the test."""

import json
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from typer.testing import CliRunner, Result
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from services.cli.main import app

Json = dict[str, Any]


class Server:
    """Answers each path as it was told, in turn, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.bodies: list[Json | None] = []
        self._answers: dict[str, list[Response]] = {}
        self._http = make_server("127.0.0.1", 0, Request.application(self._answer), threaded=True)
        self.url = f"http://127.0.0.1:{self._http.port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    def answers(self, place: str, body: Json, status: int = 200, **headers: str) -> None:
        """Answer `GET /agreements` so; the last answer to a place stays."""
        kind = "application/json" if status < 400 else "application/problem+json"
        response = Response(json.dumps(body), status, headers, content_type=kind)
        self.answers_with(place, response)

    def answers_with(self, place: str, response: Response) -> None:
        """Answer with a response as it is."""
        self._answers.setdefault(place, []).append(response)

    def lists(self, place: str, items: Sequence[Json], **more: object) -> None:
        """Answer a list of one page."""
        page = {"items": list(items), "page": 1, "pageSize": 200, "total": len(items)}
        self.answers(place, page | more)

    def places(self) -> list[str]:
        """Give what was asked, in order."""
        return [f"{request.method} {request.path.removeprefix('/v1')}" for request in self.asked]

    def close(self) -> None:
        """Stop serving."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def _answer(self, request: Request) -> Response:
        place = f"{request.method} {request.path.removeprefix('/v1')}"
        if place != "GET /events":
            self.asked.append(request)
            # Read now: a form is gone with its connection.
            self.bodies.append(request.get_json() if request.is_json else request.form or None)
        known = self._answers.get(place)
        if known is None:
            problem = {"title": "Not there", "status": 404, "detail": place}
            return Response(json.dumps(problem), 404, content_type="application/problem+json")
        return known.pop(0) if len(known) > 1 else known[0]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Give a server to which the command line turns by itself."""
    serving = Server()
    monkeypatch.setenv("SCHAKEL_URL", serving.url)
    yield serving
    serving.close()


class Schakel:
    """Runs the command line."""

    def __call__(self, *words: str, said: str | None = None) -> Result:
        """Run one command, with `said` on its standard input."""
        return CliRunner().invoke(app, words, input=said)

    def json(self, *words: str) -> Json:
        """Run one command that must succeed, and read its JSON."""
        result = self(*words, "--json")
        assert result.exit_code == 0, result.output
        read: Json = json.loads(result.stdout)
        return read


@pytest.fixture
def schakel() -> Schakel:
    """Give the command line."""
    return Schakel()
