"""Compare two results of ``make bench``; exit status 1 where a median has grown by more than is allowed.

python scripts/compare_speed.py before.json after.json --allowed 1.25
"""

import argparse
import json
import sys
from pathlib import Path


def read_medians(path: Path) -> dict[str, float]:
    """Return the median of each benchmark in seconds."""
    found = json.loads(path.read_text("utf-8"))
    return {one["name"]: one["stats"]["median"] for one in found["benchmarks"]}


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Compare two results of `make bench`.")
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--allowed", type=float, default=1.25, help="factor of the median (default: %(default)s)")
    given = parser.parse_args()
    before, after = read_medians(given.before), read_medians(given.after)
    slower = list[str]()
    for name in sorted(before.keys() & after.keys()):
        factor = after[name] / before[name]
        print(f"{name:<60} {before[name]:9.4f} s  {after[name]:9.4f} s  x {factor:.2f}")  # noqa: T201
        if factor > given.allowed:
            slower.append(name)
    if not before.keys() & after.keys():
        print("There is no benchmark that both have.")  # noqa: T201
        return 1
    if slower:
        print(f"Slower than allowed: {', '.join(slower)}")  # noqa: T201
    return int(bool(slower))


if __name__ == "__main__":
    sys.exit(main())
