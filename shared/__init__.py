# SPDX-License-Identifier: EUPL-1.2
"""What two or more services need: the contracts, the messaging and the running of a process."""

import os

# Hosts are looked up by the system (shared/runtime/lookup.py): a resolver of eventlet's own would
# be a third of what a process imports. It insists on this before eventlet is loaded.
os.environ["EVENTLET_NO_GREENDNS"] = "yes"
