# SPDX-License-Identifier: EUPL-1.2
"""Every HTTP operation, once: routes, checks, refusals and OpenAPI are derived from this table.

An operation has the name of its RPC method; the shapes of its body and of its answer are found
by that name in shared.contracts.api.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from services.gateway.parameters import PAGING, PATH, Parameter, chosen, identifier, region, text
from services.gateway.shapes import OPERATIONS
from shared.contracts import codes
from shared.contracts.api import agreements, employers, regions
from shared.contracts.api.shapes import Answer, Request

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Effect = Literal["reads", "creates", "changes", "sets", "submits"]

PREFIX = "/v1"
GATEWAY = "gateway"
EVERY_SERVICE = "every service"
DOMAIN_SERVICES = ("agreements", "employers", "regions")
SHAPES = {**employers.OPERATIONS, **agreements.OPERATIONS, **regions.OPERATIONS, **OPERATIONS}


@dataclass(frozen=True, slots=True)
class Operation:
    """One HTTP operation: which path is which call, and what it takes.

    What `changes` needs If-Match; what `sets` needs it once there is something to replace.
    `role` is the role that asks, until identities exist.
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
    role: str = "slw-coordinator"

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


Row = tuple[str, Method, str, Effect, int, str]

TABLE: Mapping[str, tuple[Row, ...]] = {
    "employers": (
        ("register_employer", "POST", "/employers", "creates", 201, "Register an employer"),
        ("list_employers", "GET", "/employers", "reads", 200, "List the employers"),
        ("get_employer", "GET", "/employers/{id}", "reads", 200, "Read one employer"),
        ("change_employer", "PATCH", "/employers/{id}", "changes", 200, "Change an employer"),
    ),
    "agreements": (
        ("register_agreement", "POST", "/agreements", "creates", 201, "Register an agreement"),
        ("list_agreements", "GET", "/agreements", "reads", 200, "List the agreements"),
        ("get_agreement", "GET", "/agreements/{id}", "reads", 200, "Read one agreement"),
        ("edit_draft", "PATCH", "/agreements/{id}", "changes", 200, "Edit the draft"),
        ("withdraw_draft", "DELETE", "/agreements/{id}", "changes", 200, "Withdraw the draft"),
        ("list_versions", "GET", "/agreements/{id}/versions", "reads", 200, "List the versions"),
        ("get_version", "GET", "/agreements/{id}/versions/{n}", "reads", 200, "Read one version"),
        (
            "list_history",
            "GET",
            "/agreements/{id}/history",
            "reads",
            200,
            "Who changed what, when and why",
        ),
        (
            "publish_agreement",
            "POST",
            "/agreements/{id}/publications",
            "changes",
            200,
            "Publish the draft",
        ),
        (
            "amend_agreement",
            "POST",
            "/agreements/{id}/amendments",
            "changes",
            201,
            "Draft a next version",
        ),
        ("suspend_agreement", "POST", "/agreements/{id}/suspensions", "changes", 200, "Suspend it"),
        ("resume_agreement", "POST", "/agreements/{id}/resumptions", "changes", 200, "Resume it"),
        ("end_agreement", "POST", "/agreements/{id}/endings", "changes", 200, "End it"),
        (
            "invite_regions",
            "POST",
            "/agreements/{id}/participants",
            "changes",
            200,
            "Invite regions",
        ),
        (
            "list_participants",
            "GET",
            "/agreements/{id}/participants",
            "reads",
            200,
            "List the participants",
        ),
        (
            "remove_participant",
            "DELETE",
            "/agreements/{id}/participants/{region}",
            "changes",
            200,
            "Let a region leave",
        ),
        ("list_deliveries", "GET", "/agreements/{id}/deliveries", "reads", 200, "Read the ledger"),
        ("get_matrix", "GET", "/matrix", "reads", 200, "Employers against regions"),
    ),
    "regions": (
        ("list_regions", "GET", "/regions", "reads", 200, "List the regions"),
        ("get_region", "GET", "/regions/{code}", "reads", 200, "Read one region"),
        (
            "list_held_agreements",
            "GET",
            "/regions/{code}/agreements",
            "reads",
            200,
            "List the agreements that a region holds",
        ),
        (
            "get_held_agreement",
            "GET",
            "/regions/{code}/agreements/{id}",
            "reads",
            200,
            "Read a region's own copy of an agreement",
        ),
        (
            "decide_on_agreement",
            "POST",
            "/regions/{code}/agreements/{id}/decisions",
            "submits",
            202,
            "Submit a region's decision",
        ),
        (
            "set_contact",
            "PUT",
            "/regions/{code}/contacts/{employerId}",
            "sets",
            200,
            "Name the account manager for an employer",
        ),
        (
            "get_contact",
            "GET",
            "/regions/{code}/contacts/{employerId}",
            "reads",
            200,
            "Read whom an employer turns to in a region",
        ),
        (
            "list_contacts",
            "GET",
            "/regions/{code}/contacts",
            "reads",
            200,
            "List a region's contacts",
        ),
        ("set_desk", "PUT", "/regions/{code}/desk", "changes", 200, "Set a region's desk"),
        ("get_desk", "GET", "/regions/{code}/desk", "reads", 200, "Read a region's desk"),
        (
            "list_organisations",
            "GET",
            "/regions/{code}/organisations",
            "reads",
            200,
            "List the organisations of a region",
        ),
    ),
    EVERY_SERVICE: (
        (
            "list_dead_letters",
            "GET",
            "/operations/dead-letters",
            "reads",
            200,
            "List what could not be applied",
        ),
        (
            "get_dead_letter",
            "GET",
            "/operations/dead-letters/{letter}",
            "reads",
            200,
            "Read one dead letter",
        ),
        (
            "list_open_deliveries",
            "GET",
            "/operations/deliveries",
            "reads",
            200,
            "List the deliveries that are open",
        ),
    ),
    GATEWAY: (
        ("get_openapi", "GET", "/openapi.json", "reads", 200, "Read this description"),
        ("follow_events", "GET", "/events", "reads", 200, "Follow live hints"),
    ),
}

