# SPDX-License-Identifier: EUPL-1.2
"""Which agreement the demo takes, what it publishes, and what it says of one sent before."""

import pytest

from services.cli import measure
from shared.contracts.reference import region_codes
from tests.unit.cli.conftest import Json, Schakel, Server

ID = "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d"
FRESH = "7c0b3f14-1d55-4c6f-8f6e-2a4f9be0d111"
HASH = "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"
TITLE = "Landelijke samenwerkingsafspraken ISS Facility Services"
OURS = ("AM23", "AM36")


def agreement(identity: str, status: str, *regions: str, title: str = TITLE) -> Json:
    published = status == "published"
    return dict.fromkeys(measure.COPIED) | {
        "employer": {"id": FRESH},
        "id": identity,
        "status": status,
        "version": 1 if published else None,
        "title": title,
        "participants": list(regions),
        "hash": HASH if published else None,
        "publishedAt": "2026-12-01T09:00:00Z" if published else None,
    }


def delivery(region: str) -> Json:
    received = {"receivedHash": HASH, "receivedAt": "2026-12-01T09:00:01Z", "sends": 1}
    return {"region": region, "sequence": 1, "state": "received", "hash": HASH, **received}


def holds(server: Server, identity: str, *regions: str) -> None:
    """Have the agreement published, and held by exactly these regions."""
    published, place = agreement(identity, "published", *regions), f"/agreements/{identity}"
    progress = {"sequence": 1, "recipients": len(regions), "received": len(regions)}
    whole = progress | {"pending": 0, "refused": 0, "inForceEverywhere": True}
    server.answers(f"GET {place}", published, ETag='"1"')
    server.answers(f"POST {place}/publications", published)
    server.lists(f"GET {place}/deliveries", [delivery(code) for code in regions], progress=whole)
    parts = [{"region": code, "status": "invited"} for code in regions]
    server.lists(f"GET {place}/participants", parts)
    for code in regions:
        server.answers(f"GET /regions/{code}{place}", {"hash": HASH})


def is_known(server: Server, *known: Json) -> None:
    server.lists("GET /employers", [{"id": FRESH, "name": "ISS Facility Services"}])
    server.lists("GET /agreements", known)
    server.answers("POST /agreements", agreement(FRESH, "draft", *OURS), 201)


def changes(server: Server) -> list[str]:
    return [place for place in server.places() if not place.startswith("GET")]


def test_published_before_it_is_said_and_compared_with_its_own_participants(
    schakel: Schakel, server: Server
) -> None:
    is_known(server, agreement(FRESH, "draft", *OURS), agreement(ID, "published", "AM01", *OURS))
    holds(server, ID, "AM01", *OURS)

    result = schakel("demo", "--measure", "0")
    assert result.exit_code == 0, result.output
    words = " ".join(result.stdout.split())
    assert "was published at 2026-12-01" in words
    assert "nothing is sent now" in words

    told = schakel.json("demo", "--measure", "0")
    assert (told["sentNow"], told["publishedAt"]) == (False, "2026-12-01T09:00:00Z")
    assert told["held"] == {"AM01": HASH, "AM23": HASH, "AM36": HASH}
    assert changes(server) == []


def test_its_own_draft_is_published(schakel: Schakel, server: Server) -> None:
    is_known(server, agreement(ID, "draft", *reversed(OURS)))
    holds(server, ID, *OURS)
    assert schakel.json("demo", "--measure", "0")["sentNow"] is True
    assert changes(server) == [f"POST /agreements/{ID}/publications"]


def test_who_had_not_received_what_was_measured_is_named(
    schakel: Schakel, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "PATIENCE_SECONDS", 0.0)
    is_known(server, agreement(ID, "published", *OURS))
    holds(server, ID, *OURS)
    progress = {"sequence": 1, "recipients": 35, "received": 34, "inForceEverywhere": False}
    waiting = {"receivedHash": None, "receivedAt": None, "state": "pending"}
    told = [delivery(code) | (waiting if code == "AM36" else {}) for code in region_codes()]
    place = f"/agreements/{FRESH}"
    published = agreement(FRESH, "published", *region_codes())
    server.answers(f"POST {place}/publications", published)
    server.answers(f"GET {place}", published, ETag='"1"')
    server.answers(f"POST {place}/endings", published)
    server.lists(f"GET {place}/deliveries", told, progress=progress)

    result = schakel("demo", "--measure", "1")

    assert result.exit_code == 1
    words = " ".join(result.stderr.split())
    assert f"{FRESH} was not received everywhere within 0 s, not by AM36" in words
    assert "schakel deliveries" in words


@pytest.mark.parametrize(
    "other",
    [
        agreement(ID, "draft", "AM36"),
        agreement(ID, "draft", "AM01", *OURS),
        agreement(ID, "draft", *OURS, title="Anders"),
        agreement(ID, "published", *OURS, title="Anders"),
        agreement(ID, "withdrawn", *OURS),
    ],
)
def test_a_draft_that_it_did_not_make_is_left_alone(
    schakel: Schakel, server: Server, other: Json
) -> None:
    is_known(server, other)
    holds(server, FRESH, *OURS)
    assert schakel.json("demo", "--measure", "0")["agreement"] == FRESH
    assert changes(server) == ["POST /agreements", f"POST /agreements/{FRESH}/publications"]
