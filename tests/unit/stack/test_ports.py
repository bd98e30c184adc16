# SPDX-License-Identifier: EUPL-1.2
"""Ports are free, kept where they can be, and never among those of outgoing connections."""

import socket
from collections.abc import Iterator

import pytest

from services.cli.stack import ports
from services.cli.stack.trouble import StackRefused


@pytest.fixture
def taken() -> Iterator[int]:
    port = ports.choose(["taken"], {})["taken"]
    with socket.create_server((ports.LOOPBACK, port)):
        yield port


def test_ports_are_kept_when_they_are_still_free() -> None:
    before = ports.choose(["amqp", "postgres"], {})

    assert ports.choose(["amqp", "postgres"], before) == before


def test_port_is_chosen_anew_when_another_program_took_it(taken: int) -> None:
    assert ports.choose(["amqp"], {"amqp": taken})["amqp"] != taken


def test_port_that_two_names_had_is_kept_by_one_of_them() -> None:
    shared = ports.choose(["amqp"], {})["amqp"]

    chosen = ports.choose(["amqp", "postgres"], {"amqp": shared, "postgres": shared})

    assert chosen["amqp"] == shared
    assert chosen["postgres"] != shared


def test_ports_differ_and_lie_below_the_outgoing_range() -> None:
    chosen = ports.choose([f"port-{number}" for number in range(50)], {})
    lowest_outgoing = int(ports.EPHEMERAL.read_text().split()[0])

    assert len(set(chosen.values())) == 50
    assert max(chosen.values()) < lowest_outgoing


def test_port_that_was_given_is_not_given_to_another_before_its_program_has_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = ports.choose(["http"], {})["http"]
    other = ports.choose(["amqp"], {})["amqp"]
    with socket.create_server((ports.LOOPBACK, 0)) as server:
        free = server.getsockname()[1]
    drawn = iter([given, other, free])
    monkeypatch.setattr(ports, "anywhere", lambda: next(drawn))

    assert ports.choose(["postgres"], {}) == {"postgres": free}


def test_taken_port_is_refused_by_the_name_of_its_setting(taken: int) -> None:
    with pytest.raises(StackRefused, match=f"{taken} is taken.*\n.*SCHAKEL_HTTP_PORT={taken + 1}"):
        ports.require_free(taken, "SCHAKEL_HTTP_PORT")
