"""Completion in the shell, as the installation page sets it up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "install.md").read_text("utf-8")
COMMAND = Path(sys.executable).with_name("kinemotion")


def complete(**variables: str) -> str:
    return subprocess.run(
        [COMMAND], env={**os.environ, **variables}, capture_output=True, text=True, check=False
    ).stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_documented_shell_is_written(shell: str):
    assert f"_KINEMOTION_COMPLETE={shell}_source kinemotion" in PAGE
    if shell == "bash" and not Path("/bin/bash").exists():
        pytest.skip("there is no Bash here")
    assert "_KINEMOTION_COMPLETE" in complete(_KINEMOTION_COMPLETE=f"{shell}_source")


def test_commands_and_choices_are_completed():
    typed = complete(_KINEMOTION_COMPLETE="bash_complete", COMP_WORDS="kinemotion cmj", COMP_CWORD="1")
    assert typed.split() == ["plain,cmj-analyze"]
    words = "kinemotion cmj-analyze --quality "
    assert "plain,balanced" in complete(_KINEMOTION_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD="3").split()
