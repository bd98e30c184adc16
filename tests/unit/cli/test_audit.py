# SPDX-License-Identifier: EUPL-1.2
"""`schakel audit` recomputes the chain by itself, and writes nothing that a sheet would run."""

import csv
import json
from typing import Any

import pytest

from services.cli.audit import as_csv
from shared.contracts.chain import BEFORE_THE_FIRST, TOLD, keeper_of, sealed
from tests.unit.cli.conftest import Schakel, Server

Json = dict[str, Any]
NOW = "2026-12-01T09:00:00Z"
LISTS = {"unanswered": []}
PLACES = ("GET /operations/audit/heads", "GET /operations/audit/links", "GET /operations/audit")
OK = ("audit", "verify", "--service", "employers")


def line(n: int, **told: object) -> Json:
    """Give a line of the audit."""
    nothing: Json = dict.fromkeys(TOLD)
    known = {"at": NOW, "subject": f"s-{n}", "role": "ops", "scope": {}, "status": 200}
    return nothing | known | {"operation": "change_employer"} | told


def chain(count: int) -> list[Json]:
    """Give a chain as a service lists it."""
    numbered = [(n, line(n)) for n in range(1, count + 1)]
    return [
        {
            "service": "employers",
            "seq": one.seq,
            "lineId": one.line_id,
            "digest": one.digest,
            "sealedAt": one.sealed_at,
            "hash": one.hash,
            "line": one.line,
        }
        for one in sealed(numbered, behind=(0, BEFORE_THE_FIRST), sealed_at=NOW)
    ]


def shows(
    server: Server, links: list[Json], *heads: Json, outside: list[Json] | None = None
) -> None:
    """Have the service show this chain, and its keeper what it was told."""
    told = [
        {
            "service": keeper_of("employers"),
            "of": "employers",
            "seq": one["seq"],
            "hash": one["hash"],
            "toldAt": NOW,
        }
        for one in heads
    ]
    for place, items in zip(PLACES, (told, links, outside or []), strict=True):
        server.lists(place, items, **LISTS)


def test_an_untouched_chain_is_checked_against_what_its_keeper_remembers(
    server: Server, schakel: Schakel
) -> None:
    links = chain(3)
    shows(server, links, links[1])

    [checked] = schakel.json(*OK)["services"]

    assert checked == {
        "service": "employers",
        "links": 3,
        "hash": links[2]["hash"],
        "anchored": True,
        "heads": 1,
        "findings": [],
    }
    assert [one.args.get("service") for one in server.asked] == [
        keeper_of("employers"),
        "employers",
        "employers",
    ]


@pytest.mark.parametrize("way", ["altered", "cut", "added"])
def test_whatever_was_touched_ends_with_status_1_and_says_where(
    way: str, server: Server, schakel: Schakel
) -> None:
    links, outside = chain(3), list[Json]()
    head = links[2]
    if way == "altered":
        links[1]["line"]["subject"] = "somebody else"
    elif way == "cut":
        links.pop()
    else:
        outside = [{"id": "employers-9"}]
    shows(server, links, head, outside=outside)

    done = schakel(*OK)

    assert done.exit_code == 1
    told = {"altered": "link 2", "cut": "link 3", "added": "employers-9"}[way]
    assert told in done.output


def test_a_head_that_was_noted_elsewhere_is_compared_too(server: Server, schakel: Schakel) -> None:
    links = chain(3)
    shows(server, links, links[2])

    assert schakel(*OK, "--head", f"employers:2:{links[1]['hash']}").exit_code == 0
    assert schakel(*OK, "--head", f"employers:2:{'0' * 64}").exit_code == 1
    assert schakel(*OK, "--head", "employers:2").exit_code == 2


def test_a_chain_of_which_nobody_was_told_proves_nothing(server: Server, schakel: Schakel) -> None:
    shows(server, chain(1))

    assert schakel(*OK).exit_code == 1


def test_half_of_a_chain_proves_nothing(server: Server, schakel: Schakel) -> None:
    server.lists(PLACES[0], [], unanswered=["agreements"])

    done = schakel(*OK)

    assert done.exit_code == 1
    assert "does not answer" in done.output


