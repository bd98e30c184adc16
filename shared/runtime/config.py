# SPDX-License-Identifier: EUPL-1.2
"""Settings of one process, read once from the environment, refused early and by name."""

import os
import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from shared.contracts.codes import PLACEMENT_STATES
from shared.contracts.reference import region_codes

Network = IPv4Network | IPv6Network
Environment = Literal["development", "production"]
PREFIX = "SCHAKEL_"
FILE = "_FILE"
OIN_DIGITS = 20
SHORTEST_SECRET = 32
HIGHEST_PORT = 65_535
A_DAY_IN_SECONDS = 86_400
MOST_OF_A_POOL = 1_000
AMQP, AMQPS = "pyamqp://", "amqps://"
A_HUNDRED_YEARS_IN_DAYS = 36_525
ONLY_FOR_TESTS = ("CLOCK_FILE", "CRASH_AT", "CHAOS")


class SettingsRefused(Exception):
    """The environment cannot run this process; every fault is named."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Settings:
    """What a process may be told from outside. Seconds unless named otherwise."""

    database_url: str | None
    amqp_url: str | None
    amqp_ca: Path | None
    admin_host: str
    admin_port: int
    http_host: str
    http_port: int
    http_certificate: Path | None
    http_key: Path | None
    http_origins: tuple[str, ...]
    trusted_proxies: tuple[Network, ...]
    rate_limit: tuple[int, int]
    refused_tokens: tuple[int, int]
    oidc_issuer: str | None
    oidc_audience: str
    oidc_client: str
    oidc_client_secret: str | None
    session_secret: str | None
    public_url: str | None
    env: Environment
    source_oin: str
    regions: tuple[str, ...]
    rpc_deadline_seconds: float
    watchdog_seconds: float
    retry_seconds: float
    reconcile_seconds: float
    canary_seconds: float
    database_pool: int
    max_workers: int
    log_level: str
    certificates: tuple[Path, ...]
    processing_log: Path | None
    traces: str | None
    traces_share: float
    pseudonym_key: str | None
    retention_days: Mapping[str, int]
    clock_file: Path | None
    crash_at: str | None
    chaos: frozenset[str]

    def need_database_url(self) -> str:
        """Give the database's address, or refuse by the name of the missing setting."""
        return _needed(self.database_url, "DATABASE_URL")

    def need_amqp_url(self) -> str:
        """Give the broker's address, or refuse by the name of the missing setting."""
        return _needed(self.amqp_url, "AMQP_URL")

    def need_oidc_issuer(self) -> str:
        """Give the issuer of tokens, or refuse by the name of the missing setting."""
        return _needed(self.oidc_issuer, "OIDC_ISSUER")

    def amqp_tls(self) -> dict[str, Any] | None:
        """Say how the broker proves who it is: None where it is spoken to in plain text.

        Its certificate must be signed by the named authority, or by one that the machine trusts,
        and must name the host of the address.
        """
        if self.amqp_url is None or not self.amqp_url.startswith(AMQPS):
            return None
        # A name of None is filled in by the library: the host that it connects to.
        proof: dict[str, Any] = {"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": None}
        return proof if self.amqp_ca is None else {**proof, "ca_certs": str(self.amqp_ca)}

    def need_pseudonym_key(self) -> str:
        """Give the key of pseudonyms, or refuse by the name of the missing setting."""
        return _needed(self.pseudonym_key, "PSEUDONYM_KEY")


def _needed(value: str | None, name: str) -> str:
    if value is None:
        raise SettingsRefused([f"{PREFIX}{name} is not set"])
    return value


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= HIGHEST_PORT:
        raise ValueError
    return port


def _positive(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < A_DAY_IN_SECONDS:
        raise ValueError
    return seconds


def _positive_or_never(text: str) -> float:
    return 0.0 if text == "0" else _positive(text)


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= MOST_OF_A_POOL:
        raise ValueError
    return count


def _rate(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,4})", text, re.ASCII)
    if found is None:
        raise ValueError
    return int(found[1]), int(found[2])


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(filter(None, text.split(",")))
    # As a browser writes it: no path, no slash, small letters; and never a star.
    if not all(re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?", one) for one in origins):
        raise ValueError
    return origins


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(one) for one in filter(None, text.split(",")))


