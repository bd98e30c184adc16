# SPDX-License-Identifier: EUPL-1.2
"""A job: provision and migrate the database of every service, in one process.

Reads {"adminUrl", "passwords": {service: {"owner", "service"}}} from standard input and writes
{service: {"owner": url, "service": url}} to standard output, so that no password stands on a
command line.
"""

import json
import sys
from typing import Any

from shared.runtime.migrate import migrate
from shared.runtime.provision import provision


def prepare(order: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Bring every database named in the order up to date, and give its two addresses."""
    addresses = {}
    for service, passwords in order["passwords"].items():
        owner, login = provision(
            order["adminUrl"],
            service,
            owner_password=passwords["owner"],
            service_password=passwords["service"],
        )
        migrate(service, owner)
        addresses[service] = {"owner": owner, "service": login}
    return addresses


if __name__ == "__main__":
    json.dump(prepare(json.load(sys.stdin)), sys.stdout)
