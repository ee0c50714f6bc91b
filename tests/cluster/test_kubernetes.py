"""raycluster.yaml and Containerfile.cluster: no cluster is started, but both are checked against what they must be."""

import json
import re
import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads(Path(__file__).with_name("raycluster.schema.json").read_text())
KUBERNETES = "1.37"


@pytest.fixture
def cluster() -> dict[str, Any]:
    return documents()[0]


def documents() -> list[dict[str, Any]]:
    """Each on its own, with nothing shared among them."""
    return [deepcopy(one) for one in yaml.safe_load_all((ROOT / "raycluster.yaml").read_text())]


def templates(cluster: dict[str, Any]) -> list[dict[str, Any]]:
    groups = [cluster["spec"]["headGroupSpec"], *cluster["spec"]["workerGroupSpecs"]]
    return [group["template"] for group in groups]


def check_pod(template: dict[str, Any]) -> None:
    """A pod of the template against the schema of Kubernetes, which knows every field that there is."""
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "pod"}, "spec": template["spec"]}
    kubernetes_validate.validate(pod, KUBERNETES, strict=True)


def test_the_cluster_has_the_form_that_kuberay_knows(cluster: dict[str, Any]) -> None:
    jsonschema.validate(cluster, SCHEMA)
    for template in templates(cluster):
        check_pod(template)


def test_what_is_misspelt_would_be_found(cluster: dict[str, Any]) -> None:
    cluster["spec"]["authOption"] = cluster["spec"].pop("authOptions")
    with pytest.raises(jsonschema.ValidationError, match="authOption"):
        jsonschema.validate(cluster, SCHEMA)
    (container,) = templates(cluster)[0]["spec"]["containers"]
    container["securityContext"]["allowPrivilegeEscalations"] = False
    with pytest.raises(kubernetes_validate.ValidationError, match="allowPrivilegeEscalations"):
        check_pod(templates(cluster)[0])


def test_only_its_own_nodes_reach_it(cluster: dict[str, Any]) -> None:
    _, policy = documents()
    kubernetes_validate.validate(policy, KUBERNETES, strict=True)
    own = {"matchLabels": {"ray.io/cluster": cluster["metadata"]["name"]}}
    assert policy["spec"]["podSelector"] == own
    assert policy["spec"]["ingress"] == [{"from": [{"podSelector": own}]}]
    assert cluster["spec"]["authOptions"] == {"mode": "token"}


def test_every_node_is_an_ordinary_user_that_reports_to_nobody(cluster: dict[str, Any]) -> None:
    for template in templates(cluster):
        (container,) = template["spec"]["containers"]
        assert {"name": "RAY_USAGE_STATS_ENABLED", "value": "0"} in container["env"]
        assert template["spec"]["securityContext"]["runAsNonRoot"]
        assert container["securityContext"]["allowPrivilegeEscalation"] is False


def test_image_and_manifest_have_the_ray_that_is_tested(cluster: dict[str, Any]) -> None:
    (pinned,) = re.findall(r"^ray==(\S+)$", (ROOT / "constraints.txt").read_text(), flags=re.MULTILINE)
    text = (ROOT / "Containerfile.cluster").read_text()
    assert cluster["spec"]["rayVersion"] == pinned
    assert re.findall(r"^FROM (\S+)$", text, flags=re.MULTILINE) == [f"rayproject/ray:{pinned}-py313-cpu"]
    (extras,) = re.findall(r"\.\[([\w,]+)\]", text)
    known = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert {"train", "cluster"} <= set(extras.split(",")) <= known.keys()
    for line in re.findall(r"^COPY --chown=\S+ (.*) \S+$", text, flags=re.MULTILINE):
        assert all((ROOT / name).exists() for name in line.split())
