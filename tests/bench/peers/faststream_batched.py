# SPDX-License-Identifier: EUPL-1.2
"""FastStream with batches and packing made by hand: the framework is the same, the rest is not.

States are packed in messages as the product does, and handlers wait together for one transaction:
what they stored is acknowledged when it is committed. The statements are the ceiling's.
"""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from psycopg import AsyncConnection, AsyncCursor
from psycopg.rows import tuple_row

from tests.bench.peers import ceiling, rows
from tests.bench.peers.faststream import Relay, new_broker, subscribe

MOST_MESSAGES = 500
MOST_BYTES = 1_500_000

Came = tuple[str, bytes]
Take = Callable[[AsyncCursor[Any], Sequence[Came]], Coroutine[Any, Any, None]]


class PackingRelay(Relay):
    """Sends what stands in an outbox, packed."""

    async def send(self, found: list[dict[str, Any]]) -> None:
        """Publish a window in as few messages as there may be."""
        told = [(row["exchange"], row["audience"], row["body"]) for row in found]
        await asyncio.gather(
            *(
                self.publish({"exchange": exchange, "audience": audience}, body)
                for exchange, audience, body in ceiling.grouped(told)
                if exchange != "live"
            )
        )


class Together:
    """Lets handlers that run at the same time share a transaction."""

    def __init__(self, url: str, take: Take) -> None:
        self._url = url
        self._take = take
        self._waiting: asyncio.Queue[tuple[Came, asyncio.Future[None]]] = asyncio.Queue()

    async def handle(self, recipient: str, body: bytes) -> None:
        """Return when the message is committed."""
        done = asyncio.get_running_loop().create_future()
        await self._waiting.put(((recipient, body), done))
        await done

    async def run(self) -> None:
        """Commit what waits, batch after batch, for ever."""
        async with await AsyncConnection.connect(self._url, row_factory=tuple_row) as session:
            while True:
                batch = [await self._waiting.get()]
                size = len(batch[0][0][1])
                while not self._waiting.empty() and len(batch) < MOST_MESSAGES:
                    if size > MOST_BYTES:
                        break
                    batch.append(self._waiting.get_nowait())
                    size += len(batch[-1][0][1])
                async with session.transaction(), session.cursor() as cur:
                    await self._take(cur, [came for came, _ in batch])
                for _, done in batch:
                    done.set_result(None)


async def hold(cur: AsyncCursor[Any], batch: Sequence[Came]) -> None:
    """Store the copies of a batch and the receipt of them."""
    came = ceiling.read(batch)
    await cur.execute(ceiling.ADMIT, ceiling.admitting(*came))
    passed = set(await cur.fetchall())
    await cur.execute(ceiling.STORE, ceiling.storing(*came, passed))
    await cur.execute(ceiling.SEND_RECEIPTS, ceiling.receipts(await cur.fetchall()))


async def close(cur: AsyncCursor[Any], batch: Sequence[Came]) -> None:
    """Close the ledger's rows of a batch of receipts."""
    await cur.execute(ceiling.CLOSE, ceiling.closing(batch))


async def main(role: str) -> None:
    """Run the owner or the holder."""
    regions = {f"regions.{code}": code for code in rows.RECIPIENTS}
    url, take, queues = {
        "owner": (rows.OWNER_URL, close, {"agreements.receipts": "agreements"}),
        "holder": (rows.HOLDER_URL, hold, regions),
    }[role]
    broker, together = new_broker(), Together(url, take)
    for queue, recipient in queues.items():
        subscribe(broker, queue, recipient, together.handle)
    await broker.start()
    await asyncio.gather(together.run(), PackingRelay(broker, url).run())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
