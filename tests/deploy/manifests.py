"""The rendered manifests, as data."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

K8S = Path(__file__).parents[2] / "deploy" / "k8s"
OVERLAYS = ("dev", "prod", "prod-nats")
PODS = {"Deployment", "StatefulSet", "Job", "CronJob"}
Manifest = dict[str, Any]


@cache
def rendered(overlay: str) -> list[Manifest]:
    """Every object of an overlay."""
    text = (K8S / "rendered" / f"{overlay}.yaml").read_text(encoding="utf-8")
    return list(yaml.safe_load_all(text))


def of_kind(overlay: str, *kinds: str) -> dict[str, Manifest]:
    """The objects of some kinds, by name."""
    return {each["metadata"]["name"]: each for each in rendered(overlay) if each["kind"] in kinds}


def pods(overlay: str) -> Iterator[tuple[str, Manifest]]:
    """The name and the pod's specification of everything that runs."""
    for name, each in of_kind(overlay, *PODS).items():
        spec = each["spec"]["jobTemplate"]["spec"] if each["kind"] == "CronJob" else each["spec"]
        yield name, spec["template"]["spec"]


def ours(overlay: str) -> dict[str, Manifest]:
    """The container of each pod that runs our image, by the name of what runs it."""
    containers = {name: pod["containers"][0] for name, pod in pods(overlay)}
    return {name: each for name, each in containers.items() if each["image"].startswith("titles:")}


def config(overlay: str) -> dict[str, str]:
    """What every process finds in its environment."""
    [data] = [
        each["data"] for name, each in of_kind(overlay, "ConfigMap").items() if name.startswith("titles-")
    ]
    found: dict[str, str] = data
    return found
