"""The manifests keep the schemas of Kubernetes, and fit together."""

from typing import Any

import kubernetes_validate  # pyright: ignore[reportMissingTypeStubs]  (it has none)
import pytest
import yaml
from programs import ROOT

FOLDER = ROOT / "ops" / "kubernetes"
FILES = sorted(path for path in FOLDER.glob("*.yaml") if path.name != "kustomization.yaml")
FOREIGN = {"keda.sh/v1alpha1"}
"""Groups that are no part of Kubernetes itself: their schemas come with their own installation."""
VERSIONS = ("1.30", kubernetes_validate.latest_version())


def read_manifests() -> list[dict[str, Any]]:
    return [manifest for path in FILES for manifest in yaml.safe_load_all(path.read_text("utf-8"))]


MANIFESTS = read_manifests()


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    """Manifests of a kind by their names."""
    return {manifest["metadata"]["name"]: manifest for manifest in MANIFESTS if manifest["kind"] == kind}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "manifest", MANIFESTS, ids=lambda manifest: f"{manifest['kind']}-{manifest['metadata']['name']}"
)
def test_manifests_keep_their_schema(manifest: dict[str, Any], version: str) -> None:
    if manifest["apiVersion"] not in FOREIGN:
        kubernetes_validate.validate(manifest, version, strict=True)


def test_the_list_of_files_is_complete() -> None:
    listed = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))["resources"]
    assert sorted(listed) == [path.name for path in FILES]


def test_containers_have_no_rights_probes_and_limits() -> None:
    for name, deployment in of_kind("Deployment").items():
        pod = deployment["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"], name
        [container] = pod["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"startupProbe", "livenessProbe"} <= set(container), name
        assert "memory" in container["resources"]["limits"], name


def test_whatever_is_named_exists() -> None:
    deployments, services = of_kind("Deployment"), of_kind("Service")
    scaled = [*of_kind("HorizontalPodAutoscaler").values(), *of_kind("ScaledObject").values()]
    assert {manifest["spec"]["scaleTargetRef"]["name"] for manifest in scaled} <= set(deployments)
    labels = [deployment["spec"]["template"]["metadata"]["labels"] for deployment in deployments.values()]
    selectors = [service["spec"]["selector"] for service in services.values()]
    selectors += [budget["spec"]["selector"]["matchLabels"] for budget in of_kind("PodDisruptionBudget").values()]
    for selector in selectors:
        assert any(selector.items() <= found.items() for found in labels), selector
    for ingress in of_kind("Ingress").values():
        [rule] = ingress["spec"]["rules"]
        assert {path["backend"]["service"]["name"] for path in rule["http"]["paths"]} <= set(services)


def test_the_canary_differs_in_its_track_alone() -> None:
    stable, canary = (of_kind("Deployment")[name]["spec"] for name in ("kinemotion-api", "kinemotion-api-canary"))
    assert canary["replicas"] == 0
    canary["template"]["metadata"]["labels"]["track"] = "stable"
    assert canary["template"] == stable["template"]
