# SPDX-License-Identifier: EUPL-1.2
"""Any order of steps: what may never be, whatever coordinators and regions do."""
# ruff: noqa: D102 - the name of a step or an invariant is its sentence

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.agreements.domain import (
    Agreement,
    AgreementId,
    Change,
    Choice,
    Consent,
    Decision,
    EmployerId,
    Fact,
    Invitation,
    Participation,
    Publication,
    Region,
    Standing,
    Status,
    Terms,
    Version,
    after_publication,
    decide,
    invite,
    outsider,
    remove,
)
from services.agreements.domain.refusals import Refused

REGIONS = st.sampled_from([Region("AM36"), Region("AM23"), Region("AM30")])
GROUPS = st.sets(st.sampled_from(["p_wet_langdurig", "statushouders", "ww"]), max_size=2)
TITLES = st.sampled_from(["ISS", "ISS Facility Services"])
DAYS = st.sampled_from([0, 1, 30, 90]).map(lambda days: timedelta(days=days))
FIRST_DAY = date(2026, 11, 2)
Step = Callable[[Agreement], tuple[Agreement, Fact]]


class Life(RuleBasedStateMachine):
    """An agreement and its regions, and the little that must be remembered to judge them."""

    def __init__(self) -> None:
        super().__init__()
        self.today = FIRST_DAY
        self.sequence = 0
        self.material_sequence = 0
        self.decisions = 0
        self.published: tuple[Version, ...] = ()
        self.run_out: set[int] = set()
        self.regions: dict[Region, Participation] = {}

    @property
    def now(self) -> datetime:
        return datetime(self.today.year, self.today.month, self.today.day, 9, tzinfo=UTC)

    @initialize(groups=GROUPS, regions=st.sets(REGIONS))
    def register(self, groups: set[str], regions: set[Region]) -> None:
        terms = Terms("ISS", tuple(groups), "eigen_buddy", starts_on=FIRST_DAY)
        self.agreement, _ = Agreement.register(AgreementId("a"), EmployerId("e"), terms)
        for region in regions:
            self.invite(region)
        self.publish(None)

    def attempt(self, step: Step, *, told: bool = False) -> bool:
        """Take a step; one that is refused leaves everything as it was."""
        before = self.agreement
        try:
            self.agreement, fact = step(before)
        except Refused:
            return False
        assert fact.step
        assert self.agreement.revision == before.revision + 1
        self.sequence += told
        return True

    @rule(groups=GROUPS)
    def edit(self, groups: set[str]) -> None:
        self.attempt(lambda one: one.edit_draft({"target_groups": tuple(groups)}))

    @rule(groups=GROUPS)
    def amend_materially(self, groups: set[str]) -> None:
        self.attempt(lambda one: one.amend({"target_groups": tuple(groups)}, Change.MATERIAL))

    @rule(title=TITLES)
    def amend_editorially(self, title: str) -> None:
        self.attempt(lambda one: one.amend({"title": title}, Change.EDITORIAL))

    @rule(groups=GROUPS, until=st.none() | DAYS)
    def amend_and_publish(self, groups: set[str], until: timedelta | None) -> None:
        self.amend_materially(groups)
        self.publish(until)

    @rule(title=TITLES)
    def retitle_and_publish(self, title: str) -> None:
        self.amend_editorially(title)
        self.publish(None)

    @precondition(lambda self: self.agreement.versions)
    @rule()
    def withdraw_draft(self) -> None:
        self.attempt(lambda one: one.withdraw_draft(self.now))

    @rule(until=st.none() | DAYS)
    def publish(self, until: timedelta | None) -> None:
        day = None if until is None else self.today + until
        publication = Publication(
            self.sequence + 1,
            self.now,
            self.today,
            Consent(self.today, "landelijk contactpersoon"),
            previous_valid_until=day,
        )
        if not self.attempt(lambda one: one.publish(publication), told=True):
            return
        newest = self.agreement.versions[-1]
        if newest.change is Change.MATERIAL:
            self.material_sequence = self.sequence
        moved = after_publication(self.agreement, self.regions, self.today)
        if newest.change is Change.EDITORIAL:
            assert moved == ()
        self.regions |= {one.region: one for one in moved}

    @rule()
    def suspend(self) -> None:
        self.attempt(lambda one: one.suspend(self.now, "why"), told=True)

    @rule()
    def resume(self) -> None:
        self.attempt(lambda one: one.resume(self.now, None), told=True)

    @rule(rest=DAYS, chance=st.integers(0, 4))
    def end(self, rest: timedelta, chance: int) -> None:
        # Seldom, so that lives are long enough to be worth watching.
        if chance == 0:
            last = self.today + rest
            self.attempt(lambda one: one.end(self.now, self.today, last, "why"), told=True)

    @rule(region=REGIONS)
    def invite(self, region: Region) -> None:
        try:
            invited, _ = invite(
                self.agreement, self.regions, Invitation([region], self.now, self.today)
            )
        except Refused:
            assert self.agreement.status in {Status.ENDED, Status.WITHDRAWN}
            return
        again, fact = invite(
            self.agreement,
            self.regions | {one.region: one for one in invited},
            Invitation([region], self.now, self.today),
        )
        assert (again, fact) == ((), None)
        self.regions |= {one.region: one for one in invited}

    @rule(region=REGIONS)
    def remove(self, region: Region) -> None:
        try:
            self.regions[region], _ = remove(self.regions, region, "why")
        except Refused:
            assert region not in self.regions or not self.regions[region].takes_part

    @rule(
        region=REGIONS,
        choice=st.sampled_from(Choice),
        version=st.integers(1, 4),
        signed=st.sampled_from([True, True, False]),
    )
    def decide(self, region: Region, choice: Choice, version: int, *, signed: bool) -> None:
        self.decisions += 1
        day = self.today if signed else None
        decision = Decision(self.decisions, choice, version, "why", day, day)
        before = self.regions.get(region) or outsider(self.agreement.id, region)
        after, _ = decide(self.agreement, before, decision, self.today)
        assert after.verdict is not None
        assert after.verdict.sequence == self.decisions
        if after.version != before.version and after.version is not None:
            assert after.version in {one.number for one in self.agreement.in_force(self.today)}
        self.regions[region] = after

    @rule(days=DAYS)
    def let_days_pass(self, days: timedelta) -> None:
        self.today += days

    @invariant()
    def versions_are_never_rewritten(self) -> None:
        assert self.agreement.versions[: len(self.published)] == self.published
        self.published = self.agreement.versions
        numbers = [one.number for one in self.published]
        assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def what_has_run_out_never_comes_back(self) -> None:
        valid = {one.number for one in self.agreement.in_force(self.today)}
        assert not valid & self.run_out
        self.run_out |= {one.number for one in self.agreement.versions} - valid

    @invariant()
    def newest_version_is_in_force_until_the_agreement_ends(self) -> None:
        if self.agreement.status in {Status.PUBLISHED, Status.SUSPENDED}:
            assert self.agreement.newest in self.agreement.in_force(self.today)

    @invariant()
    def material_sequence_is_that_of_the_last_material_version(self) -> None:
        assert self.agreement.material_sequence == self.material_sequence

    @invariant()
    def there_is_always_a_draft_or_a_version(self) -> None:
        assert self.agreement.terms
        over = self.agreement.status in {Status.DRAFT, Status.WITHDRAWN}
        assert over == (not self.agreement.versions)

    @invariant()
    def acceptance_is_of_every_material_change_and_signed_twice(self) -> None:
        for one in self.regions.values():
            if one.standing is Standing.ACCEPTED:
                assert one.version is not None
                assert one.version >= self.agreement.material_version
                assert one.active_from is not None
            if one.standing is Standing.TO_BE_CONFIRMED:
                assert one.version is not None
                assert one.version < self.agreement.material_version
            if one.standing in {Standing.INVITED, Standing.WITHDRAWN}:
                assert one.version is None


Life.TestCase.settings = settings(max_examples=150, stateful_step_count=50, deadline=None)
TestLife = Life.TestCase
