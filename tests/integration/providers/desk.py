# SPDX-License-Identifier: EUPL-1.2
"""Everybody's desk: calls as the gateway makes them, arrivals as the consumer does.

Every answer is held against the shape that its operation promises.
"""

import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson

from services.providers import handlers
from shared.contracts import canonical, content_hash
from shared.contracts.api.providers import OPERATIONS
from shared.contracts.registry import EVENTS, examples
from shared.messaging import Arrival, tasks
from shared.runtime import Answer, Call, Cursor, Json, Principal
from tests.confined import confined
from tests.unit.providers.cases import EMPLOYER

NOW = datetime(2027, 2, 1, 9, tzinfo=UTC)
AGREEMENT = "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d"
PLACEMENT = "9b2f4c1e-6a37-4f0d-8f5b-2c6d7e8f9a01"
WHY: Json = {"reasonCode": "outgrew_buddy"}
Scope = Mapping[str, str]


class Desk:
    """Asks the service, in any role, and lets messages arrive."""

    def __init__(self, cur: Cursor) -> None:
        self.cur = cur
        self.now = NOW
        self.sequences: dict[str, int] = {}

    def ask(
        self,
        operation: str,
        body: Json | None = None,
        *,
        role: str = "slw-coordinator",
        scope: Scope | None = None,
        if_match: int | None = None,
        **params: object,
    ) -> Answer:
        """Make a call, and hold its answer against the promised shape."""
        call = Call(
            operation=operation,
            params=params,
            body=body,
            principal=Principal("local", role, scope or {}),
            if_match=if_match,
            idempotency_key=str(uuid.uuid4()),
            deadline=time.time() + 60,
            traceparent=None,
            now=self.now,
        )
        with confined(self.cur, call):
            answer: Answer = getattr(handlers, operation)(self.cur, call)
        shape = OPERATIONS[operation].answer
        assert shape is not None
        faults = shape().validate(orjson.loads(orjson.dumps(answer.body)))
        assert faults == {}, (operation, faults, answer.body)
        return answer

    def provider(self, name: str = "Jobstap", regions: object = "all") -> Json:
        """Register a support provider."""
        return self.ask("register_provider", {"name": name, "regions": regions}).body

    def request(self, role: str = "wsp-officer", **more: object) -> Json:
        """Ask for support at the placement."""
        body = {"placementId": PLACEMENT, "need": "specialistisch", "fundedBy": "employer", **WHY}
        return self.ask("request_support", body | more, role=role).body

    def step(
        self,
        operation: str,
        support: Json,
        body: Json | None = None,
        *,
        role: str,
        scope: Scope | None = None,
    ) -> Json:
        """Take a step at the newest revision."""
        revision = self.show(support)["revision"]
        answer = self.ask(
            operation, body, role=role, scope=scope, if_match=revision, id=support["id"]
        )
        return answer.body

    def show(self, support: Json) -> Json:
        """Show a request."""
        return self.ask("get_support", id=support["id"]).body

    def page(self, operation: str, *, scope: Scope | None = None, **params: object) -> list[Json]:
        """Show the first page of a list."""
        window: Json = {"page": 1, "pageSize": 50}
        answer = self.ask(operation, role="wsp-officer", scope=scope, **{**window, **params})
        items: list[Json] = answer.body["items"]
        return items

    def waits(self) -> set[tuple[str, str]]:
        """Name what waits, as (desk, kind)."""
        call = Call(
            operation="list_tasks",
            params={"page": 1, "pageSize": 50, "open": "true"},
            body=None,
            principal=Principal("local", "slw-coordinator"),
            if_match=None,
            idempotency_key="k",
            deadline=time.time() + 60,
            traceparent=None,
            now=self.now,
        )
        items = tasks.list_tasks(self.cur, call).body["items"]
        return {(one["assignee"], one["kind"]) for one in items}

    def told(self) -> list[Json]:
        """Give every state that was published, in order, each held against its contract."""
        rows = self.cur.execute(
            "SELECT body FROM journal WHERE subject LIKE 'support/%' ORDER BY recorded_at, sequence"
        )
        return [orjson.loads(bytes(row["body"]))["data"] for row in rows]

    def hear_of_agreement(self, **guidance: object) -> None:
        """Let word of the agreement arrive."""
        data = orjson.loads(orjson.dumps(examples()["framework-changed.v1"]["data"]))
        data["versions"][0]["terms"]["guidance"] |= guidance
        handlers.adopt_frameworks(self.cur, [self._arrival("framework-changed.v1", data)], self.now)

    def hear_of_placement(self, state: str = "started", **more: object) -> None:
        """Let word of the placement arrive."""
        told = {"employerId": EMPLOYER, "state": state, **more}
        data = {**examples()["standing-changed.v1"]["data"], **told}
        arrival = self._arrival("standing-changed.v1", data)
        stored = handlers.adopt_placements(self.cur, [arrival], self.now)
        assert stored == {arrival.key: arrival.hash}

    def _arrival(self, type_: str, data: Json) -> Arrival:
        subject = str(EVENTS[type_].subject).format(**data)
        self.sequences[subject] = self.sequences.get(subject, 0) + 1
        return Arrival(
            recipient="providers",
            subject=subject,
            sequence=self.sequences[subject],
            hash=content_hash(data),
            type=type_,
            recorded_at=self.now,
            traceparent=None,
            data=data,
            content=canonical(data),
            event_id=str(uuid.uuid4()),
            message=b"",
        )
