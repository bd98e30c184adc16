# SPDX-License-Identifier: EUPL-1.2
"""What each command asks of the gateway, what it tells, and its exit status."""

from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from tests.unit.cli.conftest import Json, Schakel, Server

ID = "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d"
OTHER = "7c0b3f14-1d55-4c6f-8f6e-2a4f9be0d111"
ISS = str(files("services.cli").joinpath("examples", "iss.yaml"))
HASH = "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"


def agreement(**more: object) -> Json:
    return {
        "id": ID,
        "status": "draft",
        "version": None,
        "title": "Afspraken",
        "participants": ["AM36"],
        **more,
    }


def delivery(region: str, **more: object) -> Json:
    return {
        "region": region,
        "sequence": 1,
        "state": "received",
        "hash": HASH,
        "receivedHash": HASH,
        "sentAt": None,
        "receivedAt": "2026-12-01T09:00:00Z",
        "sends": 1,
        "reason": None,
        **more,
    }


def progress(received: int, recipients: int) -> Json:
    return {
        "sequence": 1,
        "recipients": recipients,
        "received": received,
        "pending": recipients - received,
        "refused": 0,
        "inForceEverywhere": received == recipients,
    }


def test_register_finds_the_employer_by_name(schakel: Schakel, server: Server) -> None:
    employer = {"id": OTHER, "name": "ISS Facility Services"}
    server.lists("GET /employers", [{"id": ID, "name": "ISS Facility Services Noord"}, employer])
    server.answers("POST /agreements", agreement(), 201)
    told = schakel.json("agreements", "register", ISS, "--reason", "Overleg")
    assert told["id"] == ID
    assert server.places() == ["GET /employers", "POST /agreements"]
    sent = server.bodies[-1]
    assert sent is not None
    assert (sent["employerId"], sent["startsOn"], sent["endsOn"]) == (OTHER, "2026-12-01", None)
    assert sent["reason"] == "Overleg"
    assert "employer" not in sent


def test_a_reason_stands_with_what_is_published_too(
    schakel: Schakel, server: Server, tmp_path: Path
) -> None:
    change = tmp_path / "change.yaml"
    change.write_text("endsOn: null\n", encoding="utf-8")
    server.answers(f"GET /agreements/{ID}", agreement(), ETag='"1"')
    server.answers(f"POST /agreements/{ID}/amendments", agreement(), ETag='"2"')
    server.answers(f"POST /agreements/{ID}/publications", agreement())

    schakel.json("agreements", "amend", ID, str(change), "--publish", "--reason", "Vergissing")

    assert [body and body.get("reason") for body in server.bodies if body] == ["Vergissing"] * 2


def test_a_version_of_before_can_be_read(schakel: Schakel, server: Server) -> None:
    server.answers(f"GET /agreements/{ID}/versions/1", {"version": 1, "terms": {"endsOn": None}})

    assert schakel.json("agreements", "show", ID, "--version", "1")["terms"] == {"endsOn": None}


def test_register_registers_the_employer_that_nobody_knows(
    schakel: Schakel, server: Server
) -> None:
    server.lists("GET /employers", [])
    server.answers("POST /employers", {"id": OTHER, "name": "ISS Facility Services"}, 201)
    server.answers("POST /agreements", agreement(), 201)
    schakel.json("agreements", "register", ISS)
    assert server.bodies[1] == {"name": "ISS Facility Services"}


def test_the_example_is_the_agreement_of_the_documentation() -> None:
    example = yaml.safe_load(files("services.cli").joinpath("examples", "iss.yaml").read_text())
    assert example["participants"] == ["AM36", "AM23"]
    assert len(example["targetGroups"]) == 5
    assert example["guidance"]["specialistProvider"] == "Jobstap"


