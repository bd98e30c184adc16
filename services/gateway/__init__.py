# SPDX-License-Identifier: EUPL-1.2
"""The only HTTP door: REST API, live hints and the description of both.

Owns: nothing. No database and no rules; `operations.py` says which path is which call.
Emits: nothing.
Consumes: `hint.v1` from the `live` exchange, for those who watch.
"""
