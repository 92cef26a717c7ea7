"""Start the whole service on this machine without containers, on free loopback ports, in a temporary folder.

python ops/local/up.py            # with the real engine
python ops/local/up.py ENGINE     # with another command in its place
"""

import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import trustme
from down import stop
from topology import (
    HOST,
    PROGRAMS,
    S3_KEY_ID,
    S3_SECRET,
    STATE,
    SUPERVISOR,
    MissingProgram,
    Topology,
    make_environment,
    make_nginx_variables,
    read_topology,
    write_nginx_configuration,
)

PATIENCE_S = 180.0
"""Far beyond what a start takes, however busy the machine."""
POLL_S = 0.2


def main(engine: str) -> int:
    """Start everything, wait until it answers, and say where it is."""
    if read_topology() is not None:
        print(f"It runs already, or was not ended: {STATE}. Run `make down-local`.")  # noqa: T201
        return 1
    folder = Path(tempfile.mkdtemp(prefix="kinemotion-local-"))
    try:
        environment = make_environment(folder, engine=engine)
        prepare(folder, environment=environment)
    except MissingProgram as problem:
        shutil.rmtree(folder)
        print(problem)  # noqa: T201
        return 1
    topology = Topology(
        folder=folder,
        url=f"https://localhost:{environment['HTTPS_PORT']}",
        authority=folder / "nginx" / "client.pem",
        key="",
        environment=environment,
    )
    try:
        topology = start(topology)
    except (RuntimeError, subprocess.CalledProcessError) as problem:
        stop(topology)
        print(f"It does not start: {problem}")  # noqa: T201
        return 1
    print(f"The service answers at {topology.url}")  # noqa: T201
    print(f"  API key        {topology.key}")  # noqa: T201
    print(f"  authority      {topology.authority}")  # noqa: T201
    print(f"  logs and data  {folder}")  # noqa: T201
    print("End it: make down-local")  # noqa: T201
    return 0


def prepare(folder: Path, *, environment: dict[str, str]) -> None:
    """Make the folders, the database, the keys of the store, certificates and the edge's configuration.

    Raises
    ------
    MissingProgram
        When nginx or Redis is not installed.
    """
    for program in ("nginx", "redis-server"):
        if shutil.which(program, path=environment["PATH"]) is None:
            raise MissingProgram(f"{program} is not installed. Run `make up-local`.")
    folder.chmod(0o755)
    for name in ("log", "postgresql", "redis", "s3", "nginx", "api-1", "api-2", "worker-1", "worker-2"):
        (folder / name).mkdir()
    identity = {"accessKey": S3_KEY_ID, "secretKey": S3_SECRET}
    actions = ["Admin", "Read", "Write", "List", "Tagging"]
    keys = {"identities": [{"name": "local", "credentials": [identity], "actions": actions}]}
    (folder / "s3" / "keys.json").write_text(json.dumps(keys), "utf-8")
    write_certificates(folder / "nginx")
    variables = make_nginx_variables(folder, environment)
    write_nginx_configuration(folder / "nginx" / "nginx.conf", variables=variables)
    if os.getuid() == 0:
        for name, user in (("postgresql", environment["POSTGRES_USER"]), ("nginx", environment["NGINX_USER"])):
            for path in (folder / name, *(folder / name).iterdir()):
                shutil.chown(path, user)
    make_database(folder / "postgresql", environment=environment)


def write_certificates(folder: Path) -> None:
    """Write a certificate for this machine, its key, and the authority's certificate."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost", HOST)
    authority.cert_pem.write_to_path(folder / "client.pem")
    issued.private_key_pem.write_to_path(folder / "server.key")
    for part in issued.cert_chain_pems:
        part.write_to_path(folder / "server.pem", append=True)
    (folder / "server.key").chmod(0o600)


def make_database(folder: Path, *, environment: dict[str, str]) -> None:
    """Make an empty PostgreSQL cluster; it refuses to be run by root."""
    initialise = [f"{environment['POSTGRES_PROGRAMS']}/initdb", "-D", str(folder / "data"), "-U", "postgres"]
    user = environment["POSTGRES_USER"]
    demoted = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"] if os.getuid() == 0 else []
    command = [*demoted, *initialise, "-A", "trust", "-E", "UTF8"]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)  # noqa: S603


def start(topology: Topology) -> Topology:
    """Start the supervisor and what it keeps running, in order; return the topology with a key.

    Raises
    ------
    RuntimeError
        When something does not answer in time.
    """
    environment = topology.environment
    command = [str(PROGRAMS / "supervisord"), "-c", str(SUPERVISOR)]
    subprocess.run(command, env=environment, check=True, cwd=topology.folder)  # noqa: S603
    wait_for("the supervisor", lambda: "no such" not in topology.control("status", "nginx") != "")
    topology.control("start", "stores:*")
    wait_for("the store", lambda: _answers(f"{environment['BLOB_ENDPOINT']}/healthz"))
    wait_for("PostgreSQL", lambda: _listens(topology.find_pid("stores:postgresql"), environment["POSTGRES_PORT"]))
    backend = str(PROGRAMS / "kinemotion-backend")
    subprocess.run([backend, "migrate"], env=environment, check=True, capture_output=True)  # noqa: S603
    create = [backend, "create-key", "--name", "local", "--owner", "local"]
    key = subprocess.run(create, env=environment, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603
    topology.control("start", "api:*", "worker:*", "nginx")
    for number in (1, 2):
        url = f"http://{HOST}:{environment[f'API_PORT_{number}']}/ready"
        wait_for(f"API process {number}", lambda url=url: _answers(url))
    trusted = ssl.create_default_context(cafile=topology.authority)
    wait_for("nginx", lambda: _answers(f"{topology.url}/ready", trusted=trusted))
    started = replace(topology, key=key)
    started.write()
    return started


def wait_for(name: str, condition: Callable[[], bool]) -> None:
    """Wait until the condition comes true.

    Raises
    ------
    RuntimeError
        When it does not in time.
    """
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline_s:
            raise RuntimeError(f"{name} does not answer.")
        time.sleep(POLL_S)


def _answers(url: str, *, trusted: ssl.SSLContext | None = None) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5, context=trusted) as answer:  # noqa: S310  (our own address)
            return answer.status == 200
    except OSError:
        return False


def _listens(pid: int, port: str) -> bool:
    connections = psutil.Process(pid).net_connections("tcp")
    return int(port) in {found.laddr.port for found in connections if found.status == psutil.CONN_LISTEN}


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else str(PROGRAMS / "kinemotion")))
