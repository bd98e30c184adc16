# SPDX-License-Identifier: EUPL-1.2
"""The doorway of a service: one call, one transaction, one outcome for each Idempotency-Key.

A handler is a function of (cursor, call). It either returns an Answer, and everything it did
commits with it, or raises a refusal, and nothing happened.
"""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Self

import eventlet
import orjson
import structlog
from nameko.extensions import DependencyProvider
from prometheus_client import Histogram

from shared.runtime import audit, clock, processing, tracing
from shared.runtime.admission import NotAdmitted, admitted
from shared.runtime.call import Answer, Call
from shared.runtime.crash import crash_point
from shared.runtime.db import Cursor, Database, Mode, Transient
from shared.runtime.problems import (
    REFUSALS_OF_THE_HOUSE,
    Faults,
    Json,
    Refusal,
    problem,
)
from shared.runtime.queries import load_queries
from shared.runtime.scope import Scope

log = structlog.get_logger()
QUERIES = load_queries(__package__ or "shared.runtime")
RPC_SECONDS = Histogram(
    "schakel_rpc_seconds",
    "Time a call took inside its service.",
    ["operation", "outcome"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)

PATIENCE_SECONDS = 0.5
FORBIDDEN = 403
TOO_LATE = Refusal(504, "deadline-exceeded", "The call came too late to be started")
INVALID = Refusal(400, "invalid-request", "The request is not valid")
KEY_REUSED = Refusal(422, "idempotency-key-reused", "The Idempotency-Key was used before")
AWAY = Refusal(503, "storage-unavailable", "The service's database is away or takes nothing")
BROKEN = Refusal(500, "internal-error", "Something is wrong on our side")


Handler = Callable[[Cursor, Call], Answer]


class Calls(DependencyProvider):  # type: ignore[misc]
    """Gives a service `self.calls.change(handler, call)` and `self.calls.read(handler, call)`."""

    db = Database()

    def __init__(self, *, refusals: Mapping[type[Exception], Refusal]) -> None:
        self.refusals = {**REFUSALS_OF_THE_HOUSE, **refusals}

    def get_dependency(self, worker_ctx: object) -> Self:
        """Give itself: it holds nothing of one worker."""
        del worker_ctx
        return self

    def change(self, handler: Handler, wire: Json) -> Json:
        """Run a command once for its Idempotency-Key, and answer the same ever after.

        A refusal is an outcome too, and kept; faults in the request are not: nothing was
        started. A broken connection, or a commit whose answer was lost, is tried again:
        the key tells whether it had happened.
        """
        return self._answer(handler, wire, "write")

    def read(self, handler: Handler, wire: Json) -> Json:
        """Answer a question from one consistent snapshot, changing nothing."""
        return self._answer(handler, wire, "read")

    def refusal(self, wire: Json) -> Json | None:
        """Give the answer to a call that is not let in, and tell it; None where it may go on."""
        admits = self._let_in(Call.from_wire(wire, clock.now()))
        return admits if isinstance(admits, dict) else None

    def _answer(self, handler: Handler, wire: Json, mode: Mode) -> Json:
        call = Call.from_wire(wire, clock.now())
        started = time.perf_counter()
        with (
            structlog.contextvars.bound_contextvars(
                operation=call.operation, traceparent=call.traceparent
            ),
            processing.followed(call.operation, call.traceparent) as act,
            tracing.handling(call.operation, "server", [call.traceparent]),
        ):
            reply = self._reply(handler, call, mode)
            act.status = reply["status"]
            tracing.ended(reply["status"])
            RPC_SECONDS.labels(call.operation, f"{reply['status'] // 100}xx").observe(
                time.perf_counter() - started, tracing.exemplar()
            )
        return reply

    def _reply(self, handler: Handler, call: Call, mode: Mode) -> Json:
        admits = self._let_in(call)
        if isinstance(admits, dict):
            return admits
        call = admits
        if time.time() >= call.deadline:
            return problem(TOO_LATE, "its deadline had passed before it was started")
        try:
            return self._patiently(handler, call, mode)
        except Faults as faults:
            return problem(INVALID, "see errors", [fault.to_json() for fault in faults.faults])
        except Transient as error:
            log.warning("call_failed", error=str(error))
            return problem(AWAY, "try again in a moment")
        except Exception:
            log.exception("call_broken")
            return problem(BROKEN, "it was logged; nothing was changed")

    def _patiently(self, handler: Handler, call: Call, mode: Mode) -> Json:
        """Try again what passes by itself, and wait a little for what is on its way."""
        patience = time.monotonic() + PATIENCE_SECONDS
        pause = 0.01
        while True:
            try:
                return self._run(handler, call, mode)
            except _Refused as refused:
                if mode == "read":
                    return self._note(call, refused.reply)
                if not refused.awaited or time.monotonic() > patience:
                    return self._keep(call, refused.reply)
            except Transient:
                if time.time() + pause >= call.deadline:
                    raise
            eventlet.sleep(pause * random.uniform(0.5, 1))  # nosec B311 # noqa: S311 - jitter
            pause = min(pause * 2, 0.5)

    def _run(self, handler: Handler, call: Call, mode: Mode) -> Json:
        """Run the handler in one transaction, which a refusal rolls back."""
        left = max(0.01, call.deadline - time.time())
        scope = Scope.of_person(call.principal.role, call.principal.scope, call.reach)
        # What may as well happen twice leaves no key: some of it comes all day.
        kept = mode == "write" and call.operation not in audit.NOT_TOLD
        with self.db.transaction(scope=scope, mode=mode, patience_seconds=left) as cur:
            if kept and (before := _claim(cur, call)) is not None:
                return before
            try:
                reply = handler(cur, call).to_wire()
            except tuple(self.refusals) as error:
                raise self._refused(error) from error
            if kept:
                _settle(cur, call, reply)
            if mode == "write":
                crash_point("call.before-commit")
        if mode == "write":
            crash_point("call.after-commit")
        return reply

    def _refused(self, error: Exception) -> "_Refused":
        refusal = next(self.refusals[kind] for kind in type(error).mro() if kind in self.refusals)
        return _Refused(problem(refusal, str(error)), awaited=refusal.awaited)

    def _keep(self, call: Call, reply: Json) -> Json:
        """Keep a refusal as the outcome of its key; who was there first wins."""
        left = max(0.01, call.deadline - time.time())
        with self.db.transaction(patience_seconds=left) as cur:
            before = _claim(cur, call)
            if before is None:
                _settle(cur, call, reply)
        return reply if before is None else before

    def _note(self, call: Call, reply: Json) -> Json:
        """Keep it in the audit when somebody asks for what is not theirs to ask or to see."""
        if reply["status"] != FORBIDDEN:
            return reply
        left = max(0.01, call.deadline - time.time())
        try:
            with self.db.transaction(patience_seconds=left) as cur:
                audit.add(cur, audit.lines_of(call, reply))
        except Transient as error:
            log.warning("refusal_not_told", status=reply["status"], error=str(error))
        return reply

    def _let_in(self, call: Call) -> Call | Json:
        """Give the call with its reach; or why it is not let in, which the audit then tells.

        What the door has refused already comes here to be told, and goes no further.
        """
        admits = _admitted(call)
        if isinstance(admits, Call) and call.refused is not None:
            admits = call.refused
        return self._note(call, admits) if isinstance(admits, dict) else admits


def _admitted(call: Call) -> Call | Json:
    """Give the call with its reach, or the problem with letting it in."""
    try:
        reach = admitted(call.operation, call.caller, call.principal, call.params)
    except NotAdmitted as refused:
        return refused.reply
    return replace(call, reach=reach)


class _Refused(Exception):
    """Carries a refusal out of the transaction that it rolls back."""

    def __init__(self, reply: Json, *, awaited: bool) -> None:
        super().__init__()
        self.reply = reply
        self.awaited = awaited


def _claim(cur: Cursor, call: Call) -> Json | None:
    """Take the key, or give what was answered to it before."""
    key = {
        "principal": call.principal.subject,
        "operation": call.operation,
        "key": call.idempotency_key,
    }
    claim = {**key, "fingerprint": call.fingerprint, "now": call.now}
    if cur.execute(QUERIES["claim_key"], claim).fetchone() is not None:
        return None
    before = cur.execute(QUERIES["answer_of_key"], key).fetchone()
    if before is None or before["fingerprint"] != call.fingerprint:
        return problem(KEY_REUSED, "send another key with another request")
    answer: Json = before["answer"]
    return answer


def _settle(cur: Cursor, call: Call, reply: Json) -> None:
    cur.execute(
        QUERIES["settle_key"],
        {
            "principal": call.principal.subject,
            "operation": call.operation,
            "key": call.idempotency_key,
            "answer": orjson.dumps(reply).decode(),
            "lines": audit.lines_of(call, reply),
        },
    )
