# SPDX-License-Identifier: EUPL-1.2
"""Somebody who may publish anything, and so puts into a queue what no service would."""

import json
from contextlib import closing
from urllib.parse import urlsplit

import amqp

from shared.contracts.topology import RECIPIENTS
from tests.servers import RunningStack


class Intruder:
    """Publishes raw bytes, each confirmed by the broker."""

    def __init__(self, stack: RunningStack) -> None:
        self._url = urlsplit(stack.amqp_url())

    def puts(self, queue: str, body: bytes, **headers: object) -> None:
        """Put one message straight into a queue."""
        self._publish(body, "", queue, headers)

    def addresses(self, recipient: str, body: bytes) -> None:
        """Send one message the way a relay does, to the recipient that its header names."""
        self._publish(body, RECIPIENTS, "", {recipient: True})

    def _publish(
        self, body: bytes, exchange: str, routing_key: str, headers: dict[str, object]
    ) -> None:
        connection = amqp.Connection(
            host=f"{self._url.hostname}:{self._url.port}",
            userid=self._url.username,
            password=self._url.password,
            virtual_host=self._url.path.removeprefix("/"),
            confirm_publish=True,
        )
        message = amqp.Message(body, application_headers=headers, delivery_mode=2)
        with closing(connection):
            connection.connect()
            connection.channel().basic_publish(message, exchange, routing_key)


def spoiled(event: bytes, **members: object) -> bytes:
    """Give an event with members of its envelope replaced."""
    return json.dumps({**json.loads(event), **members}).encode()
