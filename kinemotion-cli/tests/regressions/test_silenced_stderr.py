"""Two estimators that started at once could leave standard error silenced for the rest of the process."""

import subprocess
import sys

import pytest

STARTS = """
import os, sys, threading
from kinemotion.pose import open_estimator

if sys.argv[1] == "closed":
    os.close(2)

def start():
    with open_estimator(preset="fast"):
        pass

threads = [threading.Thread(target=start) for _ in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("all started", flush=True)
if sys.argv[1] == "open":
    os.write(2, b"still heard")
"""


@pytest.mark.parametrize("stderr", ["open", "closed"])
def test_standard_error_is_itself_again(stderr: str):
    done = subprocess.run(
        [sys.executable, "-c", STARTS, stderr], capture_output=True, text=True, check=True, timeout=300
    )
    assert done.stdout == "all started\n"
    assert done.stderr == ("still heard" if stderr == "open" else "")
