# SPDX-License-Identifier: EUPL-1.2
"""Rows and domain objects: the only file of this service that runs SQL."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from services.providers.domain import (
    Agreed,
    Placement,
    Provider,
    ProviderId,
    State,
    Step,
    Support,
    SupportId,
    Why,
)
from services.providers.domain.refusals import (
    AgreementUnknown,
    PlacementUnknown,
    ProviderAlreadyRegistered,
    ProviderUnknown,
    SupportAlreadyOpen,
    SupportUnknown,
)
from shared.runtime import Cursor, Json, UniqueViolation, load_queries, widened

QUERIES = load_queries(__package__)
Row = dict[str, Any]
Filters = Mapping[str, str | None]


def put_frameworks(cur: Cursor, rows: Sequence[Json], now: datetime) -> Mapping[str, str]:
    """Keep own copies of what agreements offer; gives the hash of what is stored, by agreement."""
    return _put(cur, "put_frameworks", rows, now)


def put_placements(cur: Cursor, rows: Sequence[Json], now: datetime) -> Mapping[str, str]:
    """Keep own copies of placements; gives the hash of what is stored, by placement."""
    return _put(cur, "put_placements", rows, now)


def placement(cur: Cursor, placement_id: str) -> Placement:
    """Give a placement that stays as it is until this transaction ends, or refuse."""
    row = cur.execute(QUERIES["lock_placement"], {"id": placement_id}).fetchone()
    if row is None:
        raise PlacementUnknown(f"no placement {placement_id} is known here")
    return Placement(**row)


def agreed(cur: Cursor, of: Placement) -> Agreed:
    """Give what the placement's version says about specialists, or refuse."""
    row = cur.execute(QUERIES["find_framework"], {"id": of.agreement_id}).fetchone()
    if row is None:
        raise AgreementUnknown(f"no agreement {of.agreement_id} is known here")
    versions = orjson.loads(row["content"])["versions"]
    # A version that is over is not told any more: then the newest one says what holds.
    of_placement = [one for one in versions if one["version"] == of.agreement_version]
    newest = max(versions, key=lambda one: int(one["version"]))
    guidance = (of_placement or [newest])[0]["terms"]["guidance"]
    return Agreed(guidance["specialistProvider"], frozenset(guidance["specialistNeeds"]))


def add_provider(cur: Cursor, provider: Provider) -> None:
    """Keep a new provider, or refuse a name that is taken."""
    cur.execute(QUERIES["claim_name"], {"name": provider.name})
    if cur.execute(QUERIES["add_provider"], _provider_row(provider)).fetchone() is None:
        raise ProviderAlreadyRegistered(provider.name)


def save_provider(cur: Cursor, provider: Provider) -> None:
    """Keep a provider as it is after a change, or refuse a name that is taken."""
    cur.execute(QUERIES["claim_name"], {"name": provider.name})
    try:
        cur.execute(QUERIES["save_provider"], _provider_row(provider))
    except UniqueViolation as taken:
        raise ProviderAlreadyRegistered(provider.name) from taken


def record_provider(
    cur: Cursor, provider: Provider, *, by: str, role: str, reason: str | None
) -> None:
    """Add to the history who changed a provider, when and why."""
    said = {"changed_by": by, "role": role, "reason": reason}
    cur.execute(QUERIES["add_provider_change"], {**_provider_row(provider), **said})


def provider(cur: Cursor, provider_id: str) -> Provider:
    """Give a provider, or refuse."""
    return _one_provider(cur, "find_provider", provider_id)


def lock_provider(cur: Cursor, provider_id: str) -> Provider:
    """Give a provider that nobody else can change until this transaction ends, or refuse."""
    return _one_provider(cur, "lock_provider", provider_id)


def provider_named(cur: Cursor, name: str | None) -> Provider | None:
    """Give the provider of this name, whatever its capitals, or None.

    Whoever registers or changes it meanwhile comes after this, and finds what waits for it.
    """
    if name is None:
        return None
    cur.execute(QUERIES["share_name"], {"name": name})
    # Whoever asks may read a provider, and only the coordinator may hold one.
    with widened(cur):
        row = cur.execute(QUERIES["find_provider_named"], {"name": name}).fetchone()
    return _provider(row) if row else None


def list_providers(
    cur: Cursor, filters: Filters, *, limit: int, offset: int
) -> tuple[list[Provider], int]:
    """Give one page of the providers, and how many there are."""
    window = {**filters, "limit": limit, "offset": offset}
    found = cur.execute(QUERIES["list_providers"], window).fetchall()
    return [_provider(row) for row in found], _total(cur, "count_providers", filters)


def add_support(cur: Cursor, support: Support) -> None:
    """Keep a new request, or refuse where the placement has an open one."""
    if cur.execute(QUERIES["add_support"], _support_row(support)).fetchone() is None:
        raise SupportAlreadyOpen(f"placement {support.placement_id} has an open request")


def save_supports(cur: Cursor, supports: Sequence[Support]) -> None:
    """Keep requests as they are after a step."""
    cur.execute(QUERIES["save_supports"], {"rows": _json(map(_support_row, supports))})


