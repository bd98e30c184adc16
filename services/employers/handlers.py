# SPDX-License-Identifier: EUPL-1.2
"""One function per command: load, decide, save, publish, all in the caller's one transaction."""

from uuid import uuid4

from services.employers import schemas, store
from services.employers.domain import Employer, EmployerId
from shared.messaging import Outgoing, journal
from shared.runtime import Answer, Call, Cursor, page_of


def register_employer(cur: Cursor, call: Call) -> Answer:
    """Register a national employer under a name that nobody has yet."""
    profile, reason = schemas.read_registration(call.body)
    employer = Employer.register(EmployerId(str(uuid4())), profile, call.now)
    store.add(cur, employer)
    store.record(cur, employer, (), call=call, reason=reason)
    _publish(cur, employer, call)
    return Answer(
        schemas.employer_body(employer), 201, employer.revision, f"/v1/employers/{employer.id}"
    )


def change_employer(cur: Cursor, call: Call) -> Answer:
    """Change what is given of an employer, and tell everybody who keeps a copy."""
    given, reason = schemas.read_change(call.body)
    employer = store.get_for_update(cur, call.params["id"])
    call.expect(employer.revision)
    changed, differences = employer.change(given, call.now)
    if differences:
        store.save(cur, changed)
        store.record(cur, changed, differences, call=call, reason=reason)
        _publish(cur, changed, call)
    return Answer(schemas.employer_body(changed), etag=changed.revision)


def get_employer(cur: Cursor, call: Call) -> Answer:
    """Show one employer."""
    employer = store.get(cur, call.params["id"])
    return Answer(schemas.employer_body(employer), etag=employer.revision)


def list_employers(cur: Cursor, call: Call) -> Answer:
    """Show one page of the employers, by name."""
    size = call.params["pageSize"]
    offset = (call.params["page"] - 1) * size
    filters = {name: call.params.get(name) for name in ("name", "adapts")}
    found, total = store.list_employers(cur, filters, limit=size, offset=offset)
    return page_of([schemas.employer_body(one) for one in found], total, call)


def _publish(cur: Cursor, employer: Employer, call: Call) -> None:
    state = Outgoing(
        subject=schemas.subject(employer),
        type="employer-changed.v1",
        data=schemas.employer_changed(employer),
        audience=schemas.AUDIENCE,
    )
    journal.publish(cur, [state], now=call.now, traceparent=call.traceparent)
