# SPDX-License-Identifier: EUPL-1.2
"""Rows and domain objects: the only file of this service that runs SQL."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

import orjson

from services.agreements.domain import (
    Agreement,
    AgreementId,
    Change,
    Draft,
    EmployerId,
    Fact,
    LastChange,
    Outcome,
    Participation,
    Participations,
    Region,
    Standing,
    Status,
    Step,
    Terms,
    Verdict,
    Version,
)
from services.agreements.domain.refusals import AgreementUnknown, EmployerUnknown
from shared.runtime import Cursor, Json, load_queries

QUERIES = load_queries(__package__)
LEFT = {"left": Standing.WITHDRAWN}
PARTICIPATION = tuple(one.name for one in fields(Participation) if one.name != "verdict")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """An agreement with what is kept beside it; `sequence` is that of its newest state."""

    agreement: Agreement
    employer_name: str
    participants: tuple[Region, ...]
    hashes: Mapping[int, str]
    sequence: int | None
    hash: str | None
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does something, and in which role."""

    subject: str
    role: str


@dataclass(frozen=True, slots=True)
class Window:
    """One page of a list."""

    limit: int
    offset: int


def employer_name(cur: Cursor, employer_id: EmployerId) -> str:
    """Give an employer's name, or refuse while no word of it has arrived."""
    row = cur.execute(QUERIES["find_employer"], {"id": employer_id}).fetchone()
    if row is None:
        raise EmployerUnknown(employer_id)
    name: str = row["name"]
    return name


def lock(cur: Cursor, agreement_id: str) -> Kept:
    """Give an agreement that nobody else can change until this transaction ends, or refuse."""
    return _one(lock_all(cur, [agreement_id]), agreement_id)


def lock_all(cur: Cursor, ids: Collection[str]) -> dict[str, Kept]:
    """Lock those agreements that there are: first the rows, so that what is read is the newest."""
    cur.execute(QUERIES["lock_agreements"], {"ids": sorted(ids)})
    return find(cur, ids)


def get(cur: Cursor, agreement_id: str) -> Kept:
    """Give an agreement, or refuse."""
    return _one(find(cur, [agreement_id]), agreement_id)


def find(cur: Cursor, ids: Collection[str]) -> dict[str, Kept]:
    """Give those agreements that there are, by id."""
    wanted = {"ids": list(ids)}
    versions: dict[str, list[Row]] = defaultdict(list)
    for row in cur.execute(QUERIES["find_versions"], wanted):
        versions[row["agreement_id"]].append(row)
    rows = cur.execute(QUERIES["find_agreements"], {**wanted, **LEFT})
    return {row["id"]: _kept(row, versions[row["id"]]) for row in rows}


def list_agreements(
    cur: Cursor, filters: Mapping[str, str | None], window: Window
) -> tuple[list[Kept], int]:
    """Give one page of the agreements that match, newest first, and how many there are."""
    rows, total = _page(cur, "list_agreements", "count_agreements", {**filters, **LEFT}, window)
    found = find(cur, [row["id"] for row in rows])
    return [found[row["id"]] for row in rows], total


def add(cur: Cursor, agreement: Agreement, now: datetime) -> None:
    """Keep a newly registered agreement."""
    cur.execute(QUERIES["add_agreement"], _agreement_row(agreement, now))


def save(cur: Cursor, agreement: Agreement, now: datetime) -> None:
    """Keep an agreement as it is after a step."""
    cur.execute(QUERIES["save_agreement"], _agreement_row(agreement, now))


def add_version(cur: Cursor, agreement: Agreement, version: Version, digest: str) -> None:
    """Keep a version just published, with the hash of its terms."""
    row = {
        "agreement_id": agreement.id,
        "number": version.number,
        "change": version.change,
        "terms": _json(asdict(version.terms)),
        "hash": digest,
        "published_at": version.published_at,
        "previous_valid_until": version.previous_valid_until,
        "employer_consent_on": version.employer_consent_on,
        "reason": version.reason,
    }
    cur.execute(QUERIES["add_version"], row)