QUERY: Mapping[str, tuple[Parameter, ...]] = {
    "list_employers": (*PAGING, text("name", "Only employers of this name.", "ISS")),
    "list_agreements": (
        *PAGING,
        identifier("employerId", "Only agreements of this employer."),
        chosen("status", codes.AGREEMENT_STATES, "Only agreements in this state."),
        region("region", "Only agreements in which this region takes part."),
    ),
    "list_versions": PAGING,
    "list_history": PAGING,
    "list_participants": PAGING,
    "list_deliveries": (
        *PAGING,
        chosen("state", codes.DELIVERY_STATES, "Only deliveries in this state."),
        region("region", "Only deliveries to this region."),
    ),
    "get_matrix": PAGING,
    "list_regions": PAGING,
    "list_held_agreements": (
        *PAGING,
        chosen("state", codes.TRAVELLING_AGREEMENT_STATES, "Only agreements in this state."),
        chosen("decision", codes.DECISIONS, "Only those on which the region decided so."),
    ),
    "list_contacts": PAGING,
    "list_organisations": PAGING,
    "list_dead_letters": (*PAGING, chosen("service", DOMAIN_SERVICES, "Only of this service.")),
    "list_open_deliveries": (*PAGING, chosen("service", DOMAIN_SERVICES, "Only of this service.")),
}


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
        # A region's own decisions are its manager's; all the rest is the coordinator's.
        role="wsp-manager" if service == "regions" else "slw-coordinator",
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
        if len(pattern) == len(segments) and all(
            hole.startswith("{") or hole == said
            for hole, said in zip(pattern, segments, strict=True)
        ):
            texts = {
                hole[1:-1]: said
                for hole, said in zip(pattern, segments, strict=True)
                if hole.startswith("{")
            }
            return Match("/".join(pattern), by_method, texts)
    return None


@cache
def _paths() -> Mapping[tuple[str, ...], Mapping[str, Operation]]:
    paths: dict[tuple[str, ...], dict[str, Operation]] = {}
    for operation in operations():
        paths.setdefault(operation.segments, {})[operation.method] = operation
    return paths
