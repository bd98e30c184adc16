# SPDX-License-Identifier: EUPL-1.2
"""What a process logs: JSON, no password of any address, and nothing of what it works on."""

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

BROKEN = """
import logging
import structlog
from shared.runtime.logs import set_up_logs

def handle(call):
    reference = call["reference"]
    raise ZeroDivisionError("broken")

set_up_logs("regions", "INFO")
try:
    handle({"reference": "K-4711-geheim"})
except ZeroDivisionError:
    structlog.get_logger().exception("call_broken")
    logging.getLogger("another").exception("broken")
"""


REFUSED = """
import logging
import structlog
from psycopg.errors import CheckViolation
from shared.runtime.logs import set_up_logs

set_up_logs("regions", "INFO")
try:
    raise CheckViolation('breaks "hours"\\nDETAIL:  Failing row contains ("AM23-7K4M", 3).\\nMore')
except CheckViolation as error:
    structlog.get_logger().warning("not_kept", error=str(error), attempts=3)
    structlog.get_logger().exception("not_kept", attempts=3)
    logging.getLogger("another").exception("broken")
"""


def lines_of(program: str) -> list[str]:
    """Run a program and give the lines of its log."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def test_what_breaks_is_traced_and_tells_nothing_of_what_it_worked_on() -> None:
    lines = lines_of(BROKEN)

    for line in lines:
        [told] = json.loads(line)["exception"]
        assert [frame["name"] for frame in told["frames"]] == ["<module>", "handle"]
        assert "geheim" not in line
    assert len(lines) == 2


def test_row_that_was_refused_is_told_without_its_values() -> None:
    first, second, third = map(json.loads, lines_of(REFUSED))

    assert first["error"] == 'breaks "hours"'
    assert first["attempts"] == 3
    for line in (second, third):
        assert line["exception"][0]["exc_value"] == 'breaks "hours"'


def test_log_holds_no_password_of_any_address() -> None:
    [line] = lines_of(PROGRAM)

    assert "secret" not in line
    said = json.loads(line)
    assert said["event"] == (
        "no broker at pyamqp://user:***@one/schakel;pyamqp://user:***@two/schakel"
    )
    assert "postgresql://user:***@host:5432/regions" in json.dumps(said["exception"])
