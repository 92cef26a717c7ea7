"""Score the engine against athletes whose truth is known, and write the page that says how well it measures.

    python tests/accuracy/validate.py FOLDER [FOLDER ...] --out docs/science/validation.md
        --outliers docs/science/outliers.md

Each folder holds ``NAME.mp4`` with ``NAME.truth.json``, and may hold ``forces/`` with jumps on a force plate. Poses
are kept in ``--poses`` between runs, so that a change of the analysis alone is scored in seconds. A heavy model takes
its time: clips in a folder named by ``--wider`` are left to the default preset.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from outliers import make_page
from scoring import MODELS, Case, Error, cases, score, sections

SYNTHETIC = Path(__file__).parents[2] / "kinemotion-cli" / "tests" / "synthetic"
PAGE = """# Validation

How far the engine is from the truth, measured on athletes whose motion is known exactly: rendered people whose centre
of mass follows a closed formula, filmed from all sides at 24 to 240 frames a second. An interval *covers* where the
truth lies inside the 95 % interval that the engine states; 95 % should.

{clips} clips, {wider} more for the preset `balanced` alone; no stature given. Times in milliseconds, lengths in metres,
angles in degrees, as in the [metrics' keys](../reference/movements.md). *model*: the preset, or `mediapipe` for that
estimator. *of*: all clips, those of some frame rates, or of a view. *without*: clips for which the engine states no
number.

{tables}

{forces}
Made by `make accuracy KINEMOTION_DATA=... WIDER=...`.
"""


def main() -> None:
    """Score, print, and write the page where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--wider", nargs="+", type=Path, default=[], help="for the default preset alone")
    parser.add_argument("--only", default="", help="part of the clips' names")
    parser.add_argument("--poses", type=Path, help="folder that keeps poses between runs")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, help="page to write")
    parser.add_argument("--outliers", type=Path, help="page on the largest errors of the default preset to write")
    asked = parser.parse_args()
    chosen, wider = ([case for case in cases(some) if asked.only in case.name] for some in (asked.folders, asked.wider))
    jobs = [*((case, model) for model in asked.models for case in chosen), *((case, "balanced") for case in wider)]
    with TemporaryDirectory() as scratch:
        errors = scored(jobs, poses=asked.poses or Path(scratch), workers=asked.workers)
    tables = "\n".join(sections(errors))
    sys.stdout.write("".join(line(error) for error in errors) + tables + "\n")
    if asked.outliers:
        default = [error for error in errors if error.model == next(iter(MODELS))]
        asked.outliers.write_text(make_page(default), encoding="utf-8")
    if asked.out:
        plates = force_plates(asked.folders)
        page = PAGE.format(clips=len(chosen), wider=len(wider), tables=tables, forces=plates)
        asked.out.write_text(page, encoding="utf-8")


def scored(jobs: list[tuple[Case, str]], *, poses: Path, workers: int) -> list[Error]:
    """Errors of all clips by their models, in order, whatever the number of workers."""
    poses.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(workers) as pool:
        running = [pool.submit(score, case, model=model, poses=poses) for case, model in jobs]
        return [error for one in running for error in one.result()]


def force_plates(folders: list[Path]) -> str:
    """The section on force plates; its stick figure lies with the engine's own tests."""
    sys.path.append(str(SYNTHETIC))
    from forces import sections  # noqa: PLC0415 - found on the path above

    return "".join(sections(folders))


def line(error: Error) -> str:
    """One metric of one clip, for reading."""
    shown = "without" if error.error is None else f"{error.error:+.4g}"
    return f"{error.case.name:28s} {error.model:10s} {error.key:28s} {shown}{'' if error.covered else ' outside'}\n"


if __name__ == "__main__":
    main()
