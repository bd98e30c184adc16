# SPDX-License-Identifier: EUPL-1.2
"""The `schakel` command: a client of the gateway, and the local stack on one machine."""
