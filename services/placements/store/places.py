# SPDX-License-Identifier: EUPL-1.2
"""Placements as rows: locked and read, written with their history, added to the tallies."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from services.placements.domain import (
    Cell,
    CheckIn,
    Confirmation,
    Direction,
    Link,
    Outcome,
    Place,
    Placement,
    PlacementId,
    Role,
    Start,
    State,
    Step,
    Terms,
    Verdict,
    Workplace,
)
from services.placements.domain.counting import COUNTED
from services.placements.domain.refusals import PlacementUnknown
from services.placements.store.sql import QUERIES, written
from shared.runtime import Cursor, Json

Row = Mapping[str, Any]
SYSTEM = "schakel"


def lock(cur: Cursor, ids: Collection[str]) -> dict[PlacementId, Placement]:
    """Give those placements that there are; nobody else changes them until the transaction ends."""
    # First the rows, so that what is read is the newest.
    cur.execute(QUERIES["lock_placements"], {"ids": sorted(set(ids))})
    return find(cur, ids)


def lock_one(cur: Cursor, placement_id: str) -> Placement:
    """Give a placement that nobody else changes until the transaction ends, or refuse."""
    return _one(lock(cur, [placement_id]), placement_id)


def lock_open(cur: Cursor, agreement_ids: Collection[str]) -> list[Json]:
    """Give id, agreement, region and state of every place on which nobody has started, locked."""
    return cur.execute(QUERIES["lock_open"], {"ids": sorted(agreement_ids)}).fetchall()


def get(cur: Cursor, placement_id: str) -> Placement:
    """Give a placement, or refuse."""
    return _one(find(cur, [placement_id]), placement_id)


def find(cur: Cursor, ids: Collection[str]) -> dict[PlacementId, Placement]:
    """Give those placements that there are, in the order of the ids."""
    rows = cur.execute(QUERIES["find_placements"], {"ids": list(ids)}).fetchall()
    found = {row["id"]: _placement(row) for row in rows}
    return {PlacementId(one): found[one] for one in ids if one in found}


def put(cur: Cursor, placements: Sequence[Placement]) -> None:
    """Write placements as they are now."""
    rows = [_row(one) for one in placements]
    cur.execute(QUERIES["put_placements"], {"rows": written(rows)})


def record(cur: Cursor, changed: Iterable[Placement], *, who: str | None, now: datetime) -> None:
    """Add what happened to the history; without a name it was the region, or time itself."""
    rows = [
        {
            "placement_id": one.id,
            "step": fact.step,
            "happened_at": fact.at,
            "changed_by": SYSTEM if fact.by.role is Role.SYSTEM else who or fact.by.region,
            "role": fact.by.role,
            "reason_code": fact.reason_code,
            "reason": fact.reason,
            "revision": one.revision,
        }
        for one in changed
        for fact in one.facts
    ]
    if rows:
        cur.execute(QUERIES["add_changes"], {"rows": written(rows), "now": now})


def grow(cur: Cursor, increments: Mapping[Cell, Counter[Step]]) -> list[Json]:
    """Add to the tallies; gives each as it is now."""
    rows = [
        {**cell._asdict(), **{step.value: grown[step] for step in COUNTED}}
        for cell, grown in increments.items()
    ]
    if not rows:
        return []
    return cur.execute(QUERIES["grow_tallies"], {"rows": written(rows)}).fetchall()


def add_call(cur: Cursor, call: Row) -> None:
    """Keep a call for places."""
    cur.execute(QUERIES["add_call"], dict(call))


def _one(found: Mapping[PlacementId, Placement], placement_id: str) -> Placement:
    if placement_id not in found:
        raise PlacementUnknown(f"no placement has the id {placement_id}")
    return found[PlacementId(placement_id)]


def _placement(row: Row) -> Placement:
    return Placement(
        id=PlacementId(row["id"]),
        call_id=row["call_id"],
        agreement_id=row["agreement_id"],
        employer_id=row["employer_id"],
        employer_name=row["employer_name"],
        terms=Terms(
            row["version"],
            frozenset(row["terms_groups"]),
            row["terms_guidance"],
            row["sustained_after_weeks"],
        ),
        place=_place(row),
        offered_at=row["offered_at"],
        offered_on=row["offered_on"],
        pick_up_by=row["pick_up_by"],
        last_change=Step(row["last_change"]),
        last_change_at=row["last_change_at"],
        state=State(row["state"]),
        revision=row["revision"],
        picked_up_at=row["picked_up_at"],
        confirmed_at=row["confirmed_at"],
        sustained_on=row["sustained_on"],
        ended_on=row["ended_on"],
        start=_start(row),
        check_ins=tuple(_check_in(one) for one in row["check_ins"]),
        link=_link(row),
        confirmation=_confirmation(row),
        verdict=_verdict(row),
        reason_code=row["reason_code"],
        reason=row["reason"],
    )


def _place(row: Row) -> Place:
    return Place(
        region=row["region"],
        function=row["function"],
        sector=row["sector"],
        workplace=Workplace(row["municipality"], row["site"], row["client"]),
        hours_tenths=row["hours_tenths"],
        needed_by=row["needed_by"],
        wanted_groups=tuple(row["wanted_groups"]),
        development_path=row["development_path"],
    )


def _start(row: Row) -> Start | None:
    if row["started_on"] is None:
        return None
    by = Role(row["start_reported_by"])
    return Start(row["started_on"], row["guidance"], by, row["start_confirmed"])


def _check_in(said: Row) -> CheckIn:
    on, outcome, by = date.fromisoformat(said["on"]), Outcome(said["outcome"]), Role(said["by"])
    return CheckIn(on, outcome, said["still_working"], by, said["month"])


def _link(row: Row) -> Link | None:
    if row["link_placement_id"] is None:
        return None
    direction = Direction(row["link_direction"])
    return Link(PlacementId(row["link_placement_id"]), row["link_region"], direction)


def _confirmation(row: Row) -> Confirmation | None:
    if row["target_groups"] is None:
        return None
    groups = frozenset(row["target_groups"])
    return Confirmation(groups, row["in_register"], row["corrections"])


def _verdict(row: Row) -> Verdict | None:
    if row["decision_sequence"] is None:
        return None
    return Verdict(row["decision_sequence"], row["decision_objection"], row["decision_recorded"])


def _row(one: Placement) -> Json:
    # Field by field: `asdict` copies deeply, which is felt where a call has hundreds of places.
    place, start, link, said = one.place, one.start, one.link, one.confirmation
    return {
        "id": one.id,
        "revision": one.revision,
        "call_id": one.call_id,
        "agreement_id": one.agreement_id,
        "version": one.terms.version,
        "employer_id": one.employer_id,
        "employer_name": one.employer_name,
        "region": place.region,
        "function": place.function,
        "sector": place.sector,
        "municipality": place.workplace.municipality,
        "site": place.workplace.site,
        "client": place.workplace.client,
        "hours_tenths": place.hours_tenths,
        "needed_by": place.needed_by,
        "wanted_groups": place.wanted_groups,
        "development_path": place.development_path,
        "state": one.state,
        "offered_at": one.offered_at,
        "offered_on": one.offered_on,
        "pick_up_by": one.pick_up_by,
        "picked_up_at": one.picked_up_at,
        "confirmed_at": one.confirmed_at,
        "started_on": start and start.on,
        "guidance": start and start.guidance,
        "start_reported_by": start and start.reported_by,
        "start_confirmed": start and start.confirmed,
        "sustained_on": one.sustained_on,
        "ended_on": one.ended_on,
        "check_ins": one.check_ins,
        "link_placement_id": link and link.placement_id,
        "link_region": link and link.region,
        "link_direction": link and link.direction,
        "target_groups": said and sorted(said.target_groups),
        "in_register": said and said.in_register,
        "corrections": said and said.corrections,
        "decision_sequence": one.verdict and one.verdict.sequence,
        "decision_objection": one.verdict and one.verdict.objection,
        "decision_recorded": one.verdict and one.verdict.recorded,
        "reason_code": one.reason_code,
        "reason": one.reason,
        "last_change": one.last_change,
        "last_change_at": one.last_change_at,
    }
