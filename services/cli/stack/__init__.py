# SPDX-License-Identifier: EUPL-1.2
"""The local stack: PostgreSQL, a private broker and every service, on loopback, in one folder."""
