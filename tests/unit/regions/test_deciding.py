# SPDX-License-Identifier: EUPL-1.2
"""What a region may decide on an agreement that it holds."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.regions.domain import AgreementId, Choice, HeldAgreement, RegionCode, Wish
from services.regions.domain.refusals import (
    AgreementOver,
    DecisionIncomplete,
    ParticipationWithdrawn,
    VersionNotInForce,
)

ZWOLLE = RegionCode("AM36")
ISS = AgreementId("5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d")
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
HELD = HeldAgreement(
    region=ZWOLLE, id=ISS, sequence=7, status="published", versions=(2, 3), participation="invited"
)
SIGNED = Wish(Choice.ACCEPTED, signed_on=date(2026, 11, 30), employer_signed_on=date(2026, 12, 1))


def test_decision_names_the_state_it_was_made_on() -> None:
    decision = HELD.decide(SIGNED, NOW)

    assert (decision.region, decision.agreement_id) == (ZWOLLE, ISS)
    assert decision.agreement_sequence == 7
    assert decision.decided_at == NOW


def test_decision_is_on_the_newest_version_when_none_is_named() -> None:
    assert HELD.decide(SIGNED, NOW).version == 3


def test_decision_may_name_an_older_version_while_it_is_in_force() -> None:
    assert HELD.decide(replace(SIGNED, version=2), NOW).version == 2


@pytest.mark.parametrize("version", [1, 4])
def test_decision_on_a_version_that_is_not_in_force_is_refused(version: int) -> None:
    with pytest.raises(VersionNotInForce, match=f"version {version} .* in force: 2, 3"):
        HELD.decide(replace(SIGNED, version=version), NOW)


@pytest.mark.parametrize("status", ["ended", "expired"])
def test_decision_is_refused_when_the_agreement_is_over(status: str) -> None:
    with pytest.raises(AgreementOver, match=status):
        replace(HELD, status=status, versions=()).decide(SIGNED, NOW)


def test_decision_is_taken_while_the_agreement_is_suspended() -> None:
    assert replace(HELD, status="suspended").decide(SIGNED, NOW).version == 3


def test_decision_is_refused_when_the_region_takes_no_part_any_more() -> None:
    with pytest.raises(ParticipationWithdrawn, match=ZWOLLE):
        replace(HELD, participation="withdrawn").decide(SIGNED, NOW)


def test_decision_is_taken_while_the_owners_word_is_still_on_its_way() -> None:
    assert replace(HELD, participation=None).decide(SIGNED, NOW).version == 3


@pytest.mark.parametrize(
    ("wish", "missing"),
    [
        (replace(SIGNED, signed_on=None), "the region signed"),
        (replace(SIGNED, employer_signed_on=None), "the employer signed"),
        (Wish(Choice.ACCEPTED), "the region signed and .* the employer signed"),
        (Wish(Choice.DECLINED), "the reason"),
        (Wish(Choice.DECLINED, reason=""), "the reason"),
    ],
)
def test_decision_that_says_too_little_is_refused(wish: Wish, missing: str) -> None:
    with pytest.raises(DecisionIncomplete, match=missing):
        HELD.decide(wish, NOW)


@pytest.mark.parametrize(
    "wish",
    [
        Wish(Choice.DECLINED, reason="geen kandidaten"),
        Wish(Choice.CONSIDERING),
        Wish(Choice.CONSIDERING, expected_on=date(2027, 1, 15)),
    ],
)
def test_declining_needs_a_reason_and_considering_needs_nothing(wish: Wish) -> None:
    assert HELD.decide(wish, NOW).wish == wish
