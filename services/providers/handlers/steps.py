# SPDX-License-Identifier: EUPL-1.2
"""The steps of a request for support, one function for each command."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from services.providers import schemas, store
from services.providers.domain import Actor, Asked, Support, SupportId, Today, Why
from services.providers.domain import support as rules
from services.providers.handlers.keeping import keep, tell, today_of
from shared.runtime import Answer, Call, Cursor
from shared.runtime.clock import date_of

Given = dict[str, Any]
Taken = Callable[[Support, Given, Actor, Why, Today], Support]


def request_support(cur: Cursor, call: Call) -> Answer:
    """Ask for support at a placement; the provider is the one of the agreement."""
    given, why = schemas.read_step("request_support", call.body)
    placement = store.placement(cur, given["placement_id"])
    agreed = store.agreed(cur, placement)
    support = rules.request(
        Asked(SupportId(str(uuid4())), placement, given["need"], given["funded_by"]),
        agreed,
        store.provider_named(cur, agreed.provider),
        by=schemas.actor_of(call.principal),
        why=why,
        today=today_of(call.now),
    )
    store.add_support(cur, support)
    who = call.principal
    store.record_supports(cur, [support], by=who.subject, role=who.role)
    tell(cur, [support], now=call.now, traceparent=call.traceparent)
    return _shown(support, 201, f"/v1/support-requests/{support.id}")


def approve_support(cur: Cursor, call: Call) -> Answer:
    """Let the region pay, and ask the agreement's provider."""

    def taken(support: Support, given: Given, by: Actor, why: Why, today: Today) -> Support:
        del given
        provider = store.provider_named(cur, support.agreed_provider)
        return rules.approve(support, provider, by=by, why=why, today=today)

    return _take(cur, call, taken)


def decline_support(cur: Cursor, call: Call) -> Answer:
    """Let the region not pay."""
    return _take(cur, call, _plain(rules.decline))


def assign_support(cur: Cursor, call: Call) -> Answer:
    """Ask a provider that works in the region."""

    def taken(support: Support, given: Given, by: Actor, why: Why, today: Today) -> Support:
        provider = store.provider(cur, given["provider_id"])
        return rules.assign(support, provider, by=by, why=why, today=today)

    return _take(cur, call, taken)


def accept_support(cur: Cursor, call: Call) -> Answer:
    """Take a request on."""
    return _take(cur, call, lambda one, _, by, _why, today: rules.accept(one, by=by, today=today))


def record_first_contact(cur: Cursor, call: Call) -> Answer:
    """Tell the day of the first contact."""
    return _take(
        cur,
        call,
        lambda one, given, by, _, today: rules.contact(
            one, given["on"], asked_on=date_of(one.created_at), by=by, today=today
        ),
    )


def escalate_support(cur: Cursor, call: Call) -> Answer:
    """Say that this support is not enough."""
    return _take(
        cur,
        call,
        lambda one, given, by, why, today: rules.escalate(
            one, given["need"], by=by, why=why, today=today
        ),
    )


def resume_support(cur: Cursor, call: Call) -> Answer:
    """Go on as before an escalation."""
    return _take(cur, call, _plain(rules.resume))


def hand_back_support(cur: Cursor, call: Call) -> Answer:
    """Give a request back."""
    return _take(cur, call, _plain(rules.hand_back))


def close_support(cur: Cursor, call: Call) -> Answer:
    """End the support."""
    return _take(
        cur,
        call,
        lambda one, given, by, why, today: rules.close(
            one, given["closing"], by=by, why=why, today=today
        ),
    )


def withdraw_support(cur: Cursor, call: Call) -> Answer:
    """Take a request back."""
    return _take(cur, call, _plain(rules.withdraw))


def _plain(step: Callable[..., Support]) -> Taken:
    """Take a step that needs no more than why."""
    return lambda one, _, by, why, today: step(one, by=by, why=why, today=today)


def _take(cur: Cursor, call: Call, taken: Taken) -> Answer:
    """Load, decide, keep and tell: the same for every step."""
    given, why = schemas.read_step(call.operation, call.body)
    support = store.lock_support(cur, call.params["id"])
    call.expect(support.revision)
    by = schemas.actor_of(call.principal)
    after = taken(support, given, by, why, today_of(call.now))
    who = call.principal
    keep(
        cur,
        [after],
        now=call.now,
        by=who.subject,
        role=who.role,
        traceparent=call.traceparent,
    )
    return _shown(after)


def _shown(support: Support, status: int = 200, location: str | None = None) -> Answer:
    return Answer(schemas.support_body(support), status, support.revision, location)
