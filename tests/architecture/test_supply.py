# SPDX-License-Identifier: EUPL-1.2
"""What is built in from others is pinned, by hash and from nowhere in particular, and listed."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
LOCKED = sorted(REPOSITORY.glob("requirements*.txt"))
PINNED = re.compile(
    r"(?P<name>[a-z0-9-]+)(\[[a-z0-9,-]+\])?==(?P<version>\S+)( ; [^\\]+)?"
    r"( \\\n    --hash=sha256:[0-9a-f]{64})+\n"
)
HASH = re.compile(r"sha256:[0-9a-f]{64}")


def parts(name: str) -> set[tuple[str, str, frozenset[str]]]:
    """Read what a file pins: names, versions and hashes; for which platform is left out."""
    return {
        (one["name"], one["version"], frozenset(HASH.findall(one[0])))
        for one in PINNED.finditer((REPOSITORY / name).read_text())
    }


@pytest.mark.parametrize("path", LOCKED, ids=lambda path: path.name)
def test_every_requirement_is_one_version_by_its_hashes_and_names_no_host(path: Path) -> None:
    rest = PINNED.sub("", path.read_text())

    assert rest == "", "neither a range, nor an address, nor an option"


@pytest.mark.parametrize("path", LOCKED, ids=lambda path: path.name)
def test_what_is_installed_for_tests_and_bench_is_what_an_image_gets(path: Path) -> None:
    assert parts("requirements.txt") <= parts(path.name)


def test_every_locked_part_stands_in_the_bill_of_materials() -> None:
    folder = Path(sys.executable).parent
    subprocess.run(
        ["make", "--silent", "-o", ".venv/ready", f"BIN={folder}", "sbom"],  # noqa: S607
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        timeout=120,
    )
    bill = json.loads((REPOSITORY / "build" / "schakel.cdx.json").read_text())
    listed = {(part["name"], part["version"]) for part in bill["components"]}

    assert bill["bomFormat"] == "CycloneDX"
    assert listed == {(name, version) for name, version, _ in parts("requirements.txt")}
    assert bill["metadata"]["component"]["licenses"][0]["license"]["id"] == "EUPL-1.2"


def test_the_licence_is_the_same_text_in_both_places() -> None:
    text = (REPOSITORY / "LICENSE").read_bytes()

    assert (REPOSITORY / "LICENSES" / "EUPL-1.2.txt").read_bytes() == text
