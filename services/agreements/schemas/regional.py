# SPDX-License-Identifier: EUPL-1.2
"""Comments, annexes, earlier arrangements and promises: as they are asked, and as they are read."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from marshmallow import Schema

from services.agreements.domain import Region, Terms
from services.agreements.domain.annexes import Additions, Annex, ExtraProject
from services.agreements.domain.exchange import Arrangement, gaps
from shared.contracts import reference
from shared.contracts.api.agreements import regional as api
from shared.runtime import Json, load

_ROUND, _ANNEX, _ARRANGEMENT = api.CommentRound(), api.Annex(), api.Arrangement()
_COMMENT, _PROMISE = api.Comment(), api.PromiseOfRegion()


@dataclass(frozen=True, slots=True)
class Consult:
    """Until when regions may comment, and why they are asked."""

    respond_by: date | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a region adds; without a region it is the proposer's own."""

    region: Region | None
    additions: Additions


def consultation(body: object) -> Consult:
    """Read how a concept is put to the regions."""
    return Consult(**load(api.OpenConsultation(), body))


def closing(body: object) -> str | None:
    """Read why no more comments are awaited."""
    reason: str | None = load(api.CloseConsultation(), body)["reason"]
    return reason


def comment(body: object) -> tuple[Region | None, str]:
    """Read what a region says."""
    given = load(api.AddComment(), body)
    return given["region"], given["text"]


def annex(body: object) -> Proposal:
    """Read what a region adds."""
    given = load(api.ProposeAnnex(), body)
    projects = tuple(
        ExtraProject(said["kind"], said["title"], tuple(said["target_groups"]))
        for said in given["projects"]
    )
    additions = Additions(tuple(given["instruments"]), projects, given["notes"])
    return Proposal(given["region"], additions)


def agreed(body: object) -> str | None:
    """Read why the employer agrees."""
    reason: str | None = load(api.AgreeAnnex(), body)["reason"]
    return reason


def declined(body: object) -> str:
    """Read why the employer declines."""
    reason: str = load(api.DeclineAnnex(), body)["reason"]
    return reason


def arrangement(body: object) -> tuple[Region | None, Json]:
    """Read what ran before in a region."""
    given = load(api.RecordArrangement(), body)
    return given.pop("region"), given


def arrangement_of(region: Region, given: Mapping[str, object]) -> Arrangement:
    """Give what was recorded for a region, in the words of the domain."""
    return Arrangement(region, **given)  # type: ignore[arg-type]


def round_item(row: Json) -> Json:
    """Write one round of comments."""
    status = "closed" if row["closed_at"] else "open"
    return _written(_ROUND, {**row, "status": status})


def comment_item(row: Json) -> Json:
    """Write what a region said."""
    return _written(_COMMENT, row)


def annex_item(one: Annex, national: Terms) -> Json:
    """Write an annex, with what it adds to the national terms."""
    return _written(
        _ANNEX,
        {
            "number": one.number,
            "region": one.region,
            "status": one.state,
            **asdict(one.additions),
            "differences": _differences(one.additions, national),
            "proposed_at": one.proposed_at,
            "proposed_by": one.proposed_by,
            "settled_at": one.settled_at,
            "settled_by": one.settled_by,
            "reason": one.reason,
        },
    )


def arrangement_item(row: Json) -> Json:
    """Write what ran before in a region."""
    return _written(_ARRANGEMENT, row)


def promise(
    region: str, standing: str | None, promised: tuple[str, ...], offered: list[str] | None
) -> Json:
    """Write whether a region can deliver what is promised."""
    missing = gaps(promised, offered)
    return _written(
        _PROMISE,
        {
            "region": region,
            "name": reference.region(region).name,
            "participation": standing,
            "known": missing is not None,
            "gaps": missing,
        },
    )


def _differences(additions: Additions, national: Terms) -> list[Json]:
    found = []
    if added := additions.beside(national):
        before = list(national.instruments)
        found.append(_added("/instruments", before, [*before, *added]))
    if additions.projects:
        found.append(_added("/projects", None, [one.title for one in additions.projects]))
    if additions.notes:
        found.append(_added("/notes", None, additions.notes))
    return found


def _added(path: str, before: object, after: object) -> Json:
    return {"path": path, "before": before, "after": after}


def _written(schema: Schema, value: object) -> Json:
    body: Json = schema.dump(value)
    return body
