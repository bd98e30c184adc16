# SPDX-License-Identifier: EUPL-1.2
"""What the commands for places ask of the gateway, and what they tell."""

from importlib.resources import files

from tests.unit.cli.conftest import Json, Schakel, Server

AGREEMENT = "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d"
PLACEMENT = "9b2f4c1e-6a37-4f0d-8f5b-2c6d7e8f9a01"
CALL = str(files("services.cli").joinpath("examples", "call.yaml"))
TITLE = "Landelijke samenwerkingsafspraken ISS Facility Services"


def placement(**more: object) -> Json:
    return {
        "id": PLACEMENT,
        "agreementId": AGREEMENT,
        "state": "offered",
        "overdue": True,
        "region": "AM23",
        "neededBy": "2027-01-15",
        "hoursPerWeek": 25.5,
        "workplace": {"municipalityName": "Dordrecht"},
        "function": "Medewerker schoonmaak",
        **more,
    }


def test_offer_says_the_municipality_by_its_code(schakel: Schakel, server: Server) -> None:
    server.answers("POST /placements", placement(), 201)
    words = ("--function", "Medewerker", "--sector", "zorg", "--municipality", "dordrecht")

    told = schakel.json(
        *("placements", "offer", AGREEMENT, *words),
        *("--hours", "25.5", "--needed-by", "2027-01-15", "--group", "statushouders"),
    )

    assert told["id"] == PLACEMENT
    assert server.bodies[-1] == {
        "agreementId": AGREEMENT,
        "function": "Medewerker",
        "sector": "zorg",
        "workplace": {"municipality": "GM0505"},
        "hoursPerWeek": 25.5,
        "neededBy": "2027-01-15",
        "places": 1,
        "targetGroups": ["statushouders"],
    }


def test_municipality_that_is_not_there_is_wrong_usage(schakel: Schakel, server: Server) -> None:
    words = ("--function", "x", "--sector", "x", "--municipality", "Atlantis", "--hours", "1")

    result = schakel("placements", "offer", AGREEMENT, *words, "--needed-by", "2027-01-15")

    assert result.exit_code == 2
    assert server.places() == []


def test_call_of_the_example_names_five_places_in_two_regions(
    schakel: Schakel, server: Server
) -> None:
    server.lists("GET /agreements", [{"id": AGREEMENT, "title": TITLE}])
    server.answers("POST /calls", {"id": "c", "placements": [placement()]}, 201)

    told = schakel("calls", "make", CALL)

    assert told.exit_code == 0, told.output
    assert "offered (late)" in told.stdout
    body = server.bodies[-1]
    assert body is not None
    assert body["agreementId"] == AGREEMENT
    assert [line["workplace"]["municipality"] for line in body["lines"]] == ["GM0193", "GM0505"]
    assert sum(line["places"] for line in body["lines"]) == 5


def test_steps_are_taken_from_the_newest_revision(schakel: Schakel, server: Server) -> None:
    path = f"/placements/{PLACEMENT}"
    server.lists("GET /placements", [placement()])
    server.answers(f"GET {path}", placement(), ETag='"4"')
    for step in ("starts", "check-ins", "endings", "withdrawals"):
        server.answers(f"POST {path}/{step}", placement(state="started"))

    schakel.json("placements", "start", PLACEMENT[:6], "--guidance", "jobcoach_extern")
    schakel.json("placements", "check-in", PLACEMENT, "going_well", "--month", "3")
    schakel.json("placements", "end", PLACEMENT, "ended_early", "--code", "other_job")
    schakel.json("placements", "withdraw", PLACEMENT, "--reason", "Vervalt")

    asked = [one for one in server.asked if one.method == "POST"]
    assert [one.headers["If-Match"] for one in asked] == ['"4"'] * 4
    assert [body for body in server.bodies if body] == [
        {"guidance": "jobcoach_extern"},
        {"outcome": "going_well", "month": 3},
        {"outcome": "ended_early", "reasonCode": "other_job"},
        {"reason": "Vervalt"},
    ]


def test_placement_is_known_by_the_beginning_of_its_id(schakel: Schakel, server: Server) -> None:
    server.lists("GET /placements", [placement()])
    server.answers(f"GET /placements/{PLACEMENT}", placement())

    assert schakel("placements", "show", PLACEMENT[:8].upper()).exit_code == 0

    assert server.asked[0].args["q"] == PLACEMENT[:8]


def test_placement_that_is_not_found_is_refused(schakel: Schakel, server: Server) -> None:
    server.lists("GET /placements", [])

    assert schakel("placements", "show", "abc").exit_code == 1


def test_lists_are_filtered(schakel: Schakel, server: Server) -> None:
    server.lists("GET /placements", [placement()])
    server.lists("GET /calls", [])
    server.lists(f"GET /placements/{PLACEMENT}/history", [])
    server.answers(f"GET /placements/{PLACEMENT}", placement())
    server.answers("GET /calls/c", {"id": "c", "placements": [placement()]})

    schakel.json("placements", "list", "--overdue", "--region", "AM23")
    assert server.asked[-1].args.to_dict() == {
        "overdue": "true",
        "region": "AM23",
        "page": "1",
        "pageSize": "200",
    }
    for words in (
        ("placements", "list"),
        ("placements", "show", PLACEMENT),
        ("placements", "history", PLACEMENT),
        ("calls", "list"),
        ("calls", "show", "c"),
    ):
        assert schakel(*words).exit_code == 0, words


def test_counts_are_told_by_agreement_and_region(schakel: Schakel, server: Server) -> None:
    words = ("offered", "pickedUp", "confirmed", "started", "sustained")
    cell = {"agreementId": AGREEMENT, "region": "AM23", **dict.fromkeys(words, 7)}
    server.lists("GET /placement-counts", [cell])

    result = schakel("placements", "counts", "--region", "AM23")

    assert result.exit_code == 0, result.output
    assert "AM23" in result.stdout
