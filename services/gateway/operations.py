# SPDX-License-Identifier: EUPL-1.2
"""The operations of the table, with their shapes: routes, checks and OpenAPI come from here.

An operation has the name of its RPC method; the shapes of its body and of its answer are found
by that name in shared.contracts.api.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from services.gateway.parameters import PATH, Parameter
from services.gateway.shapes import OPERATIONS
from services.gateway.table import PREFIX, QUERY, TABLE
from services.gateway.table.row import Effect, Method, Row
from shared.contracts.api import agreements, employers, placements, providers, regions
from shared.contracts.api.shapes import Answer, Request
from shared.contracts.policy import PUBLIC

SHAPES = {
    **employers.OPERATIONS,
    **agreements.OPERATIONS,
    **regions.OPERATIONS,
    **placements.OPERATIONS,
    **providers.OPERATIONS,
    **OPERATIONS,
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One HTTP operation: which path is which call, and what it takes.

    What `changes` needs If-Match; what `sets` takes it where it is given.
    """

    name: str
    method: Method
    path: str
    service: str
    effect: Effect
    status: int
    summary: str
    query: tuple[Parameter, ...]
    body: type[Request] | None
    answer: type[Answer] | None

    @property
    def segments(self) -> tuple[str, ...]:
        """The whole path, cut at its slashes."""
        return tuple((PREFIX + self.path).split("/"))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What stands in the path, and what may stand in the query."""
        names = (segment[1:-1] for segment in self.segments if segment.startswith("{"))
        return tuple(PATH[name] for name in names) + self.query

    @property
    def versioned(self) -> bool:
        """Say whether it changes something that has a revision."""
        return self.effect == "changes"

    @property
    def public(self) -> bool:
        """Say whether anybody may ask, without showing a token."""
        return self.name in PUBLIC


@cache
def operations() -> tuple[Operation, ...]:
    """Give every operation, with its shapes."""
    return tuple(_operation(service, row) for service, rows in TABLE.items() for row in rows)


def _operation(service: str, row: Row) -> Operation:
    name, method, path, effect, status, summary = row
    shape = SHAPES.get(name)
    return Operation(
        name=name,
        method=method,
        path=path,
        service=service,
        effect=effect,
        status=status,
        summary=summary,
        query=QUERY.get(name, ()),
        body=shape.request if shape else None,
        answer=shape.answer if shape else None,
    )


@dataclass(frozen=True, slots=True)
class Match:
    """What a path leads to: operations by method, and the texts that stand in its holes."""

    path: str
    by_method: Mapping[str, Operation]
    texts: Mapping[str, str]

    @property
    def allow(self) -> str:
        """The methods that the path knows, as the Allow header has them."""
        known = set(self.by_method) | {"OPTIONS"} | ({"HEAD"} if "GET" in self.by_method else set())
        return ", ".join(sorted(known))

    def operation(self, method: str) -> Operation | None:
        """Give the operation for a method; HEAD asks what GET asks."""
        return self.by_method.get("GET" if method == "HEAD" else method)


def find(segments: tuple[str, ...]) -> Match | None:
    """Find the path that these segments spell; None when there is no such path."""
    for pattern, by_method in _paths().items():
        pairs = tuple(zip(pattern, segments, strict=False))
        if len(pattern) == len(segments) and all(_fits(hole, said) for hole, said in pairs):
            texts = {hole[1:-1]: said for hole, said in pairs if hole.startswith("{")}
            return Match("/".join(pattern), by_method, texts)
    return None


def _fits(hole: str, said: str) -> bool:
    # An empty segment is a slash too many, and names nothing.
    return bool(said) if hole.startswith("{") else hole == said


@cache
def _paths() -> Mapping[tuple[str, ...], Mapping[str, Operation]]:
    paths: dict[tuple[str, ...], dict[str, Operation]] = {}
    for operation in operations():
        paths.setdefault(operation.segments, {})[operation.method] = operation
    return paths
