# SPDX-License-Identifier: EUPL-1.2
"""One call to a service and its answer, as they travel between the gateway and the services."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import orjson

from shared.contracts.policy import Reach
from shared.runtime.admission import Principal
from shared.runtime.problems import Json, StaleVersion, VersionRequired


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a service, as it came through the gateway.

    `caller` is the user of the broker that sent it, by the broker's word. `params` holds path and
    query parameters, typed; `now` is the moment of arrival by the service's own clock; `deadline`
    is in Unix seconds. `origin` is the address that the client came from, `aggregate` what its
    path leads to, `refused` the answer that the door gave already; `reach` is how far the
    principal's role reaches in this operation.
    """

    operation: str
    params: Mapping[str, Any]
    body: Any
    principal: Principal
    if_match: int | None
    idempotency_key: str
    deadline: float
    traceparent: str | None
    now: datetime
    caller: str | None = None
    origin: str | None = None
    aggregate: str | None = None
    refused: Json | None = None
    reach: Reach = "own"

    @classmethod
    def from_wire(cls, wire: Json, now: datetime) -> Self:
        """Read a call as the gateway writes it."""
        return cls(
            operation=wire["operation"],
            params=wire["params"],
            body=wire["body"],
            principal=Principal(**wire["principal"]),
            if_match=wire["ifMatch"],
            idempotency_key=wire["idempotencyKey"],
            deadline=wire["deadline"],
            traceparent=wire["traceparent"],
            now=now,
            caller=wire.get("caller"),
            origin=wire.get("origin"),
            aggregate=wire.get("aggregate"),
            refused=wire.get("refused"),
        )

    def expect(self, revision: int) -> None:
        """Refuse unless If-Match names this revision."""
        if self.if_match is None:
            raise VersionRequired(f'send If-Match: "{revision}" to change this revision')
        if self.if_match != revision:
            raise StaleVersion(f"revision {self.if_match} was asked for, {revision} is the newest")

    @property
    def fingerprint(self) -> str:
        """Tell this request from another one under the same key.

        Who may not see an answer must not get the one that somebody else was given.
        """
        asked = [self.params, self.body, self.if_match]
        asked += [self.principal.role, dict(self.principal.scope)]
        return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler answers; `etag` is the aggregate's revision."""

    body: Json
    status: int = 200
    etag: int | None = None
    location: str | None = None

    def to_wire(self) -> Json:
        """Write it as the gateway reads it."""
        return {
            "status": self.status,
            "body": self.body,
            "etag": self.etag,
            "location": self.location,
        }


def page_of(items: list[Json], total: int, call: Call) -> Answer:
    """Answer one page of a list."""
    page = {"page": call.params["page"], "pageSize": call.params["pageSize"], "total": total}
    return Answer({"items": items, **page})
