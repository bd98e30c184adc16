# SPDX-License-Identifier: EUPL-1.2
"""Projects, bottlenecks and evaluations: as they are asked, and as they are read."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.agreements.domain import Participation, Region
from services.agreements.domain.projects import Project, Quarter
from shared.contracts.api.agreements import work as api
from shared.runtime import Json, load

_PROJECT, _BOTTLENECK, _EVALUATION = api.Project(), api.Bottleneck(), api.Evaluation()
COUNTED = tuple(api.PlacesCounted().fields)


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says, for a region or for all."""

    region: Region | None
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The day of an evaluation, and what it is for."""

    due_on: date
    note: str | None


def project(body: object) -> Project:
    """Read a project to register; it gets its number when it is kept."""
    given = load(api.RegisterProject(), body)
    intake = [Quarter(said["quarter"], said["places"], said["year"]) for said in given["intake"]]
    return Project(
        number=0,
        kind=given["kind"],
        title=given["title"],
        target_groups=tuple(given["target_groups"]),
        region=given["region"],
        intake=tuple(intake),
    )


def start(body: object) -> str | None:
    """Read why a project starts."""
    reason: str | None = load(api.StartProject(), body)["reason"]
    return reason


def completion(body: object) -> str | None:
    """Read why a project is completed."""
    reason: str | None = load(api.CompleteProject(), body)["reason"]
    return reason


def result(body: object) -> Quarter:
    """Read what a project reports."""
    said = load(api.ReportResult(), body)
    return Quarter(said["quarter"], said["started"], said["year"], said["note"])


def bottleneck(body: object) -> Said:
    """Read what stands in the way."""
    return Said(**load(api.ReportBottleneck(), body))


def solution(body: object) -> Said:
    """Read what helps."""
    return Said(**load(api.OfferSolution(), body))


def evaluation(body: object) -> Plan:
    """Read when figures are to be frozen."""
    return Plan(**load(api.PlanEvaluation(), body))


def project_item(row: Json, results: Sequence[Json]) -> Json:
    """Write a project, with its intake and its results."""
    intake = [{**said, "places": said["number"]} for said in row["intake"]]
    started = sum(one["started"] for one in results)
    told = {"intake": intake, "results": results, "started": started}
    body: Json = _PROJECT.dump({**row, **told})
    return body


def bottleneck_item(row: Json, solutions: Sequence[Json]) -> Json:
    """Write what stands in the way, and what helps."""
    status = "answered" if solutions else "reported"
    body: Json = _BOTTLENECK.dump({**row, "status": status, "solutions": solutions})
    return body


def evaluation_item(row: Json) -> Json:
    """Write an evaluation; its figures stand as they were written when they were frozen."""
    body: Json = _EVALUATION.dump({**row, "status": "held" if row["held_at"] else "planned"})
    return body


def as_a_region_sees(row: Json, region: str) -> Json:
    """Leave of frozen figures who takes part, and of places those of one region."""
    if row["figures"] is None:
        return row
    regions = [
        {**one, "places": one["places"] if one["region"] == region else None}
        for one in row["figures"]["regions"]
    ]
    own = total(one["places"] for one in regions)
    return {**row, "figures": {"regions": regions, "places": own}}


def figures(parts: Iterable[Participation], tallies: Mapping[str, Json]) -> Json:
    """Write the figures of an agreement as they are now, to be frozen."""
    regions = [
        {
            "region": one.region,
            "status": one.standing.value,
            "version": one.version,
            "places": tallies.get(one.region),
        }
        for one in sorted(parts, key=lambda one: one.region)
        if one.invited_at
    ]
    return {"regions": regions, "places": total(tallies.values())}


def total(tallies: Iterable[Json | None]) -> Json:
    """Add up the places of regions."""
    counted = Counter[str](dict.fromkeys(COUNTED, 0))
    for one in tallies:
        counted.update(one or {})
    return dict(counted)
