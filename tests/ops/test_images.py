"""The container images' recipes, as their own linters see them; `docker/prove_install.sh` runs their install steps."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from programs import ROOT, run

DOCKER = ROOT / "docker"
RECIPES = sorted(DOCKER.glob("*.Dockerfile"))
COMPOSE = sorted(DOCKER.glob("compose*.yaml"))
OWN = {"kinemotion-backend", "${KINEMOTION_IMAGE:-kinemotion-backend}"}
"""Images that are built here."""
OF_OTHERS = {"postgresql", "s3"}
"""Their images change to a user of their own, and write beside their data."""

each_recipe = pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)


@each_recipe
def test_recipes_are_clean(recipe: Path) -> None:
    assert run("hadolint", recipe) == ""


@each_recipe
def test_images_are_pinned_checked_and_run_without_rights(recipe: Path) -> None:
    text = recipe.read_text("utf-8")
    assert re.search(r"^ARG DEBIAN=debian:\S+@sha256:[0-9a-f]{64}$", text, flags=re.MULTILINE)
    assert re.findall(r"^FROM (\S+)", text, flags=re.MULTILINE) == ["${DEBIAN}"] * 2
    final = text.rpartition("\nFROM ")[2]
    assert "\nUSER 10001\nRUN kinemotion --version && kinemotion selftest" in final
    assert "\nHEALTHCHECK " in final
    assert 'kinemotion.sbom="/opt/sbom/' in final


def test_compose_files_keep_their_schema() -> None:
    run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", *COMPOSE)


@pytest.mark.parametrize("compose", [path for path in COMPOSE if "dev" not in path.name], ids=lambda path: path.name)
def test_containers_have_no_rights_and_a_limit(compose: Path) -> None:
    services = yaml.safe_load(compose.read_text("utf-8"))["services"]
    for name, service in services.items():
        assert "mem_limit" in service, name
        if name not in OF_OTHERS:
            assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"]), name
            assert service["security_opt"] == ["no-new-privileges:true"], name


def test_images_of_others_are_pinned_and_everywhere_the_same() -> None:
    composed = [yaml.safe_load(path.read_text("utf-8"))["services"] for path in COMPOSE]
    images = {service["image"] for services in composed for service in services.values()} - OWN
    assert images
    assert [image for image in sorted(images) if not re.fullmatch(r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}", image)] == []
    assert len({image.partition(":")[0] for image in images}) == len(images)


@each_recipe
def test_images_run_the_opencv_that_is_locked(recipe: Path) -> None:
    lock = (ROOT / "uv.lock").read_text("utf-8")
    [locked] = re.findall(r'^name = "opencv-contrib-python"\nversion = "(.+)"', lock, flags=re.MULTILINE)
    assert f"opencv-python-headless=={locked} " in recipe.read_text("utf-8")


@each_recipe
def test_the_builder_gets_what_a_recipe_copies(recipe: Path) -> None:
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", recipe.read_text("utf-8"), flags=re.MULTILINE)
    sources = {source for line in copied for source in line.split()}
    assert {source for source in sources if source not in sent and source.partition("/")[0] not in sent} == set()


@pytest.mark.parametrize(
    ("variables", "port"),
    [
        ({}, 8080),
        ({"PORT": "9000"}, 9000),
        ({"PORT": "9000", "BIND_PORT": "9001"}, 9001),
        ({"METRICS_PORT": "9100"}, 9100),
    ],
)
def test_the_health_check_follows_the_port(variables: dict[str, str], port: int) -> None:
    asked = "import healthcheck; print(healthcheck.find_url())"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(DOCKER), **variables}
    command = [sys.executable, "-B", "-c", asked]
    printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert printed.strip() == f"http://127.0.0.1:{port}/health"
