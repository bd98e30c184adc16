# SPDX-License-Identifier: EUPL-1.2
"""The product and its peers: which processes each one is, and how states are put into it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib.util import find_spec

from tests.bench.ground import OWNER, Place
from tests.bench.load import AGREEMENT, PLACEMENT, Kind, Publish, asked, journaled, journaled_to_one
from tests.bench.widened import REGIONS

# Comparing everything anew in each short run would be thirty times as often as there is.
SELDOM = "86000"


@dataclass(frozen=True, slots=True)
class Command:
    """One process of a system: a module of Python, its arguments, and settings of its own."""

    name: str
    words: Sequence[str]
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class System:
    """One way to carry states from an owner's database to its recipients' and back.

    `portion` states are published at once, and `depth` portions are on their way together: what
    keeps the system busy without a queue that no system would have.
    """

    name: str
    says: str
    commands: Callable[[Place], Sequence[Command]]
    portion: int
    depth: int
    load: Callable[[Place], AbstractContextManager[Publish]]
    needs: str | None = None
    kind: Kind = AGREEMENT
    to_one: bool = False

    @property
    def is_here(self) -> bool:
        """Tell whether what it is built on is installed."""
        return self.needs is None or find_spec(self.needs) is not None

    def recipients_of_a_state(self, place: Place) -> int:
        """Tell for how many each state is."""
        return 1 if self.to_one else len(place.recipients)


def _product(*, pack: bool) -> Callable[[Place], Sequence[Command]]:
    def commands(place: Place) -> Sequence[Command]:
        as_it_is = pack and len(place.recipients) == REGIONS
        through = () if as_it_is else ("tests.bench.widened",)
        return [
            Command(
                service,
                (*through, "shared.serve", service),
                {
                    "SCHAKEL_DATABASE_URL": place.databases[service],
                    "SCHAKEL_AMQP_URL": place.logins[service],
                    "SCHAKEL_RECONCILE_SECONDS": SELDOM,
                    "SCHAKEL_CANARY_SECONDS": "0",
                    **({} if pack else {"BENCH_PACK": "1"}),
                },
            )
            for service in place.databases
        ]

    return commands


def _peer(module: str, *roles: str) -> Callable[[Place], Sequence[Command]]:
    def commands(place: Place) -> Sequence[Command]:
        del place
        return [Command(role, (f"tests.bench.peers.{module}", role)) for role in roles]

    return commands


def _hand_written(pack: int) -> Callable[[Place], Sequence[Command]]:
    def commands(place: Place) -> Sequence[Command]:
        del place
        return [
            Command(role, ("tests.bench.peers.ceiling", role), {"BENCH_PACK": str(pack)})
            for role in ("relay", "hold", "receipts", "close")
        ]

    return commands


def _journaled(place: Place) -> AbstractContextManager[Publish]:
    return journaled(place.databases[OWNER], place.recipients)


def _to_one(kind: Kind) -> Callable[[Place], AbstractContextManager[Publish]]:
    return lambda place: journaled_to_one(place.databases[place.owner], place.recipients, kind)


def _asked(place: Place) -> AbstractContextManager[Publish]:
    return asked(place.amqp_url)


SYSTEMS = (
    System(
        "schakel",
        "the product's own services, states packed in messages",
        _product(pack=True),
        50,
        8,
        _journaled,
    ),
    System(
        "schakel_unpacked",
        "the product, one state in a message",
        _product(pack=False),
        50,
        8,
        _journaled,
    ),
    System(
        "ceiling",
        "by hand, no framework: batches of 500, packed like the product",
        _hand_written(pack=100),
        50,
        8,
        _journaled,
    ),
    System(
        "ceiling_unpacked",
        "the ceiling, one state in a message",
        _hand_written(pack=1),
        50,
        8,
        _journaled,
    ),
    System(
        "faststream_batched",
        "FastStream with batches and packing made by hand",
        _peer("faststream_batched", "owner", "holder"),
        50,
        8,
        _journaled,
        needs="faststream",
    ),
    System(
        "plain_nameko",
        "nameko's EventDispatcher after the commit, a commit a message",
        _peer("plain_nameko", "owner", "holder"),
        4,
        8,
        _asked,
    ),
    System(
        "faststream",
        "FastStream with psycopg async, a commit a message",
        _peer("faststream", "owner", "holder"),
        4,
        8,
        _journaled,
        needs="faststream",
    ),
    System(
        "celery",
        "Celery with acks_late and quorum queues, a commit a message",
        _peer("celery", "owner", "holder"),
        4,
        8,
        _journaled,
        needs="celery",
    ),
)

# What a message costs where each is for one region: a place beside an agreement.
TO_ONE = tuple(
    System(
        f"{kind.family}_to_one",
        f"the product's own services, each {kind.family} for one region",
        _product(pack=True),
        500,
        8,
        _to_one(kind),
        kind=kind,
        to_one=True,
    )
    for kind in (PLACEMENT, AGREEMENT)
)
