# SPDX-License-Identifier: EUPL-1.2
"""A job: print the broker's users and permissions, for a broker that is started elsewhere.

The password of user `schakel-agreements` is read from SCHAKEL_AGREEMENTS_AMQP_PASSWORD.
"""

import json
import os
import sys

from services.cli.stack.broker import contract_users, definitions
from shared.runtime.config import with_files


def main() -> int:
    """Print the definitions, or name every password that is missing."""
    users = contract_users()
    variables = {user: f"{user.upper().replace('-', '_')}_AMQP_PASSWORD" for user in users}
    told = with_files(os.environ)
    missing = [variable for variable in variables.values() if not told.get(variable)]
    if missing:
        sys.stderr.write(f"not set: {', '.join(missing)}\n")
        return 1
    passwords = {user: told[variable] for user, variable in variables.items()}
    json.dump(definitions(users, passwords), sys.stdout, indent=2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
