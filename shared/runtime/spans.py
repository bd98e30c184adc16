# SPDX-License-Identifier: EUPL-1.2
"""Spans, by OpenTelemetry: imported only where something is recorded (`tracing.py`)."""

import os
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import eventlet
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import (
    BatchSpanProcessor,
    SimpleSpanProcessor,
    SpanExporter,
    SpanExportResult,
)
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, Sampler
from opentelemetry.trace import (
    INVALID_SPAN,
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
)

from shared.runtime.tracing import Carried, Kind

TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})", re.ASCII)
SERVER_FAULT = 500
# Turning spans into bytes holds up the rest of the process, so it is done in small portions.
PORTION = 64
WAITING_AT_MOST = 8_192
EVERY_MILLISECONDS = 1_000

Attributes = Mapping[str, object]


class FileExporter(SpanExporter):
    """Appends each span as a line of JSON, in one write: several processes share a file."""

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Write them."""
        os.write(self._file, "".join(f"{one.to_json(indent=None)}\n" for one in spans).encode())
        return SpanExportResult.SUCCESS


def exporter_of(where: str) -> SpanExporter:
    """Give what sends spans to an address, by OTLP over HTTP, or writes them to a file."""
    if not where.startswith(("http://", "https://")):
        return FileExporter(Path(where))
    # A file needs none of what this brings along.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )

    return OTLPSpanExporter(endpoint=where)


class Spans:
    """Records the spans of one process.

    An exporter on the network gets them from a thread of its own, which eventlet makes a green
    one: whoever works never waits for it. What it cannot send in time is dropped.
    """

    def __init__(self, service: str, exporter: SpanExporter, *, share: float) -> None:
        self._processor = (
            SimpleSpanProcessor(exporter)
            if isinstance(exporter, FileExporter)
            else BatchSpanProcessor(exporter, WAITING_AT_MOST, EVERY_MILLISECONDS, PORTION)
        )
        # What is recorded is decided once, at the door, by a draw of its own: a client names its
        # trace, and neither its id nor its flag decides. Behind the door the carried flag says it.
        self._share = share
        self._recording = self._tracer(service, ALWAYS_ON)
        self._silent = self._tracer(service, ALWAYS_OFF)

    def stop(self, within_seconds: float) -> None:
        """Send what is left, for so long."""
        with eventlet.Timeout(within_seconds, False):  # noqa: FBT003 - eventlet's own interface
            self._processor.shutdown()

    @contextmanager
    def request(self, name: str, said: str | None, attributes: Attributes) -> Iterator[None]:
        """Begin a trace, or go on with the one that a client named."""
        drawn = random.random() < self._share  # nosec B311 # noqa: S311 - a sample, no secret
        tracer = self._recording if drawn else self._silent
        before = _around(_context_of(said))
        with _open(tracer.start_span(name, before, SpanKind.SERVER, _plain(attributes))):
            yield

    @contextmanager
    def inner(self, name: str, kind: Kind, attributes: Attributes) -> Iterator[None]:
        """Add a span to the one that is open, where there is one."""
        if not trace.get_current_span().is_recording():
            yield
            return
        with _open(self._recording.start_span(name, None, _KINDS[kind], _plain(attributes))):
            yield

    @contextmanager
    def handling(
        self, name: str, kind: Kind, carried: Iterable[object], attributes: Attributes
    ) -> Iterator[None]:
        """Go on with the trace that is carried; with several, link to all of them."""
        span = self._begun(name, kind, carried, attributes)
        if span is None:
            yield
            return
        with _open(span):
            yield

    @contextmanager
    def repeating(
        self, name: str, kind: Kind, carried: Iterable[object], attributes: Attributes
    ) -> Iterator[None]:
        """Begin a trace of its own, linked to those of what is done once more."""
        links = [Link(one) for one in _recorded(carried)]
        span = self._recording.start_span(name, Context(), _KINDS[kind], _plain(attributes), links)
        with _open(span):
            yield

    @contextmanager
    def sending(
        self, name: str, messages: Iterable[Iterable[object]], attributes: Attributes
    ) -> Iterator[Carried]:
        """Open a span for each message of which a part is recorded; none of them is the current."""
        spans = [self._begun(name, "producer", parts, attributes) for parts in messages]
        try:
            yield (None if one is None else _written(one.get_span_context()) for one in spans)
        finally:
            for one in spans:
                if one is not None:
                    one.end()

    def ended(self, status: int) -> None:
        """Say with which status of HTTP the span that is open ends."""
        span = trace.get_current_span()
        span.set_attribute("http.response.status_code", status)
        if status >= SERVER_FAULT:
            span.set_status(Status(StatusCode.ERROR))

    def traceparent(self) -> str | None:
        """Give what must be carried from here, recorded or not."""
        context = trace.get_current_span().get_span_context()
        return _written(context) if context.is_valid else None

    def exemplar(self) -> dict[str, str] | None:
        """Name the trace and the span, where they are recorded."""
        span = trace.get_current_span()
        if not span.is_recording():
            return None
        _, trace_id, span_id, _ = _written(span.get_span_context()).split("-")
        return {"trace_id": trace_id, "span_id": span_id}

    def _tracer(self, service: str, sampler: Sampler) -> trace.Tracer:
        told = {
            "service.name": service,
            "service.instance.id": f"{os.uname().nodename}-{os.getpid()}",
        }
        resource = Resource.create({**told, "service.namespace": "schakel"})
        provider = TracerProvider(sampler, resource, shutdown_on_exit=False)
        provider.add_span_processor(self._processor)
        return provider.get_tracer("schakel")

    def _begun(
        self, name: str, kind: Kind, carried: Iterable[object], attributes: Attributes
    ) -> Span | None:
        """Begin a span in the one trace that is carried, or beside several; None beside none."""
        contexts = _recorded(carried)
        if not contexts:
            return None
        alone = len({one.trace_id for one in contexts}) == 1
        links = [Link(one) for one in (contexts[1:] if alone else contexts)]
        before = _around(contexts[0] if alone else None)
        return self._recording.start_span(name, before, _KINDS[kind], _plain(attributes), links)


_KINDS: Mapping[Kind, SpanKind] = {
    "internal": SpanKind.INTERNAL,
    "server": SpanKind.SERVER,
    "client": SpanKind.CLIENT,
    "producer": SpanKind.PRODUCER,
    "consumer": SpanKind.CONSUMER,
}


@contextmanager
def _open(span: Span) -> Iterator[None]:
    """Have a span be the current one; of what is raised only its kind is told, never its words."""
    with trace.use_span(
        span, end_on_exit=True, record_exception=False, set_status_on_exception=False
    ):
        try:
            yield
        except Exception as error:
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(Status(StatusCode.ERROR))
            raise


def _recorded(carried: Iterable[object]) -> list[SpanContext]:
    """Read what is carried, each once; what is unreadable or not recorded is nothing."""
    contexts = [_context_of(one) for one in dict.fromkeys(filter(_is_text, carried))]
    return [one for one in contexts if one is not None and one.trace_flags.sampled]


def _is_text(carried: object) -> bool:
    return isinstance(carried, str)


def _context_of(carried: object) -> SpanContext | None:
    found = TRACEPARENT.fullmatch(str(carried))
    if found is None:
        return None
    trace_id, span_id, flags = (int(part, 16) for part in found.groups())
    context = SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(flags))
    return context if context.is_valid else None


def _around(context: SpanContext | None) -> Context:
    """Give what a span begins in: another span, or nothing."""
    span = INVALID_SPAN if context is None else NonRecordingSpan(context)
    return trace.set_span_in_context(span, Context())


def _written(context: SpanContext) -> str:
    flags = int(context.trace_flags)
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{flags:02x}"


def _plain(attributes: Attributes) -> dict[str, str | int | tuple[str, ...]]:
    """Write attributes as they are exported; of many names each stands there once."""
    return {
        name: value if isinstance(value, str | int) else tuple(sorted({str(one) for one in value}))  # type: ignore[attr-defined]
        for name, value in attributes.items()
    }
