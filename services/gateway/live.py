# SPDX-License-Identifier: EUPL-1.2
"""Live hints as server-sent events: something changed, read it again.

A hint carries no state and may get lost; whoever connects, or connects again, reads what it
shows first. The first event, `open`, says so.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from functools import partial
from typing import Protocol

import orjson
from prometheus_client import Gauge
from werkzeug.wrappers import Response

from services.gateway.identity import Token, Verifier
from services.gateway.problems import CROWDED, TOO_OFTEN, Refused, dressed
from shared.messaging import SlowListener
from shared.messaging.tasks import assignee_of
from shared.runtime import Json

AT_MOST = 256
# A person has some pages open; one subject must not take the streams of all others.
OF_ONE = 16
RETRY_MILLISECONDS = 2_000

WATCHERS = Gauge("schakel_http_event_streams", "Clients that follow the live hints now.")
_watchers: dict[object, str] = {}


class Hints(Protocol):
    """What shared.messaging.Hints gives a worker."""

    def subscribe(
        self, seen: Callable[[Json], Json | None]
    ) -> AbstractContextManager[Iterator[Json | None]]:
        """Give what is seen of hints; None is a moment in which nothing was."""


def follow(hints: Hints, who: Token, verifier: Verifier) -> Response:
    """Answer with a stream of hints, until the client leaves or is too slow, or its token ends.

    Who is bound to one desk gets what concerns that desk, without the subjects: a batch may name
    those of others beside it. What concerns another desk leaves no trace in the stream.
    """
    if len(_watchers) >= AT_MOST:
        raise Refused(CROWDED, f"{AT_MOST} clients follow already; read again now and then")
    if list(_watchers.values()).count(who.subject) >= OF_ONE:
        raise Refused(TOO_OFTEN, f"you follow {OF_ONE} times already")
    return dressed(Response(_events(hints, who, verifier), mimetype="text/event-stream"))


def _events(hints: Hints, who: Token, verifier: Verifier) -> Iterator[bytes]:
    watcher = object()
    _watchers[watcher] = who.subject
    WATCHERS.set(len(_watchers))
    try:
        with suppress(SlowListener), hints.subscribe(partial(seen, who)) as told:
            yield b"retry: %d\nevent: open\ndata: {}\n\n" % RETRY_MILLISECONDS
            for number, hint in enumerate(told, 1):
                if not verifier.lasts(who):
                    return
                yield b": still here\n\n" if hint is None else event(number, hint)
    finally:
        del _watchers[watcher]
        WATCHERS.set(len(_watchers))


def seen(who: Token, hint: Json) -> Json | None:
    """Give what somebody may see of a hint; None where it concerns another desk."""
    desk = assignee_of(who.scope)
    if desk is None:
        return hint
    if desk not in hint["recipients"]:
        return None
    return {**hint, "subjects": [], "recipients": [desk]}


def event(number: int, hint: Json) -> bytes:
    """Write one hint; JSON never holds a line end, so one data line is enough."""
    return b"id: %d\nevent: hint\ndata: %s\n\n" % (number, orjson.dumps(hint))
