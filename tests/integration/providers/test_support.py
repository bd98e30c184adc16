# SPDX-License-Identifier: EUPL-1.2
"""Support from the request to its end, on the real database: kept, told, timed, on a desk."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.providers import handlers
from services.providers.domain import refusals as no
from services.providers.handlers.keeping import ACCEPT_BY, FIRST_CONTACT_BY
from shared.contracts.registry import EVENTS
from shared.runtime import Json, StaleVersion
from shared.runtime.timers import Due
from tests.integration.providers.desk import NOW, PLACEMENT, WHY, Desk
from tests.unit.providers.cases import EMPLOYER, OTHER

PROVIDER, OFFICER = "support-provider", "wsp-officer"


def timers(desk: Desk) -> dict[str, datetime]:
    rows = desk.cur.execute("SELECT kind, due_at FROM timers").fetchall()
    return {row["kind"]: row["due_at"] for row in rows}


def test_specialist_of_the_agreement_is_asked_and_helps(desk: Desk) -> None:
    jobstap = desk.provider()
    support = desk.request()
    assert (support["state"], support["provider"]["name"]) == ("assigned", "Jobstap")
    assert (support["acceptBy"], support["firstContactBy"]) == ("2027-02-04", "2027-02-08")
    assert desk.waits() == {(f"provider:{jobstap['id']}", "support_to_accept")}

    bound = {"provider": jobstap["id"]}
    support = desk.step("accept_support", support, role=PROVIDER, scope=bound)
    assert (support["state"], support["acceptBy"]) == ("active", None)
    assert desk.waits() == {(f"provider:{jobstap['id']}", "first_contact_due")}

    with pytest.raises(no.ContactBeforeRequest):
        desk.step("record_first_contact", support, {"on": "2027-01-31"}, role=PROVIDER)
    support = desk.step("record_first_contact", support, {"on": "2027-02-01"}, role=PROVIDER)
    assert (support["firstContactOn"], timers(desk), desk.waits()) == ("2027-02-01", {}, set())
    closing = {"closing": "returned_to_buddy"}
    support = desk.step("close_support", support, closing, role=OFFICER)
    assert (support["state"], support["closing"]) == ("closed", "returned_to_buddy")

    steps = [one["step"] for one in desk.page("list_support_history", id=support["id"])]
    assert steps == ["closed", "contacted", "accepted", "requested"]


def test_every_state_travels_to_the_region_and_to_placements(desk: Desk) -> None:
    desk.provider()
    support = desk.request(fundedBy="region")
    desk.step("approve_support", support, {}, role="wsp-manager")

    assert [one["state"] for one in desk.told()] == ["requested", "assigned"]
    known = set(EVENTS["support-changed.v1"].schema["properties"])
    assert all(set(one) == known for one in desk.told())
    rows = desk.cur.execute("SELECT DISTINCT recipient FROM deliveries").fetchall()
    assert {row["recipient"] for row in rows} == {"AM23", "placements"}


def test_region_that_pays_approves_or_declines(desk: Desk) -> None:
    desk.provider()
    support = desk.request(fundedBy="region")
    assert (support["state"], desk.waits()) == ("requested", {("AM23", "support_to_approve")})

    declined = desk.step("decline_support", support, {"reasonCode": "no_budget"}, role=OFFICER)
    assert (declined["state"], desk.waits(), timers(desk)) == ("declined", set(), {})
    assert desk.request()["state"] == "assigned"


def test_provider_that_does_not_work_there_is_a_task_for_slw(desk: Desk) -> None:
    jobstap = desk.provider(regions=["AM36"])
    support = desk.request()
    assert (support["state"], support["provider"]) == ("approved", None)
    assert desk.waits() == {("slw", "support_without_provider")}

    desk.ask("change_provider", {"regions": ["AM36", "AM23"]}, if_match=1, id=jobstap["id"])
    assert desk.show(support)["state"] == "assigned"
    assert desk.waits() == {(f"provider:{jobstap['id']}", "support_to_accept")}


def test_provider_registered_later_gets_what_waited_for_its_name(desk: Desk) -> None:
    support = desk.request()
    desk.provider("Another")
    assert desk.show(support)["state"] == "approved"

    desk.provider("JOBSTAP", ["AM23"])

    assert desk.show(support)["provider"]["name"] == "JOBSTAP"


def test_slw_may_ask_another_provider(desk: Desk) -> None:
    desk.provider()
    another = desk.provider("Another", ["AM23"])
    support = desk.request()
    back = desk.step("hand_back_support", support, {"reasonCode": "no_capacity"}, role=PROVIDER)
    assert (back["state"], desk.waits()) == ("handed_back", {("slw", "support_handed_back")})

    given = desk.step(
        "assign_support", support, {"providerId": another["id"]}, role="slw-coordinator"
    )
    assert (given["state"], given["provider"]["id"]) == ("assigned", another["id"])


def test_escalation_is_slw_s_task_until_support_goes_on(desk: Desk) -> None:
    desk.provider()
    support = desk.step("accept_support", desk.request(need="zwaar"), role=PROVIDER)
    grown = desk.step(
        "escalate_support",
        support,
        {"reasonCode": "need_grew", "need": "specialistisch"},
        role=PROVIDER,
    )
    assert (grown["state"], grown["need"]) == ("escalated", "specialistisch")
    assert ("slw", "support_escalated") in desk.waits()

    closed = desk.cur.execute("SELECT kind FROM tasks WHERE closed_at IS NOT NULL").fetchall()
    assert [one["kind"] for one in closed] == ["support_to_accept"]

    on = desk.step("resume_support", support, {}, role="slw-coordinator")
    assert (on["state"], ("slw", "support_escalated") in desk.waits()) == ("active", False)


def test_what_is_late_becomes_a_task_when_its_day_is_over(desk: Desk) -> None:
    desk.provider()
    support = desk.request()
    due = timers(desk)
    assert due[ACCEPT_BY] == datetime(2027, 2, 4, 23, tzinfo=UTC)
    assert due[FIRST_CONTACT_BY] == datetime(2027, 2, 8, 23, tzinfo=UTC)

    passed = [Due(support["id"], due[ACCEPT_BY])]
    handlers.accept_by_passed(desk.cur, passed, due[ACCEPT_BY] - timedelta(seconds=1))
    assert ("slw", "support_not_accepted") not in desk.waits()
    handlers.accept_by_passed(desk.cur, passed, due[ACCEPT_BY])
    assert ("slw", "support_not_accepted") in desk.waits()

    desk.now = due[FIRST_CONTACT_BY]
    desk.step("accept_support", support, role=PROVIDER)
    handlers.first_contact_by_passed(desk.cur, passed, due[FIRST_CONTACT_BY])
    late = {("slw", "first_contact_late"), ("AM23", "first_contact_late")}
    assert late <= desk.waits()
    desk.step("record_first_contact", support, {"on": "2027-02-09"}, role=PROVIDER)
    assert desk.waits() == set()


@pytest.mark.parametrize("state", ["ended_early", "completed", "withdrawn"])
def test_support_ends_with_its_placement(desk: Desk, state: str) -> None:
    desk.provider()
    support = desk.step("accept_support", desk.request(), role=PROVIDER)

    desk.hear_of_placement(state)

    over = desk.show(support)
    assert (over["state"], over["closing"]) == ("closed", "ended")
    assert (over["reasonCode"], desk.waits(), timers(desk)) == ("placement_over", set(), {})
    history = desk.page("list_support_history", id=support["id"])
    assert (history[0]["role"], history[0]["step"]) == ("system", "placement_over")
    with pytest.raises(no.NobodyAtWork):
        desk.request()


def test_placement_that_goes_on_leaves_its_support_alone(desk: Desk) -> None:
    desk.provider()
    support = desk.request()

    desk.hear_of_placement("sustained")

    assert desk.show(support) == support


def test_one_request_at_a_time_for_a_placement(desk: Desk) -> None:
    desk.provider()
    desk.request()

    with pytest.raises(no.SupportAlreadyOpen):
        desk.request()


def test_version_of_the_placement_says_what_is_agreed(desk: Desk) -> None:
    desk.hear_of_agreement(specialistNeeds=["zwaar"])

    with pytest.raises(no.NeedNotAgreed):
        desk.request()
    desk.hear_of_agreement(specialistProvider=None, specialistNeeds=[])
    with pytest.raises(no.NeedNotAgreed, match="nothing"):
        desk.request(need="zwaar")


def test_light_need_and_unknown_placement_are_refused(desk: Desk) -> None:
    with pytest.raises(no.LightNeedStaysWithBuddy):
        desk.request(need="licht")
    with pytest.raises(no.PlacementUnknown):
        desk.request(placementId=OTHER)


def test_old_revision_changes_nothing(desk: Desk) -> None:
    desk.provider()
    support = desk.request()
    desk.step("accept_support", support, role=PROVIDER)

    with pytest.raises(StaleVersion):
        desk.ask("withdraw_support", WHY, role=OFFICER, if_match=1, id=support["id"])


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        ({"region": "AM23"}, True),
        ({"region": "AM36"}, False),
        ({"employer": EMPLOYER}, True),
        ({"employer": OTHER}, False),
        ({"provider": OTHER}, False),
        ({}, True),
    ],
)
def test_who_is_bound_sees_their_own_only(desk: Desk, scope: dict[str, str], *, seen: bool) -> None:
    desk.provider()
    support = desk.request()

    assert bool(desk.page("list_supports", scope=scope)) == seen
    assert bool(desk.page("list_supports", scope=scope, region="AM23")) == seen
    if seen:
        assert desk.ask("get_support", scope=scope, id=support["id"]).body == support
    else:
        for operation in ("get_support", "list_support_history"):
            with pytest.raises(no.SupportUnknown):
                desk.ask(operation, scope=scope, id=support["id"], page=1, pageSize=50)


def test_lists_filter(desk: Desk) -> None:
    jobstap = desk.provider(regions=["AM23"])
    support = desk.request()
    matching: Json = {
        "providerId": jobstap["id"],
        "placementId": PLACEMENT,
        "agreementId": support["agreementId"],
        "employerId": EMPLOYER,
        "state": "assigned",
        "q": support["id"][:12],
    }
    assert [one["id"] for one in desk.page("list_supports", **matching)] == [support["id"]]
    for name, other in {"providerId": OTHER, "placementId": OTHER, "state": "active"}.items():
        assert desk.page("list_supports", **{name: other}) == []
    assert [one["name"] for one in desk.page("list_providers", region="AM23")] == ["Jobstap"]
    assert desk.page("list_providers", region="AM36") == []
    assert desk.page("list_providers", name="job")[0]["regions"] == ["AM23"]


def test_name_of_a_provider_is_taken_once(desk: Desk) -> None:
    jobstap = desk.provider()
    assert desk.ask("get_provider", id=jobstap["id"]).body == jobstap
    with pytest.raises(no.ProviderAlreadyRegistered):
        desk.provider("  jobSTAP ")
    with pytest.raises(no.ProviderUnknown):
        desk.ask("get_provider", id=OTHER)
    same = desk.ask("change_provider", {"regions": "all"}, if_match=1, id=jobstap["id"])
    assert same.etag == 1


def test_working_days_pass_over_the_weekend(desk: Desk) -> None:
    desk.provider()
    desk.now = NOW + timedelta(days=3)
    support = desk.request()

    assert date.fromisoformat(support["acceptBy"]) == date(2027, 2, 9)
    assert date.fromisoformat(support["firstContactBy"]) == date(2027, 2, 11)
