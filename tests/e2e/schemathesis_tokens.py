# SPDX-License-Identifier: EUPL-1.2
"""Hooks of schemathesis: each generated request is asked by somebody whose work it is."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import schemathesis

from services.cli.tokens import Tokens, local_tokens
from tests.whose import usual


class _Known:
    tokens: Tokens | None = None


def _tokens() -> Tokens:
    if _Known.tokens is None:
        _Known.tokens = local_tokens(Path(os.environ["SCHAKEL_HOME"]))
    return _Known.tokens


@schemathesis.hook
def before_call(_context: Any, case: Any, kwargs: dict[str, Any]) -> None:  # noqa: ANN401
    """Show a token, unless the request is generated to show none, or a wrong one."""
    headers = case.headers
    if headers is None or "Authorization" in headers:
        return
    path = urlsplit(case.as_transport_kwargs(base_url="http://door/v1")["url"]).path
    headers["Authorization"] = f"Bearer {_tokens().of(usual(case.method, path))}"
    del kwargs