def _environment(text: str) -> Environment:
    if text not in {"development", "production"}:
        raise ValueError
    return cast("Environment", text)


def _oin(text: str) -> str:
    if len(text) != OIN_DIGITS or not text.isdigit():
        raise ValueError
    return text


def _regions(text: str) -> tuple[str, ...]:
    known = region_codes()
    chosen = known if text == "all" else tuple(code.strip() for code in text.split(","))
    if not set(chosen) <= set(known):
        raise ValueError
    return chosen


def _amqp(text: str) -> str:
    # amqp:// would let an installed librabbitmq take over, which blocks the hub.
    nodes = text.split(";")
    if not any(all(node.startswith(kind) for node in nodes) for kind in (AMQP, AMQPS)):
        raise ValueError
    return text


def _issuer(text: str) -> str:
    told = urlsplit(text)
    if told.scheme not in {"http", "https"} or not told.netloc or told.query or told.fragment:
        raise ValueError
    return text.rstrip("/")


def _public(text: str) -> str:
    told = urlsplit(text)
    if told.scheme not in {"http", "https"} or not told.netloc or told.path not in {"", "/"}:
        raise ValueError
    return text.rstrip("/")


def _secret(text: str) -> str:
    if len(text) < SHORTEST_SECRET:
        raise ValueError
    return text


def _traces(text: str) -> str:
    told = urlsplit(text)
    if not ((told.scheme in {"http", "https"} and told.netloc) or text.startswith("/")):
        raise ValueError
    return text


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share <= 1:
        raise ValueError
    return share


def _level(text: str) -> str:
    if text.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError
    return text.upper()


def _files(text: str) -> tuple[Path, ...]:
    return tuple(Path(name) for name in text.split(";") if name)


def _periods(text: str) -> Mapping[str, int]:
    """Read `declined=28,unused=14`: in which state a region's file is kept for how many days."""
    said = dict(one.split("=") for one in filter(None, text.split(",")))
    if not said.keys() <= {*PLACEMENT_STATES, "unused"}:
        raise ValueError
    days = {state: int(count) for state, count in said.items()}
    if not all(0 < count <= A_HUNDRED_YEARS_IN_DAYS for count in days.values()):
        raise ValueError
    return days


def _words(text: str) -> frozenset[str]:
    return frozenset(filter(None, text.split(",")))


@dataclass(frozen=True, slots=True)
class _Setting:
    parse: Callable[[str], Any]
    default: str | None
    wants: str


