# SPDX-License-Identifier: EUPL-1.2
"""Questions: they change nothing, and whoever speaks for one of many sees its own alone."""

from collections.abc import Mapping
from dataclasses import replace

from services.placements.domain import Actor, Placement
from services.placements.domain.life import OF_A_REGION
from services.placements.domain.refusals import NotTheirs
from services.placements.handlers.showing import beside
from services.placements.schemas import answers, requests
from services.placements.schemas.counts import NATIONAL_CONTEXT, Figures
from services.placements.store import copies, places, reading
from services.placements.store.sql import Window
from shared.runtime import Answer, Call, Cursor, Json, page_of
from shared.runtime.clock import date_of


def get_placement(cur: Cursor, call: Call) -> Answer:
    """Show one placement, with its requests for support."""
    placement, supports = _seen(cur, call)
    shown = beside(cur, [placement], date_of(call.now))
    return Answer(answers.placement_detail(placement, shown, supports), etag=placement.revision)


def list_placements(cur: Cursor, call: Call) -> Answer:
    """Show one page of the placements that match, newest first."""
    today, late = date_of(call.now), call.params.get("overdue")
    filters = {
        **_filters(call, "region", "employer_id", "agreement_id", "call_id", "state", "q"),
        "overdue": None if late is None else late == "true",
        "today": today,
        "provider_id": requests.actor(call.principal).provider,
    }
    found, total = reading.list_placements(cur, filters, _window(call))
    shown = beside(cur, found, today)
    return page_of([answers.placement(one, shown) for one in found], total, call)


def list_placement_history(cur: Cursor, call: Call) -> Answer:
    """Show what happened to a placement, newest first."""
    placement, _ = _seen(cur, call)
    rows, total = reading.list_changes(cur, placement.id, _window(call))
    return page_of([answers.history_item(row) for row in rows], total, call)


def list_calls(cur: Cursor, call: Call) -> Answer:
    """Show one page of the calls that match, newest first."""
    requests.actor(call.principal).must_not_be_a_provider()
    filters = _filters(call, "region", "employer_id", "agreement_id")
    rows, total = reading.list_calls(cur, filters, _window(call))
    if region := requests.actor(call.principal).region:
        own = reading.places_of_calls(cur, [row["id"] for row in rows], region)
        rows = [_in_a_region(row, region, own.get(row["id"], 0)) for row in rows]
    return page_of([answers.call(row) for row in rows], total, call)


def get_call(cur: Cursor, call: Call) -> Answer:
    """Show a call with its places; a region sees those in the region, and of no others."""
    row, found = reading.get_call(cur, call.params["id"])
    actor = requests.actor(call.principal)
    actor.must_not_be_a_provider()
    actor.must_own(region=actor.region, employer=row["employer_id"])
    own = [one for one in found if actor.region in (None, one.region)]
    if not own:
        raise NotTheirs(f"no place of the call is in {actor.region}")
    if actor.region:
        row = _in_a_region(row, actor.region, len(own))
    shown = beside(cur, own, date_of(call.now))
    return Answer(answers.call_detail(row, own, shown))


def count_placements(cur: Cursor, call: Call) -> Answer:
    """Show how many places ever got how far, by agreement and region, and all together."""
    actor, window = requests.actor(call.principal), _window(call)
    actor.must_not_be_a_provider()
    filters = _filters(call, "region", "employer_id", "agreement_id")
    group = {"group_code": call.params.get("group")}
    rows, total = reading.tallies(cur, filters, window)
    figures = Figures(
        tallies=rows,
        timed=reading.timed_figures(cur, rows),
        groups=reading.group_figures(cur, rows, group),
        total=reading.tally_total(cur, filters),
        of_groups=reading.group_totals(cur, {**filters, **group}),
        of_register=reading.register_totals(cur, filters),
        # Who speaks for a region was held to its rows.
        inside=actor.role in OF_A_REGION and actor.region is not None,
    )
    answer = page_of(figures.cells(), total, call)
    more = {"overall": figures.overall(), "nationalContext": NATIONAL_CONTEXT}
    return replace(answer, body={**answer.body, **more})


def _seen(cur: Cursor, call: Call) -> tuple[Placement, list[Json]]:
    """Give a placement and its requests for support, or refuse what is somebody else's."""
    placement = places.get(cur, call.params["id"])
    supports = copies.supports_of(cur, placement.id)
    requests.actor(call.principal).must_see(
        region=placement.region,
        employer=placement.employer_id,
        providers={one["provider_id"] for one in supports},
    )
    return placement, supports


def _in_a_region(row: Json, region: str, places: int) -> Json:
    """Leave of a call what one region may know of it."""
    return {**row, "regions": [region], "places": places}


PARAMETERS: Mapping[str, str] = {
    "region": "region",
    "employer_id": "employerId",
    "agreement_id": "agreementId",
    "call_id": "callId",
    "state": "state",
    "q": "q",
}


def _filters(call: Call, *names: str) -> dict[str, str | None]:
    """Read the filters of a list, and hold whoever speaks for somebody to its own."""
    told = {name: call.params.get(PARAMETERS[name]) for name in names}
    actor = requests.actor(call.principal)
    return {**told, **_own("region", actor.region, told), **_own_employer(actor, told)}


def _own_employer(actor: Actor, told: Mapping[str, str | None]) -> dict[str, str]:
    return _own("employer_id", actor.employer, told)


def _own(name: str, own: str | None, told: Mapping[str, str | None]) -> dict[str, str]:
    if own is None:
        return {}
    if told[name] not in (None, own):
        raise NotTheirs(f"{told[name]} is not {own}'s to see")
    return {name: own}


def _window(call: Call) -> Window:
    size = call.params["pageSize"]
    return Window(limit=size, offset=(call.params["page"] - 1) * size)
