# SPDX-License-Identifier: EUPL-1.2
"""A service that is away: its paths say so in time, all others go on, and nothing is lost."""

import json
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import uuid4

import httpx
from kombu.connection import Connection

from services.cli.stack.broker import VHOST
from shared.contracts.topology import NAMEKO_RPC
from tests.e2e.books import Books
from tests.e2e.door import Door, Json, done, refused
from tests.e2e.story import ISS, ZWOLLE, Given, Then, When, own_name
from tests.servers import RunningStack
from tests.waiting import wait_until

DEADLINE_SECONDS = 5.0
# An answer is in time when the deadline is what ended it; a machine that is shared gets some more.
IN_TIME_SECONDS = DEADLINE_SECONDS + 3
AWAY = {503, 504}


@contextmanager
def stopped(stack: RunningStack, service: str) -> Iterator[None]:
    """Keep a service stopped for the block, and wait until it is ready after it."""
    stack.stop(service)
    try:
        yield
    finally:
        stack.start(service)


@contextmanager
def frozen(stack: RunningStack, service: str) -> Iterator[None]:
    """Keep a service from doing anything, while the broker believes that it is there."""
    pid = stack.pids[service]
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def timed(
    door: Door, method: str, path: str, body: object = None, **more: str
) -> tuple[httpx.Response, float]:
    began = time.monotonic()
    answer = door.ask(method, path, body, **more)
    return answer, time.monotonic() - began


def test_calls_and_their_answers_find_their_way_again_when_the_broker_forgot_it(
    stack: RunningStack, door: Door
) -> None:
    """What a node leaves behind that died in a cluster: queues with consumers and no bindings."""
    paths = ("/agreements", "/employers", "/regions")

    with Connection(stack.amqp_url()) as link:  # type: ignore[no-untyped-call]
        for queue, key in _bindings_of_calls(stack):
            link.channel().queue_unbind(queue, NAMEKO_RPC, key)

    assert door.ask("GET", "/agreements").status_code in AWAY
    wait_until(lambda: {door.ask("GET", path).status_code for path in paths} == {200})


def _bindings_of_calls(stack: RunningStack) -> list[tuple[str, str]]:
    columns = ("source_name", "destination_name", "routing_key")
    told = stack.ctl("list_bindings", "--vhost", VHOST, *columns, "--formatter", "json")
    return [
        (row["destination_name"], row["routing_key"])
        for row in json.loads(told)
        if row["source_name"] == NAMEKO_RPC
    ]


def test_paths_of_a_service_that_is_away_say_so_in_time_and_all_others_go_on(
    stack: RunningStack, door: Door, given: Given, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE})
    before, etag = then.agreement(agreement), door.etag(agreement.path)
    why = {"reason": "overleg"}
    its_paths: list[tuple[str, str, object]] = [
        ("GET", "/agreements", None),
        ("POST", "/agreements", {"employerId": agreement.employer_id, "title": agreement.title}),
        ("GET", agreement.path, None),
        ("PATCH", agreement.path, {"targetGroups": ["ww"]}),
        ("DELETE", agreement.path, None),
        ("GET", f"{agreement.path}/versions", None),
        ("GET", f"{agreement.path}/versions/1", None),
        ("GET", f"{agreement.path}/history", None),
        ("POST", f"{agreement.path}/publications", {}),
        ("POST", f"{agreement.path}/amendments", {"change": "material", "title": "x"}),
        ("POST", f"{agreement.path}/suspensions", why),
        ("POST", f"{agreement.path}/resumptions", why),
        ("POST", f"{agreement.path}/endings", why),
        ("GET", f"{agreement.path}/participants", None),
        ("POST", f"{agreement.path}/participants", {"regions": [ZWOLLE]}),
        ("DELETE", f"{agreement.path}/participants/{ZWOLLE}", None),
        ("GET", f"{agreement.path}/deliveries", None),
        ("GET", "/matrix", None),
    ]

    with stopped(stack, "agreements"), ThreadPoolExecutor(len(its_paths)) as clients:
        asked = [clients.submit(timed, door, *one, etag=etag) for one in its_paths]
        # All of these are answered while those wait.
        going_on = [
            timed(door, "GET", path)
            for path in (
                "/employers",
                f"/employers/{agreement.employer_id}",
                "/regions",
                f"/regions/{ZWOLLE}",
                f"/regions/{ZWOLLE}/agreements",
                f"/regions/{ZWOLLE}{agreement.path}",
                f"/regions/{ZWOLLE}/contacts/{agreement.employer_id}",
                "/openapi.json",
            )
        ]
        employer = given.employer()
        waiting = sum(not one.done() for one in asked)
        answers = [one.result() for one in asked]
        letters, _ = timed(door, "GET", "/operations/dead-letters")

    for answer, seconds in answers:
        assert answer.status_code in AWAY, answer.text
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert seconds < IN_TIME_SECONDS
    assert [answer.status_code for answer, _ in going_on] == [200] * len(going_on)
    assert max(seconds for _, seconds in going_on) < DEADLINE_SECONDS - 1
    assert employer["id"]
    assert waiting in {0, len(its_paths)}, "either all are refused at once, or all wait"
    assert done(letters)["unanswered"] == ["agreements"]
    # None of those calls was waiting for the service to come back.
    assert then.agreement(agreement) == before
    assert len(door.every("/agreements", employerId=agreement.employer_id)) == 1


