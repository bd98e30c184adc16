# SPDX-License-Identifier: EUPL-1.2
"""The life of a request for support: every step from every state, and the rules between them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.providers.domain import (
    LIFE,
    MAY_REQUEST,
    Actor,
    Desk,
    Role,
    State,
    Step,
    Today,
    Why,
    not_accepted,
    not_contacted,
    waiting,
)
from services.providers.domain import refusals as no
from services.providers.domain import support as rules
from shared.contracts import codes
from tests.unit.providers.cases import (
    AGREED,
    BUYER,
    DAY,
    ELSEWHERE,
    EMPLOYER,
    HELPER,
    JOBSTAP,
    MANAGER,
    OFFICER,
    OTHER,
    PLACEMENT,
    SLW,
    TODAY,
    WHY,
    act,
    asked,
    in_state,
    requested,
)

STEPS = [step for step in Step if step in LIFE]
# What refuses a step by its state; a refusal by role or by owner is another one.
BY_STATE = (
    *(no.SupportOver, no.NothingToApprove, no.NotApprovedYet, no.HandedBack, no.NoProviderYet),
    *(no.NotAcceptedYet, no.AlreadyEscalated, no.NotEscalated, no.AlreadyAccepted),
)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", State)
def test_every_step_from_every_state_by_every_role(state: State, step: Step, role: Role) -> None:
    support, rule = in_state(state), LIFE[step]
    if role not in rule.by:
        with pytest.raises(no.NotForThisRole, match=role.value):
            act(support, step, Actor(role))
    elif state not in rule.leads:
        with pytest.raises(BY_STATE) as refused:
            act(support, step, Actor(role))
        assert str(refused.value)
    else:
        after = act(support, step, Actor(role))
        assert (after.state, after.last_step) == (rule.leads[state], step)
        assert after.revision == support.revision + 1


@pytest.mark.parametrize("step", STEPS)
def test_nothing_happens_to_what_belongs_to_somebody_else(step: Step) -> None:
    state = next(iter(LIFE[step].leads))
    support = in_state(state)
    strangers = {
        Role.WSP_OFFICER: Actor(Role.WSP_OFFICER, region="AM36"),
        Role.WSP_MANAGER: Actor(Role.WSP_MANAGER, region="AM36"),
        Role.EMPLOYER: Actor(Role.EMPLOYER, employer=OTHER),
        Role.PROVIDER: Actor(Role.PROVIDER, provider=OTHER),
    }
    tried = [strangers[role] for role in LIFE[step].by if role in strangers]
    for stranger in tried:
        with pytest.raises(no.NotTheirs):
            act(support, step, stranger)
    assert tried or LIFE[step].by <= {Role.SLW, Role.SYSTEM}


@pytest.mark.parametrize("role", Role)
def test_who_may_ask_for_support(role: Role) -> None:
    if role in MAY_REQUEST:
        assert requested(by=Actor(role)).state is State.ASSIGNED
    else:
        with pytest.raises(no.NotForThisRole):
            requested(by=Actor(role))


@pytest.mark.parametrize(
    "stranger",
    [Actor(Role.WSP_OFFICER, region="AM36"), Actor(Role.EMPLOYER, employer=OTHER)],
)
def test_nobody_asks_for_the_people_of_somebody_else(stranger: Actor) -> None:
    with pytest.raises(no.NotTheirs):
        requested(by=stranger)
    owner = Actor(stranger.role, stranger.region and "AM23", stranger.employer and EMPLOYER)
    assert requested(by=owner).is_open


def test_states_and_steps_are_those_of_the_contract() -> None:
    assert {state.value for state in State} == set(codes.SUPPORT_STATES)
    assert {step.value for step in Step} == set(codes.SUPPORT_STEPS)
    assert {role.value for role in Role} == set(codes.ROLES)
    assert set(rules.NEEDS) == set(codes.SUPPORT_NEEDS)
    assert rules.ENDED in codes.SUPPORT_CLOSINGS
    assert {rules.PLACEMENT_OVER, rules.OTHER_REASON} <= set(codes.SUPPORT_REASONS)
    assert set(codes.PLACEMENT_STATES) >= rules.AT_WORK


def test_light_need_stays_with_the_buddy() -> None:
    with pytest.raises(no.LightNeedStaysWithBuddy):
        requested(asked("licht"))


def test_need_that_the_agreement_does_not_name_is_refused() -> None:
    only_heavy = replace(AGREED, needs=frozenset({"zwaar"}))
    with pytest.raises(no.NeedNotAgreed, match="zwaar"):
        rules.request(asked("specialistisch"), only_heavy, None, by=SLW, why=WHY, today=TODAY)


@pytest.mark.parametrize("state", sorted(codes.PLACEMENT_STATES))
def test_support_is_for_somebody_who_is_there(state: str) -> None:
    placement = replace(PLACEMENT, state=state)
    if state in {"confirmed", "started", "sustained"}:
        assert requested(asked(placement=placement)).state is State.ASSIGNED
    else:
        with pytest.raises(no.NobodyAtWork):
            requested(asked(placement=placement))


@pytest.mark.parametrize(("payer", "state"), [("region", "requested"), ("uwv", "assigned")])
def test_region_approves_where_it_pays(payer: str, state: str) -> None:
    assert requested(asked(funded_by=payer)).state == state


@pytest.mark.parametrize("provider", [None, ELSEWHERE])
def test_without_a_provider_in_the_region_it_waits_for_slw(provider: None) -> None:
    support = requested(provider=provider)

    assert (support.state, support.provider) == (State.APPROVED, None)
    assert [(one.desk, one.kind) for one in waiting(support)] == [
        (Desk.SLW, "support_without_provider")
    ]
    with pytest.raises(no.ProviderNotInRegion):
        rules.assign(support, ELSEWHERE, by=SLW, why=WHY, today=TODAY)


def test_provider_has_three_working_days_to_accept_and_five_to_the_first_contact() -> None:
    support = requested()

    assert (support.accept_by, support.first_contact_by) == (date(2027, 2, 4), date(2027, 2, 6))
    accepted = rules.accept(support, by=HELPER, today=TODAY)
    assert (accepted.accept_by, accepted.first_contact_by) == (None, date(2027, 2, 6))
    contacted = rules.contact(accepted, DAY, asked_on=DAY, by=HELPER, today=TODAY)
    assert (contacted.first_contact_by, contacted.first_contact_on) == (None, DAY)
    with pytest.raises(no.FirstContactMade):
        rules.contact(contacted, DAY, asked_on=DAY, by=HELPER, today=TODAY)


def test_contact_cannot_be_told_before_it_was_made() -> None:
    with pytest.raises(no.ContactInTheFuture):
        rules.contact(
            in_state(State.ACTIVE), DAY + timedelta(1), asked_on=DAY, by=HELPER, today=TODAY
        )


def test_contact_is_not_made_before_support_was_asked_for() -> None:
    with pytest.raises(no.ContactBeforeRequest, match="2027-02-01"):
        rules.contact(
            in_state(State.ACTIVE), DAY - timedelta(days=1), asked_on=DAY, by=HELPER, today=TODAY
        )


def test_what_is_late_appears_the_day_after_and_on_the_right_desks() -> None:
    assigned, active = in_state(State.ASSIGNED), in_state(State.ACTIVE)

    assert not_accepted(assigned, date(2027, 2, 4)) == []
    assert [one.desk for one in not_accepted(assigned, date(2027, 2, 5))] == [Desk.SLW]
    assert not_accepted(active, date(2027, 3, 1)) == []
    assert not_contacted(active, date(2027, 2, 6)) == []
    desks = [one.desk for one in not_contacted(active, date(2027, 2, 7))]
    assert desks == [Desk.SLW, Desk.REGION]
    assert not_contacted(assigned, date(2027, 3, 1)) == []


def test_need_grows_and_does_not_shrink() -> None:
    active = in_state(State.ACTIVE)
    grown = rules.escalate(active, "specialistisch", by=HELPER, why=WHY, today=TODAY)

    assert grown.need == "specialistisch"
    again = rules.resume(grown, by=SLW, why=WHY, today=TODAY)
    with pytest.raises(no.NeedDoesNotGrow):
        rules.escalate(again, "zwaar", by=HELPER, why=WHY, today=TODAY)


def test_what_was_handed_back_can_be_given_to_another() -> None:
    back = in_state(State.HANDED_BACK)
    another = replace(ELSEWHERE, regions=("AM23",))
    later = Today(TODAY.at, DAY + timedelta(days=10), TODAY.working_days_after)
    given = rules.assign(back, another, by=SLW, why=WHY, today=later)

    assert (back.provider, back.accept_by, back.first_contact_by) == (None, None, None)
    assert (given.provider, given.accept_by) == (another, date(2027, 2, 14))


@pytest.mark.parametrize(
    "state", [state for state in State if state in LIFE[Step.PLACEMENT_OVER].leads]
)
def test_support_ends_with_its_placement(state: State) -> None:
    over = act(in_state(state), Step.PLACEMENT_OVER, Actor(Role.SYSTEM))

    assert not over.is_open
    assert over.closing == ("ended" if over.state is State.CLOSED else None)
    assert over.why == Why("placement_over")
    assert (waiting(over), over.accept_by, over.first_contact_by) == ([], None, None)


def test_other_reason_is_explained() -> None:
    with pytest.raises(no.ReasonNeeded):
        rules.hand_back(
            in_state(State.ACTIVE), by=HELPER, why=Why("other_support_reason"), today=TODAY
        )


@pytest.mark.parametrize("state", State)
def test_every_open_request_waits_for_somebody_until_contact_is_made(state: State) -> None:
    support = in_state(state)

    assert bool(waiting(support)) == support.is_open


def test_only_the_region_that_pays_is_asked() -> None:
    assert BUYER.role not in LIFE[Step.APPROVED].by
    approved = rules.approve(
        requested(asked(funded_by="region"), by=BUYER), JOBSTAP, by=MANAGER, why=WHY, today=TODAY
    )
    assert (approved.state, approved.last_step) == (State.ASSIGNED, Step.APPROVED)
    assert OFFICER.role in LIFE[Step.APPROVED].by
