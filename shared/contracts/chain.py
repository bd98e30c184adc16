# SPDX-License-Identifier: EUPL-1.2
"""The chain of an audit: how a line is sealed, and what is found where somebody touched it.

    line 7 ─► digest ─┐
                      ├─► hash 3 ─► hash 4 ─► …        link 3 holds line 7
    link 2's hash ────┘

Both sides read this page: the service that seals, and whoever checks it elsewhere.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from shared.contracts.content import content_hash
from shared.contracts.topology import SERVICES

Kind = Literal["altered", "missing", "reordered", "added"]
Json = Mapping[str, Any]

BEFORE_THE_FIRST = "0" * 64
TOLD = (
    *("at", "subject", "role", "scope", "operation", "aggregate", "version"),
    *("origin", "status", "problem", "trace"),
)
"""What a line tells, all of it under its digest."""

# A chain with more than this broken in it is no puzzle any more.
MOST_WEIGHED = 100


def keeper_of(service: str) -> str:
    """Name the service that keeps the heads of another one's chain: the next, round and round."""
    return SERVICES[(SERVICES.index(service) + 1) % len(SERVICES)]


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it was found; of what is gone there is None."""

    seq: int
    line_id: int
    digest: str
    sealed_at: str
    hash: str
    line: Json | None

    def hash_behind(self, previous: str, seq: int | None = None) -> str:
        """Give the hash that it must have behind another link, in its own place or in another."""
        return content_hash(
            {
                "seq": self.seq if seq is None else seq,
                "line": self.line_id,
                "digest": self.digest,
                "sealedAt": self.sealed_at,
                "previous": previous,
            }
        )


def links_in(items: Iterable[Json]) -> Iterator[Link]:
    """Read links as services list them; one that is gone has a place, and nothing else."""
    for item in items:
        if item["hash"] is not None:
            yield Link(
                seq=item["seq"],
                line_id=item["lineId"],
                digest=item["digest"],
                sealed_at=item["sealedAt"],
                hash=item["hash"],
                line=item["line"],
            )


def digest_of(line: Json) -> str:
    """Give the hash of what a line tells, wherever it stands."""
    return content_hash({name: line[name] for name in TOLD})


def sealed(
    lines: Iterable[tuple[int, Json]], *, behind: tuple[int, str], sealed_at: str
) -> Iterator[Link]:
    """Chain lines, each with its identity, behind the newest link: its place and its hash."""
    seq, previous = behind
    for line_id, line in lines:
        seq += 1
        open_link = Link(seq, line_id, digest_of(line), sealed_at, "", line)
        previous = open_link.hash_behind(previous)
        yield Link(seq, line_id, open_link.digest, sealed_at, previous, line)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was sealed, and where."""

    kind: Kind
    seq: int
    detail: str


class Check:
    """Walks one chain from its first link to its last, in as many steps as it takes.

    `heads` are what was told of it elsewhere: at a place, a hash.
    """

    def __init__(self, heads: Iterable[tuple[int, str]] = ()) -> None:
        self.seq, self.last = 0, BEFORE_THE_FIRST
        self._heads: dict[int, set[str]] = {}
        for seq, digest in heads:
            self._heads.setdefault(seq, set()).add(digest)
        self._found: list[Finding] = []
        self._changed: list[tuple[Link, str]] = []
        self._loose: list[tuple[Link, str]] = []

    def walk(self, links: Iterable[Link]) -> None:
        """Go on with the links that come next, in the order of their places."""
        for link in links:
            whole = self._step_to(link.seq)
            if whole and link.hash_behind(self.last) != link.hash:
                self._loose.append((link, self.last))
            self._look_at_line(link)
            self._compare(link)
            self.seq, self.last = link.seq, link.hash

    def findings(self) -> list[Finding]:
        """Give all that is wrong, in the order of the chain; nothing where nothing is."""
        found = [*self._found, *self._of_lines(), *self._of_links()]
        if (highest := max(self._heads, default=0)) > self.seq:
            gone = f"the links {self.seq + 1} to {highest}, of which another service was told"
            found.append(Finding("missing", self.seq + 1, f"{gone}, are gone from the end"))
        return sorted(found, key=lambda one: one.seq)

    def _step_to(self, seq: int) -> bool:
        """Tell whether the link before this place is there."""
        if seq == self.seq + 1:
            return True
        detail = f"the links {self.seq + 1} to {seq - 1} are gone"
        self._found.append(Finding("missing", self.seq + 1, detail))
        return False

    def _look_at_line(self, link: Link) -> None:
        if link.line is None:
            self._found.append(Finding("missing", link.seq, f"line {link.line_id} is gone"))
        elif (digest := digest_of(link.line)) != link.digest:
            self._changed.append((link, digest))

    def _compare(self, link: Link) -> None:
        told = self._heads.get(link.seq)
        if told is not None and told != {link.hash}:
            detail = "another service was told another hash of this link: the chain was made anew"
            self._found.append(Finding("altered", link.seq, detail))

    def _of_lines(self) -> Iterator[Finding]:
        """Tell lines that changed places from those that say something else now."""
        belongs = {link.digest: link.seq for link, _ in self._changed}
        for link, digest in self._changed:
            elsewhere = belongs.get(digest)
            if elsewhere is None:
                detail = f"line {link.line_id} does not say what was sealed"
                yield Finding("altered", link.seq, detail)
            else:
                detail = f"line {link.line_id} says what link {elsewhere} sealed"
                yield Finding("reordered", link.seq, detail)

    def _of_links(self) -> Iterator[Finding]:
        """Tell links that changed places from those that were made anew."""
        for link, _ in self._loose:
            place = self._place_of(link) if len(self._loose) <= MOST_WEIGHED else None
            if place is None:
                detail = "the link does not follow from the one before it"
                yield Finding("altered", link.seq, detail)
            elif place != link.seq:
                # One that is where it belongs only stands behind another that is not.
                yield Finding("reordered", link.seq, f"the link belongs at place {place}")

    def _place_of(self, link: Link) -> int | None:
        """Find where a link fits, among the places whose links do not."""
        hashes = {previous for _, previous in self._loose} | {one.hash for one, _ in self._loose}
        for other, _ in self._loose:
            if any(link.hash_behind(previous, other.seq) == link.hash for previous in hashes):
                return other.seq
        return None
