# SPDX-License-Identifier: EUPL-1.2
"""Consultation and consent: the concept stands still, and the employer agrees to these terms."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.agreements.domain import (
    Actor,
    Agreement,
    AgreementId,
    Change,
    Consent,
    EmployerId,
    Participation,
    Publication,
    Region,
    Role,
    Standing,
    Status,
    Terms,
)
from services.agreements.domain import refusals as no
from services.agreements.domain.comments import comment

TODAY, LAST_DAY = date(2026, 11, 2), date(2026, 11, 16)
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
ZWOLLE, DRECHTSTEDEN = Region("AM36"), Region("AM23")
AGREED = Consent(TODAY, "landelijk contactpersoon")
TERMS = Terms("ISS", ("statushouders",), "eigen_buddy", starts_on=date(2026, 12, 1))
DRAFT = Agreement.register(AgreementId("a"), EmployerId("e"), TERMS)[0]
OPEN = DRAFT.consult([ZWOLLE], NOW, TODAY, LAST_DAY, "nieuw")[0]
KNOWN = {ZWOLLE: Participation(AgreementId("a"), ZWOLLE, Standing.INVITED, NOW)}
OFFICER = Actor(Role.OFFICER, ZWOLLE)


def published(agreement: Agreement, consent: Consent | None = None) -> Agreement:
    return agreement.publish(Publication(1, NOW, TODAY, consent))[0]


def test_concept_stands_still_while_regions_comment() -> None:
    assert OPEN.status is Status.IN_CONSULTATION
    with pytest.raises(no.ConsultationOpen):
        OPEN.edit_draft({"title": "ISS FS"})
    with pytest.raises(no.ConsultationOpen):
        OPEN.consult([ZWOLLE], NOW, TODAY, LAST_DAY)


def test_draft_of_a_next_version_stands_still_too_and_the_agreement_stays_published() -> None:
    first = published(DRAFT, AGREED)
    amended, _ = first.amend({"target_groups": ("ww",)}, Change.MATERIAL)
    opened, fact = amended.consult([ZWOLLE], NOW, TODAY, LAST_DAY)

    assert (opened.status, fact.version) == (Status.PUBLISHED, 2)
    with pytest.raises(no.ConsultationOpen):
        opened.edit_draft({"title": "ISS FS"})
    assert opened.close_consultation(NOW)[0].edit_draft({"title": "ISS FS"})


def test_next_round_has_the_next_number_and_the_concept_of_its_day() -> None:
    closed, _ = OPEN.close_consultation(NOW, "genoeg gehoord")
    edited, _ = closed.edit_draft({"title": "ISS FS"})
    again, _ = edited.consult([ZWOLLE], NOW, TODAY, LAST_DAY)

    assert again.consultation is not None
    assert (again.consultation.round, again.consultation.terms.title) == (2, "ISS FS")


def test_publication_closes_the_consultation() -> None:
    done = published(OPEN, AGREED)

    assert done.consulted is None
    assert done.consultation is not None
    assert done.consultation.closed_at == NOW


@pytest.mark.parametrize(
    ("invited", "respond_by", "refusal"),
    [
        ([], LAST_DAY, no.NobodyToConsult),
        ([ZWOLLE], date(2026, 11, 1), no.TimeToCommentHasPassed),
    ],
)
def test_consultation_needs_somebody_and_some_time(
    invited: list[Region], respond_by: date, refusal: type[no.Refused]
) -> None:
    with pytest.raises(refusal):
        DRAFT.consult(invited, NOW, TODAY, respond_by)


def test_comment_carries_region_round_and_version() -> None:
    said, fact = comment(OFFICER, OPEN, KNOWN, (None, "Graag ook ww"), LAST_DAY)

    assert (said.region, said.round, said.version) == (ZWOLLE, 1, 1)
    assert fact.regions == (ZWOLLE,)


@pytest.mark.parametrize(
    ("actor", "region", "agreement", "on", "refusal"),
    [
        (Actor(Role.EMPLOYER), ZWOLLE, OPEN, TODAY, no.NotForThisRole),
        (OFFICER, DRECHTSTEDEN, OPEN, TODAY, no.NotTheirs),
        (Actor(Role.OFFICER), None, OPEN, TODAY, no.RegionMissing),
        (Actor(Role.OFFICER), DRECHTSTEDEN, OPEN, TODAY, no.NotAParticipant),
        (OFFICER, None, DRAFT, TODAY, no.NoConsultationOpen),
        (OFFICER, None, OPEN, date(2026, 11, 17), no.TimeToCommentHasPassed),
    ],
)
def test_comment_that_cannot_be_is_refused_by_name(
    actor: Actor,
    region: Region | None,
    agreement: Agreement,
    on: date,
    refusal: type[no.Refused],
) -> None:
    with pytest.raises(refusal):
        comment(actor, agreement, KNOWN, (region, "tekst"), on)


def test_first_and_material_versions_need_the_employers_consent() -> None:
    with pytest.raises(no.EmployerConsentMissing):
        published(DRAFT)
    first = published(DRAFT, AGREED)
    material, _ = first.amend({"target_groups": ("ww",)}, Change.MATERIAL)
    with pytest.raises(no.EmployerConsentMissing):
        published(material)
    editorial, _ = first.amend({"title": "ISS FS"}, Change.EDITORIAL)
    assert published(editorial).versions[-1].consent is None


def test_consent_may_stand_in_the_draft_and_is_to_those_terms_only() -> None:
    drafted, _ = DRAFT.edit_draft({}, consent=AGREED)
    assert published(drafted).versions[-1].consent == AGREED
    edited, _ = drafted.edit_draft({"target_groups": ("ww",)})
    with pytest.raises(no.EmployerConsentMissing):
        published(edited)
    again, _ = drafted.edit_draft({"target_groups": ("ww",)}, consent=AGREED)
    assert published(again).versions[-1].consent == AGREED


def test_consent_of_a_day_to_come_is_refused() -> None:
    with pytest.raises(no.EmployerConsentLiesAhead):
        published(DRAFT, replace(AGREED, on=date(2026, 11, 3)))


def test_agreement_expires_by_its_ending_or_by_its_terms() -> None:
    by_terms, _ = DRAFT.edit_draft({"ends_on": date(2027, 12, 31)})
    running = published(by_terms, AGREED)
    assert running.last_day == date(2027, 12, 31)
    ended, _ = running.end(NOW, TODAY, date(2027, 6, 30), "stopt")
    assert ended.last_day == date(2027, 6, 30)
    expired, fact = ended.expire(NOW)
    assert (expired.status, expired.told(date(2028, 1, 1))) == (Status.EXPIRED, ended.versions)
    assert fact.step.value == "expired"
