"""Watch a canary and take it back as soon as it is worse than the version it should replace.

    python ops/rollback/decide.py --prometheus http://localhost:9090 --minutes 30
    python ops/rollback/decide.py --now      # take it back without asking

It asks Prometheus for the alert KinemotionCanaryWorse (ops/prometheus/canary.yml). Exit status: 0 the canary is good,
3 it was taken back, 1 nothing could be found out, and the canary was taken back for safety.
"""

import argparse
import json
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable

QUERY = 'ALERTS{alertname="KinemotionCanaryWorse", alertstate="firing"}'
SEEN = 'kinemotion:requests:increase5m{track="canary"}'
PAUSE_S = 30.0
MOST_FAILURES = 4
"""Questions without an answer, one after the other, before the canary is taken back unseen."""
GOOD, UNKNOWN, TAKEN_BACK = 0, 1, 3
WEIGHT = "nginx.ingress.kubernetes.io/canary-weight=0"
TAKE_BACK = (
    ("annotate", "ingress/kinemotion-canary", WEIGHT, "--overwrite"),
    ("scale", "deployment/kinemotion-api-canary", "--replicas=0"),
)
"""First no request goes there, then it ends; streams at work end in order within the pod's grace period."""


def count_series(prometheus: str, query: str) -> int:
    """Return how many series Prometheus has for a query.

    Raises
    ------
    OSError, ValueError
        When Prometheus does not answer, or not as it should.
    """
    url = f"{prometheus}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  (the operator's own address)
        content = json.load(answer)
    if content.get("status") != "success":
        raise ValueError(f"Prometheus says: {content.get('error')}")
    return len(content["data"]["result"])


def take_back(kubectl: str) -> None:
    """Send no request to the canary any more, then end it."""
    for words in TAKE_BACK:
        subprocess.run([kubectl, "--namespace", "kinemotion", *words], check=True)  # noqa: S603


def watch(prometheus: str, *, minutes: float, pause: Callable[[float], None] = time.sleep) -> int:
    """Watch until the time is over or the canary must be taken back; return which."""
    failures, has_answered = 0, False
    for _ in range(max(1, round(minutes * 60 / PAUSE_S))):
        try:
            if count_series(prometheus, QUERY):
                return TAKEN_BACK
            has_answered = has_answered or count_series(prometheus, SEEN) > 0
            failures = 0
        except (OSError, ValueError) as problem:
            print(f"Prometheus does not answer: {problem}", file=sys.stderr)  # noqa: T201
            failures += 1
            if failures >= MOST_FAILURES:
                return UNKNOWN
        pause(PAUSE_S)
    return GOOD if has_answered else UNKNOWN


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Watch a canary and take it back when it is worse.")
    parser.add_argument("--prometheus", default="http://localhost:9090", help="default: %(default)s")
    parser.add_argument("--minutes", type=float, default=30, help="how long to watch (default: %(default)s)")
    parser.add_argument("--kubectl", default="kubectl", help="program that speaks to the cluster")
    parser.add_argument("--now", action="store_true", help="take the canary back without asking")
    given = parser.parse_args()
    verdict = TAKEN_BACK if given.now else watch(given.prometheus, minutes=given.minutes)
    if verdict != GOOD:
        take_back(given.kubectl)
    words = {GOOD: "The canary is good.", TAKEN_BACK: "The canary was taken back."}
    print(words.get(verdict, "Nothing was seen of the canary, so it was taken back."))  # noqa: T201
    return verdict


if __name__ == "__main__":
    sys.exit(main())
