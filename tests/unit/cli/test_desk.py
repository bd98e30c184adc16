# SPDX-License-Identifier: EUPL-1.2
"""`schakel regions` at a desk: what each command asks, and what it says."""

import pytest

from tests.unit.cli.conftest import Json, Schakel, Server

PLACE = "9b2f4c1e-6a37-4f0d-8f5b-2c6d7e8f9a01"
DESK = "/regions/AM23/placements"
REFERENCE = "AM23-7K4M-2QXD"
NO_GAP = {"told": True, "promised": [], "missing": []}


def row(identity: str = PLACE, **changes: object) -> Json:
    return {
        "placementId": identity,
        "state": "offered",
        "pickUpBy": "2026-12-09",
        "overdue": True,
        "organisation": None,
        "sector": "zorg",
        "workplace": {"municipalityName": "Dordrecht"},
        "function": "Medewerker schoonmaak",
        **changes,
    }


def submitted(server: Server, decision: str) -> None:
    told = {"region": "AM23", "placementId": PLACE, "decision": decision, "state": "submitted"}
    server.answers(f"POST {DESK}/{PLACE}/decisions", told, 202)


def test_desk_is_listed_with_its_filters(schakel: Schakel, server: Server) -> None:
    server.lists(f"GET {DESK}", [row()])

    said = schakel("regions", "placements", "AM23", "--overdue", "--sector", "Zorg", "--newest")

    asked = server.asked[0].args
    assert (asked["overdue"], asked["sector"], asked["sort"]) == ("true", "Zorg", "newest")
    assert "organisation" not in asked
    assert all(word in said.stdout for word in ("9b2f4c1e", "late", "Dordrecht"))


def test_place_is_found_by_the_beginning_of_its_id(schakel: Schakel, server: Server) -> None:
    server.lists(f"GET {DESK}", [row(), row("1" + PLACE[1:])])
    submitted(server, "picked-up")

    said = schakel("regions", "pick-up", "AM23", "9b2f")

    assert server.bodies[-1] == {"decision": "picked-up"}
    assert said.stdout.strip() == "AM23 picked-up 9b2f4c1e: submitted"


@pytest.mark.parametrize("beginning", ["9", "x"])
def test_beginning_of_several_or_of_none_is_refused(
    schakel: Schakel, server: Server, beginning: str
) -> None:
    server.lists(f"GET {DESK}", [row(), row(f"{PLACE[:-1]}2")])

    said = schakel("regions", "pick-up", "AM23", beginning)

    assert said.exit_code == 1
    assert "begin with" in said.stderr


def test_confirmation_makes_a_reference_and_says_it(schakel: Schakel, server: Server) -> None:
    made = {"region": "AM23", "candidateReference": REFERENCE, "madeAt": "2026-12-02T09:00:00Z"}
    server.answers("POST /regions/AM23/candidate-references", made, 201)
    submitted(server, "confirmed")
    options = ("--group", "statushouders", "--group", "ggz", "--not-in-register")
    instrument = "loonkostensubsidie:wageValue=60,hoursPerWeek=25.5,startsOn=2027-01-04"

    said = schakel(
        *("regions", "confirm", "AM23", PLACE, *options, "--criterion-met"),
        *("--instrument", instrument, "--instrument", "nazorg"),
    )

    assert REFERENCE in said.stdout
    assert server.bodies[-1] == {
        "decision": "confirmed",
        "candidateReference": REFERENCE,
        "targetGroups": ["statushouders", "ggz"],
        "inRegister": False,
        "criterionMet": True,
        "instruments": [
            {
                "code": "loonkostensubsidie",
                "wageValue": 60,
                "hoursPerWeek": 25.5,
                "startsOn": "2027-01-04",
            },
            {"code": "nazorg"},
        ],
    }


def test_confirmation_of_a_known_candidate_makes_no_reference(
    schakel: Schakel, server: Server
) -> None:
    submitted(server, "confirmed")

    schakel.json("regions", "confirm", "AM23", PLACE, "--candidate", REFERENCE)

    assert server.places() == [f"POST {DESK}/{PLACE}/decisions"]
    assert server.bodies[-1] == {"decision": "confirmed", "candidateReference": REFERENCE}


def test_correction_says_only_what_is_otherwise(schakel: Schakel, server: Server) -> None:
    submitted(server, "corrected")

    schakel.json("regions", "correct", "AM23", PLACE, "--in-register", "--reason", "Nagekeken")

    assert server.bodies[-1] == {
        "decision": "corrected",
        "inRegister": True,
        "reason": "Nagekeken",
    }


def test_place_is_declined_or_handed_over(schakel: Schakel, server: Server) -> None:
    submitted(server, "declined")
    schakel.json("regions", "decline-place", "AM23", PLACE, "no_candidate")
    schakel.json("regions", "hand-over", "AM23", PLACE, "AM22", "--reason", "Dichterbij")

    assert server.bodies == [
        {"decision": "declined", "reasonCode": "no_candidate"},
        {"decision": "handed-over", "toRegion": "AM22", "reason": "Dichterbij"},
    ]


