# SPDX-License-Identifier: EUPL-1.2
"""Each service works with its siblings absent: that is what its image holds."""

import os
import shutil
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

from services.cli.stack.catalogue import deployables

REPOSITORY = Path(__file__).parents[2]
NAMES = [found.name for found in deployables()] + ["cli"]

# Imports every module of a service in the order of their names, as a process of its own.
IMPORT_ALL = """
import importlib, importlib.util, pkgutil, sys
# The developer's editable install would find what this folder does not hold.
sys.meta_path = [finder for finder in sys.meta_path if "__editable__" not in str(finder)]
service, *siblings = sys.argv[1:]
package = importlib.import_module(f"services.{service}")
for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
    if not found.name.endswith("__main__"):
        importlib.import_module(found.name)
present = [name for name in siblings if importlib.util.find_spec(f"services.{name}")]
sys.exit(f"present: {present}" if present else 0)
"""


@pytest.mark.parametrize("service", NAMES)
def test_service_imports_when_its_siblings_are_absent(tmp_path: Path, service: str) -> None:
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "shared", tmp_path / "shared", ignore=ignore)
    (tmp_path / "services").mkdir()
    shutil.copy(REPOSITORY / "services" / "__init__.py", tmp_path / "services")
    shutil.copytree(
        REPOSITORY / "services" / service, tmp_path / "services" / service, ignore=ignore
    )
    siblings = [name for name in NAMES if name != service]

    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, service, *siblings],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["services", "shared"])
def test_no_dependency_brings_a_package_of_our_name(name: str) -> None:
    bringing = {
        distribution.metadata["Name"]
        for distribution in distributions()
        for file in distribution.files or ()
        if file.parts[0] in {name, f"{name}.py"}
    }

    assert bringing <= {"schakel"}
