# SPDX-License-Identifier: EUPL-1.2
"""FastStream with psycopg async: outbox, gate, receipts and ledger, a commit a message.

States go once to the headers exchange, and the broker makes the copies. Relays publish a window
at the same time and mark it in one statement: only handlers commit message by message.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from faststream import AckPolicy
from faststream.rabbit import Channel, ExchangeType, RabbitBroker, RabbitExchange, RabbitQueue
from faststream.rabbit.annotations import RabbitMessage
from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from tests.bench.peers import rows

CONNECTIONS = 20
PREFETCH = 50
IDLE_SECONDS = 1.0

Handle = Callable[[str, bytes], Awaitable[None]]


def new_broker() -> RabbitBroker:
    """Give a broker that confirms what it is given."""
    url = rows.AMQP_URL.replace("pyamqp://", "amqp://")
    return RabbitBroker(url, default_channel=Channel(prefetch_count=PREFETCH), logger=None)


def new_pool(url: str) -> AsyncConnectionPool:
    """Give a pool that is not open yet."""
    kwargs = {"row_factory": dict_row}
    return AsyncConnectionPool(url, max_size=CONNECTIONS, kwargs=kwargs, open=False)


def subscribe(broker: RabbitBroker, queue: str, recipient: str, handle: Handle) -> None:
    """Have a queue of the topology handled, and acknowledged after that."""

    @broker.subscriber(RabbitQueue(queue, declare=False), ack_policy=AckPolicy.NACK_ON_ERROR)
    async def take(message: RabbitMessage) -> None:
        await handle(recipient, message.body)


class Relay:
    """Sends what stands in an outbox, woken by its NOTIFY."""

    def __init__(self, broker: RabbitBroker, url: str) -> None:
        self._broker = broker
        self._url = url
        self._exchanges = {
            "recipients": RabbitExchange("recipients", type=ExchangeType.HEADERS, declare=False),
            "notices": RabbitExchange("notices", type=ExchangeType.TOPIC, declare=False),
        }

    async def run(self) -> None:
        """Relay for ever."""
        async with await AsyncConnection.connect(
            self._url, autocommit=True, row_factory=dict_row
        ) as session:
            await session.execute("LISTEN outbox")
            while True:
                cursor = await session.execute(rows.UNSENT, {"window": rows.WINDOW})
                found = await cursor.fetchall()
                if found:
                    await self.send(found)
                    ids = [row["id"] for row in found]
                    await session.execute(rows.MARK_SENT, {"ids": ids})
                else:
                    async for _ in session.notifies(timeout=IDLE_SECONDS, stop_after=1):
                        pass

    async def send(self, found: list[dict[str, Any]]) -> None:
        """Publish a window, each message confirmed."""
        # Live hints have no listener here.
        sendable = [row for row in found if row["exchange"] in self._exchanges]
        await asyncio.gather(*(self.publish(row, row["body"]) for row in sendable))

    async def publish(self, row: dict[str, Any], body: bytes) -> None:
        """Publish one message with the addresses of a row."""
        everybody = len(row["audience"]) == len(rows.RECIPIENTS)
        await self._broker.publish(
            body,
            exchange=self._exchanges[row["exchange"]],
            routing_key="receipts.agreements" if row["exchange"] == "notices" else "",
            headers={"all": True} if everybody else dict.fromkeys(row["audience"], True),
            content_type="application/json",
            persist=True,
            mandatory=True,
        )


class Owner:
    """Closes the ledger by what recipients say."""

    def __init__(self) -> None:
        self._pool = new_pool(rows.OWNER_URL)

    async def run(self) -> None:
        """Relay states and take receipts."""
        broker = new_broker()
        subscribe(broker, "agreements.receipts", "agreements", self.close)
        await self._pool.open()
        await broker.start()
        await Relay(broker, rows.OWNER_URL).run()

    async def close(self, recipient: str, body: bytes) -> None:
        """Close one row of the ledger."""
        del recipient
        async with self._pool.connection() as connection:
            await connection.execute(rows.CLOSE, orjson.loads(body))


class Holder:
    """Keeps every recipient's copy."""

    def __init__(self) -> None:
        self._pool = new_pool(rows.HOLDER_URL)

    async def run(self) -> None:
        """Take states and relay receipts."""
        broker = new_broker()
        for code in rows.RECIPIENTS:
            subscribe(broker, f"regions.{code}", code, self.adopt)
        await self._pool.open()
        await broker.start()
        await Relay(broker, rows.HOLDER_URL).run()

    async def adopt(self, recipient: str, body: bytes) -> None:
        """Commit one copy and the receipt of it."""
        copy = rows.taken(recipient, orjson.loads(body))
        async with self._pool.connection() as connection:
            if await (await connection.execute(rows.ADMIT, copy)).fetchone():
                held = await (await connection.execute(rows.STORE, copy)).fetchone()
                held["sequence"] = copy["sequence"]
            else:
                held = await (await connection.execute(rows.HELD, copy)).fetchone()
            said = orjson.dumps(rows.receipt(copy, held["sequence"], held["hash"]))
            await connection.execute(rows.SEND_RECEIPT, {"body": said})


if __name__ == "__main__":
    asyncio.run({"owner": Owner, "holder": Holder}[sys.argv[1]]().run())
