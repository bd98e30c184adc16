# SPDX-License-Identifier: EUPL-1.2
"""Counts are kept with every step, and are those of a replay of the journal."""

from collections import Counter

from services.placements.domain.counting import COUNTED
from shared.runtime import Cursor, Json, Principal
from tests.integration.placements.bureau import (
    AGREEMENT,
    DRECHTSTEDEN,
    EMPLOYER,
    GORINCHEM,
    IN_DORDRECHT,
    IN_ZWOLLE,
    SLW,
    WSP,
    ZWOLLE,
    Bureau,
    confirmation,
)
from tests.integration.placements.replay import steps_of_the_journal


def live(bureau: Bureau) -> None:
    """Let places go every way that there is."""
    places = [one["id"] for one in bureau.call({"places": 12})["placements"]]
    ways = ("picked_up", "confirmed", "declined", "handed_over", "confirmed", "confirmed")
    bureau.decide_all({place: {"decision": way} for place, way in zip(places, ways, strict=False)})
    for place in (places[1], places[4]):
        bureau.step("report_start", place, by=WSP)
    bureau.decide(places[5], "declined", reasonCode="no_candidate")
    bureau.decide(places[7], "confirmed", confirmation=confirmation(["ww"]))
    bureau.step("withdraw_place", places[8], {"reason": "Vervalt"}, by=SLW)
    bureau.pass_days(200)
    bureau.step("report_check_in", places[1], {"outcome": "going_well"}, by=WSP)
    ended = {"outcome": "ended_early", "reasonCode": "other_job"}
    bureau.step("end_placement", places[4], ended, by=EMPLOYER)
    bureau.step("end_placement", places[1], {"outcome": "completed"}, by=EMPLOYER)
    bureau.act("let_lapse", *(f"placement/{one}" for one in places))


def test_counts_are_those_of_a_replay_of_the_journal(bureau: Bureau, cur: Cursor) -> None:
    live(bureau)

    replayed = {
        region: Counter(step.value for told, step in steps_of_the_journal(cur) if told == region)
        for region in (DRECHTSTEDEN, GORINCHEM)
    }

    kept = cur.execute("SELECT * FROM tallies ORDER BY region").fetchall()
    assert {row["region"]: _without_nothing(row) for row in kept} == replayed
    told = [bureau.tally(region) for region in (DRECHTSTEDEN, GORINCHEM)]
    assert [sum(one.values()) for one in told] == [
        replayed[region].total() for region in (DRECHTSTEDEN, GORINCHEM)
    ]
    assert set(replayed[DRECHTSTEDEN]) == {step.value for step in COUNTED}


def _without_nothing(row: Json) -> Counter[str]:
    return Counter({step.value: row[step.value] for step in COUNTED if row[step.value]})


def test_groups_of_fewer_than_five_are_told_in_their_region_only(bureau: Bureau) -> None:
    places = [one["id"] for one in bureau.call({"places": 9})["placements"]]
    groups = [["statushouders"]] * 5 + [["jongeren_tot_27"]] * 4
    bureau.decide_all(
        {
            place: {"decision": "confirmed", "confirmation": confirmation(one)}
            for place, one in zip(places, groups, strict=True)
        }
    )

    def told(by: object) -> dict[str, int | None]:
        [cell] = bureau.ask("count_placements", by=by, page=1, pageSize=50).body["items"]  # type: ignore[arg-type]
        return {one["group"]: one["confirmed"] for one in cell["groups"]}

    # Naming a group without its count would tell that somebody is in it.
    assert told(SLW) == told(EMPLOYER) == {"statushouders": 5}
    assert told(WSP) == {"jongeren_tot_27": 4, "statushouders": 5}


def confirmed_in(bureau: Bureau, municipality: str, region: str, groups: list[str]) -> None:
    """Let a region confirm somebody of each of these groups."""
    line = {"workplace": {"municipality": municipality}, "places": len(groups)}
    places = [one["id"] for one in bureau.call(line)["placements"]]
    bureau.decide_all(
        {
            place: {
                "decision": "confirmed",
                "region": region,
                "confirmation": confirmation([group]),
            }
            for place, group in zip(places, groups, strict=True)
        }
    )


def told_overall(bureau: Bureau, by: Principal, **asked: object) -> dict[str, int | None]:
    """Give what is told of each group, of everything that matches."""
    overall = bureau.ask("count_placements", by=by, page=1, pageSize=50, **asked).body["overall"]
    return {one["group"]: one["confirmed"] for one in overall["groups"]}


