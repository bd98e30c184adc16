# SPDX-License-Identifier: EUPL-1.2
"""`schakel privacy`: a report of counts, forgetting without showing whom, and the scan."""

from pathlib import Path

from tests.unit.cli.conftest import Json, Schakel, Server

NAMED = "AM23-7K4M-2QXD"
HELD: Json = {
    "region": "AM23",
    "state": "declined",
    "files": 3,
    "oldestOn": "2026-12-01",
    "keptUntil": "2026-12-29",
    "overdue": False,
}
TOLD: Json = {
    "periods": [{"state": "declined", "days": 28, "basis": "practice", "proposed": True}],
    "held": [HELD],
    "forgotten": [
        {"region": "AM23", "cause": "period", "files": 2, "candidates": 1, "lastAt": "2026-12-01"}
    ],
}


def test_report_tells_how_much_is_kept_and_until_when(schakel: Schakel, server: Server) -> None:
    server.answers("GET /operations/retention", TOLD)

    result = schakel("privacy", "report", "--region", "AM23")

    assert result.exit_code == 0, result.output
    assert "2026-12-29" in result.stdout
    assert server.asked[-1].args.to_dict() == {"region": "AM23"}


def test_report_fails_where_something_is_kept_too_long(schakel: Schakel, server: Server) -> None:
    server.answers("GET /operations/retention", {**TOLD, "held": [{**HELD, "overdue": True}]})

    result = schakel("privacy", "report")

    assert (result.exit_code, "overdue" in result.stdout) == (1, True)


def test_candidate_is_named_on_no_command_line_and_in_no_answer(
    schakel: Schakel, server: Server
) -> None:
    path = "/regions/AM23/candidate-references/erasures"
    erased = {"region": "AM23", "files": 2, "erasedAt": "2026-12-01T09:00:00Z"}
    server.answers(f"POST {path}", erased)

    result = schakel("privacy", "erase", "AM23", said=f"{NAMED}\n")

    assert result.exit_code == 0, result.output
    assert server.bodies[-1] == {"candidateReference": NAMED}
    assert (NAMED in result.stdout, NAMED in server.asked[-1].url) == (False, False)
    assert "forgotten in 2 files" in result.stdout


def test_scan_names_the_place_and_never_what_stands_there(schakel: Schakel, tmp_path: Path) -> None:
    log, clean = tmp_path / "said.log", tmp_path / "clean.log"
    log.write_text('{"event": "x", "geboortedatum": 1}\nnr 111222333\n', encoding="utf-8")
    clean.write_text('{"event": "started", "name": "regions"}\n', encoding="utf-8")

    result = schakel("privacy", "scan", str(log), str(clean), "--json")

    assert result.exit_code == 1
    assert '"kind": "bsn"' in result.stdout
    assert '"kind": "field"' in result.stdout
    assert "111222333" not in result.output
    assert schakel("privacy", "scan", str(clean)).exit_code == 0
