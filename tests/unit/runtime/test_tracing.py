# SPDX-License-Identifier: EUPL-1.2
"""What is recorded of an act, what it is a part of, and what costs nothing when nobody asked."""

import json
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from shared.messaging.metrics import FANOUT_LAG_SECONDS, observe
from shared.runtime import tracing
from shared.runtime.admin import application
from shared.runtime.calls import RPC_SECONDS
from shared.runtime.spans import FileExporter, Spans
from tests.traces import Traces

OPEN_METRICS = "application/openmetrics-text; version=1.0.0"

# Whoever records nothing must not pay for what records.
PROGRAM = """
import sys
import shared.messaging.operations, services.gateway.http
from shared.runtime import tracing

tracing.start("regions")
sys.exit(any(name.startswith("opentelemetry") for name in sys.modules))
"""


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Traces]:
    """Give what begins to record a share of all, and then what was recorded."""

    def begin(share: float = 1.0) -> Traces:
        file = tmp_path / "traces.jsonl"
        monkeypatch.setattr(tracing, "_spans", Spans("regions", FileExporter(file), share=share))
        return Traces(file)

    return begin


@pytest.fixture
def traces(record: Callable[..., Traces]) -> Traces:
    """Record everything."""
    return record()


def carried(*, recorded: bool = True, trace_id: str | None = None) -> str:
    """Give what a message carries that was sent within some span."""
    flags = "01" if recorded else "00"
    return f"00-{trace_id or secrets.token_hex(16)}-{secrets.token_hex(8)}-{flags}"


def parts(traceparent: str) -> tuple[str, str]:
    """Give the ids of trace and span."""
    _, trace_id, span_id, _ = traceparent.split("-")
    return trace_id, span_id


def unread() -> Iterator[str]:
    """Give what nobody may ask for."""
    raise AssertionError("read, though nothing is recorded")
    yield ""


def test_nothing_is_read_or_imported_where_nothing_is_recorded() -> None:
    with (
        tracing.request("GET /v1/agreements", carried()),
        tracing.span("transaction"),
        tracing.handling("process", "consumer", unread(), queues=unread()),
        tracing.sending("send", (unread() for _ in range(2))) as told,
    ):
        assert [next(told), next(told)] == [None, None]
        assert (tracing.traceparent(), tracing.exemplar()) == (None, None)
    wire = {"traceparent": carried()}
    assert tracing.carry(wire) is wire
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", PROGRAM], check=False)
    assert done.returncode == 0


def test_work_goes_on_with_the_one_trace_that_it_carries(traces: Traces) -> None:
    first = carried()
    trace_id, parent = parts(first)
    second = carried(trace_id=trace_id)

    work = tracing.handling("process", "consumer", [first, second, first])
    with work, tracing.span("transaction"):
        pass

    inner, outer = traces.all()
    assert (outer.trace_id, outer.parent_id, outer.kind) == (trace_id, parent, "consumer")
    assert outer.links == {parts(second)[1]}
    assert (inner.trace_id, inner.parent_id, inner.name) == (trace_id, outer.span_id, "transaction")


def test_work_that_carries_several_traces_links_to_all_of_them(traces: Traces) -> None:
    messages = [carried() for _ in range(3)]

    with tracing.handling("process", "consumer", [*messages, carried(recorded=False)]):
        pass

    [span] = traces.all()
    assert span.links == {parts(one)[1] for one in messages}
    assert span.parent_id is None
    assert span.trace_id not in {parts(one)[0] for one in messages}


@pytest.mark.parametrize(
    "strange", [None, "", "00-nonsense", f"00-{'0' * 32}-{'0' * 16}-01", b"bytes", {"a": []}, 7]
)
def test_work_that_carries_no_trace_leaves_no_span(traces: Traces, strange: object) -> None:
    work = tracing.handling("process", "consumer", [strange, carried(recorded=False)])
    with work, tracing.span("transaction"):
        assert tracing.exemplar() is None

    assert traces.all() == []


def test_each_message_carries_a_span_of_its_own_and_none_where_none_of_its_parts_is_recorded(
    traces: Traces,
) -> None:
    alone, mixed = [carried()], [carried(), carried()]

    with tracing.sending("send", [alone, [None], mixed]) as told:
        first, none, third = told

    sent = {span.span_id: span for span in traces.all()}
    assert none is None
    assert first is not None
    assert third is not None
    assert sent[parts(first)[1]].parent_id == parts(alone[0])[1]
    assert sent[parts(third)[1]].links == {parts(one)[1] for one in mixed}


