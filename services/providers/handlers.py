# SPDX-License-Identifier: EUPL-1.2
"""One function per command and per consumed event, all in the caller's one transaction."""
