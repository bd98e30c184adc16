# SPDX-License-Identifier: EUPL-1.2
"""The figures of docs/lifecycles.md have exactly the arrows that the code can go.

For agreements and participations every step is tried from every state that can be reached; for
what the database keeps, the states of a figure are those that its tables allow.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import product
from pathlib import Path

import pytest

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
    Outcome,
    Participation,
    Publication,
    Region,
    Terms,
    after_publication,
    decide,
    invite,
    remove,
)
from services.agreements.domain.annexes import ANNEX
from services.agreements.domain.projects import WAYS
from services.agreements.domain.refusals import Refused
from services.agreements.domain.ways import No
from services.placements.domain import life
from services.providers.domain import LIFE
from services.regions import domain as desk
from shared.contracts import codes

REPOSITORY = Path(__file__).parents[2]
PAGE = REPOSITORY / "docs" / "lifecycles.md"
TABLES = REPOSITORY / "shared" / "messaging" / "migrations" / "0001_messaging.sql"

ARROW = re.compile(r"^ *(\w+) +─+ (.+?) ─*► (\w+)$", re.MULTILINE)
TODAY = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
ZWOLLE = Region("AM36")
TERMS = Terms(
    "Landelijke samenwerkingsafspraken", ("statushouders",), "eigen_buddy", starts_on=TODAY
)

Arrow = tuple[str, str, str]
Step = Callable[[Agreement], tuple[Agreement, Fact]]


def figure(title: str) -> set[Arrow]:
    """Read the arrows under a heading; several steps may stand on one, with commas."""
    text = PAGE.read_text(encoding="utf-8")
    section = text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return {
        (before, step, after)
        for before, steps, after in ARROW.findall(section)
        for step in steps.split(", ")
    }


def publication(sequence: int) -> Publication:
    return Publication(sequence, NOW, TODAY, Consent(TODAY, "landelijk contactpersoon"))


STEPS: dict[str, Step] = {
    "edit": lambda one: one.edit_draft({"target_groups": ("ww", "statushouders")}),
    "consult": lambda one: one.consult([ZWOLLE], NOW, TODAY, TODAY),
    "close the consultation": lambda one: one.close_consultation(NOW),
    "withdraw the draft": lambda one: one.withdraw_draft(NOW),
    "publish": lambda one: one.publish(publication(len(one.versions) + 1)),
    "amend": lambda one: one.amend({"target_groups": ("banenafspraak",)}, Change.MATERIAL),
    "suspend": lambda one: one.suspend(NOW, "Pauze"),
    "resume": lambda one: one.resume(NOW, None),
    "end": lambda one: one.end(NOW, TODAY, None, "Klaar"),
    "expire": lambda one: one.expire(NOW),
}


def agreements() -> Iterator[tuple[Agreement, str, Agreement]]:
    """Try every step from every situation that differs in more than its history."""
    first, _ = Agreement.register(AgreementId("1"), EmployerId("1"), TERMS)
    seen, open_ones = set(), [first]
    while open_ones:
        one = open_ones.pop()
        situation = (one.status, one.draft is None, bool(one.versions), bool(one.consulted))
        if situation in seen:
            continue
        seen.add(situation)
        for name, step in STEPS.items():
            try:
                after, _ = step(one)
            except Refused:
                continue
            yield one, name, after
            open_ones.append(after)


def test_figure_of_an_agreement_has_the_arrows_of_the_domain() -> None:
    gone = {(one.status.value, step, after.status.value) for one, step, after in agreements()}

    assert figure("Agreement") == gone
    assert {state for one, _, two in gone for state in (one, two)} == {*codes.AGREEMENT_STATES}


DECISIONS = {
    "accept": (Choice.ACCEPTED, TODAY, None),
    "decline": (Choice.DECLINED, None, "Geen capaciteit"),
    "consider": (Choice.CONSIDERING, None, None),
}


def decisions(agreement: Agreement, one: Participation) -> Iterator[tuple[str, Participation]]:
    for name, version in product(DECISIONS, (1, 2, 3)):
        choice, signed, reason = DECISIONS[name]
        decision = Decision(1, choice, version, reason, signed, signed)
        after, _ = decide(agreement, one, decision, TODAY)
        if after.verdict and after.verdict.outcome is Outcome.RECORDED:
            older = name == "accept" and version < agreement.material_version
            yield "accept an older version" if older else name, after


def moves(agreement: Agreement, one: Participation) -> Iterator[tuple[str, Participation]]:
    """Give every way in which a region's part can go on."""
    yield from decisions(agreement, one)
    known = {ZWOLLE: one}
    for invited in invite(agreement, known, Invitation([ZWOLLE], NOW, TODAY))[0]:
        yield "invite", invited
    if one.takes_part:
        yield "leave", remove(known, ZWOLLE, None)[0]


def published() -> list[Agreement]:
    """Give an agreement after its first version, a material one and an editorial one."""
    draft, _ = Agreement.register(AgreementId("1"), EmployerId("1"), TERMS)
    first, _ = draft.publish(publication(1))
    amended, _ = first.amend({"target_groups": ("banenafspraak",)}, Change.MATERIAL)
    second, _ = amended.publish(publication(2))
    reworded, _ = second.amend({"title": "Samenwerkingsafspraken"}, Change.EDITORIAL)
    third, _ = reworded.publish(publication(3))
    return [first, second, third]