def note_states(cur: Cursor, newest: Mapping[str, tuple[int, str]]) -> None:
    """Remember the sequence and the hash of the state of each agreement that went out last."""
    rows = [{"id": id_, "sequence": n, "hash": digest} for id_, (n, digest) in newest.items()]
    cur.execute(QUERIES["note_states"], {"rows": _json(rows)})


def participations(cur: Cursor, agreement_id: AgreementId) -> Participations:
    """Give every region's part in one agreement, by region."""
    return all_participations(cur, [agreement_id])[agreement_id]


def all_participations(
    cur: Cursor, ids: Collection[str]
) -> Mapping[str, dict[Region, Participation]]:
    """Give every region's part in some agreements, by agreement and region."""
    found: dict[str, dict[Region, Participation]] = defaultdict(dict)
    for row in cur.execute(QUERIES["find_participations"], {"ids": list(ids)}):
        found[row["agreement_id"]][row["region"]] = _participation(row)
    return found


def put(cur: Cursor, moved: Sequence[Participation], now: datetime) -> None:
    """Keep each region's part as it is now."""
    if moved:
        rows = [_participation_row(one) for one in moved]
        cur.execute(QUERIES["put_participations"], {"rows": _json(rows), "now": now})


def record(cur: Cursor, facts: Iterable[tuple[Agreement, Fact, Doer]], now: datetime) -> None:
    """Add to the history what happened, who did it and when."""
    rows = [
        {
            "agreement_id": agreement.id,
            "step": fact.step,
            "changed_by": doer.subject,
            "role": doer.role,
            "reason": fact.reason,
            "revision": agreement.revision,
            "version": fact.version,
            "differences": fact.differences,
            "regions": fact.regions,
        }
        for agreement, fact, doer in facts
    ]
    cur.execute(QUERIES["add_changes"], {"rows": _json(rows), "now": now})


def list_changes(cur: Cursor, agreement_id: str, window: Window) -> tuple[list[Json], int]:
    """Give one page of an agreement's history, newest first, and how long it is."""
    return _page(cur, "list_changes", "count_changes", {"agreement_id": agreement_id}, window)


def list_participants(cur: Cursor, agreement_id: str, window: Window) -> tuple[list[Json], int]:
    """Give one page of the regions that are or were invited, and how many there are."""
    of = {"agreement_id": agreement_id}
    return _page(cur, "list_participants", "count_participants", of, window)


def list_matrix(
    cur: Cursor, filters: Mapping[str, str | None], window: Window
) -> tuple[list[Json], Mapping[str, list[Json]], int]:
    """Give one page of the agreements by employer, the regions in each, and how many there are."""
    rows, total = _page(cur, "matrix_rows", "count_matrix_rows", {**filters, **LEFT}, window)
    cells: dict[str, list[Json]] = defaultdict(list)
    ids = {"ids": [row["id"] for row in rows], **LEFT}
    for cell in cur.execute(QUERIES["matrix_cells"], ids):
        cells[cell["agreement_id"]].append(cell)
    return rows, cells, total


def put_employers(cur: Cursor, rows: Sequence[Json]) -> dict[str, str]:
    """Keep own copies of employers; gives the hash of what is stored, by employer."""
    stored = cur.execute(QUERIES["put_employers"], {"rows": _json(rows)})
    return {row["id"]: row["hash"] for row in stored}


def put_contacts(cur: Cursor, rows: Sequence[Json]) -> dict[tuple[str, str], str]:
    """Keep own copies of contacts; gives the hash of what is stored, by region and employer."""
    stored = cur.execute(QUERIES["put_contacts"], {"rows": _json(rows)})
    return {(row["region"], row["employer_id"]): row["hash"] for row in stored}


