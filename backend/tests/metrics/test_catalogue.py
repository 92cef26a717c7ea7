"""The catalogue of metrics: every name has one meaning, and the page lists them all."""

from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from kinemotion_backend.metrics.catalogue import Metrics
from kinemotion_backend.metrics.reference import write_reference

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "metrics.md"


def test_two_services_in_one_process_count_apart() -> None:
    one, two = Metrics(), Metrics()
    one.analyses.labels("cmj").inc()
    assert b'kinemotion_analyses_total{sport="cmj"} 1.0' in one.write()
    assert b'kinemotion_analyses_total{sport="cmj"}' not in two.write()


def test_the_text_can_be_read_and_names_base_units() -> None:
    families = list(text_string_to_metric_families(Metrics().write().decode()))
    own = [family for family in families if family.name.startswith("kinemotion_")]
    assert len(own) > 25
    for family in own:
        assert family.documentation.endswith("."), family.name
        assert not family.name.endswith(("_ms", "_mb", "_kb")), family.name


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == write_reference()
