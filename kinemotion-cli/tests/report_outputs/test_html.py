"""The page opens in a headless Chromium without a complaint or a request, and shows what the report holds."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from headless_browser import BINARY, open_page

from kinemotion.errors import UsageProblem
from kinemotion.messages import Message
from kinemotion.motion.frames import Frame
from kinemotion.motion.report import Quality, Report
from kinemotion.report.page.html import Shown, write_report
from kinemotion.report.page.key_frames import find_key_frames

Footage = Callable[[], Iterator[Frame]]


class Outline(HTMLParser):
    """Elements that must be closed, addresses that are asked for, and the text."""

    VOID = frozenset({"meta", "link", "img", "br", "path", "use", "rect"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "xlink:href"}]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def page_path(jump_report: Report, footage: Footage, tmp_path: Path) -> Path:
    path = tmp_path / "report.html"
    write_report(jump_report, path, shown=Shown(find_key_frames(jump_report, footage())))
    return path


def test_the_page_is_well_formed_and_asks_for_nothing(page_path: Path):
    outline = Outline(page_path.read_text("utf-8"))
    assert outline.open == []
    assert all(address.startswith(("data:", "#")) for address in outline.addresses)


def test_the_headline_and_its_interval_are_shown(jump_report: Report, page_path: Path):
    outline = Outline(page_path.read_text("utf-8"))
    assert jump_report.headline is not None
    height: Any = getattr(jump_report.headline.metrics, "jump_height")  # noqa: B009  (metrics are an open class)
    low, high = height.interval
    assert f"{100 * height.value:.1f}" in outline.text
    assert f"95 % interval: {100 * low:.1f} to {100 * high:.1f}" in outline.text
    assert "Peak power" in outline.text.partition("Not measured, because")[2]


def test_a_hostile_file_name_stays_text(jump_report: Report, page_path: Path):
    page = page_path.read_text("utf-8")
    assert "<script>alert" not in page
    assert Path(jump_report.video.source).name in Outline(page).text


def test_key_frames_are_at_their_moments(jump_report: Report, footage: Footage):
    found = {item.moment.name: item for item in find_key_frames(jump_report, footage())}
    assert set(found) == {"start", "lowest", "takeoff", "apex", "landing"}
    assert all(abs(item.frame_s - item.moment.time_s) <= 0.0101 for item in found.values())
    times = [found[name].frame_s for name in ("start", "lowest", "takeoff", "apex", "landing")]
    assert times == sorted(times)
    assert {item.image.shape[0] for item in found.values()} == {480}


def test_a_refusal_is_shown_with_its_remedy(refused_report: Report, tmp_path: Path):
    write_report(refused_report, tmp_path / "report.html", lang="fr")
    text = Outline((tmp_path / "report.html").read_text("utf-8")).text
    assert "Pas de résultat" in text
    assert "The clip falls too slowly." in text
    assert "Give --capture-fps." in text


def test_the_reason_of_a_refusal_is_read_once(refused_report: Report, tmp_path: Path):
    """It was a warning too, and a table of one trial; beside it stood the confidence in numbers that are not there."""
    reason = refused_report.problem or refused_report.trials[0].problem
    assert reason is not None
    blurred = Message("blurred", "The picture is blurred.")
    quality = Quality(0, "low", (reason.message, blurred))
    write_report(replace(refused_report, quality=quality), tmp_path / "report.html")
    text = Outline((tmp_path / "report.html").read_text("utf-8")).text
    assert text.count("The clip falls too slowly.") == 1
    assert "The picture is blurred." in text
    assert "confidence" not in text
    assert "All trials" not in text


def test_repetitions_and_several_trials_are_tables(toy_report: Report, tmp_path: Path):
    write_report(toy_report, tmp_path / "report.html", lang="es")
    text = Outline((tmp_path / "report.html").read_text("utf-8")).text
    assert "Uno por uno" in text
    assert "200\u00a0ms" in text
    assert "Todos los intentos" in text


def test_the_same_report_is_the_same_page(jump_report: Report, tmp_path: Path):
    pages = [tmp_path / "a.html", tmp_path / "b.html"]
    for path in pages:
        write_report(jump_report, path)
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_other_extensions_are_refused(jump_report: Report, tmp_path: Path):
    with pytest.raises(UsageProblem):
        write_report(jump_report, tmp_path / "report.pdf")


@pytest.mark.skipif(BINARY is None, reason="no Chromium found")
def test_chromium_has_nothing_to_complain_about(jump_report: Report, footage: Footage, tmp_path: Path):
    pictures = find_key_frames(jump_report, footage())
    with open_page(tmp_path / "profile") as page:
        for lang, expected in (("en", "Jump height"), ("es", "Altura"), ("fr", "Hauteur")):
            path = tmp_path / f"{lang}.html"
            write_report(jump_report, path, lang=lang, shown=Shown(pictures))
            page.events.clear()
            page.open(path)
            assert page.evaluate("document.documentElement.lang") == lang
            assert expected in page.evaluate("document.body.innerText")
            assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert page.complaints() == []
            assert page.requests() == [path.as_uri()]


@pytest.mark.skipif(BINARY is None, reason="no Chromium found")
@pytest.mark.parametrize(
    ("lang", "velocity"), [("en", r"Velocity.*: −?\d\.\d\d\u00a0m/s"), ("es", r"Velocidad.*: −?\d,\d\d\u00a0m/s")]
)
def test_the_pointer_reads_values_off_every_chart(jump_report: Report, tmp_path: Path, lang: str, velocity: str):
    write_report(jump_report, tmp_path / "report.html", lang=lang)
    with open_page(tmp_path / "profile") as page:
        page.open(tmp_path / "report.html")
        area = "document.querySelector('[id=height-area-0]').getBoundingClientRect()"
        page.evaluate("document.querySelector('.chart').scrollIntoView()")
        x, y = (page.evaluate(f"{area}.{side}") for side in ("left + 200", "top + 40"))
        page.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        readings = page.evaluate("[...document.querySelectorAll('.readout')].map(box => box.innerText)")
        assert len(readings) == 3
        assert len({text.splitlines()[0] for text in readings}) == 1
        assert re.search(velocity, readings[0])
        assert re.search(r": −?\d+°$", readings[2])
        assert page.complaints() == []


@pytest.mark.skipif(BINARY is None, reason="no Chromium found")
def test_on_a_phone_plots_keep_their_size_and_a_tap_reads_them(page_path: Path, tmp_path: Path):
    with open_page(tmp_path / "profile") as page:
        page.call("Emulation.setDeviceMetricsOverride", width=390, height=800, deviceScaleFactor=2, mobile=True)
        page.call("Emulation.setTouchEmulationEnabled", enabled=True)
        page.open(page_path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("document.querySelector('.metrics').scrollWidth <= innerWidth")
        assert page.evaluate("document.querySelector('.chart > svg').getBoundingClientRect().width") > 600
        assert page.evaluate("document.querySelector('tbody th').getBoundingClientRect().width") > 120
        area = "document.querySelector('[id=height-area-0]').getBoundingClientRect()"
        page.evaluate("document.querySelector('.chart').scrollIntoView()")
        page.evaluate("document.querySelector('.chart').scrollLeft = 1000")
        x, width, y = (page.evaluate(f"{area}.{part}") for part in ("left", "width", "top + 40"))
        tap = [{"x": x + 0.75 * width, "y": y}]
        page.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=tap)
        page.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        times = json.loads(page.evaluate("document.querySelector('.chart script').textContent"))
        shown_s = float(page.evaluate("document.querySelector('.readout').firstChild.textContent").split()[0])
        assert shown_s == pytest.approx(times["start"] + 0.75 * (times["end"] - times["start"]), abs=0.02)
        cursor = page.evaluate("document.querySelector('.cursor').getBoundingClientRect().left")
        assert cursor == pytest.approx(x + 0.75 * width, abs=5)
        assert page.complaints() == []


_EDGES = "[...document.querySelectorAll('.chart')].map((box) => box.classList.contains('more'))"


@pytest.mark.skipif(BINARY is None, reason="no Chromium found")
def test_on_a_phone_what_is_wider_than_the_screen_says_so(toy_report: Report, page_path: Path, tmp_path: Path):
    write_report(toy_report, tables := tmp_path / "tables.html")
    with open_page(tmp_path / "profile") as page:
        page.open(page_path)
        assert not any(page.evaluate(_EDGES))
        page.call("Emulation.setDeviceMetricsOverride", width=375, height=800, deviceScaleFactor=2, mobile=True)
        page.call("Emulation.setTouchEmulationEnabled", enabled=True)
        page.open(page_path)
        assert all(page.evaluate(_EDGES))
        hint = "document.querySelector('.touch').checkVisibility()"
        assert page.evaluate(hint)
        assert not page.evaluate("document.querySelector('.pointer').checkVisibility()")
        page.evaluate("document.querySelector('.chart').scrollLeft = 1000")
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))", wait=True)
        first, *others = page.evaluate(_EDGES)
        assert not first
        assert all(others)
        page.call("Emulation.setDeviceMetricsOverride", width=220, height=800, deviceScaleFactor=2, mobile=True)
        page.open(tables)
        assert page.evaluate(
            "[...document.querySelectorAll('.overflows + .swipe')].some((note) => note.checkVisibility())"
        )


_BRIGHTNESS = "getComputedStyle(document.body)[{!r}].match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + +part, 0)"


@pytest.mark.skipif(BINARY is None, reason="no Chromium found")
def test_it_is_dark_if_wanted_and_its_summary_fits_one_sheet(jump_report: Report, footage: Footage, tmp_path: Path):
    write_report(jump_report, path := tmp_path / "a.html", shown=Shown(find_key_frames(jump_report, footage())))
    with open_page(tmp_path / "profile") as page:
        for scheme in ("dark", "light"):
            page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            page.open(path)
            paper, ink = (page.evaluate(_BRIGHTNESS.format(part)) for part in ("backgroundColor", "color"))
            assert (ink - paper if scheme == "dark" else paper - ink) > 500
            turned = page.evaluate("getComputedStyle(document.querySelector('.chart > svg')).filter")
            assert (turned != "none") == (scheme == "dark")
        page.call("Emulation.setEmulatedMedia", media="print", features=[])
        page.call("Emulation.setDeviceMetricsOverride", width=688, height=1017, deviceScaleFactor=1, mobile=False)
        assert page.evaluate("getComputedStyle(document.querySelector('.details')).breakBefore") == "page"
        top_px = page.evaluate("document.querySelector('.details').getBoundingClientRect().top + scrollY")
        assert top_px <= 1017  # on a sheet of A4