def test_the_list_can_be_narrowed_and_paged(server: Server, schakel: Schakel) -> None:
    server.lists(PLACES[2], [{"id": "employers-1", **line(1)}], **LISTS)

    done = schakel(
        *("audit", "list", "--subject", "s-1", "--aggregate", "employer/1", "--page", "2"),
        *("--since", "2026-12-01", "--result", "refused", "--operation", "change_employer"),
    )

    assert "s-1" in done.output
    assert dict(server.asked[0].args) == {
        "subject": "s-1",
        "aggregate": "employer/1",
        "operation": "change_employer",
        "since": "2026-12-01T00:00:00+01:00",
        "result": "refused",
        "page": "2",
        "pageSize": "50",
    }


def test_a_list_fits_a_terminal_and_tells_how_much_there_is(
    server: Server, schakel: Schakel
) -> None:
    iss = "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d"
    told = line(1, aggregate=f"employer/{iss}", scope={"region": "AM23"}, origin="198.51.100.7")
    told |= {"at": "2026-12-01T09:00:00.123Z", "version": 3}
    told |= {"status": 409, "problem": "/problems/gone-on"}
    server.lists(PLACES[2], [{"id": "employers-1", **told}], **LISTS, total=345)

    done = schakel("audit", "list", "--page", "2", "--page-size", "3")

    assert "4 to 4 of 345" in done.output
    assert "employer/5e1a9a52 rev 3" in done.output
    assert "ops region=AM23" in done.output
    assert "409 gone-on" in done.output
    assert max(map(len, done.output.splitlines())) <= 120


@pytest.mark.parametrize(("total", "told"), [(0, "no line"), (3, "there are 3")])
def test_an_empty_page_says_whether_there_is_anything_at_all(
    server: Server, schakel: Schakel, total: int, told: str
) -> None:
    server.lists(PLACES[2], [], **LISTS, total=total)

    assert told in schakel("audit", "list", "--aggregate", "agreement/9999").output


@pytest.mark.parametrize(
    "nonsense",
    ["nonsense", "employers", "employers:2", "employers:x:y", "employers:2:9f2c01"],
)
def test_what_is_no_head_is_told_what_one_is(schakel: Schakel, nonsense: str) -> None:
    done = schakel(*OK, "--head", nonsense)

    assert done.exit_code == 2
    told = " ".join(done.output.replace("│", " ").split())
    assert all(
        word in told for word in (nonsense, "SERVICE:PLACE:HASH", "audit_head", "verify --json")
    )


def test_no_text_can_pass_for_a_formula_in_an_export() -> None:
    wild = '=HYPERLINK("http://example.invalid")'
    told = {"service": "employers", "id": "employers-1", **line(1, subject=wild, origin="@here")}

    heading, row = csv.reader(as_csv([told | {"scope": {"region": "AM23"}}]).splitlines())

    written = dict(zip(heading, row, strict=True))
    assert (written["subject"], written["origin"]) == (f"'{wild}", "'@here")
    assert (written["scope"], written["version"]) == ("region=AM23", "")


def test_an_export_holds_the_lines_of_every_service(server: Server, schakel: Schakel) -> None:
    told = {"service": "employers", "id": "employers-1", **line(1)}
    server.lists(PLACES[2], [told], **LISTS)

    as_json = json.loads(schakel("audit", "export", "--format", "json").stdout)
    sheet = schakel("audit", "export", "--service", "employers").stdout

    assert len(as_json["items"]) == len({one.args["service"] for one in server.asked[:-1]}) == 5
    assert len(sheet.splitlines()) == 2


def test_an_export_reads_on_behind_the_last_line_that_came(
    server: Server, schakel: Schakel
) -> None:
    lines = [{"service": "employers", "id": f"employers-{n}", **line(n)} for n in range(250, 0, -1)]
    for items in (lines[:200], lines[200:]):
        server.lists(PLACES[2], items, **LISTS)

    sheet = schakel("audit", "export", "--service", "employers").stdout

    assert len(sheet.splitlines()) == 251
    assert [one.args.get("before") for one in server.asked] == [None, "51"]


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "--service", "bakery"),
        ("export", "--format", "xml"),
        ("list", "--since", "yesterday"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(words: tuple[str, ...], schakel: Schakel) -> None:
    assert schakel("audit", *words).exit_code == 2