def record_supports(cur: Cursor, supports: Sequence[Support], *, by: str, role: str) -> None:
    """Add to the history which steps were taken, and by whom."""
    told = {"rows": _json(map(_support_row, supports)), "changed_by": by, "role": role}
    cur.execute(QUERIES["add_support_changes"], told)


def support(cur: Cursor, support_id: str) -> Support:
    """Give a request, or refuse."""
    found = _supports(cur, [support_id])
    if not found:
        raise SupportUnknown(f"there is no request for support {support_id}")
    return found[0]


def lock_support(cur: Cursor, support_id: str) -> Support:
    """Give a request that nobody else can change until this transaction ends, or refuse."""
    lock_supports(cur, [support_id])
    return support(cur, support_id)


def lock_supports(cur: Cursor, ids: Collection[str]) -> list[Support]:
    """Give requests that nobody else can change until this transaction ends."""
    return _locked(cur, "lock_supports", {"ids": list(ids)})


def lock_open_of(cur: Cursor, placements: Collection[str]) -> list[Support]:
    """Give the open requests of these placements, held until this transaction ends."""
    return _locked(cur, "lock_open_of_placements", {"ids": list(placements)})


def lock_waiting_for(cur: Cursor, provider: Provider) -> list[Support]:
    """Give the requests that wait for this provider where it works, held until the end."""
    wanted = {"name": provider.name, "regions": list(provider.regions)}
    return _locked(cur, "lock_waiting_for", wanted)


def list_supports(
    cur: Cursor, filters: Filters, *, limit: int, offset: int
) -> tuple[list[Support], int]:
    """Give one page of the requests that match, newest first, and how many there are."""
    window = {**filters, "limit": limit, "offset": offset}
    found = cur.execute(QUERIES["list_supports"], window).fetchall()
    return [_support(row) for row in found], _total(cur, "count_supports", filters)


def list_changes(cur: Cursor, support_id: str, *, limit: int, offset: int) -> tuple[list[Row], int]:
    """Give one page of a request's history, newest first, and how long it is."""
    window = {"id": support_id, "limit": limit, "offset": offset}
    found = cur.execute(QUERIES["list_support_changes"], window).fetchall()
    return found, _total(cur, "count_support_changes", {"id": support_id})


def _put(cur: Cursor, query: str, rows: Sequence[Json], now: datetime) -> Mapping[str, str]:
    stored = cur.execute(QUERIES[query], {"rows": _json(rows), "now": now})
    return {row["id"]: row["hash"] for row in stored}


def _locked(cur: Cursor, query: str, wanted: Mapping[str, object]) -> list[Support]:
    held = [row["id"] for row in cur.execute(QUERIES[query], wanted)]
    # Read after the lock: what somebody else had changed meanwhile is seen.
    return _supports(cur, held) if held else []


def _supports(cur: Cursor, ids: Sequence[str]) -> list[Support]:
    return [_support(row) for row in cur.execute(QUERIES["find_supports"], {"ids": list(ids)})]


def _total(cur: Cursor, query: str, filters: Filters) -> int:
    counted: Row = cur.execute(QUERIES[query], filters).fetchone() or {"total": 0}
    return int(counted["total"])


def _one_provider(cur: Cursor, query: str, provider_id: str) -> Provider:
    row = cur.execute(QUERIES[query], {"id": provider_id}).fetchone()
    if row is None:
        raise ProviderUnknown(f"no provider has the id {provider_id}")
    return _provider(row)


def _provider(row: Row) -> Provider:
    return Provider(
        ProviderId(row["id"]),
        row["name"],
        tuple(row["regions"]),
        row["revision"],
        row["created_at"],
        row["changed_at"],
    )


def _provider_row(provider: Provider) -> Row:
    fields = ("id", "name", "revision", "created_at", "changed_at")
    return {
        **{name: getattr(provider, name) for name in fields},
        "regions": list(provider.regions),
    }


_PLAIN = (
    *("id", "placement_id", "agreement_id", "employer_id", "region", "agreed_provider", "need"),
    *("funded_by", "state", "accept_by", "first_contact_by", "first_contact_on", "closing"),
    *("last_step", "last_at", "revision", "created_at"),
)


def _support_row(support: Support) -> Row:
    return {
        **{name: getattr(support, name) for name in _PLAIN},
        "provider_id": support.provider.id if support.provider else None,
        "reason_code": support.why.code,
        "reason": support.why.words,
    }


def _support(row: Row) -> Support:
    plain = {name: row[name] for name in _PLAIN}
    plain |= {"id": SupportId(row["id"]), "state": State(row["state"])}
    return Support(
        **{**plain, "last_step": Step(row["last_step"])},
        provider=_provider_of(row),
        why=Why(row["reason_code"], row["reason"]),
    )


def _provider_of(row: Row) -> Provider | None:
    if row["provider_id"] is None:
        return None
    fields = ("id", "name", "regions", "revision", "created_at", "changed_at")
    return _provider({name: row[f"provider_{name}"] for name in fields})


def _json(rows: Any) -> str:  # noqa: ANN401 - whatever orjson writes
    return orjson.dumps(list(rows)).decode()
