# SPDX-License-Identifier: EUPL-1.2
"""`schakel reconcile` and `schakel dead-letters replay`: what they ask, tell and end with."""

from collections.abc import Sequence

import pytest

from tests.unit.cli.conftest import Json, Schakel, Server

ROUNDS = "/operations/reconciliations"
LETTERS = "/operations/dead-letters"
NONE = dict.fromkeys(("missing", "stale", "ahead", "differs", "ghost"), 0)


def round_of(
    number: int, *, repaired: int = 0, suspected: int = 0, error: str | None = None
) -> Json:
    """Give a finished round of one service, as the gateway lists it."""
    return {
        "id": f"agreements-{number}",
        "service": "agreements",
        "finishedAt": "2026-12-01T09:00:00Z",
        "checked": 70,
        "suspected": suspected,
        "mismatches": NONE,
        "repaired": repaired,
        "error": error,
    }


def has_rounds(server: Server, *rounds: Json, left: Sequence[Json] = ()) -> None:
    """Have the server run these rounds, one after the other."""
    for one in rounds:
        started = {
            "items": [{"service": "agreements", "id": one["id"]}],
            "refused": [],
            "unanswered": [],
        }
        server.answers(f"POST {ROUNDS}", started, 202)
        server.lists(f"GET {ROUNDS}", [one])
    server.lists("GET /operations/mismatches", left)


def asked_rounds(server: Server) -> list[Json | None]:
    return [
        body
        for body, place in zip(server.bodies, server.places(), strict=True)
        if place == f"POST {ROUNDS}"
    ]


def test_two_rounds_are_enough_where_all_is_well(schakel: Schakel, server: Server) -> None:
    has_rounds(server, round_of(1), round_of(2), round_of(3))

    report = schakel.json("reconcile", "--region", "AM36")

    assert (report["repaired"], report["mismatches"]) == (0, [])
    assert asked_rounds(server) == [{"recipients": ["AM36"]}] * 2


@pytest.mark.parametrize("second", [round_of(2, repaired=3), round_of(2, suspected=1)])
def test_what_was_repaired_or_is_suspected_is_looked_at_once_more(
    schakel: Schakel, server: Server, second: Json
) -> None:
    has_rounds(server, round_of(1), second, round_of(3))

    assert schakel.json("reconcile")["repaired"] == second["repaired"]
    assert len(asked_rounds(server)) == 3


def test_it_ends_where_work_goes_on_and_something_is_always_on_its_way(
    schakel: Schakel, server: Server
) -> None:
    sent = round_of(2, repaired=3, suspected=1)
    has_rounds(
        server, round_of(1, suspected=2), sent, *(round_of(n, suspected=1) for n in (3, 4, 5, 6))
    )

    assert schakel.json("reconcile")["repaired"] == 3
    assert len(asked_rounds(server)) == 5


def test_what_stays_is_told_and_is_a_failure(schakel: Schakel, server: Server) -> None:
    found = {
        "recipient": "AM36",
        "subject": "agreement/1",
        "class": "ahead",
        "owedSequence": 1,
        "gateSequence": 2,
        "storedSequence": 2,
        "rounds": 2,
        "repairedAt": None,
    }
    once = {**found, "subject": "agreement/2", "rounds": 1}
    has_rounds(server, round_of(1), round_of(2), left=[found, once])

    ended = schakel("reconcile", "--region", "AM36")

    assert ended.exit_code == 1
    assert "agreement/1" in ended.stdout
    assert "agreement/2" not in ended.stdout
    assert "1 found twice and not repaired" in ended.stderr


def test_a_service_that_is_silent_for_a_while_is_waited_for(
    schakel: Schakel, server: Server
) -> None:
    server.lists(f"GET {ROUNDS}", [], unanswered=["agreements"])
    has_rounds(server, round_of(1), round_of(2))

    assert schakel.json("reconcile")["mismatches"] == []
    assert server.places().count(f"GET {ROUNDS}") == 3


def test_a_service_that_could_not_compare_is_a_failure(schakel: Schakel, server: Server) -> None:
    has_rounds(server, round_of(1), round_of(2, error="regions: away"))

    ended = schakel("reconcile")

    assert ended.exit_code == 1
    assert "regions: away" in ended.stderr


@pytest.mark.parametrize("words", [(), ("--all", "--cause", "1"), ("regions-1", "--all")])
def test_letters_are_named_in_exactly_one_way(schakel: Schakel, words: tuple[str, ...]) -> None:
    assert schakel("dead-letters", "replay", *words, "--reason", "Hersteld").exit_code == 2


def test_a_service_that_refuses_is_told_and_is_a_failure(schakel: Schakel, server: Server) -> None:
    item = {"service": "regions", "id": None, "letters": [], "skipped": []}
    refused = {"service": "employers", "title": "Not now", "detail": "the key names another"}
    server.answers(
        f"POST {LETTERS}/discards", {"items": [item], "refused": [refused], "unanswered": []}
    )
    server.answers(f"POST {ROUNDS}", {"items": [], "refused": [refused], "unanswered": []}, 202)

    for words in (("dead-letters", "discard", "--all", "--reason", "Weg"), ("reconcile",)):
        ended = schakel(*words)
        assert (ended.exit_code, "the key names another" in ended.stderr) == (1, True)


def test_a_letter_that_fails_again_is_a_failure(schakel: Schakel, server: Server) -> None:
    item = {"service": "regions", "id": "regions-3", "letters": ["regions-17"], "skipped": []}
    server.answers(
        f"POST {LETTERS}/replays", {"items": [item], "refused": [], "unanswered": []}, 202
    )
    result = {"letter": "regions-17", "result": "failed", "error": "no room", "doneAt": None}
    job = {"id": "regions-3", "finishedAt": "2026-12-01T09:00:00Z", "failed": 1}
    server.answers(f"GET {LETTERS}/replays/regions-3", {**job, "results": [result]})

    ended = schakel("dead-letters", "replay", "regions-17", "--reason", "Hersteld")

    assert (ended.exit_code, "no room" in ended.stdout) == (1, True)
    assert server.bodies[0] == {
        "letters": ["regions-17"],
        "all": False,
        "reason": "Hersteld",
        "dryRun": False,
    }
