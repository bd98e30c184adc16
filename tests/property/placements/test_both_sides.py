# SPDX-License-Identifier: EUPL-1.2
"""A region and the owner of its place agree, whatever either does before it hears of the other.

The region says what its own table allows on what it was told last; words travel as the contract has
them, and only the newest is sure to arrive. Each word that arrives is recorded or refused with a
reason, and once both have heard everything they say the same of the place.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from services.placements.domain import Placement, Role, Step, settle
from services.placements.domain import refusals as owners
from services.placements.domain.actors import Actor as OwnersActor
from services.placements.domain.life import CONFIRMED_ONCE, OPEN
from services.placements.schemas.messages import submitted
from services.regions.domain import (
    LIFE,
    Actor,
    Basis,
    CandidateReference,
    Confirmation,
    HeldPlacement,
    PlacementDecision,
    PlacementId,
    PlacementWish,
    RegionCode,
    Route,
    Said,
    Standing,
)
from services.regions.domain import Step as Says
from services.regions.domain import refusals as regions
from services.regions.schemas.messages import placement_decision_submitted
from shared.contracts import canonical, content_hash
from shared.messaging import Arrival
from tests.unit.placements.places import DRECHTSTEDEN, NEIGHBOUR, NOW, TODAY, around, offered, step

REGION, OFFICER = RegionCode(DRECHTSTEDEN), Actor("wsp-officer", RegionCode(DRECHTSTEDEN))
CANDIDATE = CandidateReference("AM23-7K4M-2QXD")
# The last of these is not in the version, which a region that no longer holds it cannot know.
GROUPS = st.sampled_from(["jongeren_tot_27", "statushouders", "ww"])
OWN_STEPS: Mapping[Step, Role] = {
    Step.STARTED: Role.EMPLOYER,
    Step.CHECKED_IN: Role.EMPLOYER,
    Step.COMPLETED: Role.EMPLOYER,
    Step.ENDED_EARLY: Role.EMPLOYER,
    Step.WITHDRAWN: Role.SLW,
}


class BothSides(RuleBasedStateMachine):
    """One place: its owner, its region, and what is on its way between them."""

    def __init__(self) -> None:
        super().__init__()
        self.owner: Placement = offered()
        self.told: Placement = self.owner
        self.words: list[PlacementDecision] = []
        self.heard = 0

    @rule(what=st.sampled_from(Says), group=GROUPS, in_register=st.booleans())
    def region_says_anything(self, what: Says, group: str, *, in_register: bool) -> None:
        """Say something, which the region's own table may refuse."""
        self._says(what, group, in_register=in_register)

    @rule(which=st.integers(0, 5), group=GROUPS, in_register=st.booleans())
    def region_says(self, which: int, group: str, *, in_register: bool) -> None:
        """Say something that the region's own table knows from here."""
        standing = self._held().standing
        if known := [one for one in Says if isinstance(LIFE[one][standing], Standing)]:
            self._says(known[which % len(known)], group, in_register=in_register)

    def _says(self, what: Says, group: str, *, in_register: bool) -> None:
        held = self._held()
        found = Confirmation(CANDIDATE, (group,), in_register, criterion_met=True)
        wish = PlacementWish(
            what,
            confirmation=found if what is Says.CONFIRMED else None,
            changes={"target_groups": (group,), "in_register": in_register},
            reason_code="no_candidate" if what is Says.DECLINED else None,
            reason="Nagekeken",
            to_region=RegionCode(NEIGHBOUR) if what is Says.HANDED_OVER else None,
        )
        may_be_refused = not isinstance(LIFE[what][held.standing], Standing)
        unchanged = (regions.CorrectionChangesNothing, regions.NothingToCorrect)
        with suppress(regions.Refused if may_be_refused else unchanged):
            self.words.append(held.decide(wish, OFFICER, NOW + timedelta(hours=len(self.words))))

    @rule()
    def owner_hears(self) -> None:
        """Let the newest word arrive, and none that came before it."""
        if self.heard == len(self.words):
            return
        self.heard = len(self.words)
        word = submitted(_travelled(self.words[-1], self.heard)).decision
        after = settle(self.owner, word, around()).placement
        assert after.verdict is not None
        assert after.verdict.sequence == self.heard
        recorded = after.verdict.recorded == self.heard
        assert recorded is not bool(after.verdict.objection)
        self.owner = after

    @rule(which=st.sampled_from(sorted(OWN_STEPS)))
    def place_goes_on(self, which: Step) -> None:
        """Let the place go on without its region."""
        if self.owner.state in OPEN:
            return
        role = OWN_STEPS[which]
        actor = OwnersActor(role, employer=self.owner.employer_id)
        with suppress(owners.Refused):
            self.owner = step(which, self.owner, actor)

    @rule(withdrawn=st.booleans(), at_all=st.integers(0, 9))
    def place_falls_away(self, at_all: int, *, withdrawn: bool) -> None:
        """Let the place go now and then, while it is still open."""
        if at_all or self.owner.state not in OPEN:
            return
        by = OwnersActor(Role.SLW)
        gone = self.owner.withdraw(by, reason="Vervallen", today=TODAY) if withdrawn else None
        self.owner = gone or self.owner.lapse(TODAY)

    @rule()
    def region_hears(self) -> None:
        """Tell the region how the place is now."""
        self.told = self.owner

    def teardown(self) -> None:
        """Let both hear everything, and look whether they agree."""
        self.owner_hears()
        self.region_hears()
        held = self._held()
        assert held.standing.value == self.owner.state.value
        if self.owner.state in CONFIRMED_ONCE:
            counted, file = self.owner.confirmation, held.said
            assert counted is not None
            assert file.confirmation is not None
            assert counted.target_groups == frozenset(file.confirmation.target_groups)
            assert counted.in_register == file.confirmation.in_register
            assert counted.corrections == file.corrections

    def _held(self) -> HeldPlacement:
        """Give the region's copy, as `desk_placements` and `placement_files` weigh it."""
        answered, counts = self._answered()
        standing = Standing(self.told.state.value)
        early = {Standing.OFFERED, Standing.PICKED_UP, Standing.CONFIRMED}
        if len(self.words) > answered and standing in early:
            standing = self.words[-1].standing
        said = Said()
        for sequence, word in enumerate(self.words, 1):
            passed = word.step is Says.PICKED_UP and sequence < answered
            if sequence <= counts or sequence > answered or passed:
                said = word.said
        return HeldPlacement(
            region=REGION,
            id=PlacementId(self.told.id),
            sequence=1,
            standing=standing,
            route=Route(None, Basis.DESK),
            groups=None,
            neighbours=frozenset({RegionCode(NEIGHBOUR)}),
            said=said,
        )

    def _answered(self) -> tuple[int, int]:
        verdict = self.told.verdict
        return (0, 0) if verdict is None else (verdict.sequence, verdict.recorded or 0)


def _travelled(word: PlacementDecision, sequence: int) -> Arrival:
    sent = placement_decision_submitted(word)
    return Arrival(
        recipient="placements",
        subject=sent.subject,
        sequence=sequence,
        hash=content_hash(sent.data),
        type=sent.type,
        recorded_at=NOW,
        traceparent=None,
        data=sent.data,
        content=canonical(sent.data),
        event_id="00000000-0000-4000-8000-000000000001",
        message=b"",
    )


TestBothSides = BothSides.TestCase
TestBothSides.settings = settings(max_examples=300, stateful_step_count=25, deadline=None)