def add_decisions(cur: Cursor, rows: Sequence[Json], now: datetime) -> dict[tuple[str, str], str]:
    """Keep decisions as they came; gives the hash of what is stored, by agreement and region."""
    stored = cur.execute(QUERIES["add_decisions"], {"rows": _json(rows), "now": now})
    return {(row["agreement_id"], row["region"]): row["hash"] for row in stored}


def _page(
    cur: Cursor, query: str, count: str, of: Mapping[str, Any], window: Window
) -> tuple[list[Json], int]:
    rows = cur.execute(QUERIES[query], {**of, **asdict(window)}).fetchall()
    counted = cur.execute(QUERIES[count], of).fetchone() or {"total": 0}
    return rows, counted["total"]


def _one(found: Mapping[str, Kept], agreement_id: str) -> Kept:
    if agreement_id not in found:
        raise AgreementUnknown(f"no agreement has the id {agreement_id}")
    return found[agreement_id]


def _kept(row: Row, versions: Sequence[Row]) -> Kept:
    return Kept(
        agreement=_agreement(row, versions),
        employer_name=row["employer_name"],
        participants=tuple(map(Region, row["participants"])),
        hashes={version["number"]: version["hash"] for version in versions},
        sequence=row["sequence"],
        hash=row["hash"],
        created_at=row["created_at"],
        changed_at=row["changed_at"],
    )


def _agreement(row: Row, versions: Sequence[Row]) -> Agreement:
    return Agreement(
        id=AgreementId(row["id"]),
        employer_id=EmployerId(row["employer_id"]),
        status=Status(row["status"]),
        revision=row["revision"],
        draft=_draft(row["draft"]) if row["draft"] else None,
        versions=tuple(_version(version) for version in versions),
        material_sequence=row["material_sequence"],
        last_change=_last_change(row["last_change"]) if row["last_change"] else None,
        ends_on=row["ends_on"],
    )


def _draft(said: Row) -> Draft:
    return Draft(_terms(said["terms"]), Change(said["change"]), said["reason"])


def _version(row: Row) -> Version:
    return Version(
        number=row["number"],
        change=Change(row["change"]),
        terms=_terms(row["terms"]),
        published_at=row["published_at"],
        previous_valid_until=row["previous_valid_until"],
        employer_consent_on=row["employer_consent_on"],
        reason=row["reason"],
    )


def _terms(said: Row) -> Terms:
    days = {name: _day(said[name]) for name in ("starts_on", "ends_on")}
    lists = ("target_groups", "specialist_needs", "kinds", "instruments")
    return Terms(**{**said, **days, **{name: tuple(said[name]) for name in lists}})


def _last_change(said: Row) -> LastChange:
    return LastChange(Step(said["step"]), datetime.fromisoformat(said["at"]), said["reason"])


def _participation(row: Row) -> Participation:
    verdict = None
    if row["decision_sequence"] is not None:
        outcome = Outcome(row["decision_outcome"])
        verdict = Verdict(row["decision_sequence"], outcome, row["decision_reason"])
    said = {name: value for name, value in row.items() if not name.startswith("decision_")}
    return Participation(**{**said, "standing": Standing(row["standing"])}, verdict=verdict)


def _participation_row(one: Participation) -> Json:
    # Field by field: `asdict` copies deeply, which for 35 regions took a tenth of a publication.
    row = {name: getattr(one, name) for name in PARTICIPATION}
    return {
        **row,
        "decision_sequence": one.verdict and one.verdict.sequence,
        "decision_outcome": one.verdict and one.verdict.outcome,
        "decision_reason": one.verdict and one.verdict.reason,
    }


def _agreement_row(agreement: Agreement, now: datetime) -> Json:
    return {
        "id": agreement.id,
        "employer_id": agreement.employer_id,
        "status": agreement.status,
        "revision": agreement.revision,
        "title": agreement.terms.title,
        "draft": _json(agreement.draft) if agreement.draft else None,
        "material_sequence": agreement.material_sequence,
        "last_change": _json(agreement.last_change) if agreement.last_change else None,
        "ends_on": agreement.ends_on,
        "now": now,
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
