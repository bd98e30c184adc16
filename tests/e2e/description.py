# SPDX-License-Identifier: EUPL-1.2
"""What the gateway says of itself in OpenAPI, held against every answer of every story."""

import re
from collections.abc import Mapping
from typing import Any

import jsonschema_rs

Json = dict[str, Any]
# Refused before there is an operation to describe.
OF_HTTP = {405, 414, 431}


class Description:
    """The OpenAPI document, which is JSON Schema wherever it describes a body."""

    def __init__(self, document: Json) -> None:
        self._document = document
        self._validators: dict[str, jsonschema_rs.Validator] = {}
        self._paths = {
            re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)): operations
            for path, operations in document["paths"].items()
        }

    def objection(self, method: str, path: str, status: int, kind: str, body: Json) -> str | None:
        """Say what of an answer is not as described; None when all of it is."""
        operation = self._operation(method, path)
        if operation is None or status in OF_HTTP:
            return None
        response = operation["responses"].get(str(status))
        if response is None:
            return f"{method} {path}: status {status} is not described"
        if "$ref" in response:
            name = response["$ref"].rpartition("/")[2]
            response = self._document["components"]["responses"][name]
        if kind not in response["content"]:
            return f"{method} {path}: {status} as {kind} is not described"
        fault = next(iter(self._validator(response["content"][kind]).iter_errors(body)), None)
        return fault and f"{method} {path}: {fault.instance_path}: {fault.message}"

    def _operation(self, method: str, path: str) -> Json | None:
        for pattern, operations in self._paths.items():
            if pattern.fullmatch(path):
                found: Json | None = operations.get(method.lower())
                return found
        return None

    def _validator(self, content: Mapping[str, Any]) -> jsonschema_rs.Validator:
        name = str(content["schema"])
        if name not in self._validators:
            whole = {**content["schema"], "components": self._document["components"]}
            self._validators[name] = jsonschema_rs.Draft202012Validator(
                whole, validate_formats=True
            )
        return self._validators[name]
