"""Somebody else's eye on the manifests and the image: nothing is found that is not argued in `deploy/k8s/checkov.yaml`."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.manifests import K8S, OVERLAYS
from tests.platform.environments import installed

CONTAINERFILE = K8S.parent / "Containerfile"
QUIETLY = ("--compact", "--skip-download", "--output", "json", "--soft-fail")


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that is scanned, and two things that are not as they should be."""
    folder = tmp_path_factory.mktemp("scanned")
    for overlay in OVERLAYS:
        shutil.copy(K8S / "rendered" / f"{overlay}.yaml", folder)
    shutil.copy(CONTAINERFILE, folder / "Dockerfile")
    rooted = "apiVersion: v1\nkind: Pod\nmetadata: {name: bad}\nspec:\n  containers:\n    - {name: a, image: b, securityContext: {privileged: true}}\n"
    (folder / "bad.yaml").write_text(rooted, encoding="utf-8")
    (folder / "bad.Dockerfile").write_text("FROM scratch\nUSER root\n", encoding="utf-8")
    return folder


def test_nothing_is_found_that_is_not_argued(scanned: Path):
    """Of each kind something is checked; what is bad is found; in ours nothing is."""
    checkov = installed("manifests") / "checkov"
    config = K8S / "checkov.yaml"
    command = [str(checkov), "-d", str(scanned), "--config-file", str(config), *QUIETLY]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=scanned)
    reports: list[dict[str, Any]] = json.loads(done.stdout)
    assert {each["check_type"] for each in reports} == {"kubernetes", "dockerfile"}
    assert not any(each["summary"]["parsing_errors"] for each in reports)
    failed = [each for report in reports for each in report["results"]["failed_checks"]]
    found = {(Path(each["file_path"]).name, each["check_id"]) for each in failed}
    assert {("bad.yaml", "CKV_K8S_16"), ("bad.Dockerfile", "CKV_DOCKER_8")} <= found
    assert [each for each in sorted(found) if not each[0].startswith("bad.")] == []
