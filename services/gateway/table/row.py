# SPDX-License-Identifier: EUPL-1.2
"""One row of the table of HTTP."""

from typing import Literal

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Effect = Literal["reads", "creates", "changes", "sets", "submits"]

Row = tuple[str, Method, str, Effect, int, str]
"""The operation, which is the RPC method too; method; path; what it does to the service; the
status when it succeeds; what it is for."""
