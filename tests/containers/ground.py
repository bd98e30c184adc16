# SPDX-License-Identifier: EUPL-1.2
"""What a run stands on: a copy of the project with secrets of its own, and images from nowhere.

The image that deploy/Dockerfile starts from is made of Debian's own packages and gets its name.
"""

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from services.cli.issuer.clients import CONSOLE
from tests.collector import PATH
from tests.containers.machine import REPOSITORY, Machine, call
from tests.e2e.test_story_of_iss import STARTS

IMAGES = Path("tests/containers/images")
COPIED = ("deploy", "services", "shared", IMAGES)
FILES = (".dockerignore", "LICENSE", "docker-compose.yml", "requirements.txt")
OVERRIDE = Path("tests/containers/compose.yml")
DEBIAN = "schakel-test/debian"
RELEASE = "bookworm"
PACKAGES = "ca-certificates,python3,python3-venv"
# Nobody reads these in a container.
NEEDLESS = ("var/lib/apt/lists", "usr/share/doc", "usr/share/man", "usr/share/locale")
NO_SERVERS = "#!/bin/sh\nexit 101\n"
FROM = re.compile(r"^FROM (python:\S+)", re.MULTILINE)
ACCOUNT = 10001
# How podman calls, in a container, whatever the container runs on; and where a collector listens.
HERE = "host.containers.internal"
COLLECTOR_PORT = 4318


def copy_project(folder: Path) -> Path:
    """Copy what compose reads, write its secrets, and give the folder."""
    project = folder / "project"
    for name in COPIED:
        caches = shutil.ignore_patterns("__pycache__")
        shutil.copytree(REPOSITORY / name, project / name, ignore=caches)
    for file in (*FILES, OVERRIDE):
        # With its time, which podman looks at before it takes a layer that it has.
        shutil.copy2(REPOSITORY / file, project / file)
    call(str(project / "deploy" / "make-secrets"), cwd=project)
    return project


def settings(folder: Path) -> Mapping[str, str]:
    """Give what the compose files ask for, with the folders made, and traces for us."""
    places = {"SCHAKEL_TEST_CLOCK": folder / "clock", "SCHAKEL_TEST_HOME": folder / "home"}
    for place in places.values():
        place.mkdir(exist_ok=True)
        shutil.chown(place, ACCOUNT, ACCOUNT)
    traces = f"http://{HERE}:{COLLECTOR_PORT}{PATH}"
    return {"SCHAKEL_TRACES": traces} | {name: str(place) for name, place in places.items()}


def prepare(folder: Path, project: Path) -> None:
    """Lay ready what the issuer reads, and the moment at which the story begins."""
    (folder / "clock" / "now").write_text(STARTS.isoformat())
    secret = (project / ".secrets" / "oidc-client-secret").read_text()
    files = {"ports": {"gateway": 8080, "issuer": 8081}, "secrets": {CONSOLE: secret}}
    for name, told in files.items():
        path = folder / "home" / f"{name}.json"
        path.write_text(json.dumps(told))
        shutil.chown(path, ACCOUNT, ACCOUNT)


def make_base(machine: Machine, project: Path) -> None:
    """Make Debian's base by debootstrap, and of it what deploy/Dockerfile starts from."""
    if machine.try_podman("image", "exists", DEBIAN).returncode:
        _import(machine, _debian(machine.folder / "debian"))
    [name] = set(FROM.findall((project / "deploy" / "Dockerfile").read_text()))
    machine.build(f"docker.io/library/{name}", project / IMAGES / "python")


def _debian(root: Path) -> Path:
    call("debootstrap", "--variant=minbase", f"--include={PACKAGES}", RELEASE, str(root))
    for place in NEEDLESS:
        shutil.rmtree(root / place)
        (root / place).mkdir()
    for package in (root / "var/cache/apt/archives").glob("*.deb"):
        package.unlink()
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text(NO_SERVERS)
    policy.chmod(0o755)
    return root


def _import(machine: Machine, root: Path) -> None:
    path = "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    archive = machine.folder / "debian.tar"
    left_out = [f"--exclude=./{place}/*" for place in ("proc", "sys", "dev")]
    call("tar", "-C", str(root), *left_out, "-cf", str(archive), ".")
    machine.podman("import", "--quiet", "--change", path, str(archive), DEBIAN)
    archive.unlink()
    shutil.rmtree(root)
