# SPDX-License-Identifier: EUPL-1.2
"""The door with services behind it that are plain functions: HTTP in, calls out, replies back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from services.gateway import rates
from services.gateway.http import answer
from shared.contracts.topology import SERVICES

Json = dict[str, Any]
Reply = Callable[[Json], Json]


class Behind:
    """What stands behind the door: takes calls down and gives the replies it was told to."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Json]] = []
        self.replies: dict[str, Reply] = {}
        self.told: list[Json | None] = []

    def replies_with(self, service: str, body: Json, **more: object) -> None:
        """Have a service answer every call with this body."""
        self.replies[service] = lambda _: {"status": 200, "body": body, **more}

    def refuses_with(self, service: str, error: Exception) -> None:
        """Have every call of a service fail."""

        def refuse(_: Json) -> Json:
            raise error

        self.replies[service] = refuse

    def call(self, service: str, method: str, wire: Json) -> Json:
        """Take the call down, and reply."""
        assert method == wire["operation"]
        self.calls.append((service, wire))
        return self.replies[service](wire)

    @contextmanager
    def subscribe(self) -> Iterator[Iterator[Json | None]]:
        """Tell the hints that are to be told."""
        yield iter(self.told)


@pytest.fixture
def behind() -> Behind:
    """Give services that answer with an empty list."""
    services = Behind()
    for name in SERVICES:
        services.replies_with(name, {"items": [], "total": 0})
    return services


@pytest.fixture
def http(behind: Behind) -> Client:
    """Give a client of the door that has asked nothing yet."""
    rates.callers.cache_clear()

    @Request.application
    def application(request: Request) -> Response:
        return answer(request, behind, behind)

    return Client(application)
