# SPDX-License-Identifier: EUPL-1.2
"""Build our images, run the whole compose file in containers, tell the story of ISS, and clean up.

`make compose-test` runs it, as root. All of it lives in namespaces and a folder of its own, which
go at the end, however it ends: no container, network, rule or file is left. Exit status 0 means
that all is as it must be, 1 that something is not, 2 that it could not be tried.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.collector import listening
from tests.containers import ground, looks, order
from tests.containers.machine import CGROUP, REPOSITORY, Machine, call, say
from tests.waiting import wait_until

PROGRAMS = ("podman", "runc", "iptables", "ip", "debootstrap", "openssl", "unshare", "nsenter")
WAYS_OUT = """The containers were not tried: {why}. The way out:
  as root on Debian 12: make compose-test, which installs podman and what it needs
Nobody else can: containers with a network and accounts of their own are made by root."""
# A first process has to take leave of orphans; a shell that waits does.
FIRST = ("bash", "-c", '"$@" & wait $!', "first")
OWN = ("unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child")
CGROUPS = Path("/sys/fs/cgroup")
WATCHING = ("watching",)
REMOVED_SECONDS = 60.0
ENDED = 128
LAST_LINES = "10"


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Say what is done, and how long it took."""
    say(f"{name} …")
    began = time.monotonic()
    yield
    say(f"{name}: {time.monotonic() - began:.0f} s")


def outside(images: Path | None) -> int:
    """Run everything in namespaces and a folder of its own, and leave nothing else of it."""
    folder = Path(tempfile.mkdtemp(prefix="schakel-compose-", dir="/var/tmp"))
    folder.chmod(0o755)
    images = images.resolve() if images else folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    argv = [*OWN, *FIRST, *_again("--build", folder, images)]
    process = subprocess.Popen(argv, cwd=REPOSITORY)
    try:
        return process.wait()
    finally:
        process.kill()
        process.wait()
        # Whoever was killed with it may still hold a file for a moment.
        wait_until(lambda: _removed(folder), REMOVED_SECONDS, every=0.2)
        _forget_cgroups()


def build(folder: Path, images: Path) -> int:
    """Make every image, look at ours, and run them where there is no network but theirs."""
    call("mount", "-t", "tmpfs", "tmpfs", "/run")
    with stage("the base image, by debootstrap"):
        project = ground.copy_project(folder)
        machine = Machine(folder, images, ground.settings(folder), builds=True)
        ground.make_base(machine, project)
    files = _files(project)
    with stage("our images, and those in the place of others"):
        machine.compose(files, "build", profiles=WATCHING)
    with stage("a look at our images"):
        _none(looks.of_images(machine, order.merged(machine, files, WATCHING)))
    argv = ["unshare", "--net", *_again("--run", folder, images)]
    return subprocess.run(argv, check=False).returncode


def run(folder: Path, images: Path) -> int:
    """Start everything, look at it, tell the story, stop it and remove it."""
    call("ip", "link", "set", "lo", "up")
    machine, project = Machine(folder, images, ground.settings(folder)), folder / "project"
    files, secrets = _files(project), project / ".secrets"
    ground.prepare(folder, project)
    with stage("every container"):
        services = order.start(machine, files, WATCHING)
    with stage("a look at what runs"):
        plain = order.merged(machine, files, ())
        _none(looks.of_profiles(plain, services))
        _none(looks.of_rights(machine, services))
        _none(looks.of_doors(machine))
        _none(looks.of_watching())
    collector = listening(looks.outside(machine), ground.COLLECTOR_PORT)
    with stage("the story of ISS, traced"), collector as traces:
        _tell(machine, services, folder, secrets / "authority")
        _none(looks.of_traces(traces, services))
    with stage("a stop"):
        _none(looks.of_secrets(machine, services, secrets))
        machine.compose(files, "stop", profiles=WATCHING)
        _none(looks.of_ends(machine, services))
        machine.compose(files, "down", "--volumes", profiles=WATCHING)
        _none(looks.of_remains(machine))
    return 0


def _tell(machine: Machine, services: looks.Services, folder: Path, authority: Path) -> None:
    gateway = machine.inspect(order.container("gateway"))["State"]["Pid"]
    argv = ["nsenter", f"--net=/proc/{gateway}/ns/net", sys.executable, "-W", "ignore"]
    argv += ["-m", "tests.containers.story", str(folder / "home"), str(folder / "clock" / "now")]
    told = {"SSL_CERT_FILE": str(authority), "SCHAKEL_HOME": str(folder / "home")}
    if subprocess.run(argv, cwd=REPOSITORY, env={**os.environ, **told}, check=False).returncode:
        for name in looks.running(services):
            said = machine.try_podman("logs", "--tail", LAST_LINES, order.container(name))
            say(f"{name}:\n{said.stdout}{said.stderr}")
        message = "the story could not be told to its end"
        raise RuntimeError(message)


def _files(project: Path) -> tuple[Path, Path]:
    return project / "docker-compose.yml", project / ground.OVERRIDE


def _again(verb: str, folder: Path, images: Path) -> list[str]:
    program = [sys.executable, "-W", "ignore", "-m", "tests.containers"]
    return [*program, verb, str(folder), "--images", str(images)]


def _none(wrong: Iterable[str]) -> None:
    found = list(wrong)
    if found:
        raise RuntimeError("\n".join(found))


def _removed(folder: Path) -> bool:
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def _forget_cgroups() -> None:
    """Remove the empty groups in which the containers were counted."""
    for group in sorted(CGROUPS.glob(f"**{CGROUP}/**/"), reverse=True):
        with suppress(OSError):
            group.rmdir()


def _why_not() -> str | None:
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    if os.geteuid():
        return "this is not root"
    if missing:
        return f"there is no {', '.join(missing)}"
    # Whatever enters a container from a chroot comes out among the machine's own files.
    told = call("nsenter", "--mount=/proc/self/ns/mnt", "stat", "--format=%d %i", "/").split()
    here = Path("/").stat()
    return None if told == [str(here.st_dev), str(here.st_ino)] else "this is a chroot"


def main() -> int:
    """Do what the command line says: the two stages are this program's own."""
    parser = argparse.ArgumentParser(prog="tests.containers", description=__doc__)
    parser.add_argument("--missing", choices=("fail", "say"), default="fail")
    parser.add_argument("--images", type=Path, help="keep images here, and use what is there")
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--run", type=Path, help=argparse.SUPPRESS)
    said = parser.parse_args()
    try:
        if said.build:
            return build(said.build, said.images)
        if said.run:
            return run(said.run, said.images)
    except RuntimeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if why := _why_not():
        sys.stderr.write(f"{WAYS_OUT.format(why=why)}\n")
        return 2 if said.missing == "fail" else 0
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(ENDED + number))
    return outside(said.images)


if __name__ == "__main__":
    sys.exit(main())
