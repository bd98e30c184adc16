# SPDX-License-Identifier: EUPL-1.2
"""An employer: registered once, changed by what is given, with one contact that is a role."""

from datetime import UTC, datetime, timedelta

from services.employers.domain import Contact, Employer, EmployerId, Profile

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
ISS = Employer.register(EmployerId("e"), Profile("ISS Facility Services"), NOW)


def test_register_starts_at_revision_one() -> None:
    assert (ISS.revision, ISS.created_at, ISS.changed_at) == (1, NOW, NOW)
    assert ISS.profile.kvk_number is None


def test_change_touches_the_given_fields_only_and_says_which() -> None:
    contact = Contact("accountmanager", mailbox="loket@example.nl")
    changed, differences = ISS.change({"contact": contact}, LATER)
    assert changed.profile == Profile("ISS Facility Services", contact=contact)
    assert (changed.revision, changed.created_at, changed.changed_at) == (2, NOW, LATER)
    assert [(one.field, one.before, one.after) for one in differences] == [
        ("contact", None, contact)
    ]


def test_change_to_what_is_so_already_is_no_change() -> None:
    assert ISS.change({"name": "ISS Facility Services"}, LATER) == (ISS, ())


def test_contact_is_replaced_whole() -> None:
    first, _ = ISS.change({"contact": Contact("accountmanager", telephone="038 0000000")}, LATER)
    second, _ = first.change({"contact": Contact("loket")}, LATER)
    assert second.profile.contact == Contact("loket")
    assert second.change({"contact": None}, LATER)[0].profile.contact is None
