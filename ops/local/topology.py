"""The topology without containers: its folder, its ports, and the environment that its processes read."""

import getpass
import json
import os
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

HOST = "127.0.0.1"
ROOT = Path(__file__).parents[2]
STATE = ROOT / "var" / "local.json"
"""Where the running topology is described: ``make up-local`` writes it, ``make down-local`` removes it."""
NGINX_TEMPLATE = ROOT / "ops" / "nginx" / "nginx.conf.template"
SUPERVISOR = Path(__file__).with_name("supervisord.conf")
PROGRAMS = Path(sys.executable).parent
S3_KEY_ID = "local"
S3_SECRET = "local-secret"  # noqa: S105  (of a store on this machine that is thrown away)
PORTS = (
    *("POSTGRES_PORT", "REDIS_PORT", "S3_PORT", "API_PORT_1", "API_PORT_2", "HTTP_PORT", "HTTPS_PORT"),
    *(f"S3_PORT_{number}" for number in range(1, 8)),
)
ADMIN_FOLDERS = ":/usr/sbin:/sbin"
"""Debian keeps nginx where only administrators look for programs."""


class MissingProgram(RuntimeError):
    """A server that the topology needs is not installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """A running topology, as tests and the load generator need it."""

    folder: Path
    url: str
    """The way in: nginx with TLS."""
    authority: Path
    """Certificate of the authority that signed nginx's certificate."""
    key: str
    """An API key: nginx passes requests on, so nobody is local."""
    environment: dict[str, str]

    def control(self, *words: str) -> str:
        """Ask the supervisor and return its answer."""
        command = [str(PROGRAMS / "supervisorctl"), "-c", str(SUPERVISOR), *words]
        environment = {**os.environ, **self.environment}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stdout  # noqa: S603

    def find_pid(self, process: str) -> int:
        """Return the process id of a supervised process, such as ``api:api-1``."""
        return int(self.control("pid", process))

    def write(self) -> None:
        """Keep the description for the next command, readable by its owner alone: it holds a key."""
        STATE.parent.mkdir(exist_ok=True)
        fields = {**asdict(self), "folder": str(self.folder), "authority": str(self.authority)}
        STATE.touch(mode=0o600)
        STATE.write_text(json.dumps(fields, indent=2), "utf-8")


def read_topology() -> Topology | None:
    """Return the topology that is running, or None."""
    if not STATE.is_file():
        return None
    fields = json.loads(STATE.read_text("utf-8"))
    folder, authority = Path(fields.pop("folder")), Path(fields.pop("authority"))
    return Topology(folder=folder, authority=authority, **fields)


def make_environment(folder: Path, *, engine: str) -> dict[str, str]:
    """Return the variables of all processes; each gets a free port where it listens."""
    ports = dict(zip(PORTS, _find_free_ports(len(PORTS)), strict=True))
    is_root = os.getuid() == 0
    return {
        "PATH": f"{PROGRAMS}:{os.environ['PATH']}{ADMIN_FOLDERS}",
        "HOME": str(folder),
        "LOCAL_FOLDER": str(folder),
        "LOCAL_PROGRAMS": str(PROGRAMS),
        "POSTGRES_PROGRAMS": str(find_postgres_programs()),
        "POSTGRES_USER": "postgres" if is_root else getpass.getuser(),
        "NGINX_USER": "www-data" if is_root else getpass.getuser(),
        **{name: str(port) for name, port in ports.items()},
        "KINEMOTION_CLI": engine,
        "ENGINE_NICE": "0",
        "MAX_ANALYSES": "1",
        "MAX_REQUESTS": "64",
        "MAX_REQUESTS_A_CLIENT": "64",
        "MAX_CONNECTIONS_A_CLIENT": "400",
        "LEASE_S": "6",
        "JSON_LOGS": "true",
        "TRUSTED_HOSTS": "localhost",
        "FORWARDED_ALLOW_IPS": HOST,
        "WEBHOOK_ALLOW": "127.0.0.0/8",
        "KEY_PEPPER": os.urandom(32).hex(),
        "DATABASE_URL": f"postgresql://postgres@{HOST}:{ports['POSTGRES_PORT']}/postgres",
        "REDIS_URL": f"redis://{HOST}:{ports['REDIS_PORT']}/0",
        "BLOB_URL": "s3://kinemotion/local",
        "BLOB_ENDPOINT": f"http://{HOST}:{ports['S3_PORT']}",
        "AWS_ACCESS_KEY_ID": S3_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": S3_SECRET,
    }


def write_nginx_configuration(target: Path, *, variables: dict[str, str]) -> None:
    """Write the edge's configuration from the template that the containers use too."""
    text = NGINX_TEMPLATE.read_text("utf-8")
    # nginx has variables of its own: only ours, in capitals, are filled in.
    for name, value in variables.items():
        text = text.replace(f"${{{name}}}", value)
    target.write_text(text, "utf-8")


def make_nginx_variables(folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """Return what the template needs for two API processes on this machine."""
    servers = [
        f"server {HOST}:{environment[name]} max_fails=1 fail_timeout=2s;" for name in ("API_PORT_1", "API_PORT_2")
    ]
    return {
        "NGINX_FOLDER": str(folder / "nginx"),
        "NGINX_ACCESS_LOG": str(folder / "nginx" / "access.log"),
        "TLS_CERTIFICATE": str(folder / "nginx" / "server.pem"),
        "TLS_KEY": str(folder / "nginx" / "server.key"),
        "API_SERVERS": " ".join(servers),
        "HTTP_LISTEN": f"{HOST}:{environment['HTTP_PORT']}",
        "HTTPS_LISTEN": f"{HOST}:{environment['HTTPS_PORT']}",
        "HTTPS_PORT": environment["HTTPS_PORT"],
        "SERVER_NAME": "localhost",
        "MAX_UPLOAD_MB": "500",
        # Everybody on this machine is one client: limits are those of many.
        "REQUESTS_A_SECOND": "2000",
        "REQUEST_BURST": "2000",
        "CONNECTIONS_A_CLIENT": "400",
    }


def find_postgres_programs() -> Path:
    """Return the folder of PostgreSQL's programs: Debian keeps them off the PATH.

    Raises
    ------
    MissingProgram
        When PostgreSQL is not installed.
    """
    found = shutil.which("postgres")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not folders:
        raise MissingProgram("PostgreSQL is not installed. Run `make services`.")
    return folders[-1]


def _find_free_ports(count: int) -> list[int]:
    """Return different ports that nobody listens on."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((HOST, 0))
        return [probe.getsockname()[1] for probe in probes]
