# SPDX-License-Identifier: EUPL-1.2
"""Who answers an employer in a region: the desk, or one account manager."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.regions.domain import Appointment, Contact, ContactKind, Desk, EmployerId, RegionCode
from services.regions.domain.refusals import AccountManagerAlreadyActive, ContactOutOfOrder

ZWOLLE = RegionCode("AM36")
ISS = EmployerId("0f0e3b6a-9d57-4ab0-8d60-5d5a3c2b1a00")
TODAY = date(2026, 12, 1)
NOBODY = Contact(ZWOLLE, ISS)
MANAGER = Appointment(ContactKind.ACCOUNT_MANAGER, role="accountmanager WSP Regio Zwolle")
TO_THE_DESK = Appointment(ContactKind.DESK)


def test_desk_answers_as_long_as_nobody_was_appointed() -> None:
    assert NOBODY.kind is ContactKind.DESK
    assert NOBODY.revision == 0


def test_first_account_manager_takes_over_from_the_desk_today() -> None:
    appointed = NOBODY.succeeded_by(MANAGER, TODAY)

    assert (appointed.kind, appointed.role) == (MANAGER.kind, MANAGER.role)
    assert (appointed.since, appointed.revision) == (TODAY, 1)


def test_second_account_manager_is_refused_while_one_is_active() -> None:
    active = NOBODY.succeeded_by(MANAGER, TODAY)

    with pytest.raises(AccountManagerAlreadyActive, match="since 2026-12-01"):
        active.succeeded_by(MANAGER, TODAY)


def test_hand_over_replaces_the_active_account_manager_from_its_day_on() -> None:
    active = NOBODY.succeeded_by(MANAGER, TODAY)
    hand_over = replace(MANAGER, telephone="0000", since=date(2027, 2, 1), replaces=True)

    successor = active.succeeded_by(hand_over, TODAY)

    assert (successor.telephone, successor.since) == ("0000", date(2027, 2, 1))
    assert successor.revision == 2


def test_hand_over_before_the_present_contact_began_is_refused() -> None:
    active = NOBODY.succeeded_by(MANAGER, TODAY)

    with pytest.raises(ContactOutOfOrder, match="2026-11-30 is before 2026-12-01"):
        active.succeeded_by(replace(MANAGER, since=date(2026, 11, 30), replaces=True), TODAY)


def test_employer_returns_to_the_desk_and_gets_a_manager_again() -> None:
    active = NOBODY.succeeded_by(MANAGER, TODAY)
    desk = active.succeeded_by(TO_THE_DESK, TODAY)
    again = desk.succeeded_by(MANAGER, TODAY)

    assert (desk.kind, desk.role) == (ContactKind.DESK, None)
    assert (again.kind, again.revision) == (ContactKind.ACCOUNT_MANAGER, 3)


@given(
    st.lists(
        st.builds(
            Appointment,
            kind=st.sampled_from(ContactKind),
            role=st.just("accountmanager"),
            since=st.none() | st.dates(),
            replaces=st.booleans(),
        ),
        max_size=20,
    )
)
def test_contacts_follow_each_other_in_time_one_revision_a_step(steps: list[Appointment]) -> None:
    present, taken = NOBODY, 0
    for step in steps:
        try:
            successor = present.succeeded_by(step, TODAY)
        except (AccountManagerAlreadyActive, ContactOutOfOrder):
            continue
        taken += 1
        assert successor.since is not None
        assert present.since is None or present.since <= successor.since
        assert step.replaces or {present.kind, step.kind} != {ContactKind.ACCOUNT_MANAGER}
        present = successor
    assert present.revision == taken


def test_desk_changes_one_revision_a_time() -> None:
    desk = Desk(ZWOLLE).changed(
        telephone="0000", mailbox="loket@regio.example", deputy="teamleider"
    )

    assert desk == Desk(ZWOLLE, "0000", "loket@regio.example", "teamleider", revision=1)
