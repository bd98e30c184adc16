# SPDX-License-Identifier: EUPL-1.2
"""Support providers: who they are, where they work, and what waited for them."""

from uuid import uuid4

from services.providers import schemas, store
from services.providers.domain import SYSTEM, Provider, ProviderId
from services.providers.domain.support import assign
from services.providers.handlers.keeping import keep, today_of
from shared.runtime import Answer, Call, Cursor


def register_provider(cur: Cursor, call: Call) -> Answer:
    """Register a support provider, and ask it what waited for one of its name."""
    name, regions, reason = schemas.read_registration(call.body)
    provider = Provider.register(ProviderId(str(uuid4())), name, regions, call.now)
    store.add_provider(cur, provider)
    _record(cur, provider, call, reason)
    _ask(cur, provider, call)
    body = schemas.provider_body(provider)
    return Answer(body, 201, provider.revision, f"/v1/support-providers/{provider.id}")


def change_provider(cur: Cursor, call: Call) -> Answer:
    """Change what is given of a provider, and ask it what waited for it in its new regions."""
    name, regions, reason = schemas.read_change(call.body)
    provider = store.lock_provider(cur, call.params["id"])
    call.expect(provider.revision)
    changed = provider.change(name, regions, call.now)
    if changed != provider:
        store.save_provider(cur, changed)
        _record(cur, changed, call, reason)
        _ask(cur, changed, call)
    return Answer(schemas.provider_body(changed), etag=changed.revision)


def _ask(cur: Cursor, provider: Provider, call: Call) -> None:
    """Give the provider every approved request that its agreement meant for it."""
    today = today_of(call.now)
    found = [
        assign(one, provider, by=SYSTEM, why=one.why, today=today)
        for one in store.lock_waiting_for(cur, provider)
    ]
    keep(cur, found, now=call.now, traceparent=call.traceparent)


def _record(cur: Cursor, provider: Provider, call: Call, reason: str | None) -> None:
    who = call.principal
    store.record_provider(cur, provider, by=who.subject, role=who.role, reason=reason)
