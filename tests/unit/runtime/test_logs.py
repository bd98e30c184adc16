# SPDX-License-Identifier: EUPL-1.2
"""What a process logs: JSON, and no password of any address, whoever wrote the line."""

import json
import subprocess
import sys

PROGRAM = """
import logging
from shared.runtime.logs import set_up_logs

set_up_logs("regions", "INFO")
try:
    raise ConnectionError("no answer of postgresql://user:thirdsecret@host:5432/regions")
except ConnectionError:
    url = "pyamqp://user:firstsecret@one/schakel;pyamqp://user:second-secret@two/schakel"
    logging.getLogger("nameko.messaging").warning("no broker at %s", url, exc_info=True)
"""


def test_log_holds_no_password_of_any_address() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM], capture_output=True, text=True, check=True
    )

    [line] = done.stdout.splitlines()
    assert "secret" not in line
    said = json.loads(line)
    assert said["event"] == (
        "no broker at pyamqp://user:***@one/schakel;pyamqp://user:***@two/schakel"
    )
    assert "postgresql://user:***@host:5432/regions" in json.dumps(said["exception"])