def test_instruments_are_shown_and_said_on_what_was_read(schakel: Schakel, server: Server) -> None:
    listed = {
        "code": "proefplaats",
        "offered": True,
        "since": "2024-01-01",
        "particulars": [{"name": "startsOn"}],
    }
    server.answers("GET /regions/AM36/instruments", {"instruments": [listed]}, ETag='"3"')
    server.answers("PUT /regions/AM36/instruments", {"instruments": [listed]}, ETag='"4"')

    assert "startsOn" in schakel("regions", "instruments", "AM36").stdout
    schakel.json("regions", "instruments", "AM36", "--offer", "proefplaats", "--offer", "no_risk")

    assert server.bodies[-1] == {"offered": ["proefplaats", "no_risk"]}
    assert server.asked[-1].headers["If-Match"] == '"3"'


def test_lead_of_a_sector_is_shown_and_given(schakel: Schakel, server: Server) -> None:
    lead = {"sector": "leisure_horeca", "organisation": "Podium24", "history": []}
    server.answers("GET /regions/AM30/sector-leads/Leisure Horeca", lead, ETag='"0"')
    server.answers("PUT /regions/AM30/sector-leads/Leisure Horeca", lead, ETag='"1"')

    schakel.json(
        *("regions", "sector-lead", "AM30", "Leisure Horeca"),
        *("--organisation", "UWV", "--reason", "Capaciteit"),
    )

    assert server.bodies[-1] == {"organisation": "UWV", "reason": "Capaciteit"}
    assert server.asked[-1].headers["If-Match"] == '"0"'


def test_organisation_is_changed_with_what_was_known_of_it(
    schakel: Schakel, server: Server
) -> None:
    known = {
        "name": "Werkcentrum Midden-Limburg",
        "kind": "werkcentrum",
        "status": "in_opbouw",
        "audiences": ["werkgevers"],
        "sectors": [],
        "source": None,
        "revision": 1,
    }
    server.lists("GET /regions/AM33/organisations", [known])
    for name in ("Werkcentrum Midden-Limburg", "UWV"):
        path = f"PUT /regions/AM33/organisations/{name}"
        server.answers(path, {**known, "history": []}, ETag='"2"')

    assert "in_opbouw" in schakel("regions", "organisations", "AM33").stdout
    change = ("regions", "organisation", "AM33", "Werkcentrum Midden-Limburg")
    schakel.json(*change, "--status", "actief", "--reason", "Geopend")

    told = {"kind": "werkcentrum", "status": "actief", "audiences": ["werkgevers"]}
    assert server.bodies[-1] == {**told, "reason": "Geopend"}
    assert server.asked[-1].headers["If-Match"] == '"1"'
    new = ("regions", "organisation", "AM33", "UWV", "--kind", "uwv", "--serves", "werkgevers")
    schakel.json(*new, "--reason", "Ook hier")
    assert server.bodies[-1] == {"kind": "uwv", "audiences": ["werkgevers"], "reason": "Ook hier"}
    assert "If-Match" not in server.asked[-1].headers


def test_sectors_and_concepts_are_listed(schakel: Schakel, server: Server) -> None:
    sector = {
        "sector": "zorg",
        "organisation": "WSP Parkstad",
        "coordinator": "Heerlen",
        "subRegion": "Parkstad",
        "basis": "eszl",
    }
    concept = {
        "agreementId": PLACE,
        "state": "open",
        "respondBy": "2026-12-15",
        "title": "Afspraken",
        "promiseCheck": {**NO_GAP, "missing": ["proefplaats"]},
    }
    server.lists("GET /regions/AM30/sector-leads", [sector])
    server.lists("GET /regions/AM30/consultations", [concept])

    assert "WSP Parkstad" in schakel("regions", "sector-leads", "AM30").stdout
    assert "proefplaats" in schakel("regions", "consultations", "AM30").stdout


def test_region_hears_what_it_lacks_before_it_decides(schakel: Schakel, server: Server) -> None:
    held = {"version": 1, "promiseCheck": {**NO_GAP, "missing": ["proefplaats"]}}
    decided = {"decision": "declined", "version": 1, "state": "submitted"}
    path = f"/regions/AM36/agreements/{PLACE}"
    server.answers(f"GET {path}", held)
    server.answers(f"POST {path}/decisions", decided, 202)

    said = schakel("regions", "decide", "AM36", PLACE, "declined", "--reason", "Te weinig")

    assert "AM36 lacks what is promised: proefplaats" in said.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("confirm", "AM23", PLACE, "--instrument", "proefplaats:startsOn"),
        ("correct", "AM23", PLACE, "--in-register"),
        ("decline-place", "AM23", PLACE),
    ],
)
def test_wrong_usage_asks_nothing(schakel: Schakel, server: Server, words: tuple[str, ...]) -> None:
    assert schakel("regions", *words).exit_code == 2
    assert server.asked == []