def test_a_step_is_taken_from_the_revision_that_was_read(schakel: Schakel, server: Server) -> None:
    server.answers(f"GET /agreements/{ID}", agreement(), ETag='"7"')
    server.answers(f"POST /agreements/{ID}/suspensions", agreement(status="suspended", version=1))
    result = schakel("agreements", "suspend", ID, "--reason", "Overleg")
    assert result.exit_code == 0
    assert f"{ID}: suspended, version 1" in result.stdout
    assert server.asked[-1].headers["If-Match"] == '"7"'
    assert len(server.asked[-1].headers["Idempotency-Key"]) == 36
    assert server.bodies[-1] == {"reason": "Overleg"}


def test_an_agreement_is_known_by_the_beginning_of_its_id(schakel: Schakel, server: Server) -> None:
    server.lists("GET /agreements", [agreement(), agreement(id=OTHER)])
    server.answers(f"GET /agreements/{OTHER}", agreement(id=OTHER))
    assert schakel.json("agreements", "show", OTHER[:6])["id"] == OTHER


def test_an_ambiguous_name_is_refused_with_the_candidates(schakel: Schakel, server: Server) -> None:
    server.lists("GET /agreements", [agreement(), agreement(id=OTHER)])
    result = schakel("agreements", "show", "Afspraken")
    assert result.exit_code == 1
    assert ID in result.stderr
    assert OTHER in result.stderr


def test_every_fault_is_told(schakel: Schakel, server: Server) -> None:
    faults = [
        {"in": "body", "location": {"pointer": "/regions/0"}, "detail": "AM99 is no region"},
        {"in": "header", "location": {"name": "If-Match"}, "detail": "must be an ETag"},
    ]
    problem = {"title": "The request is not valid", "detail": "see errors", "errors": faults}
    server.answers(f"GET /agreements/{ID}", agreement(), ETag='"1"')
    server.answers(f"POST /agreements/{ID}/participants", problem, 400)
    result = schakel("agreements", "join", ID, "AM99")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "The request is not valid",
        "  regions.0: AM99 is no region",
        "  If-Match: must be an ETag",
    ]


def test_scripts_get_the_problem_as_it_came(schakel: Schakel) -> None:
    result = schakel("regions", "show", "AM99", "--json", "--url", "http://127.0.0.1:1")
    assert result.exit_code == 1
    assert '"title": "The gateway cannot be reached"' in result.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("agreements", "register"),
        ("agreements", "register", "nowhere.yaml"),
        ("agreements", "suspend", ID),
        ("agreements", "list", "--such"),
        ("agreements", "dance"),
        ("agreements", "end", ID, "--reason", "x", "--ends-on", "tomorrow"),
        ("regions", "decide", "AM36", ID, "perhaps"),
        ("demo", "--measure", "-1"),
        ("nothing",),
    ],
)
def test_wrong_usage_is_status_2(schakel: Schakel, server: Server, words: tuple[str, ...]) -> None:
    ended = schakel(*words)

    assert (ended.exit_code, bool(ended.stderr)) == (2, True)
    assert server.asked == []


@pytest.mark.parametrize("text", ["- a list", "{", "text"])
def test_a_file_that_holds_no_fields_is_wrong_usage(
    schakel: Schakel, server: Server, text: str
) -> None:
    assert schakel("agreements", "register", "-", said=text).exit_code == 2
    assert server.asked == []


def test_all_means_every_region(schakel: Schakel, server: Server) -> None:
    server.answers(f"GET /agreements/{ID}", agreement(), ETag='"1"')
    server.lists(f"POST /agreements/{ID}/participants", [])
    schakel.json("agreements", "join", ID, "all")
    assert server.bodies[-1] == {"regions": "all"}


def test_a_long_list_is_read_to_its_end(schakel: Schakel, server: Server) -> None:
    for page in (1, 2):
        items = [{"id": f"{page}", "name": "x", "kvkNumber": None}]
        whole = {"items": items, "page": page, "pageSize": 200, "total": 2}
        server.answers("GET /employers", whole)
    assert [one["id"] for one in schakel.json("employers", "list")["items"]] == ["1", "2"]


