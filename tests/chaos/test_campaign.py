# SPDX-License-Identifier: EUPL-1.2
"""A short campaign: faults overlap under load, and the checker finds nothing."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from tests.chaos.campaign import Campaign, Plan
from tests.chaos.catalogue import LONG, ON_DISKS, faults
from tests.chaos.schedule import rounds, schedule

SEED = 3
SECONDS = 45.0
# To lay disks takes as long as half of this campaign, and so does a minute of a zombie.
QUICK = faults().keys() - ON_DISKS - LONG


def test_short_campaign_loses_repeats_and_reverts_nothing(
    home_folder: Callable[[str], Path],
) -> None:
    said: list[str] = []
    folder = home_folder("chaos")

    verdict = Campaign(Plan(SEED, SECONDS, QUICK), folder, said.append).run()

    story = "\n".join(said)
    assert {word: list(found) for word, found in verdict.findings.items() if found} == {}, story
    assert sum(verdict.faults.values()) >= 3, story
    assert verdict.acknowledged >= 40
    assert verdict.unanswered == 0


def test_same_seed_draws_the_same_faults_and_each_once_before_any_comes_again() -> None:
    kinds = faults().keys()
    drawn = list(schedule(kinds, 7, 600.0))

    assert drawn == list(schedule(kinds, 7, 600.0))
    assert drawn != list(schedule(kinds, 8, 600.0))
    assert {kind for _, kind in drawn[: len(kinds)]} == set(kinds)
    assert all(before < after for (before, _), (after, _) in pairwise(drawn))


def test_single_faults_come_in_rounds_of_every_kind() -> None:
    kinds = {"broker-killed", "killed-regions", "zombie-relay"}
    drawn = list(rounds(kinds, 7, 8))

    assert {kind: drawn.count(kind) for kind in kinds} == dict.fromkeys(kinds, 8)
    assert set(drawn[:3]) == kinds
