# SPDX-License-Identifier: EUPL-1.2
"""An address is believed from whom it may come, and no further."""

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from services.gateway import clients
from services.gateway.clients import address_of, client_of
from shared.runtime.config import read_settings

PROXIES = "10.0.0.0/8,2001:db8::/32"


@pytest.mark.parametrize(
    ("trusted", "peer", "said", "address"),
    [
        ("", "192.0.2.1", None, "192.0.2.1"),
        ("", "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        (PROXIES, "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        (PROXIES, "10.1.1.1", "198.51.100.7", "198.51.100.7"),
        (PROXIES, "10.1.1.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (PROXIES, "10.1.1.1", "198.51.100.7, 10.2.2.2", "198.51.100.7"),
        (PROXIES, "10.1.1.1", "203.0.113.9, nonsense", "10.1.1.1"),
        (PROXIES, "10.1.1.1", "", "10.1.1.1"),
        (PROXIES, "10.1.1.1", "10.2.2.2", "10.2.2.2"),
        (PROXIES, "2001:db8::1", "2001:DB9:0::7", "2001:db9::7"),
        ("", "::ffff:192.0.2.1", None, "192.0.2.1"),
        ("", "", "198.51.100.7", "unknown"),
    ],
)
def test_an_address_is_the_peers_or_what_a_trusted_proxy_says(
    monkeypatch: pytest.MonkeyPatch, trusted: str, peer: str, said: str | None, address: str
) -> None:
    read = read_settings({"SCHAKEL_TRUSTED_PROXIES": trusted})
    monkeypatch.setattr(clients, "settings", lambda: read)
    headers = {} if said is None else {"X-Forwarded-For": said}
    environ = EnvironBuilder(headers=headers, environ_base={"REMOTE_ADDR": peer}).get_environ()

    assert address_of(Request(environ)) == address


def test_a_network_of_one_house_is_one_client() -> None:
    assert client_of("192.0.2.1") == "192.0.2.1"
    assert client_of("2001:db9:1:2:3:4:5:6") == client_of("2001:db9:1:2::9") == "2001:db9:1:2::/64"
    assert client_of("2001:db9:1:3::9") != client_of("2001:db9:1:2::9")
