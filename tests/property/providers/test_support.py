# SPDX-License-Identifier: EUPL-1.2
"""Whatever anybody tries on a request for support, in any order: what must hold, holds."""

from contextlib import suppress

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.providers.domain import LIFE, OPEN, Actor, Role, State, Step, Support, waiting
from services.providers.domain.refusals import Refused
from services.providers.domain.support import NEEDS
from tests.unit.providers.cases import JOBSTAP, act, asked, requested

NOBODY_HAS_IT = {State.REQUESTED, State.APPROVED, State.HANDED_BACK}


class Life(RuleBasedStateMachine):
    """One request, and everybody who may want something of it."""

    def __init__(self) -> None:
        super().__init__()
        self.support: Support | None = None
        self.need = NEEDS[0]

    @precondition(lambda self: self.support is None)
    @rule(
        need=st.sampled_from(NEEDS[1:]),
        payer=st.sampled_from(["employer", "region", "uwv"]),
        provider=st.sampled_from([JOBSTAP, None]),
    )
    def ask(self, need: str, payer: str, provider: None) -> None:
        """Ask for support."""
        self.support = requested(asked(need, payer), provider=provider)
        self.need = need

    @precondition(lambda self: self.support is not None)
    @rule(step=st.sampled_from([one for one in Step if one in LIFE]), role=st.sampled_from(Role))
    def try_step(self, step: Step, role: Role) -> None:
        """Try a step; a refusal changes nothing."""
        before = self.support
        assert before is not None
        with suppress(Refused):
            self.support = act(before, step, Actor(role))
            assert before.is_open
            assert role in LIFE[step].by
            assert self.support.revision == before.revision + 1
            assert NEEDS.index(self.support.need) >= NEEDS.index(before.need)

    @invariant()
    def what_must_hold(self) -> None:
        """Hold a request against what is always so."""
        one = self.support
        if one is None:
            return
        assert one.need != NEEDS[0]
        assert one.is_open == (one.state in OPEN)
        assert (one.closing is not None) == (one.state is State.CLOSED)
        assert (one.accept_by is not None) == (one.state is State.ASSIGNED)
        assert one.provider is None or one.provider.works_in(one.region)
        if one.state in NOBODY_HAS_IT:
            assert one.provider is None
        if not one.is_open:
            assert (waiting(one), one.first_contact_by) == ([], None)
        assert one.first_contact_by is None or one.first_contact_on is None


TestLife = Life.TestCase
