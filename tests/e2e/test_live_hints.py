# SPDX-License-Identifier: EUPL-1.2
"""Who follows /v1/events hears of a publication, and of its receipts, when they happen."""

import json
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.e2e.door import Door, Json
from tests.e2e.story import DRECHTSTEDEN, ZWOLLE, Given, Then, When

# The longest silence: the stream says every 15 s that it is still there.
SECONDS = 30.0


class Listener:
    """Follows the live hints; what is not read yet waits in the connection."""

    def __init__(self, response: httpx.Response) -> None:
        self.headers = response.headers
        self._lines = response.iter_lines()
        self.opened = self._next()

    def hints(self, subject: str, enough: Callable[[list[Json]], bool]) -> list[Json]:
        """Listen until enough was heard of a subject."""
        heard: list[Json] = []
        until = time.monotonic() + SECONDS
        while not enough(heard):
            assert time.monotonic() < until, heard
            event, hint = self._next()
            assert event == "hint"
            if subject in hint["subjects"]:
                heard.append(hint)
        return heard

    def _next(self) -> tuple[str, Json]:
        event = ""
        until = time.monotonic() + SECONDS
        for line in self._lines:
            assert time.monotonic() < until, "nothing is told any more"
            name, _, value = line.partition(": ")
            if name == "event":
                event = value
            elif name == "data":
                return event, json.loads(value)
        message = "the stream has ended"
        raise AssertionError(message)


@pytest.fixture
def listener(door: Door) -> Iterator[Listener]:
    where = f"{door.url}/v1/events"
    with httpx.stream("GET", where, auth=door.auth, timeout=SECONDS) as response:
        assert response.status_code == 200
        yield Listener(response)


def test_client_hears_of_a_publication_as_each_region_comes_to_hold_it(
    listener: Listener, given: Given, when: When
) -> None:
    agreement = given.draft({ZWOLLE, DRECHTSTEDEN})

    when.published(agreement)

    def settled(hints: list[Json]) -> set[str]:
        return {
            region
            for one in hints
            if one["what"] == "deliveries-settled"
            for region in one["recipients"]
        }

    both = {ZWOLLE, DRECHTSTEDEN}
    # One hint tells of a whole batch: services that hold what they need may stand beside them.
    heard = listener.hints(f"agreement/{agreement.id}", lambda hints: settled(hints) >= both)
    assert {one["what"] for one in heard} == {"agreement-changed", "deliveries-settled"}


def test_client_hears_of_an_amendment_of_what_it_shows(
    listener: Listener, given: Given, when: When, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE})
    subject = f"agreement/{agreement.id}"
    listener.hints(subject, bool)

    when.new_version(agreement, targetGroups=["ww"])

    assert listener.hints(subject, bool)
    then.in_force_everywhere(agreement)


def test_stream_is_one_that_browsers_follow(listener: Listener) -> None:
    assert listener.headers["Content-Type"].startswith("text/event-stream")
    assert listener.headers["Cache-Control"] == "no-store"
    assert listener.opened == ("open", {})


def test_hint_carries_no_state(listener: Listener, given: Given) -> None:
    agreement = given.published_agreement({ZWOLLE})

    hints = listener.hints(f"agreement/{agreement.id}", bool)

    assert all(one.keys() <= {"what", "subjects", "recipients", "at"} for one in hints)
    assert agreement.title not in json.dumps(hints)
