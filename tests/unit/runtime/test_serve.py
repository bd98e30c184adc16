# SPDX-License-Identifier: EUPL-1.2
"""A service starts with what it needs and no more: whoever is killed must soon be back."""

import json
import subprocess
import sys

from tests.servers import environment

# The resolver answers when it is told to, by whoever comes after it: only a hub that goes on
# gets there.
LOOK = """
import json, socket, sys
import shared.serve
import eventlet
import services.regions.service
from shared.runtime import lookup

told = eventlet.patcher.original("threading").Event()
lookup._of_the_system = lambda host, port: [host] if told.wait(10) else []
asked = eventlet.spawn(socket.getaddrinfo, "broker", 5672)
eventlet.spawn(told.set)
modules = sorted(name for name, one in sys.modules.items() if one is not None)
print(json.dumps({"modules": modules, "found": asked.wait()}))
"""


def test_a_service_imports_no_resolver_and_no_terminal_and_a_slow_lookup_holds_up_nobody() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOK], env=environment(), capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)

    assert not {one.partition(".")[0] for one in told["modules"]} & {"dns", "rich"}
    assert told["found"] == ["broker"]
