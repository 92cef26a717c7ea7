"""`report.headline.metrics.jump_height` did not pass a strict type checker: metrics were `object | None`."""

import subprocess
import sys
from pathlib import Path

from kinemotion.motion.metrics import list_metrics
from kinemotion.movements import registry

HEAD = "from kinemotion import analyze_video, process_cmj_video, process_dropjump_video\n"


def test_the_metrics_of_every_movement_pass_a_strict_type_checker(tmp_path: Path):
    lines = [HEAD]
    for name in registry.list_names():
        movement = registry.get(name)
        lines.append(f"{name} = analyze_video('clip.mp4', {name!r}).headline\nassert {name}\n")
        lines += [f"print({name}.metrics.{spec.name})\n" for spec in list_metrics(movement.metrics)]
    lines.append("for result in (process_cmj_video('a.mp4'), process_dropjump_video('b.mp4')):\n")
    lines.append("    assert result.metrics\n    print(result.metrics.jump_height)\n")
    snippet = tmp_path / "snippet.py"
    snippet.write_text("".join(lines))
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    right = check(snippet)
    assert right.returncode == 0, right.stdout
    snippet.write_text(HEAD + "report = analyze_video('clip.mp4', 'cmj')\nassert report.headline\n")
    with snippet.open("a") as file:
        file.write("print(report.headline.metrics.no_such_metric)\n")
    assert check(snippet).returncode == 1


def check(snippet: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--project", snippet.parent, snippet]
    return subprocess.run(command[:-1], capture_output=True, text=True, check=False)