def test_what_is_done_once_more_is_a_trace_of_its_own_with_a_link(traces: Traces) -> None:
    original = carried()

    with tracing.repeating("replay", "consumer", [original]):
        pass

    [span] = traces.all()
    assert (span.parent_id, span.links) == (None, {parts(original)[1]})


def test_a_failure_is_told_by_its_kind_and_never_in_its_words(traces: Traces) -> None:
    failure = ValueError("Mevrouw De Vries, 012345678")

    with pytest.raises(ValueError, match="De Vries"), tracing.request("GET /v1/x", None):
        raise failure

    [span] = traces.all()
    assert (span.status, span.attributes) == ("ERROR", {"error.type": "ValueError"})
    assert "Vries" not in traces.text


@pytest.mark.parametrize(("status", "told"), [(202, "UNSET"), (409, "UNSET"), (503, "ERROR")])
def test_only_what_is_our_fault_is_an_error(traces: Traces, status: int, told: str) -> None:
    with tracing.request("POST /v1/agreements", None):
        tracing.ended(status)

    [span] = traces.all()
    assert (span.status, span.attributes["http.response.status_code"]) == (told, status)


def test_a_client_that_asks_for_it_gets_no_more_than_the_share_of_all(
    record: Callable[..., Traces],
) -> None:
    traces = record(share=1e-9)
    said = carried()

    with tracing.request("GET /v1/agreements", said), tracing.span("agreements get", "client"):
        carries = tracing.traceparent()

    assert carries is not None
    assert parts(carries)[0] == parts(said)[0]
    assert carries.endswith("-00"), "nobody behind the door records it either"
    assert traces.all() == []


@pytest.mark.parametrize("recorded", [True, False])
def test_the_door_draws_whatever_trace_a_client_chooses(
    record: Callable[..., Traces], *, recorded: bool
) -> None:
    traces = record(share=0.5)
    chosen = carried(recorded=recorded, trace_id=f"{1:032x}")

    for _ in range(200):
        with tracing.request("GET /v1/agreements", chosen):
            pass

    assert 50 < len(traces.all()) < 150


def test_a_line_of_the_log_names_its_trace(traces: Traces) -> None:
    del traces
    trace_id, parent = parts(said := carried())

    with tracing.request("GET /v1/agreements", said):
        line = tracing.tell_log(None, "info", {"event": "here"})
    later = tracing.tell_log(None, "info", {"event": "there", "traceparent": said})

    assert line["trace_id"] == trace_id
    assert line["span_id"] != parent
    assert (later["trace_id"], later["span_id"]) == (trace_id, parent)
    assert tracing.tell_log(None, "info", {"event": "else"}) == {"event": "else"}


def page(accept: str) -> str:
    """Ask the admin port for the figures."""
    head: list[tuple[str, str]] = []
    environ = {"PATH_INFO": "/metrics", "HTTP_ACCEPT": accept}
    body = application(environ, lambda _, headers: head.extend(headers))
    assert dict(head)["Content-Type"].startswith(accept.partition(";")[0])
    return b"".join(body).decode()


def exemplars(text: str, metric: str) -> set[str]:
    """Give the traces that a metric names as examples."""
    return {
        sample.exemplar.labels["trace_id"]
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if family.name == metric and sample.exemplar
    }


def test_measurements_name_their_trace_where_openmetrics_is_asked_for(traces: Traces) -> None:
    del traces
    trace_id, _ = parts(said := carried())

    with tracing.handling("process", "consumer", [said]):
        RPC_SECONDS.labels("of_this_test", "2xx").observe(0.01, tracing.exemplar())
        observe(FANOUT_LAG_SECONDS, 0.02, times=35)
    RPC_SECONDS.labels("of_this_test", "2xx").observe(3, tracing.exemplar())

    text = page(OPEN_METRICS)
    assert exemplars(text, "schakel_rpc_seconds") == {trace_id}
    assert exemplars(text, "schakel_fanout_lag_seconds") == {trace_id}
    assert trace_id not in page("text/plain")


def test_a_file_has_a_span_a_line_for_whoever_owns_it(traces: Traces) -> None:
    for _ in range(2):
        with tracing.request("GET /v1/agreements", None):
            pass

    lines = traces.text.splitlines()
    assert [json.loads(line)["resource"]["attributes"]["service.name"] for line in lines] == [
        "regions",
        "regions",
    ]
    assert traces.file.stat().st_mode & 0o777 == 0o600