def test_region_decides_while_agreements_is_away_and_the_decision_arrives_when_it_returns(
    stack: RunningStack, given: Given, when: When, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE})
    then.told(agreement, ZWOLLE, "invited")

    with stopped(stack, "agreements"):
        submitted = when.signed(agreement, ZWOLLE)
        waiting = then.copy(agreement, ZWOLLE)["decision"]

    assert submitted["state"] == waiting["state"] == "submitted"
    answered = then.decision_answered(agreement, ZWOLLE)
    assert answered["state"] == "recorded"
    assert then.standings(agreement) == {ZWOLLE: ("accepted", 1)}


def test_agreement_published_while_regions_is_away_arrives_when_it_returns(
    stack: RunningStack, given: Given, when: When, then: Then
) -> None:
    agreement = given.draft("all")

    with stopped(stack, "regions"):
        published = when.published(agreement)
        assert set(then.ledger(agreement).values()) == {"pending"}
        when.new_version(agreement, targetGroups=["ww"])

    then.in_force_everywhere(agreement)
    newest = then.agreement(agreement)
    assert newest["hash"] != published["hash"]
    assert set(then.holders(agreement).values()) == {(2, newest["hash"])}
    assert len(then.holders(agreement)) == 35


def test_call_that_timed_out_is_not_started_late(
    stack: RunningStack, door: Door, given: Given
) -> None:
    employer, key = given.employer(), str(uuid4())
    given.draft({ZWOLLE}, employer=employer)
    body: Json = {**ISS, "employerId": employer["id"], "title": own_name("Te laat")}

    with frozen(stack, "agreements"):
        answer, seconds = timed(door, "POST", "/agreements", body, key=key)

    refused(answer, 504, "deadline-exceeded")
    assert int(answer.headers["Retry-After"]) > 0
    assert seconds < IN_TIME_SECONDS
    # Calls are taken in the order in which they came: once this one is answered, so was that.
    given.draft({ZWOLLE}, employer=employer)
    assert titled(door, body) == []

    once = done(door.ask("POST", "/agreements", body, key=key), 201)
    again = done(door.ask("POST", "/agreements", body, key=key), 201)
    assert once == again
    assert [one["id"] for one in titled(door, body)] == [once["id"]]


def test_call_that_was_started_and_timed_out_gives_its_outcome_to_the_same_key(
    door: Door, given: Given, then: Then, books: Books
) -> None:
    agreement, key = given.draft({ZWOLLE}), str(uuid4())
    path, etag = f"{agreement.path}/publications", door.etag(agreement.path)

    with books.locked(agreement.id):
        answer, seconds = timed(door, "POST", path, {}, etag=etag, key=key)
    refused(answer, 504, "deadline-exceeded")
    assert seconds < IN_TIME_SECONDS

    published = done(door.ask("POST", path, {}, etag=etag, key=key))
    then.in_force_everywhere(agreement)

    assert (published["version"], published["sequence"]) == (1, 1)
    assert then.copy(agreement, ZWOLLE)["sequence"] == 1
    assert [one["action"] for one in then.history(agreement)].count("published") == 1


def titled(door: Door, body: Json) -> list[Json]:
    found = door.every("/agreements", employerId=body["employerId"])
    return [one for one in found if one["title"] == body["title"]]
