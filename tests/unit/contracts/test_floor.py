# SPDX-License-Identifier: EUPL-1.2
"""Contracts are the lowest floor: whoever reads them gets no broker, database or framework."""

import subprocess
import sys

IMPORT_ALL = """
import importlib, pkgutil, sys
import shared.contracts
for module in pkgutil.walk_packages(shared.contracts.__path__, "shared.contracts."):
    importlib.import_module(module.name)
print(*sorted({name.partition(".")[0] for name in sys.modules}), sep="\\n")
print(*(name for name in sys.modules if name.startswith("shared.")), sep="\\n")
"""


def test_contracts_bring_no_broker_database_or_framework() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())

    assert "shared.contracts.topology" in loaded
    assert not loaded & {"amqp", "eventlet", "kombu", "nameko", "psycopg", "services"}
    assert not loaded & {"shared.messaging", "shared.runtime"}
