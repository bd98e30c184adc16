# SPDX-License-Identifier: EUPL-1.2
"""Every state, every step and every role: what the tables say is what happens, and all of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product

import pytest

from services.agreements.domain import (
    Act,
    Actor,
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
    Role,
    Standing,
    Status,
    Terms,
    decide,
    invite,
    permit,
    remove,
)
from services.agreements.domain.annexes import (
    ANNEX,
    SETTLED_BY,
    Additions,
    Annex,
    AnnexState,
    AnnexStep,
    settle,
)
from services.agreements.domain.life import BY_WHOM, LIFE
from services.agreements.domain.participation import MOVED_BY, PART, Move, may_leave
from services.agreements.domain.projects import (
    LED_BY,
    WAYS,
    Project,
    ProjectState,
    ProjectStep,
    go_on,
)
from services.agreements.domain.refusals import NotForThisRole, NotTheirs, Refused
from services.agreements.domain.ways import No

TODAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
ZWOLLE, DRECHTSTEDEN = Region("AM36"), Region("AM23")
AGREED = Consent(TODAY, "landelijk contactpersoon")
TERMS = Terms(
    "ISS",
    ("statushouders",),
    "eigen_buddy",
    kinds=("placement", "project"),
    starts_on=date(2026, 12, 1),
)
Step = Callable[[Agreement], tuple[Agreement, object]]

STEPS: dict[Act, Step] = {
    Act.EDIT: lambda one: one.edit_draft({"title": "ISS FS"}),
    Act.WITHDRAW_DRAFT: lambda one: one.withdraw_draft(NOW),
    Act.CONSULT: lambda one: one.consult([ZWOLLE], NOW, TODAY, TODAY),
    Act.CLOSE_CONSULTATION: lambda one: one.close_consultation(NOW),
    Act.AMEND: lambda one: one.amend({"title": "ISS FS"}, Change.EDITORIAL),
    Act.PUBLISH: lambda one: one.publish(Publication(2, NOW, TODAY, AGREED)),
    Act.SUSPEND: lambda one: one.suspend(NOW, "inspection"),
    Act.RESUME: lambda one: one.resume(NOW, None),
    Act.END: lambda one: one.end(NOW, TODAY, None, "stops"),
    Act.EXPIRE: lambda one: one.expire(NOW),
}
NEEDS_A_DRAFT = {Act.EDIT, Act.WITHDRAW_DRAFT, Act.CONSULT, Act.PUBLISH}


def agreement(status: Status, act: Act) -> Agreement:
    """Give an agreement in a state, with everything else that an act needs."""
    draft, _ = Agreement.register(AgreementId("a"), EmployerId("e"), TERMS)
    if status is Status.DRAFT:
        return draft
    if status is Status.IN_CONSULTATION:
        return draft.consult([ZWOLLE], NOW, TODAY, TODAY)[0]
    if status is Status.WITHDRAWN:
        return draft.withdraw_draft(NOW)[0]
    made, _ = draft.publish(Publication(1, NOW, TODAY, AGREED))
    if act in NEEDS_A_DRAFT | {Act.CLOSE_CONSULTATION}:
        made, _ = made.amend({"target_groups": ("ww",)}, Change.MATERIAL)
    if act is Act.CLOSE_CONSULTATION:
        made, _ = made.consult([ZWOLLE], NOW, TODAY, TODAY)
    return replace(made, status=status)


@pytest.mark.parametrize(("act", "status", "role"), list(product(Act, Status, Role)))
def test_agreement_goes_where_the_table_says_or_is_refused_by_name(
    act: Act, status: Status, role: Role
) -> None:
    before, to = agreement(status, act), LIFE[act, status]

    def go() -> Agreement:
        permit(Actor(role), act)
        return STEPS[act](before)[0]

    if role not in BY_WHOM[act]:
        with pytest.raises(NotForThisRole, match=role.value):
            go()
    elif isinstance(to, No):
        with pytest.raises(to.kind, match=to.says):
            go()
    else:
        assert go().status is to


PARTS = {
    Standing.INVITED: {},
    Standing.CONSIDERING: {},
    Standing.ACCEPTED: {"version": 2},
    Standing.DECLINED: {},
    Standing.TO_BE_CONFIRMED: {"version": 1},
    Standing.WITHDRAWN: {},
}


def amended() -> Agreement:
    made = agreement(Status.PUBLISHED, Act.PUBLISH)
    return made.publish(Publication(2, NOW, TODAY, AGREED))[0]


DECISIONS = {
    Move.CONSIDER: Decision(3, Choice.CONSIDERING, 2),
    Move.ACCEPT: Decision(3, Choice.ACCEPTED, 2, None, TODAY, TODAY),
    Move.ACCEPT_OLDER: Decision(3, Choice.ACCEPTED, 1, None, TODAY, TODAY),
    Move.DECLINE: Decision(3, Choice.DECLINED, 2, "no room"),
}


def moved(move: Move, part: Participation) -> Participation | None:
    """Give where a move leads, or None where it is refused."""
    if move in DECISIONS:
        after, _ = decide(amended(), part, DECISIONS[move], TODAY)
        recorded = after.verdict and after.verdict.outcome is Outcome.RECORDED
        return after if recorded else None
    try:
        if move is Move.LEAVE:
            return remove({ZWOLLE: part}, ZWOLLE, None)[0]
        parts, _ = invite(amended(), {ZWOLLE: part}, Invitation([ZWOLLE], NOW, TODAY))
    except Refused:
        return None
    return parts[0] if parts else None


@pytest.mark.parametrize(
    ("move", "standing"),
    list(product([one for one in Move if one != Move.MATERIAL_VERSION], Standing)),
)
def test_part_goes_where_the_table_says_or_stays(move: Move, standing: Standing) -> None:
    part = Participation(AgreementId("a"), ZWOLLE, standing, NOW, **PARTS[standing])  # type: ignore[arg-type]
    after, to = moved(move, part), PART[move, standing]

    assert (after.standing if after else None) == (None if isinstance(to, No) else to)


@pytest.mark.parametrize(("role", "region"), list(product(Role, [None, ZWOLLE, DRECHTSTEDEN])))
def test_region_ends_its_own_part_and_no_other(role: Role, region: Region | None) -> None:
    actor = Actor(role, region)
    if role not in MOVED_BY[Move.LEAVE]:
        with pytest.raises(NotForThisRole):
            may_leave(actor, ZWOLLE)
    elif region == DRECHTSTEDEN:
        with pytest.raises(NotTheirs):
            may_leave(actor, ZWOLLE)
    else:
        may_leave(actor, ZWOLLE)


@pytest.mark.parametrize(
    ("step", "state", "role"),
    list(product([AnnexStep.AGREE, AnnexStep.DECLINE], AnnexState, Role)),
)
def test_annex_goes_where_the_table_says_or_is_refused_by_name(
    step: AnnexStep, state: AnnexState, role: Role
) -> None:
    annex = Annex(1, ZWOLLE, state, Additions(notes="maatwerk"), NOW, Role.OFFICER)
    to, one = ANNEX[step, state], agreement(Status.PUBLISHED, Act.SUSPEND)

    def go() -> Annex:
        return settle(Actor(role), one, [annex], step, annex)[0][0]

    if role not in SETTLED_BY:
        with pytest.raises(NotForThisRole):
            go()
    elif isinstance(to, No):
        with pytest.raises(to.kind, match=to.says):
            go()
    else:
        assert go().state is to


@pytest.mark.parametrize(("step", "state", "role"), list(product(ProjectStep, ProjectState, Role)))
def test_project_goes_where_the_table_says_or_is_refused_by_name(
    step: ProjectStep, state: ProjectState, role: Role
) -> None:
    project = Project(1, "inflow", "Instroom", ("statushouders",), state, ZWOLLE)
    to, one = WAYS[step, state], agreement(Status.PUBLISHED, Act.SUSPEND)

    def go() -> Project:
        return go_on(Actor(role, ZWOLLE), one, project, step)[0]

    if role not in LED_BY:
        with pytest.raises(NotForThisRole):
            go()
    elif isinstance(to, No):
        with pytest.raises(to.kind, match=to.says):
            go()
    else:
        assert go().state is to
