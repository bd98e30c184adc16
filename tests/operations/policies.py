# SPDX-License-Identifier: EUPL-1.2
"""What must hold of everything that is to run in a cluster. Each policy names what breaks it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shared.runtime.config import _SETTINGS, FILE, PREFIX, SettingsRefused, read_settings
from tests.operations.figures import faults

Resource = Mapping[str, Any]
OF_JOBS = frozenset({"SCHAKEL_OWNER_PASSWORD", "SCHAKEL_SERVICE_PASSWORD"})
KEPT_BY_OTHERS = frozenset({"rabbitmq", "postgres"})


@dataclass(frozen=True)
class Built:
    """What one overlay comes to, and which secrets there will be beside it."""

    resources: Sequence[Resource]
    # By name, the keys of each.
    secrets: Mapping[str, frozenset[str]]

    def of(self, *kinds: str) -> list[Resource]:
        """Give every resource of these kinds."""
        return [one for one in self.resources if one["kind"] in kinds]

    @cached_property
    def pods(self) -> list[tuple[str, Resource]]:
        """Give what every process and job of ours runs in."""
        return [
            (f"{one['kind']}/{one['metadata']['name']}", one["spec"]["template"])
            for one in self.of("Deployment", "Job", "StatefulSet", "DaemonSet", "CronJob")
        ]

    @cached_property
    def containers(self) -> list[tuple[str, Resource]]:
        """Give every container, those that only prepare things too."""
        return [
            (f"{name}/{container['name']}", container)
            for name, pod in self.pods
            for container in (*pod["spec"]["containers"], *pod["spec"].get("initContainers", ()))
        ]


def images_are_of_one_release(built: Built) -> Iterator[str]:
    """No `latest`, and no image without a tag: nobody knows what that will be tomorrow."""
    images = [(name, one["image"]) for name, one in built.containers]
    images += [
        (one["metadata"]["name"], one["spec"]["image"]) for one in built.of("RabbitmqCluster")
    ]
    images += [(one["metadata"]["name"], one["spec"]["imageName"]) for one in built.of("Cluster")]
    for name, image in images:
        tag = image.rpartition("/")[2].partition(":")[2]
        if not tag or tag == "latest":
            yield f"{name} has an image without a release: {image}"


def nothing_is_roots(built: Built) -> Iterator[str]:
    """Nothing of the node's, of root's or of the cluster's: Pod Security calls it restricted."""
    for name, pod in built.pods:
        spec, said = pod["spec"], pod["spec"].get("securityContext", {})
        if not (said.get("runAsNonRoot") and said.get("runAsUser")):
            yield f"{name} may run as root"
        if said.get("seccompProfile", {}).get("type") != "RuntimeDefault":
            yield f"{name} has no seccomp profile"
        if spec.get("automountServiceAccountToken") is not False:
            yield f"{name} gets a token of the cluster"
        if {"hostNetwork", "hostPID", "hostIPC"} & spec.keys():
            yield f"{name} shares what is the node's"
        if any("hostPath" in volume for volume in spec.get("volumes", ())):
            yield f"{name} mounts a folder of the node"


def nothing_gains_rights(built: Built) -> Iterator[str]:
    """Rights are dropped, and stay so; the container's own files stay as they were built."""
    for name, container in built.containers:
        said = container.get("securityContext", {})
        if said.get("allowPrivilegeEscalation") is not False or said.get("privileged"):
            yield f"{name} may gain rights"
        if said.get("readOnlyRootFilesystem") is not True:
            yield f"{name} may change its own files"
        if said.get("capabilities", {}).get("drop") != ["ALL"] or "add" in said["capabilities"]:
            yield f"{name} keeps rights of root's"


def everything_has_limits(built: Built) -> Iterator[str]:
    """One process that grows takes nothing from its neighbours."""
    for name, container in built.containers:
        said = container.get("resources", {})
        if not {"cpu", "memory"} <= said.get("limits", {}).keys():
            yield f"{name} has no limits"
        if not {"cpu", "memory"} <= said.get("requests", {}).keys():
            yield f"{name} asks for nothing"


def every_service_is_asked_how_it_is(built: Built) -> Iterator[str]:
    """Started, alive and ready, on the pages that say so."""
    pages = {"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"}
    for one in built.of("Deployment"):
        for container in one["spec"]["template"]["spec"]["containers"]:
            for probe, page in pages.items():
                if container.get(probe, {}).get("httpGet", {}).get("path") != page:
                    yield f"{one['metadata']['name']} has no {probe} at {page}"


