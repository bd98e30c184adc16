# SPDX-License-Identifier: EUPL-1.2
"""A caller who keeps its Idempotency-Key, asks until there is an outcome, and has it written down.

Every command carries a mark of its own as its reason, by which the checker finds what was done.
"""

import threading
import time
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from services.cli.tokens import Bearer, Identity, Tokens
from shared.messaging.policy import Backoff
from tests.chaos.recorder import Recorder
from tests.chaos.verdict import ACKNOWLEDGED, REFUSED, UNANSWERED
from tests.faults.storm import PASSING
from tests.whose import usual

Json = dict[str, Any]
STALE = 412
# Between two askings: so many callers that ask at once would keep what is down from coming up.
PAUSE = Backoff(first_seconds=0.1, factor=1.6, cap_seconds=2)
ANSWER_SECONDS = 6.0
PATIENCE_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Owed:
    """What an acknowledged change owes, and to whom; names in braces are read from the answer.

    Where the answer lists what was changed, `each` names the member that does.
    """

    to: Collection[str]
    subject: str
    each: str | None = None

    def told_by(self, answer: Json) -> list[Json]:
        """Give the newest state of each subject that its recipients must hold."""
        items = answer[self.each] if self.each else [answer]
        # A list of those who joined tells no sequence.
        return [
            {
                "subject": self.subject.format_map(one),
                "sequence": one.get("sequence") or one.get("revision"),
                "recipients": sorted(recipient.format_map(one) for recipient in self.to),
            }
            for one in items
            if one.get("sequence") or one.get("revision")
        ]


@dataclass(frozen=True, slots=True)
class Command:
    """One change to ask for, by whoever usually does, or `as_` somebody else.

    What it answers to `tolerated` is a refusal that may well be.
    """

    kind: str
    method: str
    path: str
    body: Json
    guards: str | None = None
    tolerated: Collection[int] = ()
    owes: Owed | None = None
    marked: bool = True
    as_: Identity | None = None


class Caller:
    """One thread's way to the gateways: to one of them until it is away, and then to the next."""

    def __init__(
        self, doors: Callable[[], Sequence[str]], first: int, tokens: Tokens, recorder: Recorder
    ) -> None:
        self._doors = doors
        self._door = first
        self._tokens = tokens
        self._http = httpx.Client(auth=Bearer(tokens, usual), timeout=ANSWER_SECONDS)
        self._recorder = recorder
        self._pause = threading.Event()

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def read(self, path: str) -> httpx.Response | None:
        """Read until there is an answer; None when the time is up."""
        return self._insist("GET", path, {}, None)[0]

    def do(self, command: Command) -> Json | None:
        """Ask for a change until its outcome is known; give the body of an acknowledgement."""
        begun, key = self._recorder.seconds, uuid.uuid4().hex
        mark = {"reason": f"chaos {key}"} if command.marked else {}
        headers = {"Idempotency-Key": key, **self._asking(command.as_)}
        if command.guards is not None:
            found = self.read(command.guards)
            if found is None or not found.is_success:
                return None
            headers["If-Match"] = found.headers["ETag"]
        response, asked = self._insist(command.method, command.path, headers, command.body | mark)
        told = {"mark": mark.get("reason"), "begun": round(begun, 3), "asked": asked}
        self._write_down(command, told, response)
        return response.json() if response is not None and response.is_success else None

    def _asking(self, identity: Identity | None) -> dict[str, str]:
        if identity is None:
            return {}
        return {"Authorization": f"Bearer {self._tokens.of(identity)}"}

    def _insist(
        self, method: str, path: str, headers: dict[str, str], body: Json | None
    ) -> tuple[httpx.Response | None, int]:
        """Ask until there is an answer; say how often that took."""
        until, asked = time.monotonic() + PATIENCE_SECONDS, 0
        while time.monotonic() < until:
            response = self._ask(method, path, headers, body)
            asked += 1
            if response is not None:
                return response, asked
            self._pause.wait(PAUSE.after(asked).total_seconds())
        return None, asked

    def _ask(
        self, method: str, path: str, headers: dict[str, str], body: Json | None
    ) -> httpx.Response | None:
        said: str | int
        response, doors = None, self._doors()
        url = f"{doors[self._door % len(doors)]}/v1{path}"
        try:
            response = self._http.request(method, url, headers=headers, json=body)
            said = response.status_code
        except httpx.TransportError as error:
            said = type(error).__name__
            self._door += 1
        if body is not None:
            key = headers["Idempotency-Key"]
            self._recorder.tell("attempt", key=key, method=method, path=path, said=said)
        return None if response is None or said in PASSING else response

    def _write_down(self, command: Command, told: Json, response: httpx.Response | None) -> None:
        told |= {"kind": command.kind, "outcome": UNANSWERED}
        if response is not None and response.is_success:
            told["outcome"] = ACKNOWLEDGED
            if command.owes is not None:
                told["owes"] = command.owes.told_by(response.json())
        elif response is not None:
            told |= {"outcome": REFUSED, "said": response.text[:300]}
            told["tolerated"] = response.status_code in {STALE, *command.tolerated}
        self._recorder.tell("answer", **told)