def test_a_change_is_sent_again_under_the_same_key(schakel: Schakel, server: Server) -> None:
    away = {"title": "Away", "status": 503, "detail": "try again"}
    server.answers("POST /employers", away, 503, **{"Retry-After": "0"})
    server.answers("POST /employers", {"id": ID, "name": "ISS"}, 201)
    assert schakel.json("employers", "register", "ISS")["id"] == ID
    first, second = (request.headers["Idempotency-Key"] for request in server.asked)
    assert first == second


def test_watch_ends_well_when_every_region_computed_the_published_hash(
    schakel: Schakel, server: Server
) -> None:
    place = f"GET /agreements/{ID}/deliveries"
    waiting = delivery("AM23", state="pending", receivedHash=None, receivedAt=None)
    server.lists(place, [waiting, delivery("AM36")], progress=progress(1, 2))
    server.lists(place, [delivery("AM23"), delivery("AM36")], progress=progress(2, 2))
    told = schakel.json("agreements", "watch", ID)
    assert told["agreed"] is True
    assert [one["region"] for one in told["items"]] == ["AM23", "AM36"]


def test_watch_fails_when_a_region_computed_another_hash(schakel: Schakel, server: Server) -> None:
    other = delivery("AM36", receivedHash="0" * 64)
    server.lists(f"GET /agreements/{ID}/deliveries", [other], progress=progress(1, 1))
    assert schakel("agreements", "watch", ID).exit_code == 1


def test_the_ledger_is_of_the_newest_state_unless_another_is_named(
    schakel: Schakel, server: Server
) -> None:
    server.lists(f"GET /agreements/{ID}/deliveries", [delivery("AM36")], progress=progress(1, 1))
    schakel.json("agreements", "deliveries", ID)
    schakel.json("agreements", "deliveries", ID, "--sequence", "2", "--region", "AM36")
    first, second = (request.args for request in server.asked)
    assert "sequence" not in first
    assert (second["sequence"], second["region"]) == ("2", "AM36")


def test_the_desk_is_changed_only_where_an_option_says_so(schakel: Schakel, server: Server) -> None:
    desk = {"region": "AM36", "telephone": None, "mailbox": "loket@regio.example", "deputy": None}
    server.answers("GET /regions/AM36/desk", desk, ETag='"0"')
    server.answers("PUT /regions/AM36/desk", desk, ETag='"1"')
    schakel.json("regions", "desk", "AM36")
    schakel.json("regions", "desk", "AM36", "--telephone", "038 000 0000")
    assert server.places() == [
        "GET /regions/AM36/desk",
        "GET /regions/AM36/desk",
        "PUT /regions/AM36/desk",
    ]
    assert server.bodies[-1] == {
        "telephone": "038 000 0000",
        "mailbox": "loket@regio.example",
        "deputy": None,
    }
    assert schakel("regions", "desk", "AM36", "--reason", "Overleg").exit_code == 2


@pytest.mark.parametrize(
    "said", [ID[:8].upper(), "Afspraken", "Landelijke afspraken over vervoer 02"]
)
def test_an_agreement_is_looked_up_by_its_title_or_the_beginning_of_its_id(
    schakel: Schakel, server: Server, said: str
) -> None:
    title = said if len(said) == len(ID) else "Afspraken"
    server.lists("GET /agreements", [agreement(title=title), agreement(id=OTHER, title="Nieuwe")])
    server.answers(f"GET /agreements/{ID}", agreement())

    assert schakel.json("agreements", "show", said)["id"] == ID

    assert server.asked[0].args["q"] == said


def test_an_agreement_that_is_named_by_its_whole_id_is_not_looked_up(
    schakel: Schakel, server: Server
) -> None:
    server.answers(f"GET /agreements/{ID}", agreement())
    assert schakel.json("agreements", "show", ID.upper())["id"] == ID
    assert server.places() == [f"GET /agreements/{ID}"]


def test_services_that_did_not_answer_are_named(schakel: Schakel, server: Server) -> None:
    server.lists("GET /operations/dead-letters", [], unanswered=["regions"])
    assert schakel.json("dead-letters", "list")["unanswered"] == ["regions"]
    assert "did not answer: regions" in schakel("dead-letters", "list").stderr
