# SPDX-License-Identifier: EUPL-1.2
"""The spans that were written to a file, read as trees."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Span:
    """One span, as it stands in the file."""

    service: str
    name: str
    kind: str
    trace_id: str
    span_id: str
    parent_id: str | None
    links: frozenset[str]
    attributes: dict[str, Any]
    status: str

    @classmethod
    def of(cls, line: str) -> Self:
        """Read a line of the file."""
        told = json.loads(line)
        return cls(
            service=told["resource"]["attributes"]["service.name"],
            name=told["name"],
            kind=told["kind"].removeprefix("SpanKind.").lower(),
            trace_id=told["context"]["trace_id"].removeprefix("0x"),
            span_id=told["context"]["span_id"].removeprefix("0x"),
            parent_id=(told["parent_id"] or "").removeprefix("0x") or None,
            links=frozenset(one["context"]["span_id"].removeprefix("0x") for one in told["links"]),
            attributes=told["attributes"],
            status=told["status"]["status_code"],
        )

    @property
    def station(self) -> str:
        """Name what was done, and where."""
        return f"{self.service}: {self.name}"


class Traces:
    """Everything that was recorded."""

    def __init__(self, file: Path) -> None:
        self.file = file

    @property
    def text(self) -> str:
        """Everything, as it is written."""
        return self.file.read_text(encoding="utf-8")

    def all(self) -> list[Span]:
        """Give every span, in the order in which they ended."""
        # What is being written has no end of line yet.
        return [Span.of(line) for line in self.text.rpartition("\n")[0].splitlines()]

    def of(self, trace_id: str) -> list[Span]:
        """Give the spans of one trace."""
        return [span for span in self.all() if span.trace_id == trace_id]

    def ways(self, trace_id: str) -> list[list[Span]]:
        """Give each way through a trace, from where it begins to each of its ends.

        Of a batch of several messages one is the parent, and the others are linked to.
        """
        spans = self.of(trace_id)
        known = {span.span_id for span in spans}
        starts = [span for span in spans if span.parent_id not in known]
        return [way for start in starts for way in _ways(start, spans)]


def _ways(span: Span, spans: list[Span]) -> Iterator[list[Span]]:
    after = [one for one in spans if span.span_id in {one.parent_id, *one.links}]
    for one in after:
        for way in _ways(one, spans):
            yield [span, *way]
    if not after:
        yield [span]
