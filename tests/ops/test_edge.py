"""The edge's configuration, as the real nginx reads it, with the variables of each place that uses it."""

import getpass
import os
import re
from pathlib import Path

import yaml
from programs import ROOT, run
from topology import NGINX_TEMPLATE, PORTS, make_nginx_variables, write_nginx_configuration
from up import write_certificates


def test_nginx_reads_its_configuration(tmp_path: Path) -> None:
    (tmp_path / "nginx").mkdir()
    write_certificates(tmp_path / "nginx")
    ports = {name: str(20_000 + number) for number, name in enumerate(PORTS)}
    configuration = tmp_path / "nginx" / "nginx.conf"
    write_nginx_configuration(configuration, variables=make_nginx_variables(tmp_path, ports))
    user = f"user {getpass.getuser()};" if os.getuid() == 0 else ""
    assert "test is successful" in run("nginx", "-t", "-p", tmp_path, "-c", configuration, "-g", user)


def test_every_place_fills_in_every_variable() -> None:
    wanted = set(re.findall(r"\$\{([A-Z_]+)\}", NGINX_TEMPLATE.read_text("utf-8")))
    compose = yaml.safe_load((ROOT / "docker" / "compose.scale.yaml").read_text("utf-8"))
    given = compose["services"]["nginx"]["environment"]
    assert wanted - set(given) == set()
    assert set(make_nginx_variables(Path("folder"), dict.fromkeys(PORTS, "1"))) == wanted


def test_no_location_loses_the_client() -> None:
    text = NGINX_TEMPLATE.read_text("utf-8")
    for location in re.findall(r"location [^{]+\{(.*?)\n        \}", text, flags=re.DOTALL):
        headers = set(re.findall(r"proxy_set_header (\S+)", location))
        assert not headers or {"Host", "X-Forwarded-For", "X-Forwarded-Proto"} <= headers, location