def every_service_stands_alone(built: Built) -> Iterator[str]:
    """An account of its own, spread over nodes and zones, and never all of it away at once."""
    accounts = [one["metadata"]["name"] for one in built.of("ServiceAccount")]
    used = [one["spec"]["template"]["spec"]["serviceAccountName"] for one in built.of("Deployment")]
    for account in sorted({*used}):
        if used.count(account) > 1 or account not in accounts:
            yield f"account {account} is not one service's own"
    budgets = [one["spec"]["selector"]["matchLabels"] for one in built.of("PodDisruptionBudget")]
    for one in built.of("Deployment"):
        pod, name = one["spec"]["template"], one["metadata"]["name"]
        if not any(labels.items() <= pod["metadata"]["labels"].items() for labels in budgets):
            yield f"{name} has no disruption budget"
        spread = {rule["topologyKey"] for rule in pod["spec"].get("topologySpreadConstraints", ())}
        if not {"kubernetes.io/hostname", "topology.kubernetes.io/zone"} <= spread:
            yield f"{name} may end up on one node"


def settings_are_settings(built: Built) -> Iterator[str]:
    """Every variable is one that the code reads, and what it says is not refused."""
    known = {PREFIX + name for name in _SETTINGS} | OF_JOBS
    for name, container in built.containers:
        for variable in container.get("env", ()):
            if variable["name"].removesuffix(FILE) not in known and variable["name"] not in known:
                yield f"{name} is told {variable['name']}, which nobody reads"
    for one in built.of("ConfigMap"):
        unknown = sorted(one["data"].keys() - known)
        yield from (f"{one['metadata']['name']} has {name}, which nobody reads" for name in unknown)
        try:
            read_settings(one["data"])
        except SettingsRefused as refused:
            yield from refused.faults


def secrets_are_made(built: Built) -> Iterator[str]:
    """Every secret that something needs is made somewhere, with every key of it."""
    for name, pod in built.pods:
        for secret, wanted in _mounted(pod):
            made = built.secrets.get(secret)
            if made is None or not wanted <= made:
                yield f"{name} needs a secret that nobody makes: {secret}"
            if "tls.key" in wanted:
                yield f"{name} is given the key of {secret}"
    named = [one["spec"]["importCredentialsSecret"]["name"] for one in built.of("User")]
    yield from (
        f"broker user needs a secret that nobody makes: {name}"
        for name in named
        if not {"username", "password"} <= built.secrets.get(name, frozenset())
    )


def _mounted(pod: Resource) -> Iterator[tuple[str, set[str]]]:
    """Give each secret that a pod mounts, alone or among others, with the keys that it takes."""
    for volume in pod["spec"].get("volumes", ()):
        sources = [volume, *volume.get("projected", {}).get("sources", ())]
        for secret in (one["secret"] for one in sources if "secret" in one):
            name = secret.get("secretName") or secret["name"]
            yield name, {item["key"] for item in secret["items"]}


def nobody_talks_unasked(built: Built) -> Iterator[str]:
    """Nothing is allowed but what is named, and what is named is there."""
    policies = built.of("NetworkPolicy")
    closed = [
        one
        for one in policies
        if one["spec"]["podSelector"] == {}
        and not {"ingress", "egress"} & one["spec"].keys()
        and set(one["spec"]["policyTypes"]) == {"Ingress", "Egress"}
    ]
    if not closed:
        yield "whatever is not named may talk to everything"
    labels = [pod["metadata"]["labels"] for _, pod in built.pods]
    for kind, selector in _selectors(built):
        by_others = set(selector.values()) & KEPT_BY_OTHERS
        if not by_others and not any(selector.items() <= one.items() for one in labels):
            yield f"{kind} chooses nothing: {selector}"


def _selectors(built: Built) -> Iterator[tuple[str, Mapping[str, str]]]:
    for one in built.of("NetworkPolicy", "PodDisruptionBudget", "Service"):
        spec = one["spec"]
        chosen = spec.get("podSelector") or spec.get("selector") or {}
        if one["kind"] == "Service":
            chosen = {"matchLabels": chosen}
        if chosen.get("matchLabels"):
            yield f"{one['kind']}/{one['metadata']['name']}", chosen["matchLabels"]


def what_is_scaled_is_there(built: Built) -> Iterator[str]:
    """By figures that exist, and with nobody else to say how many."""
    deployed = {one["metadata"]["name"]: one for one in built.of("Deployment")}
    for one in built.of("ScaledObject"):
        target = deployed.get(one["spec"]["scaleTargetRef"]["name"])
        if target is None or "replicas" in target["spec"]:
            yield f"{one['metadata']['name']} scales what is not its own"
        for trigger in one["spec"]["triggers"]:
            yield from faults(trigger["metadata"]["query"])


POLICIES: tuple[Callable[[Built], Iterator[str]], ...] = (
    images_are_of_one_release,
    nothing_is_roots,
    nothing_gains_rights,
    everything_has_limits,
    every_service_is_asked_how_it_is,
    every_service_stands_alone,
    settings_are_settings,
    secrets_are_made,
    nobody_talks_unasked,
    what_is_scaled_is_there,
)


def broken(built: Built) -> list[str]:
    """Name everything that breaks a policy."""
    return [said for policy in POLICIES for said in policy(built)]
