# SPDX-License-Identifier: EUPL-1.2
"""`schakel outbox`: what the broker refused is listed, and sent once more."""

from tests.unit.cli.conftest import Json, Schakel, Server

PLACE = "/operations/outbox"
BLOCKED: Json = {
    "service": "agreements",
    "id": "agreements-4",
    "exchange": "recipients",
    "subject": "agreement/1",
    "sequence": 1,
    "recipients": ["AM23", "AM36"],
    "since": "2026-12-01T09:00:00Z",
    "reason": "nacked 5 times",
}


def test_what_was_refused_is_listed_with_its_reason(schakel: Schakel, server: Server) -> None:
    server.lists(f"GET {PLACE}", [BLOCKED], unanswered=["regions"])

    listed = schakel("outbox", "list")

    told = listed.stdout
    assert all(word in told for word in ("agreements-4", "nacked 5 times", "AM23 AM36"))
    assert "did not answer: regions" in listed.stderr


def test_what_is_released_is_counted_and_who_is_silent_is_a_failure(
    schakel: Schakel, server: Server
) -> None:
    told = {"items": [{"service": "agreements", "released": 2}], "refused": [], "unanswered": []}
    server.answers(f"POST {PLACE}/releases", told)
    server.answers(f"POST {PLACE}/releases", told | {"unanswered": ["regions"]})

    well = schakel("outbox", "release", "--reason", "Er is weer ruimte")
    ill = schakel("outbox", "release", "--reason", "Er is weer ruimte")

    assert (well.exit_code, "2 sent again" in well.stdout) == (0, True)
    assert (ill.exit_code, "regions" in ill.stderr) == (1, True)
    assert server.bodies == [{"reason": "Er is weer ruimte"}] * 2
