# SPDX-License-Identifier: EUPL-1.2
"""An agreement's life: what each step does, and what it refuses."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.agreements.domain import (
    Agreement,
    AgreementId,
    Change,
    Consent,
    EmployerId,
    Publication,
    Status,
    Step,
    Terms,
)
from services.agreements.domain import refusals as no

TODAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
AGREED = Consent(TODAY, "landelijk contactpersoon")
ISS = Terms(
    title="Landelijke samenwerkingsafspraken ISS Facility Services",
    target_groups=("p_wet_langdurig", "jongeren_tot_27"),
    guidance_model="eigen_buddy",
    specialist_provider="Jobstap",
    specialist_needs=("zwaar", "specialistisch"),
    kinds=("placement", "project"),
    starts_on=date(2026, 12, 1),
)


def publication(sequence: int = 1, **more: date | None) -> Publication:
    return Publication(sequence, NOW, TODAY, AGREED, **more)


def drafted(terms: Terms = ISS) -> Agreement:
    return Agreement.register(AgreementId("a"), EmployerId("e"), terms)[0]


def published() -> Agreement:
    return drafted().publish(publication())[0]


def amended(change: Change = Change.MATERIAL, **given: object) -> Agreement:
    return published().amend(given or {"target_groups": ("statushouders",)}, change)[0]


def test_register_makes_a_draft_of_revision_one() -> None:
    agreement, fact = Agreement.register(AgreementId("a"), EmployerId("e"), ISS)
    assert (agreement.status, agreement.revision, agreement.newest) == (Status.DRAFT, 1, None)
    assert agreement.terms == ISS
    assert fact.step is Step.REGISTERED


def test_publish_makes_version_one_out_of_the_draft() -> None:
    agreement, fact = drafted().publish(publication())
    assert agreement.status is Status.PUBLISHED
    assert agreement.draft is None
    assert agreement.newest is not None
    assert (agreement.newest.number, agreement.newest.terms) == (1, ISS)
    assert agreement.newest.consent == AGREED
    assert (agreement.material_sequence, agreement.revision) == (1, 2)
    assert (fact.step, fact.version) == (Step.PUBLISHED, 1)


def test_publish_names_everything_that_is_missing_at_once() -> None:
    with pytest.raises(no.DraftIncomplete) as refused:
        drafted(Terms("ISS")).publish(publication())
    assert refused.value.missing == ("a target group", "a guidance model", "a start date")


def test_publish_is_refused_when_no_draft_is_open() -> None:
    with pytest.raises(no.AgreementAlreadyPublished, match="version 1"):
        published().publish(publication(2))


def test_amendment_leaves_the_published_version_as_it_is_until_published() -> None:
    agreement, fact = published().amend({"kinds": ("placement",)}, Change.EDITORIAL, "typo")
    assert agreement.terms == ISS
    assert agreement.draft is not None
    assert agreement.draft.terms == replace(ISS, kinds=("placement",))
    assert (fact.version, fact.reason) == (2, "typo")
    assert [one.field for one in fact.differences] == ["kinds"]


def test_amendment_is_refused_when_it_changes_nothing() -> None:
    with pytest.raises(no.AmendmentChangesNothing):
        published().amend({"kinds": ("project", "placement")}, Change.MATERIAL)


def test_amendment_is_refused_while_a_draft_is_open() -> None:
    with pytest.raises(no.DraftAlreadyOpen, match="version 2"):
        amended().amend({"title": "Other"}, Change.EDITORIAL)


def test_amendment_is_refused_before_the_first_version() -> None:
    with pytest.raises(no.AgreementNotPublished):
        drafted().amend({"title": "Other"}, Change.EDITORIAL)


@pytest.mark.parametrize(
    "given",
    [{"target_groups": ("statushouders",)}, {"ends_on": date(2028, 1, 1)}, {"guidance_model": "x"}],
)
def test_material_change_cannot_be_called_editorial(given: dict[str, object]) -> None:
    with pytest.raises(no.EditorialChangeIsMaterial):
        published().amend(given, Change.EDITORIAL)
    opened, _ = published().amend({"title": "Other"}, Change.EDITORIAL)
    with pytest.raises(no.EditorialChangeIsMaterial):
        opened.edit_draft(given)


def test_first_version_cannot_be_editorial() -> None:
    with pytest.raises(no.EditorialChangeIsMaterial):
        drafted().edit_draft({}, change=Change.EDITORIAL)


def test_material_version_gives_the_older_ones_eight_weeks() -> None:
    agreement, fact = amended().publish(publication(4))
    assert agreement.newest is not None
    assert (agreement.newest.number, agreement.material_sequence) == (2, 4)
    assert fact.step is Step.AMENDED
    assert agreement.valid_until(1) == date(2026, 12, 28)
    assert agreement.valid_until(2) is None
    assert [one.number for one in agreement.in_force(date(2026, 12, 28))] == [1, 2]
    assert [one.number for one in agreement.in_force(date(2026, 12, 29))] == [2]


def test_older_versions_run_out_when_the_coordinator_says() -> None:
    until = date(2027, 3, 31)
    agreement, _ = amended().publish(publication(2, previous_valid_until=until))
    assert agreement.valid_until(1) == until


def test_editorial_version_ends_nothing_and_is_not_the_material_one() -> None:
    agreement, _ = amended(Change.EDITORIAL, title="Other").publish(publication(2))
    assert agreement.valid_until(1) is None
    assert (agreement.material_version, agreement.material_sequence) == (1, 1)
    assert agreement.terms.title == "Other"


@pytest.mark.parametrize("until", [date(2026, 11, 1), date(2020, 1, 1)])
def test_older_versions_cannot_run_out_in_the_past(until: date) -> None:
    with pytest.raises(no.PreviousVersionKeepsItsTerm):
        amended().publish(publication(2, previous_valid_until=until))


def test_only_a_material_new_version_ends_older_ones() -> None:
    with pytest.raises(no.PreviousVersionKeepsItsTerm):
        drafted().publish(publication(1, previous_valid_until=TODAY))
    with pytest.raises(no.PreviousVersionKeepsItsTerm):
        amended(Change.EDITORIAL, title="Other").publish(publication(2, previous_valid_until=TODAY))


def test_draft_edited_back_to_what_is_published_is_not_published_again() -> None:
    agreement, _ = amended().edit_draft({"target_groups": ISS.target_groups})
    with pytest.raises(no.AmendmentChangesNothing):
        agreement.publish(publication(2))


def test_edit_changes_the_given_fields_only_and_says_which() -> None:
    agreement, fact = drafted().edit_draft({"instruments": ("proefplaats",)}, reason="asked for")
    assert agreement.terms == replace(ISS, instruments=("proefplaats",))
    assert [(d.field, d.before, d.after) for d in fact.differences] == [
        ("instruments", (), ("proefplaats",))
    ]


def test_terms_cannot_end_before_they_start() -> None:
    with pytest.raises(no.EndBeforeStart):
        drafted().edit_draft({"ends_on": date(2026, 11, 30)})


def test_withdrawing_the_first_draft_withdraws_the_agreement() -> None:
    agreement, _ = drafted().withdraw_draft(NOW, "not needed")
    assert agreement.status is Status.WITHDRAWN
    with pytest.raises(no.AgreementWithdrawn):
        agreement.publish(publication())


def test_withdrawing_an_amendment_leaves_the_agreement_published() -> None:
    agreement, _ = amended().withdraw_draft(NOW)
    assert (agreement.status, agreement.draft) == (Status.PUBLISHED, None)
    with pytest.raises(no.NoDraft):
        agreement.withdraw_draft(NOW)


def test_suspended_agreement_publishes_nothing_until_resumed() -> None:
    agreement, _ = amended().suspend(NOW, "inspection")
    with pytest.raises(no.AgreementSuspended):
        agreement.publish(publication(3))
    with pytest.raises(no.AgreementAlreadySuspended):
        agreement.suspend(NOW, "again")
    resumed, fact = agreement.resume(NOW, None)
    assert (resumed.status, fact.step) == (Status.PUBLISHED, Step.RESUMED)
    assert resumed.publish(publication(4))[0].material_version == 2


def test_only_what_is_suspended_can_be_resumed() -> None:
    with pytest.raises(no.AgreementNotSuspended):
        published().resume(NOW, None)


def test_draft_is_neither_suspended_nor_ended() -> None:
    with pytest.raises(no.AgreementNotPublished):
        drafted().suspend(NOW, "why")
    with pytest.raises(no.AgreementNotPublished):
        drafted().end(NOW, TODAY, TODAY, "why")


def test_end_gives_every_version_its_last_day() -> None:
    last = date(2027, 2, 2)
    agreement, fact = published().end(NOW, TODAY, last, "contract lost")
    assert (agreement.status, fact.reason) == (Status.ENDED, "contract lost")
    assert agreement.valid_until(1) == last
    assert agreement.in_force(last)
    assert not agreement.in_force(date(2027, 2, 3))


@pytest.mark.parametrize(
    ("on", "last"), [(TODAY, date(2027, 2, 2)), (date(2026, 11, 30), date(2027, 2, 28))]
)
def test_end_takes_three_months_notice_unless_told(on: date, last: date) -> None:
    assert published().end(NOW, on, None, "why")[0].ends_on == last


def test_end_is_never_in_the_past() -> None:
    with pytest.raises(no.EndHasPassed):
        published().end(NOW, TODAY, date(2026, 11, 1), "why")


def test_nothing_happens_to_an_agreement_that_has_ended() -> None:
    ended, _ = amended().end(NOW, TODAY, TODAY, "why")
    for step in (
        lambda: ended.amend({"title": "Other"}, Change.EDITORIAL),
        lambda: ended.publish(publication(2)),
        lambda: ended.edit_draft({"title": "Other"}),
        lambda: ended.suspend(NOW, "why"),
        lambda: ended.resume(NOW, None),
        lambda: ended.end(NOW, TODAY, TODAY, "why"),
    ):
        with pytest.raises(no.AgreementEnded):
            step()
