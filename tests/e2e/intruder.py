# SPDX-License-Identifier: EUPL-1.2
"""Somebody who puts into a queue what no service would, or publishes what is another service's."""

import json
from contextlib import closing
from urllib.parse import urlsplit

import amqp

from shared.contracts.topology import LIVE, LOGOUTS, NOTICES, RECIPIENTS
from tests.servers import TESTER, RunningStack

OWNER = "schakel-agreements"


class Intruder:
    """Publishes raw bytes, each confirmed by the broker."""

    def __init__(self, stack: RunningStack) -> None:
        self._stack = stack

    def puts(self, queue: str, body: bytes, **headers: object) -> None:
        """Put one message straight into a queue."""
        self._publish(TESTER, body, "", queue, headers)

    def addresses(self, recipient: str, body: bytes, *, user: str = OWNER) -> None:
        """Send one message as a service's relay does, to the recipient that its header names."""
        self._publish(user, body, RECIPIENTS, "", {recipient: True})

    def answers(self, owner: str, body: bytes, *, user: str) -> None:
        """Send one notice as a service's relay does, to the owner of what it is about."""
        self._publish(user, body, NOTICES, f"receipts.{owner}", {})

    def hints(self, body: bytes, *, user: str) -> None:
        """Send one live hint as a service's relay does."""
        self._publish(user, body, LIVE, "", {})

    def logs_out(self, body: bytes, *, user: str) -> None:
        """Tell the gateways whose tokens were logged out, as one of them does."""
        self._publish(user, body, LOGOUTS, "", {})

    def _publish(
        self, user: str, body: bytes, exchange: str, routing_key: str, headers: dict[str, object]
    ) -> None:
        url = urlsplit(self._stack.amqp_url(user))
        connection = amqp.Connection(
            host=f"{url.hostname}:{url.port}",
            userid=url.username,
            password=url.password,
            virtual_host=url.path.removeprefix("/"),
            confirm_publish=True,
        )
        message = amqp.Message(body, application_headers=headers, delivery_mode=2, user_id=user)
        with closing(connection):
            connection.connect()
            connection.channel().basic_publish(message, exchange, routing_key)


def spoiled(event: bytes, **members: object) -> bytes:
    """Give an event with members of its envelope replaced."""
    return json.dumps({**json.loads(event), **members}).encode()
