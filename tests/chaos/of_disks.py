# SPDX-License-Identifier: EUPL-1.2
"""Faults of the disk: filled to the last block, so that a server can write nothing more."""

from contextlib import closing
from random import Random
from typing import Any
from urllib.parse import urlsplit

import amqp
import psycopg
from amqp.exceptions import MessageNacked

from tests.chaos.field import Field, Struck, becomes, linger, struck

CANARY = "chaos.canary"
REFUSED_SECONDS = 60.0
CONFIRM_SECONDS = 3
WRITE = "CREATE TABLE chaos AS SELECT repeat('x', 2000) AS x FROM generate_series(1, 20000)"


def broker_disk_full(field: Field, chance: Random) -> Struck:
    """Fill the broker's disk until it confirms no message, then make room again."""
    disk = field.disks.get("broker")
    if disk is None:
        return struck(None)
    with field.connection() as link:
        quorum = {"x-queue-type": "quorum"}
        link.channel().queue_declare(CANARY, durable=True, auto_delete=False, arguments=quorum)
    taken = disk.fill()
    try:
        refused = becomes(lambda: not _confirms(field), REFUSED_SECONDS)
        linger(field.length(chance, 1, 5))
    finally:
        disk.free()
    # Queues whose log could not be written may stay down until the broker starts again.
    field.stack.restart("broker")
    told = f"{taken >> 20} MB filled, no message was confirmed"
    return struck(told if refused else None)


def postgres_disk_full(field: Field, chance: Random) -> Struck:
    """Fill the database's disk until it stores nothing, then make room again."""
    disk = field.disks.get("postgres")
    if disk is None:
        return struck(None)
    taken = disk.fill()
    try:
        refused = becomes(lambda: _refusal(field) is not None, REFUSED_SECONDS)
        why = _refusal(field)
        linger(field.length(chance, 1, 5))
    finally:
        disk.free()
    gone = struck(f"{taken >> 20} MB filled: {why}" if refused else None)
    field.stack.wait_ready("postgres")
    return gone


def _confirms(field: Field) -> bool:
    """Tell whether the broker stores a message now."""
    try:
        with closing(amqp.Connection(**_place(field.stack.amqp_url()))) as connection:
            connection.connect()
            connection.channel().basic_publish_confirm(
                amqp.Message(b"canary", delivery_mode=2),
                routing_key=CANARY,
                confirm_timeout=CONFIRM_SECONDS,
            )
    except (OSError, amqp.AMQPError, MessageNacked):
        return False
    return True


def _place(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "host": f"{parts.hostname}:{parts.port}",
        "userid": parts.username,
        "password": parts.password,
        "virtual_host": parts.path.removeprefix("/"),
        "connect_timeout": CONFIRM_SECONDS,
        "read_timeout": CONFIRM_SECONDS,
        "confirm_publish": True,
    }


def _refusal(field: Field) -> str | None:
    """Say why the database stores nothing; None where it does."""
    try:
        with psycopg.connect(field.admin_url) as admin:
            admin.execute(WRITE)
            admin.rollback()
    except psycopg.OperationalError as error:
        return str(error).splitlines()[0]
    return None
