# SPDX-License-Identifier: EUPL-1.2
"""One trace for one act, from the door to the last ledger; next to nothing where nobody asked.

A trace begins at the gateway and goes on wherever its traceparent (W3C) is carried: in a call, in
the envelope of an event, in a header of a message. Work on what carries none leaves no span. Spans
tell what kind of work it was, on how many, how long it took and how it ended; never on whom.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import repeat
from typing import TYPE_CHECKING, Any, Literal

from shared.runtime.config import settings

if TYPE_CHECKING:
    from shared.runtime.spans import Spans

Kind = Literal["internal", "server", "client", "producer", "consumer"]
Carried = Iterator[str | None]

_OFF: AbstractContextManager[None] = nullcontext()
_CARRYING_NONE: AbstractContextManager[Carried] = nullcontext(repeat(None))
_spans: "Spans | None" = None


def start(service: str) -> None:
    """Record from now on, if the settings name where to."""
    global _spans  # noqa: PLW0603 - one process, one recorder
    chosen = settings()
    if chosen.traces is None:
        return
    # Half a second of imports, and more memory: only for whoever wants it.
    from shared.runtime.spans import Spans, exporter_of  # noqa: PLC0415

    _spans = Spans(service, exporter_of(chosen.traces), share=chosen.traces_share)


def stop(within_seconds: float) -> None:
    """Send what is left, as far as that goes in the time given, and record no more."""
    global _spans  # noqa: PLW0603 - as above
    if _spans is not None:
        _spans.stop(within_seconds)
        _spans = None


def request(name: str, said: str | None, **attributes: object) -> AbstractContextManager[None]:
    """Begin a trace, or go on with the one that a client named; a share of all is recorded."""
    return _OFF if _spans is None else _spans.request(name, said, attributes)


def span(name: str, kind: Kind = "internal", **attributes: object) -> AbstractContextManager[None]:
    """Add a span to what is recorded here at this moment, if anything is."""
    return _OFF if _spans is None else _spans.inner(name, kind, attributes)


def handling(
    name: str, kind: Kind, carried: Iterable[object], **attributes: object
) -> AbstractContextManager[None]:
    """Go on with the trace that the work carries; where it carries several, link to all of them."""
    return _OFF if _spans is None else _spans.handling(name, kind, carried, attributes)


def repeating(
    name: str, kind: Kind, carried: Iterable[object], **attributes: object
) -> AbstractContextManager[None]:
    """Begin a trace of its own, linked to those of what is done once more."""
    return _OFF if _spans is None else _spans.repeating(name, kind, carried, attributes)


def sending(
    name: str, messages: Iterable[Iterable[object]], **attributes: object
) -> AbstractContextManager[Carried]:
    """Give each message the traceparent that it must carry, of a span as long as the block.

    `messages` gives for each what its parts carry; it is not read where nothing is recorded.
    """
    return _CARRYING_NONE if _spans is None else _spans.sending(name, messages, attributes)


def ended(status: int) -> None:
    """Say with which status of HTTP the span that is open here ends."""
    if _spans is not None:
        _spans.ended(status)


def traceparent() -> str | None:
    """Give what must be carried from here; None where nothing is traced."""
    return None if _spans is None else _spans.traceparent()


def carry(wire: dict[str, Any]) -> dict[str, Any]:
    """Give a call with the trace that it goes out in."""
    here = traceparent()
    return wire if here is None else {**wire, "traceparent": here}


def exemplar() -> dict[str, str] | None:
    """Name the trace that a measurement is an example of; None where it will not be found."""
    return None if _spans is None else _spans.exemplar()


def tell_log(_: object, __: str, event: Any) -> Any:  # noqa: ANN401 - structlog's own words
    """Write on a line of the log which trace it belongs to."""
    told = traceparent() or event.get("traceparent")
    if told:
        event["trace_id"], event["span_id"] = told.split("-")[1:3]
    return event
