# SPDX-License-Identifier: EUPL-1.2
"""Consultation, annexes and work from the command line: what is sent, and what is shown."""

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Schakel, Server

ID = "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d"
PLACE = f"/agreements/{ID}"


@pytest.fixture(autouse=True)
def known(server: Server) -> None:
    """Have the agreement known by its id."""
    server.answers(
        f"GET {PLACE}", {"id": ID, "employerId": ID, "revision": 3, "status": "draft"}, ETag='"3"'
    )


@pytest.mark.parametrize(
    ("words", "place", "body"),
    [
        (
            ["agreements", "comment", ID, "Graag ook ww", "--region", "AM36"],
            "comments",
            {"region": "AM36", "text": "Graag ook ww"},
        ),
        (["annexes", "agree", ID, "2"], "annexes/2/agreements", {}),
        (
            ["annexes", "decline", ID, "2", "--reason", "te veel"],
            "annexes/2/refusals",
            {"reason": "te veel"},
        ),
        (["projects", "start", ID, "1"], "projects/1/starts", {}),
        (
            ["projects", "report", ID, "1", "--quarter", "1", "--started", "25"],
            "projects/1/results",
            {"quarter": 1, "started": 25},
        ),
        (["projects", "complete", ID, "1"], "projects/1/completions", {}),
        (
            ["bottlenecks", "report", ID, "Proefplaats korter"],
            "bottlenecks",
            {"text": "Proefplaats korter"},
        ),
        (
            ["bottlenecks", "answer", ID, "1", "Verlengen kan"],
            "bottlenecks/1/solutions",
            {"text": "Verlengen kan"},
        ),
        (["evaluations", "plan", ID, "2027-06-01"], "evaluations", {"dueOn": "2027-06-01"}),
    ],
)
def test_what_is_said_is_sent(
    schakel: Schakel, server: Server, words: list[str], place: str, body: dict[str, object]
) -> None:
    server.answers(f"POST {PLACE}/{place}", {"number": 1}, 201)

    assert schakel.json(*words) == {"number": 1}
    assert server.bodies[-1] == body


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (["annexes", "propose", ID], "annexes"),
        (["annexes", "record-earlier", ID], "earlier-arrangements"),
        (["projects", "register", ID], "projects"),
    ],
)
def test_what_a_file_says_is_sent(
    schakel: Schakel, server: Server, tmp_path: Path, words: list[str], place: str
) -> None:
    file = tmp_path / "said.yaml"
    file.write_text("notes: Eigen intake\n", encoding="utf-8")
    server.answers(f"POST {PLACE}/{place}", {"number": 1}, 201)

    schakel.json(*words, str(file))

    assert server.bodies[-1] == {"notes": "Eigen intake"}


@pytest.mark.parametrize(
    ("step", "place"),
    [("consult", "consultations"), ("close-consultation", "consultations/closings")],
)
def test_consultation_is_a_step_from_the_newest_revision(
    schakel: Schakel, server: Server, step: str, place: str
) -> None:
    server.answers(f"POST {PLACE}/{place}", {"id": ID, "status": "in_consultation"})

    result = schakel("agreements", step, ID)

    assert result.exit_code == 0, result.stderr
    assert "in_consultation" in result.stdout
    assert server.asked[-1].headers["If-Match"] == '"3"'


@pytest.mark.parametrize(
    ("words", "place", "item", "shown"),
    [
        (
            ["agreements", "comments", ID],
            "comments",
            {"saidAt": "2026-12-01T09:00:00Z", "region": "AM36", "version": 1, "text": "Mooi"},
            "Mooi",
        ),
        (
            ["agreements", "promises", ID],
            "promise-check",
            {
                "region": "AM36",
                "name": "Regio Zwolle",
                "participation": None,
                "known": True,
                "gaps": ["nazorg"],
            },
            "nazorg",
        ),
        (
            ["annexes", "list", ID],
            "annexes",
            {
                "number": 1,
                "region": "AM36",
                "status": "agreed",
                "differences": [{"path": "/projects"}],
            },
            "projects",
        ),
        (
            ["annexes", "earlier", ID],
            "earlier-arrangements",
            {"region": "AM36", "title": "Afspraken", "since": None, "replacedFrom": None},
            "Afspraken",
        ),
        (
            ["projects", "list", ID],
            "projects",
            {"number": 1, "region": None, "status": "idea", "started": 0, "title": "Instroom"},
            "Instroom",
        ),
        (
            ["bottlenecks", "list", ID],
            "bottlenecks",
            {"number": 1, "region": "AM23", "status": "reported", "text": "Korter"},
            "Korter",
        ),
        (
            ["evaluations", "list", ID],
            "evaluations",
            {"number": 1, "dueOn": "2027-06-01", "status": "planned", "note": None},
            "planned",
        ),
    ],
)
def test_lists_show_what_matters(
    schakel: Schakel,
    server: Server,
    words: list[str],
    place: str,
    item: dict[str, object],
    shown: str,
) -> None:
    server.lists(f"GET {PLACE}/{place}", [item])

    result = schakel(*words)

    assert result.exit_code == 0, result.stderr
    assert shown in result.stdout
