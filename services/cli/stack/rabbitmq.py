# SPDX-License-Identifier: EUPL-1.2
"""Finds RabbitMQ's programs, and brings Debian's package here where they are missing.

Nothing of it ever starts a broker of the whole machine, and `unpack` needs no rights at all.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.cli.stack.home import Home
from services.cli.stack.trouble import StackRefused

SERVERS = "usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin"
ERLANG = "usr/lib/erlang"
# What the server needs beyond a bare Debian; fetched by name where nothing may be installed.
PACKAGES = (
    "rabbitmq-server",
    *(
        f"erlang-{part}"
        for part in (
            *("asn1", "base", "crypto", "eldap", "ftp", "inets", "mnesia", "os-mon", "parsetools"),
            *("public-key", "runtime-tools", "snmp", "ssl", "syntax-tools", "tftp", "tools"),
            "xmerl",
        )
    ),
    *("libsctp1", "socat"),
)
POLICY = Path("/usr/sbin/policy-rc.d")
WAYS_OUT = (
    "install RabbitMQ yourself: apt-get install rabbitmq-server",
    "set SCHAKEL_AMQP_URL to a broker of your own (pyamqp://{user}:{password}@host:5672/vhost)",
    "run everything in containers: docker compose up",
)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class RabbitMQ:
    """Where the programs of RabbitMQ and Erlang are."""

    scripts: Path
    erlang: Path

    @property
    def epmd(self) -> Path:
        """Erlang's own port mapper, which each private node gets one of."""
        return next(self.erlang.glob("erts-*/bin/epmd"))

    def environment(self) -> dict[str, str]:
        """Give what finds the programs: Erlang's folder first, and its libraries."""
        path = os.environ.get("PATH", os.defpath)
        libraries = sorted(str(found) for found in self.erlang.parent.glob("*-linux-gnu"))
        return {
            "PATH": f"{self.erlang / 'bin'}:{path}:/usr/sbin:/sbin",
            "LD_LIBRARY_PATH": ":".join(libraries),
        }


def find(home: Home) -> RabbitMQ | None:
    """Find RabbitMQ on this machine, or unpacked in the home."""
    for root in (Path("/"), home.root / "rabbitmq"):
        scripts = sorted(root.glob(SERVERS))
        if scripts and (root / ERLANG / "bin" / "erl").exists():
            return RabbitMQ(scripts[-1], root / ERLANG)
    return None


def provide(home: Home, say: Say) -> RabbitMQ:
    """Give RabbitMQ's programs, brought here first if need be, or name the ways out."""
    found = find(home)
    if found is None:
        if shutil.which("apt-get") is None:
            raise StackRefused("RabbitMQ is not here, and there is no apt to get it.", WAYS_OUT)
        rights = _rights()
        if rights is None:
            _unpack(home, say)
        else:
            _install(rights, say)
        found = find(home)
    if found is None:
        raise StackRefused("RabbitMQ's package came without its programs.", WAYS_OUT)
    return found


def _rights() -> list[str] | None:
    """Give the words that make a command one of root's; None when we may not."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None or _run([sudo, "-n", "true"]).returncode != 0:
        return None
    return [sudo, "-n"]


def _install(rights: list[str], say: Say) -> None:
    who = "by sudo" if rights else "as root"
    say(f"RabbitMQ is missing: installing Debian's rabbitmq-server {who}, without starting it")
    with _no_daemons(rights):
        _must([*rights, "apt-get", "update", "-q"])
        apt = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-qy"]
        _must([*apt, "--no-install-recommends", "rabbitmq-server"])


@contextmanager
def _no_daemons(rights: list[str]) -> Iterator[None]:
    """Keep packages from starting services of the whole machine while they are installed."""
    if POLICY.exists():
        # Someone's own policy: it is theirs to decide.
        yield
        return
    _must([*rights, "sh", "-c", f"printf '#!/bin/sh\\nexit 101\\n' >{POLICY}; chmod 755 {POLICY}"])
    try:
        yield
    finally:
        _must([*rights, "rm", "-f", str(POLICY)])


def _unpack(home: Home, say: Say) -> None:
    say(f"RabbitMQ is missing: unpacking Debian's package into {home.root} (34 MB, no rights)")
    apt = _private_apt(home.root / "apt")
    downloads = home.root / "apt" / "downloads"
    downloads.mkdir(exist_ok=True)
    _must([*apt, "update", "-q"])
    _must([*apt, "download", "-q", *PACKAGES], folder=downloads)
    fresh = home.root / "rabbitmq.new"
    shutil.rmtree(fresh, ignore_errors=True)
    for package in sorted(downloads.glob("*.deb")):
        _must(["dpkg-deb", "-x", str(package), str(fresh)])
    _move_erlang(fresh / ERLANG, home.root / "rabbitmq" / ERLANG)
    fresh.rename(home.root / "rabbitmq")
    shutil.rmtree(home.root / "apt")


def _private_apt(folder: Path) -> list[str]:
    """Give apt-get with lists and a cache of its own: the machine's may be empty and are root's."""
    for part in ("lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    options = {
        "Dir::State::lists": folder / "lists",
        "Dir::State::status": "/var/lib/dpkg/status",
        "Dir::Cache": folder / "cache",
        "Debug::NoLocking": "1",
        "APT::Sandbox::User": "",
    }
    words = [("-o", f"{name}={value}") for name, value in options.items()]
    return ["apt-get", *(word for pair in words for word in pair)]


def _move_erlang(unpacked: Path, final: Path) -> None:
    """Tell Debian's `erl` where it is: it has its folder written in it."""
    for script in (unpacked / "bin" / "erl", unpacked / "bin" / "start"):
        if script.exists():
            script.write_text(script.read_text().replace("/usr/lib/erlang", str(final)))


def _run(argv: Sequence[str], folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603


def _must(argv: Sequence[str], folder: Path | None = None) -> None:
    done = _run(argv, folder)
    if done.returncode != 0:
        last = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise StackRefused(f"`{' '.join(argv[:6])} …` failed: {' / '.join(last)}", WAYS_OUT)
