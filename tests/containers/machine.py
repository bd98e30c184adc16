# SPDX-License-Identifier: EUPL-1.2
"""Podman that keeps all it has in one folder, and podman-compose beside it.

Nothing is asked of a registry. Neither this machine's own podman nor systemd has a part in it.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
TOOLS = REPOSITORY / ".venv" / "tools"
PROJECT = "schakel"
CGROUP = "/schakel-compose-test"
# Podman would make more places that can be written than the compose file says.
RUN = f"--cgroup-parent={CGROUP} --read-only-tmpfs=false"
# Docker's format, because podman's own has no health checks.
BUILD = ("--pull=never", "--network=host", "--isolation=chroot", "--format=docker")
# Whom this machine believes, pip believes while an image is built.
BELIEVED = Path("/etc/ssl/certs/ca-certificates.crt")
PIP = f"[global]\ncert = {BELIEVED}\n"

STORAGE = """[storage]
driver = "{driver}"
graphroot = "{own}"
runroot = "{state}/run"
[storage.options]
additionalimagestores = {others}
"""
# crun cannot set up what this file asks for on every kernel; runc can.
CONTAINERS = """[containers]
log_driver = "k8s-file"
default_ulimits = ["nofile={files}:{files}", "nproc={processes}:{processes}"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
tmp_dir = "{state}/engine"
volume_path = "{state}/volumes"
image_copy_tmp_dir = "{folder}"
[network]
network_backend = "netavark"
network_config_dir = "{folder}/networks"
"""
# Docker's own images have no host before their names.
REGISTRIES = """unqualified-search-registries = ["docker.io"]
short-name-mode = "permissive"
"""

SHOWN = 4000
Json = dict[str, Any]


def call(*argv: str, environment: Mapping[str, str] | None = None, cwd: Path = REPOSITORY) -> str:
    """Run a program and give what it printed; raises RuntimeError with its last words."""
    done = subprocess.run(
        argv, env=environment, cwd=cwd, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = done.stdout[-SHOWN:] + done.stderr[-SHOWN:]
        message = f"{' '.join(argv)}: {done.returncode}\n{said}"
        raise RuntimeError(message)
    return done.stdout


def say(line: str) -> None:
    """Tell whoever waits how far it is."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Machine:
    """Podman in a folder of its own."""

    def __init__(
        self,
        folder: Path,
        images: Path,
        settings: Mapping[str, str] | None = None,
        *,
        builds: bool = False,
    ) -> None:
        """Write what podman reads; only who builds adds to `images`, `settings` are compose's."""
        self.folder = folder
        # Podman asks for more than its own, which takes a right that not every root has; and of
        # processes it keeps no more for itself than the kernel has numbers.
        files, processes = (
            resource.getrlimit(what)[1] for what in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC)
        )
        numbers = int(Path("/proc/sys/kernel/pid_max").read_text())
        processes = numbers if processes < 0 else min(processes, numbers)
        if builds:
            # What podman knows of containers is of one run, with the folders of that.
            shutil.rmtree(images / "libpod", ignore_errors=True)
        state = folder / ("building" if builds else "running")
        told = {"folder": folder, "files": files, "processes": processes, "state": state}
        told |= {"driver": _driver(images), "own": images if builds else state / "layers"}
        told |= {"others": json.dumps([] if builds else [str(images)])}
        for name, text in (
            ("storage", STORAGE.format(**told)),
            ("containers", CONTAINERS.format(**told)),
            ("registries", REGISTRIES),
            ("pip", PIP),
        ):
            (folder / f"{name}.conf").write_text(text)
        mounts = {folder / "pip.conf": "/etc/pip.conf", BELIEVED: BELIEVED}
        self._build = [*BUILD, *(f"--volume={here}:{there}:ro" for here, there in mounts.items())]
        self.environment = {
            **os.environ,
            "CONTAINERS_CONF": str(folder / "containers.conf"),
            "CONTAINERS_REGISTRIES_CONF": str(folder / "registries.conf"),
            "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
            # Timers of systemd would ask after the health of a container; here we do.
            "DISABLE_HC_SYSTEMD": "true",
            "PYTHONPATH": f"{TOOLS}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
            **(settings or {}),
        }

    def podman(self, *words: str) -> str:
        """Run podman and give what it printed; raises when it fails."""
        return self._run("podman", *words)

    def try_podman(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run podman and give how it ended."""
        argv = ["podman", *words]
        return subprocess.run(
            argv, env=self.environment, capture_output=True, text=True, check=False
        )

    def inspect(self, container: str) -> Json:
        """Give all that podman knows of a container."""
        found: list[Json] = json.loads(self.podman("container", "inspect", container))
        return found[0]

    def build(self, tag: str, context: Path) -> None:
        """Build an image out of a folder."""
        self._run("podman", "build", "--quiet", *self._build, "--tag", tag, str(context))

    def compose(self, files: Sequence[Path], *words: str, profiles: Sequence[str] = ()) -> str:
        """Run podman-compose with these files and give what it printed; raises when it fails."""
        said = [word for file in files for word in ("--file", str(file))]
        said += [word for profile in profiles for word in ("--profile", profile)]
        options = [
            "--in-pod=false",
            # One after the other, so that what they share is built once.
            "--parallel=1",
            f"--project-name={PROJECT}",
            f"--podman-build-args={' '.join(self._build)}",
            f"--podman-run-args={RUN}",
        ]
        program = str(TOOLS / "podman_compose.py")
        return self._run(sys.executable, program, *options, *said, *words)

    def _run(self, *argv: str) -> str:
        return call(*argv, environment=self.environment)


def _driver(folder: Path) -> str:
    """Choose overlay where this kernel mounts one in the folder, else copies of everything."""
    with tempfile.TemporaryDirectory(dir=folder) as trial:
        layers = [Path(trial) / name for name in ("lower", "upper", "work", "merged")]
        for layer in layers:
            layer.mkdir()
        lower, upper, work, merged = map(str, layers)
        option = f"lowerdir={lower},upperdir={upper},workdir={work}"
        argv = ["mount", "-t", "overlay", "overlay", "-o", option, merged]
        if subprocess.run(argv, capture_output=True, check=False).returncode:
            return "vfs"
        call("umount", merged)
    return "overlay"
