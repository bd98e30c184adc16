# SPDX-License-Identifier: EUPL-1.2
"""`schakel support` and `schakel tasks` against a server whose answers are written down here."""

import pytest

from tests.unit.cli.conftest import Json, Schakel, Server

ID, OTHER = "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d", "7c6a8f0e-2f55-4b7e-9a63-0d3f6f1f5a10"
SUPPORT: Json = {
    "id": ID,
    "state": "assigned",
    "need": "zwaar",
    "region": "AM23",
    "provider": {"id": OTHER, "name": "Jobstap"},
    "acceptBy": "2027-02-04",
    "firstContactBy": "2027-02-08",
    "placementId": OTHER,
}


@pytest.mark.parametrize(
    ("words", "noun", "body"),
    [
        (["approve", ID, "--reason", "Akkoord"], "approvals", {"reason": "Akkoord"}),
        (["decline", ID], "declines", {"reasonCode": "no_budget"}),
        (["accept", ID], "acceptances", {}),
        (["contact", ID, "--on", "2027-02-08"], "first-contacts", {"on": "2027-02-08"}),
        (["escalate", ID], "escalations", {"reasonCode": "need_grew"}),
        (["resume", ID], "resumptions", {}),
        (["hand-back", ID], "hand-backs", {"reasonCode": "no_capacity"}),
        (["close", ID, "--closing", "ended"], "closures", {"closing": "ended"}),
        (["withdraw", ID], "withdrawals", {"reasonCode": "not_needed"}),
    ],
)
def test_every_step_is_a_command_at_the_newest_revision(
    schakel: Schakel, server: Server, words: list[str], noun: str, body: Json
) -> None:
    server.answers(f"GET /support-requests/{ID}", SUPPORT, ETag='"3"')
    server.answers(f"POST /support-requests/{ID}/{noun}", SUPPORT)

    assert schakel.json("support", *words)["state"] == "assigned"

    assert (server.bodies[-1], server.asked[-1].headers["If-Match"]) == (body, '"3"')


def test_request_and_placement_are_known_by_the_beginning_of_their_ids(
    schakel: Schakel, server: Server
) -> None:
    server.lists("GET /support-requests", [SUPPORT])
    server.lists("GET /placements", [{"id": OTHER}])
    server.answers(f"GET /support-requests/{ID}", SUPPORT, ETag='"3"')
    server.answers(f"POST /support-requests/{ID}/acceptances", SUPPORT)
    server.answers("POST /support-requests", SUPPORT, 201)

    schakel.json("support", "accept", ID[:8])
    assert server.asked[0].args["q"] == ID[:8]
    schakel.json("support", "request", OTHER[:8], "--need", "zwaar", "--paid-by", "region")
    assert server.bodies[-1]["placementId"] == OTHER
    assert schakel("support", "show", "ffffffff").exit_code == 1


def test_provider_is_known_by_its_name(schakel: Schakel, server: Server) -> None:
    server.lists("GET /support-providers", [{"id": OTHER, "name": "Jobstap", "regions": []}])
    server.answers(f"GET /support-requests/{ID}", SUPPORT, ETag='"3"')
    server.answers(f"POST /support-requests/{ID}/assignments", SUPPORT)
    server.answers(f"GET /support-providers/{OTHER}", {}, ETag='"1"')
    server.answers(f"PATCH /support-providers/{OTHER}", {"id": OTHER})

    schakel.json("support", "assign", ID, "jobstap")
    assert server.bodies[-1] == {"providerId": OTHER}
    schakel.json("support", "move", "Jobstap", "--region", "AM23")
    assert server.bodies[-1] == {"regions": ["AM23"]}
    assert schakel("support", "assign", ID, "Niemand").exit_code == 1


def test_support_is_asked_for_and_listed(schakel: Schakel, server: Server) -> None:
    server.answers("POST /support-providers", {"id": OTHER, "name": "Jobstap"}, 201)
    server.answers("POST /support-requests", SUPPORT, 201)
    server.answers(f"GET /support-requests/{ID}", SUPPORT)
    server.lists("GET /support-requests", [SUPPORT])
    server.lists(f"GET /support-requests/{ID}/history", [])

    schakel.json("support", "register", "Jobstap")
    assert server.bodies[-1] == {"name": "Jobstap", "regions": "all"}
    schakel.json("support", "request", OTHER, "--need", "zwaar", "--paid-by", "region")
    assert server.bodies[-1] == {
        "placementId": OTHER,
        "need": "zwaar",
        "fundedBy": "region",
        "reasonCode": "outgrew_buddy",
    }
    assert "Jobstap" in schakel("support", "list", "--region", "AM23").output
    assert "zwaar" in schakel("support", "show", ID).output
    assert schakel("support", "history", ID).exit_code == 0


def test_employer_says_what_it_adapts(schakel: Schakel, server: Server) -> None:
    server.answers(f"GET /employers/{ID}", {"id": ID}, ETag='"1"')
    server.answers(f"PATCH /employers/{ID}", {"id": ID})

    schakel.json("employers", "change", ID, "--adapts", "workplace")
    assert server.bodies[-1] == {"adaptations": ["workplace"]}


def test_tasks_are_listed_by_day_over_all_services(schakel: Schakel, server: Server) -> None:
    def task(number: int, due: str | None) -> Json:
        return {
            "id": f"providers-{number}",
            "dueOn": due,
            "assignee": "AM23",
            "kind": "support_to_approve",
            "subject": f"support/{ID}",
            "openedAt": "2027-02-01T09:00:00Z",
        }

    server.lists("GET /tasks", [task(1, None), task(2, "2027-02-09"), task(3, "2027-02-04")])

    items = schakel.json("tasks", "--for", "AM23")["items"]

    assert [one["id"] for one in items] == ["providers-3", "providers-2", "providers-1"]
    assert dict(server.asked[-1].args)["assignee"] == "AM23"
    assert dict(server.asked[-1].args)["open"] == "true"