_SETTINGS: Mapping[str, _Setting] = {
    "DATABASE_URL": _Setting(str, None, "a PostgreSQL address"),
    "AMQP_URL": _Setting(_amqp, None, "addresses in pyamqp:// or amqps://, with ; between them"),
    "AMQP_CA": _Setting(Path, None, "a file"),
    "ADMIN_HOST": _Setting(str, "127.0.0.1", "an address to listen on"),
    "ADMIN_PORT": _Setting(_port, "0", "a port, 0 to choose a free one"),
    "HTTP_HOST": _Setting(str, "127.0.0.1", "an address to listen on"),
    "HTTP_PORT": _Setting(_port, "8080", "a port"),
    "HTTP_CERTIFICATE": _Setting(Path, None, "a file"),
    "HTTP_KEY": _Setting(Path, None, "a file"),
    "HTTP_ORIGINS": _Setting(_origins, "", "origins with , between them"),
    "TRUSTED_PROXIES": _Setting(_networks, "", "networks with , between them"),
    "RATE_LIMIT": _Setting(_rate, "2000/10", "requests / seconds"),
    "REFUSED_TOKENS": _Setting(_rate, "60/60", "requests / seconds"),
    "OIDC_ISSUER": _Setting(
        _issuer, None, "an address; in production one that starts with https://"
    ),
    "OIDC_AUDIENCE": _Setting(str, "schakel", "the audience of our tokens"),
    "OIDC_CLIENT": _Setting(str, "schakel-console", "a client of the issuer"),
    "OIDC_CLIENT_SECRET": _Setting(str, None, "the secret of that client"),
    "SESSION_SECRET": _Setting(_secret, None, "32 characters or more"),
    "PUBLIC_URL": _Setting(_public, None, "an address without a path"),
    "ENV": _Setting(_environment, "development", "development or production"),
    "SOURCE_OIN": _Setting(_oin, "00000099000000001000", "an OIN of 20 digits"),
    "REGIONS": _Setting(_regions, "all", "all, or codes of labour-market regions"),
    "RPC_DEADLINE_SECONDS": _Setting(_positive, "5", "seconds above 0"),
    "WATCHDOG_SECONDS": _Setting(_positive, "30", "seconds above 0"),
    "RETRY_SECONDS": _Setting(_positive, "5", "seconds above 0"),
    "RECONCILE_SECONDS": _Setting(_positive, "300", "seconds above 0"),
    "CANARY_SECONDS": _Setting(_positive_or_never, "60", "seconds above 0, or 0 for none"),
    "DATABASE_POOL": _Setting(_count, "10", "a number from 1 to 1000"),
    "MAX_WORKERS": _Setting(_count, "50", "a number from 1 to 1000"),
    "LOG_LEVEL": _Setting(_level, "INFO", "DEBUG, INFO, WARNING or ERROR"),
    "CERTIFICATES": _Setting(_files, "", "files, with ; between them"),
    "PROCESSING_LOG": _Setting(Path, None, "a file"),
    "TRACES": _Setting(_traces, None, "an address, or a file by its whole path"),
    "TRACES_SHARE": _Setting(_share, "1", "a number above 0, up to 1"),
    "PSEUDONYM_KEY": _Setting(_secret, None, "a secret of at least 32 characters"),
    "RETENTION_DAYS": _Setting(
        _periods, "", "states of a place and days with , between them, as declined=28"
    ),
    "CLOCK_FILE": _Setting(Path, None, "a file"),
    "CRASH_AT": _Setting(str, None, "the name of a crash point"),
    "CHAOS": _Setting(_words, "", "words with commas between them"),
}


def with_files(environ: Mapping[str, str]) -> dict[str, str]:
    """Give the environment with what stands in files: a name with _FILE names the file of it.

    So a secret need not stand in the environment, where other programs can read it. Refuses, by
    name, what cannot be read or is said twice.
    """
    whole, faults = dict(environ), []
    for name, file in environ.items():
        known = name.removeprefix(PREFIX) in _SETTINGS
        if not name.startswith(PREFIX) or not name.endswith(FILE) or known or not file:
            continue
        if environ.get(name.removesuffix(FILE)):
            faults.append(f"{name.removesuffix(FILE)} is set, and {name} as well")
            continue
        try:
            whole[name.removesuffix(FILE)] = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            faults.append(f"{name} must be a file that can be read")
    if faults:
        raise SettingsRefused(faults)
    return whole


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read every setting, or refuse with all faults at once, each by its name."""
    environ = with_files(environ)
    values: dict[str, Any] = {}
    faults: list[str] = []
    for name, setting in _SETTINGS.items():
        text = environ.get(PREFIX + name) or setting.default
        try:
            values[name.lower()] = None if text is None else setting.parse(text)
        except ValueError:
            faults.append(f"{PREFIX}{name} must be {setting.wants}")
    if environ.get(PREFIX + "ENV") == "production":
        faults += [
            f"{PREFIX}{name} is for tests and refused in production"
            for name in ONLY_FOR_TESTS
            if environ.get(PREFIX + name)
        ]
        # Its keys decide who gets in, so nobody on the way may change them.
        # And nobody may read a session either.
        faults += [
            f"{PREFIX}{name} must start with https:// in production"
            for name in ("OIDC_ISSUER", "PUBLIC_URL")
            if str(values.get(name.lower()) or "https:").startswith("http:")
        ]
    if (values.get("http_certificate") is None) != (values.get("http_key") is None):
        faults.append(f"{PREFIX}HTTP_CERTIFICATE must be a file, and {PREFIX}HTTP_KEY as well")
    if faults:
        raise SettingsRefused(faults)
    return Settings(**values)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Give this process's settings: the environment as it was when first asked."""
    return read_settings(os.environ)
