# SPDX-License-Identifier: EUPL-1.2
"""A chain in which anything was touched is found out, wherever it was; an untouched one never."""

from dataclasses import replace
from typing import Any

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.chain import (
    BEFORE_THE_FIRST,
    TOLD,
    Check,
    Finding,
    Link,
    digest_of,
    keeper_of,
    sealed,
)
from shared.contracts.content import canonical
from shared.contracts.topology import SERVICES

NOW = "2026-12-01T09:00:00Z"
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)


def line(**told: object) -> dict[str, Any]:
    """Give a line that tells nothing but this."""
    nothing: dict[str, Any] = dict.fromkeys(TOLD)
    return nothing | {"scope": {}, "status": 200} | told


LINES = st.builds(
    line,
    subject=TEXTS,
    scope=st.dictionaries(st.sampled_from(["region", "employer"]), TEXTS),
    version=st.none() | st.integers(0, 9),
    trace=st.uuids().map(str),
)
CHAINS = st.lists(LINES, min_size=3, max_size=8, unique_by=lambda one: one["trace"])


def chain(lines: list[dict[str, Any]]) -> list[Link]:
    """Seal lines, whose identities are not those of their places."""
    numbered = [(10 * n + 7, one) for n, one in enumerate(lines)]
    return [*sealed(numbered, behind=(0, BEFORE_THE_FIRST), sealed_at=NOW)]


def found(links: list[Link], heads: list[tuple[int, str]] | None = None) -> list[Finding]:
    """Check a chain, in two steps."""
    check = Check(heads or [])
    check.walk(links[:2])
    check.walk(links[2:])
    return check.findings()


def kinds(links: list[Link], heads: list[tuple[int, str]] | None = None) -> set[tuple[str, int]]:
    """Say what is found, and where."""
    return {(one.kind, one.seq) for one in found(links, heads)}


@given(CHAINS)
def test_nothing_is_found_where_nothing_was_touched(lines: list[dict[str, Any]]) -> None:
    links = chain(lines)

    assert found(links, [(one.seq, one.hash) for one in links]) == []


@given(CHAINS, st.data())
def test_a_line_that_says_something_else_is_found(
    lines: list[dict[str, Any]], data: st.DataObject
) -> None:
    links = chain(lines)
    at = data.draw(st.integers(0, len(links) - 1))
    name = data.draw(st.sampled_from(sorted(set(TOLD) - {"scope"})))
    other = {**lines[at], name: f"not {lines[at][name]}"}

    links[at] = replace(links[at], line=other)

    assert kinds(links) == {("altered", at + 1)}


@given(CHAINS, st.data())
def test_a_line_that_is_gone_is_found(lines: list[dict[str, Any]], data: st.DataObject) -> None:
    links = chain(lines)
    at = data.draw(st.integers(0, len(links) - 1))

    links[at] = replace(links[at], line=None)

    assert kinds(links) == {("missing", at + 1)}


@given(CHAINS, st.data())
def test_a_link_that_is_gone_is_found_in_the_middle_and_at_the_end(
    lines: list[dict[str, Any]], data: st.DataObject
) -> None:
    links = chain(lines)
    head = (links[-1].seq, links[-1].hash)
    at = data.draw(st.integers(0, len(links) - 1))

    gone = links.pop(at)

    assert kinds(links, [head]) == {("missing", gone.seq)}


@given(CHAINS)
def test_a_tail_that_was_cut_is_found_by_what_was_told_elsewhere_alone(
    lines: list[dict[str, Any]],
) -> None:
    links = chain(lines)
    head = (links[-1].seq, links[-1].hash)

    assert found(links[:-2]) == []
    assert kinds(links[:-2], [head]) == {("missing", len(links) - 1)}


@given(CHAINS, st.data())
def test_two_lines_that_changed_places_are_found(
    lines: list[dict[str, Any]], data: st.DataObject
) -> None:
    links = chain(lines)
    one = data.draw(st.integers(0, len(links) - 2))
    two = data.draw(st.integers(one + 1, len(links) - 1))

    links[one], links[two] = (
        replace(links[one], line=links[two].line),
        replace(links[two], line=links[one].line),
    )

    assert kinds(links) == {("reordered", one + 1), ("reordered", two + 1)}


@given(CHAINS, st.data())
def test_two_links_that_changed_places_are_found(
    lines: list[dict[str, Any]], data: st.DataObject
) -> None:
    links = chain(lines)
    one = data.draw(st.integers(0, len(links) - 2))
    two = data.draw(st.integers(one + 1, len(links) - 1))

    links[one], links[two] = (
        replace(links[two], seq=links[one].seq),
        replace(links[one], seq=links[two].seq),
    )

    assert kinds(links) == {("reordered", one + 1), ("reordered", two + 1)}


@given(CHAINS, st.data())
def test_a_chain_that_was_made_anew_is_found_by_what_was_told_of_the_old_one(
    lines: list[dict[str, Any]], data: st.DataObject
) -> None:
    links = chain(lines)
    at = data.draw(st.integers(0, len(links) - 1))
    told = data.draw(st.integers(at, len(links) - 1))
    head = (links[told].seq, links[told].hash)

    anew = chain([*lines[:at], {**lines[at], "subject": "somebody else"}, *lines[at + 1 :]])

    assert found(anew) == []
    assert kinds(anew, [head]) == {("altered", told + 1)}


@given(LINES)
def test_the_bytes_under_a_digest_are_those_of_rfc_8785(told: dict[str, Any]) -> None:
    assert canonical(told) == rfc8785.dumps(told)
    assert digest_of({**told, "seq": 4}) == digest_of(told)


def test_heads_go_round_so_that_each_service_keeps_those_of_one_other() -> None:
    assert {keeper_of(one) for one in SERVICES} == set(SERVICES)
    assert [one for one in SERVICES if keeper_of(one) == one] == []
