# SPDX-License-Identifier: EUPL-1.2
"""`schakel conflicts`: what is held is listed before anything is done, some at a time."""

from collections.abc import Sequence

import pytest

from tests.unit.cli.conftest import Json, Schakel, Server

CONFLICTS = "/operations/conflicts"
ADVANCES = "/operations/advances"
NOTHING = {
    "type": "/problems/no-conflict",
    "title": "There is nothing to decide here",
    "status": 409,
    "detail": "nobody here contradicts its owner",
}


def conflict(subject: str) -> Json:
    """Give a conflict as the gateway lists it."""
    return {
        "service": "agreements",
        "subject": subject,
        "kind": "ahead",
        "ownSequence": 1,
        "ownHash": "a" * 64,
        "heldSequence": 2,
        "recipients": ["AM36"],
        "firstAt": "2026-12-01T09:00:00Z",
    }


def advanced(subject: str) -> Json:
    """Give what a service tells of a subject that it moves on."""
    held = {
        "recipient": "AM36",
        "gateSequence": 2,
        "gateHash": "b" * 64,
        "storedSequence": 2,
        "storedHash": "b" * 64,
    }
    sequences = {"ownSequence": 1, "ownHash": "a" * 64, "heldSequence": 2, "sequence": 1003}
    return {"subject": subject, **sequences, "recipients": ["AM36"], "held": [held]}


def moves(server: Server, subjects: Sequence[str], **more: object) -> None:
    """Have the server move these subjects on once."""
    items = [{"service": "agreements", "subjects": [advanced(one) for one in subjects]}]
    refused = [{"service": "regions", **NOTHING}]
    told = {"items": items, "refused": refused, "unanswered": [], **more}
    server.answers(f"POST {ADVANCES}", told)


def asked(server: Server) -> list[tuple[int, bool]]:
    """Give of each request how many subjects it named, and whether it was a dry run."""
    return [(len(body["subjects"]), body["dryRun"]) for body in server.bodies if body is not None]


def test_what_is_held_is_listed_before_an_owner_is_moved(schakel: Schakel, server: Server) -> None:
    moves(server, ["agreement/1"])

    ended = schakel("conflicts", "advance", "agreement/1", "--reason", "Teruggezet")

    assert ended.exit_code == 0, ended.output
    assert asked(server) == [(1, True), (1, False)]
    for word in ("AM36", "bbbbbbbbbb", "1003", "1 of 1 moved on"):
        assert word in ended.stdout


def test_a_dry_run_moves_nothing(schakel: Schakel, server: Server) -> None:
    moves(server, ["agreement/1"])

    told = schakel.json("conflicts", "advance", "agreement/1", "--reason", "Kijken", "--dry-run")

    assert told["subjects"][0]["sequence"] == 1003
    assert asked(server) == [(1, True)]


def test_all_goes_some_at_a_time(schakel: Schakel, server: Server) -> None:
    subjects = [f"agreement/{number}" for number in range(120)]
    server.lists(f"GET {CONFLICTS}", [conflict(one) for one in subjects], unanswered=[])
    for first in (0, 50, 100):
        moves(server, subjects[first : first + 50])
        moves(server, subjects[first : first + 50])

    ended = schakel("conflicts", "advance", "--all", "--reason", "Teruggezet")

    assert ended.exit_code == 0, ended.output
    sizes = [(count, dry) for count in (50, 50, 20) for dry in (True, False)]
    assert asked(server) == sizes
    assert "120 of 120 moved on" in ended.stdout


def test_what_is_in_no_conflict_is_a_failure(schakel: Schakel, server: Server) -> None:
    server.lists(f"GET {CONFLICTS}", [], unanswered=[])
    server.answers(f"POST {ADVANCES}", NOTHING, 409)

    named = schakel("conflicts", "advance", "agreement/1", "--reason", "Teruggezet")
    everything = schakel("conflicts", "advance", "--all", "--reason", "Teruggezet")

    assert (named.exit_code, "in no conflict: agreement/1" in named.stderr) == (1, True)
    assert (everything.exit_code, "there is no conflict" in everything.stderr) == (1, True)


@pytest.mark.parametrize("away", [{"unanswered": ["agreements"]}, {"refused": [{}]}])
def test_a_service_that_does_nothing_is_a_failure(
    schakel: Schakel, server: Server, away: Json
) -> None:
    silent = NOTHING | {"type": "/problems/recipient-silent", "detail": "regions is away"}
    more = {"refused": [{"service": "agreements", **silent}]} if "refused" in away else away
    moves(server, [], **more)

    ended = schakel("conflicts", "advance", "agreement/1", "--reason", "Teruggezet")

    assert (ended.exit_code, "agreements" in ended.stderr) == (1, True)
    assert asked(server) == [(1, True)]


@pytest.mark.parametrize("words", [(), ("agreement/1", "--all")])
def test_subjects_are_named_in_exactly_one_way(schakel: Schakel, words: tuple[str, ...]) -> None:
    assert schakel("conflicts", "advance", *words, "--reason", "Teruggezet").exit_code == 2


def test_lists_show_what_is_to_decide_and_who_moved_what(schakel: Schakel, server: Server) -> None:
    server.lists(f"GET {CONFLICTS}", [conflict("agreement/1")], unanswered=[])
    done = {"requestedBy": "local", "advancedAt": "2026-12-01T09:00:00Z", "reason": "Teruggezet"}
    server.lists(f"GET {ADVANCES}", [advanced("agreement/1") | done], unanswered=[])

    assert "agreement/1" in schakel("conflicts", "list").stdout
    assert schakel.json("conflicts", "history")["items"][0]["reason"] == "Teruggezet"
