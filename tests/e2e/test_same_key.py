# SPDX-License-Identifier: EUPL-1.2
"""The same Idempotency-Key is the same request: done once, and answered the same every time."""

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx

from tests.e2e.door import Door, Json, done, refused
from tests.e2e.story import ISS, ZWOLLE, Given, Then, own_name


def body_of(employer: Json) -> Json:
    title = own_name("Landelijke samenwerkingsafspraken ISS Facility Services")
    return {**ISS, "employerId": employer["id"], "title": title, "participants": [ZWOLLE]}


def answered(response: httpx.Response) -> tuple[int, str | None, str | None, bytes]:
    """Give what a client gets of an answer that must not differ."""
    location, etag = response.headers.get("Location"), response.headers.get("ETag")
    return response.status_code, location, etag, response.content


def registered(door: Door, body: Json) -> list[Json]:
    return [
        one
        for one in door.every("/agreements", employerId=body["employerId"])
        if one["title"] == body["title"]
    ]


def test_same_key_twice_is_one_agreement_and_the_same_answer_byte_for_byte(
    door: Door, given: Given
) -> None:
    body, key = body_of(given.employer()), str(uuid4())

    first = door.ask("POST", "/agreements", body, key=key)
    again = door.ask("POST", "/agreements", body, key=key)

    assert first.status_code == 201
    assert answered(again) == answered(first)
    assert [one["id"] for one in registered(door, body)] == [first.json()["id"]]


def test_same_key_at_once_is_one_agreement_and_one_answer(door: Door, given: Given) -> None:
    body, key = body_of(given.employer()), str(uuid4())

    with ThreadPoolExecutor(8) as clients:
        asked = [clients.submit(door.ask, "POST", "/agreements", body, key=key) for _ in range(8)]
        answers = {answered(one.result()) for one in asked}

    [(status, *_)] = answers
    assert status == 201
    assert len(registered(door, body)) == 1


def test_same_key_after_a_lost_answer_is_one_agreement(door: Door, given: Given) -> None:
    body, key = body_of(given.employer()), str(uuid4())

    send_and_leave(door, "/v1/agreements", body, key)
    answers = {answered(door.ask("POST", "/agreements", body, key=key)) for _ in range(3)}

    [(status, location, _, content)] = answers
    assert status == 201
    assert location == f"/v1/agreements/{json.loads(content)['id']}"
    assert [one["id"] for one in registered(door, body)] == [json.loads(content)["id"]]


def test_same_key_for_a_publication_is_one_publication(
    door: Door, given: Given, then: Then
) -> None:
    agreement, key = given.draft({ZWOLLE}), str(uuid4())
    path, etag = f"{agreement.path}/publications", door.etag(agreement.path)

    def publish(_: int) -> httpx.Response:
        return door.ask("POST", path, {}, etag=etag, key=key)

    with ThreadPoolExecutor(4) as clients:
        answers = {answered(one) for one in clients.map(publish, range(4))}
    then.in_force_everywhere(agreement)

    [(status, *_)] = answers
    assert status == 200
    assert then.copy(agreement, ZWOLLE)["sequence"] == 1
    assert [one["action"] for one in then.history(agreement)].count("published") == 1


def test_same_key_for_a_decision_is_one_decision(door: Door, given: Given, then: Then) -> None:
    agreement, key = given.published_agreement({ZWOLLE}), str(uuid4())
    path, said = f"/regions/{ZWOLLE}{agreement.path}/decisions", {"decision": "considering"}

    answers = {answered(door.ask("POST", path, said, key=key)) for _ in range(2)}

    [(status, *_)] = answers
    assert status == 202
    assert then.decision_answered(agreement, ZWOLLE)["sequence"] == 1


def test_same_key_with_another_request_is_refused(door: Door, given: Given) -> None:
    body, key = body_of(given.employer()), str(uuid4())
    done(door.ask("POST", "/agreements", body, key=key), 201)

    other = {**body, "participants": "all"}
    refused(door.ask("POST", "/agreements", other, key=key), 422, "idempotency-key-reused")

    [kept] = registered(door, body)
    assert kept["participants"] == [ZWOLLE]


def test_refusal_is_an_outcome_too(door: Door, given: Given, then: Then) -> None:
    agreement, key = given.draft({ZWOLLE}), str(uuid4())
    path, body = f"{agreement.path}/suspensions", {"reason": "overleg"}
    etag = door.etag(agreement.path)

    answers = {answered(door.ask("POST", path, body, etag=etag, key=key)) for _ in range(2)}

    [(status, *_)] = answers
    assert status == 409
    assert then.agreement(agreement)["status"] == "draft"


def test_request_with_faults_does_not_use_up_its_key(door: Door, given: Given) -> None:
    body, key = body_of(given.employer()), str(uuid4())

    refused(door.ask("POST", "/agreements", {**body, "kinds": ["party"]}, key=key), 400)

    done(door.ask("POST", "/agreements", body, key=key), 201)


def send_and_leave(door: Door, path: str, body: Json, key: str) -> None:
    """Send a whole request and close the connection before anything can be read."""
    url, content = httpx.URL(door.url), json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {url.host}:{url.port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        f"Authorization: {door.bearer('POST', path)}\r\nIdempotency-Key: {key}\r\n\r\n"
    )
    with socket.create_connection((url.host, url.port or 80), timeout=10) as client:
        client.sendall(head.encode() + content)
