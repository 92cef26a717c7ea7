"""Score the engine against athletes whose truth is known, and write the page that says how well it measures.

    python tests/accuracy/validate.py FOLDER [FOLDER ...] --out docs/science/validation.md

Each folder holds ``NAME.mp4`` with ``NAME.truth.json``, and may hold ``forces/`` with jumps on a force plate. Poses
are kept in ``--poses`` between runs, so that a change of the analysis alone is scored in seconds.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from scoring import Case, Error, cases, score, table

SYNTHETIC = Path(__file__).parents[2] / "kinemotion-cli" / "tests" / "synthetic"
PAGE = """# Validation

How far the engine is from the truth, measured on athletes whose motion is known exactly: rendered people whose centre
of mass follows a closed formula, filmed from all sides at 24 to 240 frames a second. An interval *covers* where the
truth lies inside the 95 % interval that the engine states; 95 % should.

{clips} clips, preset `{quality}`, no stature given. Times in milliseconds, lengths in metres, as in the
[metrics' keys](../reference/movements.md). *without*: clips for which the engine states no number.

{table}

{forces}
Made by `{command}`.
"""


def main() -> None:
    """Score, print, and write the page where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--quality", default="balanced", help="fast, balanced or accurate")
    parser.add_argument("--only", default="", help="part of the clips' names")
    parser.add_argument("--poses", type=Path, help="folder that keeps poses between runs")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, help="page to write")
    asked = parser.parse_args()
    chosen = [case for case in cases(asked.folders) if asked.only in case.name]
    with TemporaryDirectory() as scratch:
        errors = scored(chosen, quality=asked.quality, poses=asked.poses or Path(scratch), workers=asked.workers)
    rows = "\n".join(table(errors))
    sys.stdout.write("".join(line(error) for error in errors) + rows + "\n")
    if asked.out:
        command = "make accuracy KINEMOTION_DATA=..." if asked.quality == "balanced" else " ".join(sys.argv)
        plates = force_plates(asked.folders)
        page = PAGE.format(clips=len(chosen), quality=asked.quality, table=rows, forces=plates, command=command)
        asked.out.write_text(page, encoding="utf-8")


def scored(chosen: list[Case], *, quality: str, poses: Path, workers: int) -> list[Error]:
    """Errors of all clips, in order, whatever the number of workers."""
    poses.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(workers) as pool:
        jobs = [pool.submit(score, case, quality=quality, poses=poses) for case in chosen]
        return [error for job in jobs for error in job.result()]


def force_plates(folders: list[Path]) -> str:
    """The section on force plates; its stick figure lies with the engine's own tests."""
    sys.path.append(str(SYNTHETIC))
    from forces import sections  # noqa: PLC0415 - found on the path above

    return "".join(sections(folders))


def line(error: Error) -> str:
    """One metric of one clip, for reading."""
    shown = "without" if error.error is None else f"{error.error:+.4g}"
    return f"{error.case.name:28s} {error.key:28s} {shown}{'' if error.covered else ' outside'}\n"


if __name__ == "__main__":
    main()
