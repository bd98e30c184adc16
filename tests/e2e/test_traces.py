# SPDX-License-Identifier: EUPL-1.2
"""One trace tells the whole way of an agreement, and nothing of what is in it."""

import secrets

import httpx
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as families

from shared.contracts.topology import SERVICES
from tests.e2e.books import Books
from tests.e2e.door import Door, done
from tests.e2e.story import DRECHTSTEDEN, SECONDS, ZWOLLE, Agreement, Given, Then
from tests.servers import RunningStack
from tests.traces import Span, Traces
from tests.waiting import wait_until

ASKED_BY = "00f067aa0ba902b7"
WAY = [
    ("gateway: POST /v1/agreements/{id}/publications", "server"),
    ("gateway: agreements publish_agreement", "client"),
    ("agreements: publish_agreement", "server"),
    ("agreements: transaction", "internal"),
    ("agreements: outbox", "internal"),
    ("agreements: send", "producer"),
    ("regions: process", "consumer"),
    ("regions: transaction", "internal"),
    ("regions: outbox", "internal"),
    ("regions: send", "producer"),
    ("agreements: process", "consumer"),
    ("agreements: transaction", "internal"),
    ("agreements: apply receipts-recorded.v1", "internal"),
]
TOLD = {"http.response.status_code", "types", "queues", "arrivals"}
OPEN = "SELECT subject FROM deliveries WHERE state = 'pending' AND subject LIKE ANY(%(about)s)"


@pytest.fixture
def traces(stack: RunningStack) -> Traces:
    """Give what the stack has recorded."""
    return Traces(stack.traces)


def at_rest(books: Books, agreement: Agreement) -> None:
    """Wait until nothing of what came before is on its way, to be in a batch with what follows."""

    def rests() -> bool:
        about = [f"%{one}%" for one in (agreement.id, agreement.employer_id)]
        return not any(
            books.rows(service, "SELECT id FROM outbox WHERE sent_at IS NULL")
            or books.rows(service, OPEN, about=about)
            for service in SERVICES
        )

    wait_until(rests, SECONDS)


def published(door: Door, agreement: Agreement, trace_id: str) -> None:
    """Publish an agreement within the trace of a client."""
    headers = {"traceparent": f"00-{trace_id}-{ASKED_BY}-01"}
    path, etag = f"{agreement.path}/publications", door.etag(agreement.path)
    done(door.ask("POST", path, {}, etag=etag, headers=headers))


def test_one_trace_leads_from_the_door_to_the_ledger(
    door: Door, given: Given, then: Then, books: Books, traces: Traces, stack: RunningStack
) -> None:
    trace_id = secrets.token_hex(16)
    agreement = given.draft({ZWOLLE, DRECHTSTEDEN})
    at_rest(books, agreement)

    published(door, agreement, trace_id)
    then.in_force_everywhere(agreement)

    def whole() -> list[Span]:
        ways = [[(one.station, one.kind) for one in way] for way in traces.ways(trace_id)]
        assert WAY in [way[: len(WAY)] for way in ways], ways
        return traces.of(trace_id)

    spans = wait_until(whole, SECONDS, every=0.25)
    known = {span.span_id for span in spans}
    applied = [span for span in spans if span.name == "apply agreement-changed.v1"]
    assert {span.parent_id for span in spans if span.parent_id not in known} == {ASKED_BY}
    assert "regions" in {span.service for span in applied}
    assert {span.status for span in spans} == {"UNSET"}
    reached = {one for span in spans for one in span.attributes.get("queues", ())}
    assert {f"regions.{ZWOLLE}", f"regions.{DRECHTSTEDEN}", "agreements.receipts"} <= reached
    assert named_by(books, agreement) == {trace_id}
    assert stack.traces.stat().st_mode & 0o077 == 0


def named_by(books: Books, agreement: Agreement) -> set[str]:
    """Give the traces that the audit names for the publication of an agreement."""
    query = "SELECT trace FROM audit WHERE operation = 'publish_agreement' AND aggregate = %(of)s"
    return {row["trace"] for row in books.rows("agreements", query, of=f"agreement/{agreement.id}")}


def test_spans_tell_what_was_done_and_nothing_of_what_is_in_it(
    given: Given, traces: Traces
) -> None:
    agreement = given.published_agreement({ZWOLLE})

    spans = wait_until(lambda: [span for span in traces.all() if "POST" in span.name], SECONDS)

    assert spans
    told = traces.text
    assert {name for span in traces.all() for name in span.attributes} <= {*TOLD, "error.type"}
    assert not {agreement.id, agreement.employer_id, agreement.title} & set(told.split('"'))
    assert agreement.id not in told
    assert agreement.employer_id not in told


def named(stack: RunningStack, service: str, metric: str) -> set[str]:
    """Give the traces that the measurements of a process name."""
    accept = {"Accept": "application/openmetrics-text; version=1.0.0"}
    answer = httpx.get(f"{stack.admin_url(service)}/metrics", headers=accept)
    return {
        sample.exemplar.labels["trace_id"]
        for family in families(answer.text)
        for sample in family.samples
        if family.name == metric and sample.exemplar
    }


@pytest.mark.parametrize(
    ("service", "metric"),
    [
        ("gateway", "schakel_http_request_seconds"),
        ("agreements", "schakel_rpc_seconds"),
        ("regions", "schakel_consumer_batch_seconds"),
        ("agreements", "schakel_fanout_lag_seconds"),
    ],
)
def test_measurements_name_traces_that_are_there(
    given: Given, then: Then, stack: RunningStack, traces: Traces, service: str, metric: str
) -> None:
    then.in_force_everywhere(given.published_agreement({ZWOLLE}))

    def there() -> bool:
        told = named(stack, service, metric)
        assert told
        return told <= {span.trace_id for span in traces.all()}

    wait_until(there, SECONDS, every=0.5)
