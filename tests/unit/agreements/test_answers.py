# SPDX-License-Identifier: EUPL-1.2
"""What is written of an agreement is what its reader may see, whoever writes it."""

from datetime import UTC, date, datetime

import pytest

from services.agreements.domain import (
    Actor,
    Agreement,
    AgreementId,
    Change,
    Consent,
    EmployerId,
    Publication,
    Region,
    Role,
    Terms,
)
from services.agreements.schemas import answers

TODAY, NOW = date(2026, 11, 2), datetime(2026, 11, 2, 9, tzinfo=UTC)
AGREED = Consent(TODAY, "landelijk contactpersoon")
FIRST = Terms(
    title="ISS",
    target_groups=("jongeren_tot_27",),
    guidance_model="eigen_buddy",
    kinds=("placement",),
    starts_on=date(2026, 12, 1),
)
BESIDE = {
    "employer_name": "ISS Facility Services",
    "participants": ("AM36",),
    "sequence": 1,
    "hash": None,
    "created_at": NOW,
    "changed_at": NOW,
}
OFFICER, MANAGER = (Actor(role, Region("AM36"), None) for role in (Role.OFFICER, Role.MANAGER))
COORDINATOR = Actor(Role.COORDINATOR, None, None)


def drafted() -> Agreement:
    return Agreement.register(AgreementId("a"), EmployerId("e"), FIRST)[0]


def amended() -> Agreement:
    published = drafted().publish(Publication(1, NOW, TODAY, AGREED))[0]
    return published.amend({"title": "ISS FS"}, Change.EDITORIAL)[0]


@pytest.mark.parametrize("reader", [OFFICER, MANAGER])
def test_a_region_reads_no_next_version_before_it_is_published(reader: Actor) -> None:
    for told in (
        answers.agreement(amended(), BESIDE, reader),
        answers.agreement_detail(amended(), BESIDE, {}, reader),
    ):
        assert (told["draft"], told["title"]) == (None, "ISS")


def test_whoever_works_for_all_regions_reads_the_next_version_beside_this_one() -> None:
    told = answers.agreement(amended(), BESIDE, COORDINATOR)
    assert (told["title"], told["draft"]["title"]) == ("ISS", "ISS FS")


def test_a_region_that_is_asked_about_a_first_draft_reads_it() -> None:
    told = answers.agreement(drafted(), {**BESIDE, "sequence": None}, OFFICER)
    assert (told["version"], told["title"]) == (None, "ISS")
