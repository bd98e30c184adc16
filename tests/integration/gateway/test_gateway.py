# SPDX-License-Identifier: EUPL-1.2
"""The gateway before real services: one outcome for each key, hints, and services that are away."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from typing import Any

import httpx
import pytest
import yaml

from services.cli.tokens import Bearer
from tests import iss
from tests.servers import RunningStack, environment
from tests.waiting import wait_until
from tests.whose import usual

Json = dict[str, Any]


@pytest.fixture(scope="module")
def http(stack: RunningStack) -> Iterator[httpx.Client]:
    """Give a client of the gateway."""
    auth = Bearer(stack.tokens, usual)
    with httpx.Client(base_url=f"{stack.base_url}/v1", auth=auth, timeout=20) as client:
        yield client


@pytest.fixture(scope="module")
def body(http: httpx.Client) -> Json:
    """Give an agreement to register, with an employer that is known."""
    example = files("services.cli").joinpath("examples", "iss.yaml").read_text("utf-8")
    read: Json = json.loads(json.dumps(yaml.safe_load(example), default=str))
    name = read.pop("employer")
    http.post("/employers", json={"name": name})
    found = http.get("/employers", params={"name": name}).json()["items"]
    [employer] = [one for one in found if one["name"] == name]
    return {**read, **iss.CONSENT, "employerId": employer["id"]}


def schakel(stack: RunningStack, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.cli.main", *words],
        env={**environment(), "SCHAKEL_HOME": str(stack.home.root)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_demo_proves_the_main_job_twice_on_one_agreement(stack: RunningStack) -> None:
    first, second = (schakel(stack, "demo", "--measure", n, "--json") for n in ("2", "0"))
    assert first.returncode == 0, first.stdout + first.stderr
    assert second.returncode == 0, second.stdout + second.stderr
    told, again = json.loads(first.stdout), json.loads(second.stdout)
    assert told["held"] == {"AM36": told["hash"], "AM23": told["hash"]}
    assert told["astray"] == []
    assert told["measurement"]["regions"] == 35
    assert (again["agreement"], again["hash"]) == (told["agreement"], told["hash"])
    assert (again["sentNow"], again["publishedAt"]) == (False, told["publishedAt"])


def test_the_same_key_gets_the_same_answer_and_another_request_422(
    http: httpx.Client, body: Json
) -> None:
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    first, second = (http.post("/agreements", json=body, headers=headers) for _ in range(2))
    other = http.post("/agreements", json={**body, "title": "Anders"}, headers=headers)
    assert first.status_code == 201
    assert first.headers["Location"] == f"/v1/agreements/{first.json()['id']}"
    assert (second.status_code, second.json()) == (201, first.json())
    assert second.headers["ETag"] == first.headers["ETag"]
    assert other.status_code == 422


def test_a_stale_revision_is_412(http: httpx.Client, body: Json) -> None:
    made = http.post("/agreements", json=body)
    path, headers = f"/agreements/{made.json()['id']}", {"If-Match": made.headers["ETag"]}
    assert http.patch(path, json={"title": "Nieuw"}, headers=headers).status_code == 200
    stale = http.patch(path, json={"title": "Te laat"}, headers=headers)
    assert stale.status_code == 412
    assert stale.json()["type"] == "/problems/stale-version"


def test_what_is_not_there_is_404_by_name(http: httpx.Client) -> None:
    for path in (f"/agreements/{uuid.uuid4()}", "/regions/AM99", "/regions/AM31/desk"):
        assert http.get(path).status_code == 404, path
    assert "AM99" in http.get("/regions/AM99").json()["detail"]


def test_a_fan_out_is_hinted_to_whoever_listens(http: httpx.Client, body: Json) -> None:
    with http.stream("GET", "/events") as listening:
        lines = listening.iter_lines()
        assert "event: open" in [next(lines), next(lines)]
        made = http.post("/agreements", json=body)
        identity = made.json()["id"]
        http.post(
            f"/agreements/{identity}/publications",
            json={},
            headers={"If-Match": made.headers["ETag"]},
        )
        assert any(identity in line for line in lines if line.startswith("data: "))


def test_a_service_that_is_away_is_said_in_time_and_the_others_go_on(
    stack: RunningStack, http: httpx.Client
) -> None:
    stack.stop("employers")
    try:
        started = time.monotonic()
        away = http.get("/employers")
        took = time.monotonic() - started
        assert away.status_code in {503, 504}
        assert int(away.headers["Retry-After"]) > 0
        assert took < 10
        assert http.get("/agreements").status_code == 200
        assert http.get("/operations/dead-letters").json()["unanswered"] == ["employers"]
    finally:
        stack.start("employers")
    assert wait_until(lambda: http.get("/employers").status_code == 200)


def test_a_service_that_hangs_is_504_in_time_and_holds_up_nobody_else(
    stack: RunningStack, http: httpx.Client
) -> None:
    hanging = stack.pids["employers"]
    assert hanging is not None
    os.kill(hanging, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(20) as clients:
            asked = [clients.submit(http.get, "/employers") for _ in range(20)]
            started = time.monotonic()
            assert http.get("/agreements").status_code == 200
            assert time.monotonic() - started < 4
            assert {one.result().status_code for one in asked} == {504}
            assert time.monotonic() - started < 10
    finally:
        os.kill(hanging, signal.SIGCONT)
    assert wait_until(lambda: http.get("/employers").status_code == 200)


def test_every_list_of_the_operators_is_answered(http: httpx.Client) -> None:
    for path in ("/operations/dead-letters", "/operations/deliveries", "/matrix"):
        answer = http.get(path)
        assert answer.status_code == 200, answer.text
        assert {"items", "page", "pageSize", "total"} <= answer.json().keys()


def test_every_answer_has_the_shape_that_the_description_promises(
    http: httpx.Client, body: Json
) -> None:
    made = http.post("/agreements", json=body)
    description = http.get("/openapi.json").json()
    promised = description["components"]["schemas"]["Agreement"]["properties"]
    assert made.json().keys() == promised.keys()