def test_figure_of_a_participation_has_the_arrows_of_the_domain() -> None:
    agreements = published()
    [invited], _ = invite(agreements[0], {}, Invitation([ZWOLLE], NOW, TODAY))

    gone, seen, open_ones = set[Arrow](), set[tuple[object, ...]](), [(invited, 0)]
    while open_ones:
        one, at = open_ones.pop()
        if (one.standing, one.version, at) in seen:
            continue
        seen.add((one.standing, one.version, at))
        ways = [(step, after, at) for step, after in moves(agreements[at], one)]
        if at + 1 < len(agreements):
            moved = after_publication(agreements[at + 1], {ZWOLLE: one}, TODAY)
            ways += [("material version", after, at + 1) for after in moved]
            open_ones += [] if moved else [(one, at + 1)]
        gone |= {(one.standing.value, step, after.standing.value) for step, after, _ in ways}
        open_ones += [(after, later) for _, after, later in ways]

    assert figure("Participation of a region") == gone
    assert {state for one, _, two in gone for state in (one, two)} == {*codes.PARTICIPATION_STATES}


AT_THE_DESK = {
    desk.Step.PICKED_UP: "pick up",
    desk.Step.CONFIRMED: "confirm",
    desk.Step.CORRECTED: "correct",
    desk.Step.DECLINED: "decline",
    desk.Step.HANDED_OVER: "hand over",
}


def test_figure_of_a_place_at_a_desk_has_the_arrows_of_its_table() -> None:
    gone = {
        (before.value, AT_THE_DESK[step], after.value)
        for step, row in desk.LIFE.items()
        for before, after in row.items()
        if isinstance(after, desk.Standing)
    }

    assert figure("Place at a region's desk") == gone


@pytest.mark.parametrize(("title", "ways"), [("Annex of a region", ANNEX), ("Project", WAYS)])
def test_figure_has_the_arrows_of_the_table(
    title: str, ways: Mapping[tuple[StrEnum, StrEnum], StrEnum | No]
) -> None:
    gone = {
        (before.value, step.value, after.value)
        for (step, before), after in ways.items()
        if not isinstance(after, No)
    }

    assert figure(title) == gone


STEPS_OF_A_PLACE = {
    life.Step.PICKED_UP: "pick up",
    life.Step.CONFIRMED: "confirm",
    life.Step.CORRECTED: "correct",
    life.Step.DECLINED: "decline",
    life.Step.HANDED_OVER: "hand over",
    life.Step.WITHDRAWN: "withdraw",
    life.Step.LAPSED: "lapse",
    life.Step.STARTED: "start",
    life.Step.START_CONFIRMED: "confirm the start",
    life.Step.CHECKED_IN: "check in",
    life.Step.SUSTAINED: "sustain",
    life.Step.COMPLETED: "complete",
    life.Step.ENDED_EARLY: "end early",
}


def test_figure_of_a_placement_is_the_table_of_its_life() -> None:
    table = {
        (before.value, STEPS_OF_A_PLACE[step], after.value)
        for step, rule in life.LIFE.items()
        for before, after in rule.leads.items()
    }

    assert figure("Placement") == table
    assert {state for one, _, two in table for state in (one, two)} == {*codes.PLACEMENT_STATES}


def allowed(table: str, column: str) -> set[str]:
    """Read which words a column of the messaging tables may hold."""
    text = TABLES.read_text(encoding="utf-8")
    body = text.partition(f"CREATE TABLE {table} (")[2].partition("\n);")[0]
    found = re.search(rf"CHECK \({column} IN \((.+?)\)\)", body, re.DOTALL)
    assert found, f"{table}.{column} is not checked"
    return set(re.findall(r"'([\w-]+)'", found[1]))


def states_of(title: str) -> set[str]:
    return {state for before, _, after in figure(title) for state in (before, after)}


def test_figure_of_a_delivery_has_the_states_of_the_ledger() -> None:
    assert states_of("Delivery") - {"published"} == allowed("deliveries", "state")
    assert allowed("deliveries", "state") == set(codes.DELIVERY_STATES)


def test_figure_of_a_decision_has_the_states_of_the_contract() -> None:
    assert states_of("Decision of a region") - {"decided"} == set(codes.DECISION_STATES)


def test_lists_of_reasons_and_origins_are_those_of_the_tables() -> None:
    section = PAGE.read_text(encoding="utf-8").partition("\n## Parked message and dead letter\n")[2]
    told = set(re.findall(r"^\| `([\w-]+)` \|", section, re.MULTILINE))

    assert told == (
        allowed("parked", "reason")
        | allowed("dead_letters", "origin")
        | allowed("dead_letters", "state")
    )


def test_figure_of_support_has_the_arrows_of_its_table() -> None:
    gone = {
        (before.value, step.value.replace("_", " "), after.value)
        for step, rule in LIFE.items()
        for before, after in rule.leads.items()
    }

    assert figure("Support") == gone | {("requested", "approved without a provider", "approved")}
