# SPDX-License-Identifier: EUPL-1.2
"""Where a request comes from, as far as that can be believed."""

from ipaddress import IPv6Address, ip_address

from werkzeug.wrappers import Request

from shared.runtime import settings

UNKNOWN = "unknown"
# One house has a whole network of this size in IPv6, and may choose any address of it.
OF_ONE_CLIENT = 64


def address_of(request: Request) -> str:
    """Give the client's address: the peer, or whom a trusted proxy names in X-Forwarded-For.

    Anybody can write that header, so it is read from its end, and no further than the proxies
    of the settings go.
    """
    address = _address(request.remote_addr or "")
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    while hops and is_trusted(address):
        said = _address(hops.pop())
        if not said:
            break
        address = said
    return address or UNKNOWN


def is_trusted(address: str) -> bool:
    """Say whether an address is a proxy's of the settings."""
    trusted = settings().trusted_proxies
    return bool(trusted and address) and any(ip_address(address) in one for one in trusted)


def client_of(address: str) -> str:
    """Give what stands for one client at an address: it, or the network that is one client's."""
    if ":" not in address:
        return address
    return (
        f"{IPv6Address(int(ip_address(address)) >> OF_ONE_CLIENT << OF_ONE_CLIENT)}/{OF_ONE_CLIENT}"
    )


def _address(text: str) -> str:
    try:
        found = ip_address(text.strip())
    except ValueError:
        return ""
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found)
