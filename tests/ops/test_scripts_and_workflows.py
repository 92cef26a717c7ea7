"""Workflows and scripts, as their linters see them; and no secret in any file."""

import re
import subprocess
from pathlib import Path

import pytest
from programs import ROOT, run

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
GUESSES = ("Base64HighEntropyString", "HexHighEntropyString", "KeywordDetector")
"""They take hashes and field names for secrets; the other detectors know the shapes of real keys."""


NOT_WRITTEN = r"(^|/)tests/|\.(lock|json|ndjson|mp4|png|jpg|tflite|mo|wasm)$|^docs/(science|reference)/"
"""Tests make keys up; the rest is generated or holds no text."""


def test_workflows_are_valid() -> None:
    run("actionlint", "-no-color", *WORKFLOWS)
    run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)


def test_workflows_are_safe() -> None:
    run("zizmor", "--offline", "--quiet", "--min-severity", "low", ROOT / ".github" / "workflows")


def test_actions_are_pinned_and_everywhere_the_same() -> None:
    used = {line for path in WORKFLOWS for line in re.findall(r"\buses: (.+)", path.read_text("utf-8"))}
    assert used
    pinned = [re.fullmatch(r"([\w./-]+)@[0-9a-f]{40} # v\d+\.\d+\.\d+", line) for line in sorted(used)]
    assert None not in pinned
    assert len({found[1] for found in pinned if found}) == len(used)


def test_shell_scripts_are_clean() -> None:
    listed = subprocess.run(["git", "ls-files", "*.sh"], cwd=ROOT, capture_output=True, text=True, check=True)
    run("shellcheck", *listed.stdout.split())


def test_files_hold_no_secret() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    files = [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    off = [word for plugin in GUESSES for word in ("--disable-plugin", plugin)]
    assert run("detect-secrets-hook", *off, "--exclude-files", NOT_WRITTEN, *files) == ""


def test_a_secret_would_be_found(tmp_path: Path) -> None:
    leaked = tmp_path / "settings.env"
    leaked.write_text("KEY=" + "AKIA" + "Q3EGRIJKLMNOPQRS" + "\n", "utf-8")
    with pytest.raises(AssertionError, match="AWS Access Key"):
        run("detect-secrets-hook", "settings.env", folder=tmp_path)
