# SPDX-License-Identifier: EUPL-1.2
"""Asks the services, so that one which hangs holds up nobody but its own callers."""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, Protocol

import structlog

from services.gateway.problems import CROWDED, TOO_LATE, UNAVAILABLE, Denied, Refused
from services.gateway.table import DOMAIN_SERVICES, EVERY_SERVICE
from shared.contracts import EVENTS
from shared.runtime import DeadlineExceeded, Json, ServiceUnavailable

# More callers than this wait for one service only when it hangs: then the next is told at once.
WAITING_AT_MOST = 128

# The answer waits for it, and nothing depends on it.
TELL_SECONDS = 1.0

log = structlog.get_logger()
_waiting: Counter[str] = Counter()


class Caller(Protocol):
    """What shared.runtime.Rpc gives a worker."""

    def call(self, service: str, method: str, wire: Json) -> Json:
        """Call a method of a service and give its reply."""


def ask(caller: Caller, service: str, call: Json) -> Json:
    """Give the service's reply, or raise Refused: away, too late, or too many waiting."""
    if _waiting[service] >= WAITING_AT_MOST:
        raise Refused(CROWDED, f"{WAITING_AT_MOST} calls wait for {service}")
    _waiting[service] += 1
    try:
        return caller.call(service, call["operation"], call)
    except ServiceUnavailable as error:
        raise Refused(UNAVAILABLE, f"{service}: {error}") from error
    except DeadlineExceeded as error:
        detail = f"{error}; the same Idempotency-Key gets the outcome if it had started"
        raise Refused(TOO_LATE, detail) from error
    finally:
        _waiting[service] -= 1


def tell(caller: Caller, denied: Denied) -> None:
    """Have the service that was meant tell in its audit what the door refused somebody known.

    It decides nothing: the answer stands. Where that service is away the log has it.
    """
    call, reply = denied.call, denied.reply
    service = _meant(denied.service, call["params"])
    log.warning("request_denied", operation=call["operation"], problem=reply["problem"]["type"])
    if service is None:
        return
    wire = {**call, "refused": reply, "deadline": time.time() + TELL_SECONDS}
    try:
        ask(caller, service, wire)
    except Refused as silent:
        log.warning("refusal_not_told", service=service, error=str(silent))


def _meant(service: str, params: Json) -> str | None:
    """Name the service that keeps the audit of an operation; None where that is the door's own."""
    if service != EVERY_SERVICE:
        return service if service in DOMAIN_SERVICES else None
    named = str(params.get("letter") or params.get("job") or "").rpartition("-")[0]
    return str(params.get("service") or named or DOMAIN_SERVICES[0])


def ask_every(caller: Caller, call: Json) -> Json:
    """Answer one page of the lists of several services, as if they were one list.

    Services come in alphabetical order, and each item says whose it is. A service that does
    not answer is named in `unanswered`; the others are listed all the same.
    """
    params = call["params"]
    services = [params["service"]] if "service" in params else list(DOMAIN_SERVICES)
    first = (params["page"] - 1) * params["pageSize"]
    items: list[Json] = []
    total, unanswered = 0, []
    for service, deadline in zip(services, _slices(call["deadline"], len(services)), strict=True):
        window = _Window(caller, service, {**call, "deadline": deadline})
        try:
            found, count = window.read(first - total, first + params["pageSize"] - total)
        except Refused:
            unanswered.append(service)
            continue
        items += [_owned(item, service) for item in found]
        total += count
    page = {"page": params["page"], "pageSize": params["pageSize"], "total": total}
    return {"status": 200, "body": {"items": items, **page, "unanswered": unanswered}}


def tell_every(caller: Caller, call: Json, status: int) -> Json:
    """Have every service that it may concern do something, and give what each of them answered.

    A service that does not answer is named in `unanswered`, and one that refuses says why in
    `refused`: what the others do stands. Where nobody does anything, the first refusal is the
    answer. Raises Refused when nobody answers at all.
    """
    items: list[Json] = []
    refusals: list[tuple[str, Json]] = []
    unanswered: dict[str, Refused] = {}
    services = _concerned(call)
    slices = _slices(call["deadline"], len(services))
    for service, deadline in zip(services, slices, strict=True):
        try:
            reply = ask(caller, service, {**call, "deadline": deadline})
        except Refused as refused:
            unanswered[service] = refused
            continue
        if "problem" in reply:
            refusals.append((service, reply))
        else:
            items.append(_owned(reply["body"], service))
    if not items:
        if refusals:
            return refusals[0][1]
        raise next(iter(unanswered.values()))
    told = [{"service": service, **_short(reply["problem"])} for service, reply in refusals]
    body = {"items": items, "refused": told, "unanswered": list(unanswered)}
    return {"status": status, "body": body}


def _concerned(call: Json) -> Sequence[str]:
    """Name the owners of the subjects that a call names; every service where it names none."""
    subjects = (call["body"] or {}).get("subjects", ())
    families = {subject.partition("/")[0] for subject in subjects}
    owners = {event.owner for event in EVENTS.values() if event.family in families}
    return [one for one in DOMAIN_SERVICES if one in owners] or DOMAIN_SERVICES


def _short(problem: Json) -> Json:
    return {name: problem[name] for name in ("type", "status", "title", "detail")}


def ask_for_one(caller: Caller, call: Json, name: str) -> Json:
    """Give the one thing that a parameter names by its service and its number there."""
    service, _, number = call["params"][name].rpartition("-")
    reply = ask(caller, service, {**call, "params": {**call["params"], "id": int(number)}})
    return reply if "problem" in reply else {**reply, "body": _owned(reply["body"], service)}


def _owned(item: Json, service: str) -> Json:
    """Say whose an item is; a number names something only within its service."""
    named = {"id": f"{service}-{item['id']}"} if item.get("id") is not None else {}
    return {"service": service, **item, **named}


def _slices(deadline: float, count: int) -> Sequence[float]:
    """Share what time there is, so that one silent service leaves some to the next."""
    now = time.time()
    return [now + (deadline - now) * (i + 1) / count for i in range(count)]


class _Window:
    """Reads a window of one service's list out of its pages."""

    def __init__(self, caller: Caller, service: str, call: Json) -> None:
        self._caller, self._service, self._call = caller, service, call
        self._size: int = call["params"]["pageSize"]

    def read(self, start: int, stop: int) -> tuple[list[Any], int]:
        """Give the items from `start` up to `stop`, and the length of the whole list."""
        start, stop = max(start, 0), max(stop, 0)
        number = start // self._size + 1
        body = self._page(number)
        items = body["items"][start % self._size :]
        if len(items) < stop - start and number * self._size < body["total"]:
            items += self._page(number + 1)["items"]
        # A page past the end does not know how long the list is.
        total = body["total"] if body["items"] or number == 1 else self._page(1)["total"]
        return items[: stop - start], total

    def _page(self, number: int) -> Json:
        call = {**self._call, "params": {**self._call["params"], "page": number}}
        call["params"].pop("service", None)
        reply = ask(self._caller, self._service, call)
        if "problem" in reply:
            raise Refused(UNAVAILABLE, reply["problem"]["detail"])
        body: Json = reply["body"]
        return body
