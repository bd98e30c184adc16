# SPDX-License-Identifier: EUPL-1.2
"""Who asks too often is told so and when to come back; nobody else notices."""

from collections.abc import Callable

import pytest
from prometheus_client import REGISTRY
from werkzeug.test import Client

from services.gateway import clients, rates
from services.gateway.problems import Refused
from services.gateway.rates import Rate
from shared.runtime.config import read_settings
from tests.unit.gateway.conftest import Bearer, Behind

Told = Callable[..., None]
PATH = "/v1/regions"
HERE, THERE = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "192.0.2.2"}
NOBODY = {"Authorization": ""}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """Give what tells the gateway its settings."""

    def tell(**said: str) -> None:
        read = read_settings({f"SCHAKEL_{name}": value for name, value in said.items()})
        for module in (rates, clients):
            monkeypatch.setattr(module, "settings", lambda: read)
        rates.callers.cache_clear()
        rates.refused_tokens.cache_clear()

    return tell


def refused_so_far() -> float:
    labels = {"limit": "caller"}
    return REGISTRY.get_sample_value("schakel_http_rate_limited_total", labels) or 0.0


def test_a_caller_that_asks_too_often_is_429_and_another_is_not(
    http: Client, behind: Behind, told: Told, bearer: Bearer
) -> None:
    told(RATE_LIMIT="3/60")
    before = refused_so_far()
    one, other = bearer("auditor", sub="jansen"), bearer("auditor", sub="pietersen")
    statuses = [http.get(PATH, headers=one).status_code for _ in range(3)]
    last = http.get(PATH, headers=one)

    assert statuses == [200, 200, 200]
    assert last.status_code == 429
    assert last.json is not None
    assert last.json["type"] == "/problems/too-many-requests"
    assert 0 < int(last.headers["Retry-After"]) <= 60
    assert http.get(PATH, headers=other).status_code == 200
    assert len(behind.calls) == 4, "nobody was asked for the one that was refused"
    assert refused_so_far() == before + 1


def test_whoever_shows_no_token_is_counted_by_address(http: Client, told: Told) -> None:
    told(RATE_LIMIT="2/60")
    asked = [http.get(PATH, headers=NOBODY, environ_overrides=HERE) for _ in range(3)]

    assert [one.status_code for one in asked] == [401, 401, 429]
    assert http.get(PATH, headers=NOBODY, environ_overrides=THERE).status_code == 401
    assert http.get(PATH, environ_overrides=HERE).status_code == 200, "a good token goes on"


def test_whoever_tries_tokens_is_told_to_wait_and_good_ones_go_on(
    http: Client, told: Told, bearer: Bearer
) -> None:
    told(REFUSED_TOKENS="2/60")
    bad = bearer("auditor", aud="elsewhere")
    asked = [http.get(PATH, headers=bad, environ_overrides=HERE) for _ in range(3)]

    assert [one.status_code for one in asked] == [401, 401, 429]
    assert http.get(PATH, environ_overrides=HERE).status_code == 200


def test_every_answer_tells_what_is_left(http: Client, told: Told) -> None:
    told(RATE_LIMIT="3/60")
    left = [http.get(path).headers for path in (PATH, "/v1/nothing", PATH, PATH)]

    assert {one["RateLimit-Policy"] for one in left} == {'"caller";q=3;w=60'}
    assert [one["RateLimit"] for one in left] == [f'"caller";r={n};t=60' for n in (2, 2, 1, 0)]


def test_the_window_moves_so_that_waiting_helps() -> None:
    rate = Rate("moves", 2, 1)
    rate.hit("one")
    rate.hit("one")
    with pytest.raises(Refused) as refused:
        rate.hit("one")
    assert refused.value.headers["Retry-After"] == "1"
    [key] = rate._storage.events
    for entry in rate._storage.events[key]:
        entry.atime -= 1
        entry.expiry -= 1
    rate.hit("one")


def test_who_fell_silent_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "KNOWN_AT_MOST", 3)
    rate = Rate("silent", 2, 60)
    for number in range(5):
        rate.hit(str(number))
        rate._storage.events = {key: [] for key in rate._storage.events}
    rate.hit("last")
    assert len(rate._storage.events) <= 3


def test_the_limit_on_refused_tokens_is_stricter() -> None:
    read = read_settings({})
    assert read.refused_tokens[0] / read.refused_tokens[1] < read.rate_limit[0] / read.rate_limit[1]
