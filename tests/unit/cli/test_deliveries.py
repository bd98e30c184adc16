# SPDX-License-Identifier: EUPL-1.2
"""`schakel deliveries`: what is owed to a region, whoever owes it."""

from tests.unit.cli.conftest import Json, Schakel, Server

PLACE = "GET /operations/deliveries"


def owed(recipient: str, state: str) -> Json:
    return {
        "service": "agreements",
        "subject": "agreement/1",
        "sequence": 2,
        "recipient": recipient,
        "state": state,
        "sends": 4,
        "owedSince": "2026-12-01T09:00:00Z",
        "nextCheckAt": "2026-12-01T09:15:00Z",
        "reason": None,
    }


def test_what_is_owed_to_one_region_is_listed_with_its_subject(
    schakel: Schakel, server: Server
) -> None:
    server.lists(PLACE, [owed("AM23", "pending"), owed("AM36", "refused")], unanswered=[])

    told = schakel("deliveries", "--region", "AM36").stdout

    assert all(word in told for word in ("agreements", "AM36", "agreement/1", "refused"))
    assert "AM23" not in told
    both = [owed("AM23", "pending"), owed("AM36", "refused")]
    assert schakel.json("deliveries") == {"items": both, "unanswered": []}


def test_what_is_no_region_is_refused_rather_than_owed_nothing(
    schakel: Schakel, server: Server
) -> None:
    server.lists(PLACE, [owed("AM36", "pending")], unanswered=[])

    refused = schakel("deliveries", "--region", "am36")

    assert refused.exit_code == 2
    assert "am36 is not a labour-market region" in " ".join(refused.stderr.split())
    assert server.places() == []


def test_who_did_not_answer_is_named_and_an_empty_list_is_no_all_clear(
    schakel: Schakel, server: Server
) -> None:
    server.lists(PLACE, [], unanswered=["agreements"])

    assert "did not answer: agreements" in schakel("deliveries").stderr
    assert schakel.json("deliveries")["unanswered"] == ["agreements"]