def test_small_group_cannot_be_found_by_subtracting(bureau: Bureau) -> None:
    confirmed_in(bureau, IN_DORDRECHT, DRECHTSTEDEN, ["statushouders"] * 6)
    confirmed_in(bureau, IN_ZWOLLE, ZWOLLE, ["statushouders"] * 2)

    body = bureau.ask("count_placements", page=1, pageSize=50).body

    by_region = {one["region"]: [n["confirmed"] for n in one["groups"]] for one in body["items"]}
    assert by_region == {DRECHTSTEDEN: [6], ZWOLLE: []}
    assert body["overall"]["confirmed"] == 8
    assert told_overall(bureau, SLW) == {"statushouders": 6}


def test_small_groups_are_told_together_where_that_gives_none_away(bureau: Bureau) -> None:
    confirmed_in(bureau, IN_DORDRECHT, DRECHTSTEDEN, ["statushouders"] * 3 + ["jongeren_tot_27"])
    confirmed_in(bureau, IN_ZWOLLE, ZWOLLE, ["statushouders"] * 3)

    assert told_overall(bureau, SLW) == told_overall(bureau, EMPLOYER) == {"statushouders": 6}
    assert told_overall(bureau, SLW, region=ZWOLLE) == {}
    assert told_overall(bureau, WSP) == {"statushouders": 3, "jongeren_tot_27": 1}


def test_small_groups_are_not_told_together_where_everybody_confirmed_is_in_them(
    bureau: Bureau,
) -> None:
    confirmed_in(bureau, IN_DORDRECHT, DRECHTSTEDEN, ["statushouders"] * 3)
    confirmed_in(bureau, IN_ZWOLLE, ZWOLLE, ["statushouders"] * 3)

    assert told_overall(bureau, SLW) == {}


def test_counts_come_page_by_page_and_the_whole_with_each(bureau: Bureau) -> None:
    bureau.call(
        *({"workplace": {"municipality": one}, "places": 2} for one in (IN_DORDRECHT, IN_ZWOLLE))
    )

    pages = [bureau.ask("count_placements", page=page, pageSize=1).body for page in (1, 2)]

    assert [[one["region"] for one in page["items"]] for page in pages] == [
        [DRECHTSTEDEN],
        [ZWOLLE],
    ]
    assert {page["total"] for page in pages} == {2}
    assert {page["overall"]["offered"] for page in pages} == {4}


def test_jobs_of_the_register_are_counted_by_their_hours(bureau: Bureau) -> None:
    for hours in (25.5, 25.5, 12.8, 32, 36):
        place = bureau.offer(hoursPerWeek=hours)["id"]
        bureau.decide(place, "confirmed", confirmation=confirmation(in_register=True))
        bureau.step("report_start", place, by=WSP)
    bureau.started()

    body = bureau.ask("count_placements", page=1, pageSize=50).body

    [cell] = body["items"]
    assert cell["banenafspraak"] == {"people": 5, "jobs": 5.2}
    assert body["overall"]["banenafspraak"] == cell["banenafspraak"]
    assert body["nationalContext"]["jobs"] == 125_000
    assert body["nationalContext"]["hoursPerJob"] == 25.5


def test_time_to_fill_counts_no_confirmation_that_was_declined_later(bureau: Bureau) -> None:
    gone, stays = bureau.offer()["id"], bureau.offer()["id"]
    for place, day in ((gone, 2), (stays, 3)):
        bureau.decide(place, "confirmed", decidedAt=f"2026-12-0{day}T09:00:00Z")
    bureau.decide(gone, "declined")

    [cell] = bureau.ask("count_placements", page=1, pageSize=50).body["items"]

    assert (cell["hoursToPickUp"], cell["hoursToFill"]) == (1, 48)


def test_time_to_pick_up_and_to_fill_is_the_median(bureau: Bureau) -> None:
    for decided_at in ("2026-12-01T19:00:00Z", "2026-12-03T09:00:00Z", "2026-12-21T09:00:00Z"):
        bureau.decide(bureau.offer()["id"], "confirmed", decidedAt=decided_at)

    [cell] = bureau.ask("count_placements", page=1, pageSize=50).body["items"]

    assert (cell["agreementId"], cell["region"]) == (AGREEMENT, DRECHTSTEDEN)
    assert (cell["hoursToPickUp"], cell["hoursToFill"]) == (1, 48)
