# SPDX-License-Identifier: EUPL-1.2
"""A region's part: invited, decided, left, invited again."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.agreements.domain import (
    Agreement,
    AgreementId,
    Change,
    Choice,
    Consent,
    Decision,
    EmployerId,
    Invitation,
    Outcome,
    Participation,
    Publication,
    Region,
    Standing,
    Step,
    Terms,
    Verdict,
    after_publication,
    decide,
    invite,
    outsider,
    remove,
)
from services.agreements.domain import refusals as no

TODAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
LATER = date(2027, 6, 1)
AGREED = Consent(TODAY, "landelijk contactpersoon")
ZWOLLE, DRECHTSTEDEN = Region("AM36"), Region("AM23")
ID = AgreementId("a")
DRAFT = Agreement.register(
    ID,
    EmployerId("e"),
    Terms("ISS", ("statushouders",), "eigen_buddy", starts_on=date(2026, 12, 1)),
)[0]
V1 = DRAFT.publish(Publication(1, NOW, TODAY, AGREED))[0]
V2_MATERIAL = V1.amend({"target_groups": ("ww",)}, Change.MATERIAL)[0].publish(
    Publication(2, NOW, TODAY, AGREED)
)[0]
V2_EDITORIAL = V1.amend({"title": "ISS FS"}, Change.EDITORIAL)[0].publish(
    Publication(2, NOW, TODAY, AGREED)
)[0]
INVITED = Participation(ID, ZWOLLE, Standing.INVITED, NOW, respond_by=date(2026, 12, 28))
ACCEPT = Decision(
    1, Choice.ACCEPTED, 1, signed_on=date(2026, 11, 5), employer_signed_on=date(2026, 11, 9)
)
ACCEPTED = decide(V1, INVITED, ACCEPT, TODAY)[0]


def after(agreement: Agreement, participation: Participation) -> tuple[Participation, ...]:
    return after_publication(agreement, {participation.region: participation}, TODAY)


def test_invitation_to_a_draft_has_no_deadline_yet() -> None:
    (zwolle,), fact = invite(DRAFT, {}, Invitation([ZWOLLE], NOW, TODAY))
    assert (zwolle.standing, zwolle.respond_by) == (Standing.INVITED, None)
    assert fact is not None
    assert (fact.step, fact.regions) == (Step.REGIONS_INVITED, (ZWOLLE,))


def test_late_joiner_has_eight_weeks() -> None:
    (drechtsteden,), _ = invite(
        V1, {ZWOLLE: INVITED}, Invitation([DRECHTSTEDEN, ZWOLLE], NOW, LATER)
    )
    assert drechtsteden.region == DRECHTSTEDEN
    assert drechtsteden.respond_by == date(2027, 7, 27)


def test_deadline_given_is_the_deadline_taken() -> None:
    (zwolle,), _ = invite(DRAFT, {}, Invitation([ZWOLLE], NOW, TODAY, LATER))
    assert zwolle.respond_by == LATER
    assert after_publication(V1, {ZWOLLE: zwolle}, TODAY)[0].respond_by == LATER
    assert after_publication(V1, {ZWOLLE: zwolle}, TODAY, TODAY)[0].respond_by == TODAY
    with pytest.raises(no.TimeToRespondHasPassed):
        invite(V1, {}, Invitation([ZWOLLE], NOW, LATER, TODAY))


def test_invitation_of_those_who_take_part_changes_nothing() -> None:
    assert invite(V1, {ZWOLLE: ACCEPTED}, Invitation([ZWOLLE, ZWOLLE], NOW, TODAY)) == ((), None)


def test_leaver_that_is_invited_again_starts_anew() -> None:
    left, fact = remove({ZWOLLE: ACCEPTED}, ZWOLLE, "moved to another agreement")
    assert (left.standing, left.version) == (Standing.WITHDRAWN, None)
    assert (fact.step, fact.regions) == (Step.PARTICIPANT_REMOVED, (ZWOLLE,))
    (again,), _ = invite(V1, {ZWOLLE: left}, Invitation([ZWOLLE], NOW, TODAY))
    assert (again.standing, again.version, again.reason) == (Standing.INVITED, None, None)
    assert again.verdict == ACCEPTED.verdict


def test_agreed_annex_waits_for_a_leaver_to_come_back() -> None:
    part = replace(ACCEPTED, extra_instruments=("harrie_training",))

    left, _ = remove({ZWOLLE: part}, ZWOLLE, "moved to another agreement")
    (again,), _ = invite(V1, {ZWOLLE: left}, Invitation([ZWOLLE], NOW, TODAY))

    assert again.extra_instruments == ("harrie_training",)


def test_removal_of_a_region_that_takes_no_part_is_refused() -> None:
    with pytest.raises(no.NotAParticipant, match="AM23"):
        remove({ZWOLLE: INVITED}, DRECHTSTEDEN, "why")
    left, _ = remove({ZWOLLE: INVITED}, ZWOLLE, "why")
    with pytest.raises(no.NotAParticipant):
        remove({ZWOLLE: left}, ZWOLLE, "why")


def test_nobody_is_invited_to_what_is_over() -> None:
    with pytest.raises(no.AgreementEnded):
        invite(V1.end(NOW, TODAY, TODAY, "why")[0], {}, Invitation([ZWOLLE], NOW, TODAY))
    with pytest.raises(no.AgreementWithdrawn):
        invite(DRAFT.withdraw_draft(NOW)[0], {}, Invitation([ZWOLLE], NOW, TODAY))


def test_first_version_starts_the_time_to_respond_of_everybody_who_takes_part() -> None:
    invited, _ = invite(DRAFT, {}, Invitation([ZWOLLE, DRECHTSTEDEN], NOW, TODAY))
    left, _ = remove({one.region: one for one in invited}, ZWOLLE, "why")
    known = {one.region: one for one in invited} | {ZWOLLE: left}
    (drechtsteden,) = after_publication(V1, known, TODAY)
    assert (drechtsteden.region, drechtsteden.respond_by) == (DRECHTSTEDEN, date(2026, 12, 28))


def test_acceptance_is_active_from_the_later_signature() -> None:
    assert (ACCEPTED.standing, ACCEPTED.version) == (Standing.ACCEPTED, 1)
    assert ACCEPTED.active_from == date(2026, 11, 9)
    assert ACCEPTED.verdict is not None
    assert ACCEPTED.verdict.outcome is Outcome.RECORDED


def test_material_version_has_to_be_confirmed_by_those_who_accepted() -> None:
    (moved,) = after(V2_MATERIAL, ACCEPTED)
    assert (moved.standing, moved.version) == (Standing.TO_BE_CONFIRMED, 1)
    confirmed, _ = decide(V2_MATERIAL, moved, replace(ACCEPT, sequence=2, version=2), TODAY)
    assert (confirmed.standing, confirmed.version) == (Standing.ACCEPTED, 2)


def test_editorial_version_moves_nothing() -> None:
    assert after(V2_EDITORIAL, ACCEPTED) == ()


def test_considering_an_editorial_version_leaves_what_was_accepted() -> None:
    answered, _ = decide(V2_EDITORIAL, ACCEPTED, Decision(2, Choice.CONSIDERING, 2), TODAY)

    assert answered.standing is Standing.ACCEPTED
    assert answered.verdict == Verdict(
        2, Outcome.REFUSED, "version 1 was accepted, and nothing material has changed since"
    )


@pytest.mark.parametrize("standing", [Standing.INVITED, Standing.CONSIDERING, Standing.DECLINED])
def test_material_version_leaves_those_who_did_not_accept(standing: Standing) -> None:
    assert after(V2_MATERIAL, replace(INVITED, standing=standing)) == ()


def test_acceptance_that_crosses_a_material_version_waits_to_be_confirmed() -> None:
    crossed, fact = decide(V2_MATERIAL, INVITED, ACCEPT, TODAY)
    assert (crossed.standing, crossed.version) == (Standing.TO_BE_CONFIRMED, 1)
    assert fact.step is Step.DECISION_RECORDED


def test_declining_a_newer_version_leaves_the_older_acceptance() -> None:
    (moved,) = after(V2_MATERIAL, ACCEPTED)
    declined, _ = decide(
        V2_MATERIAL, moved, Decision(2, Choice.DECLINED, 2, reason="other groups"), TODAY
    )
    assert (declined.standing, declined.version) == (Standing.DECLINED, 1)
    assert declined.signed_on == ACCEPT.signed_on


def test_declining_what_was_accepted_ends_the_acceptance() -> None:
    declined, _ = decide(V1, ACCEPTED, Decision(2, Choice.DECLINED, 1, reason="why"), TODAY)
    assert (declined.standing, declined.version) == (Standing.DECLINED, None)
    assert declined.active_from is None


def test_considering_keeps_the_day_on_which_an_answer_is_expected() -> None:
    considering, _ = decide(
        V1, INVITED, Decision(1, Choice.CONSIDERING, 1, expected_on=LATER), TODAY
    )
    assert (considering.standing, considering.expected_on) == (Standing.CONSIDERING, LATER)


@pytest.mark.parametrize(
    ("participation", "decision", "why"),
    [
        (outsider(ID, ZWOLLE), ACCEPT, "takes no part"),
        (remove({ZWOLLE: INVITED}, ZWOLLE, "why")[0], ACCEPT, "takes no part"),
        (INVITED, replace(ACCEPT, version=2), "not known"),
        (INVITED, replace(ACCEPT, signed_on=None), "both signatures"),
        (INVITED, replace(ACCEPT, employer_signed_on=None), "both signatures"),
        (INVITED, Decision(1, Choice.DECLINED, 1), "reason"),
        (ACCEPTED, Decision(2, Choice.CONSIDERING, 1), "nothing material has changed"),
    ],
)
def test_refused_decision_says_why_and_moves_nothing(
    participation: Participation, decision: Decision, why: str
) -> None:
    answered, fact = decide(V1, participation, decision, TODAY)
    assert answered.verdict is not None
    assert (answered.verdict.sequence, answered.verdict.outcome) == (
        decision.sequence,
        Outcome.REFUSED,
    )
    assert why in str(answered.verdict.reason)
    assert replace(answered, verdict=participation.verdict) == participation
    assert fact.step is Step.DECISION_REFUSED


def test_decision_on_a_version_that_ran_out_is_refused() -> None:
    answered, _ = decide(V2_MATERIAL, INVITED, ACCEPT, LATER)
    assert answered.verdict is not None
    assert "no longer in force" in str(answered.verdict.reason)


def test_decision_on_an_agreement_that_ended_is_refused() -> None:
    ended, _ = V1.end(NOW, TODAY, LATER, "why")
    answered, _ = decide(ended, INVITED, ACCEPT, TODAY)
    assert answered.verdict is not None
    assert answered.verdict.reason == "the agreement has ended"


def test_older_version_is_not_accepted_after_a_newer_one() -> None:
    newer, _ = decide(V2_MATERIAL, INVITED, replace(ACCEPT, version=2), TODAY)
    answered, _ = decide(V2_MATERIAL, newer, replace(ACCEPT, sequence=2), TODAY)
    assert (answered.version, answered.standing) == (2, Standing.ACCEPTED)


def test_decision_while_suspended_is_recorded() -> None:
    suspended, _ = V1.suspend(NOW, "inspection")
    answered, _ = decide(suspended, INVITED, ACCEPT, TODAY)
    assert answered.standing is Standing.ACCEPTED
