from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from kinemotion.errors import OutputProblem
from kinemotion.i18n.texts import load_texts
from kinemotion.motion.body import Contact, Scale
from kinemotion.motion.events import Event
from kinemotion.motion.report import Report
from kinemotion.report.figures.charts import make_charts, make_hover_table
from kinemotion.report.figures.plots import apply_style, draw_chart, draw_svg, write_plots

SVG = "{http://www.w3.org/2000/svg}"


def test_png_plots(jump_report: Report, tmp_path: Path):
    written = write_plots(jump_report, tmp_path / "plots")
    assert [path.name for path in written] == ["trial-1-height.png", "trial-1-feet.png", "trial-1-angles.png"]
    for path in written:
        with Image.open(path) as picture:
            assert picture.width > 1000
            assert np.asarray(picture.convert("L")).std() > 10


def test_svg_plots_are_well_formed_and_repeatable(jump_report: Report, tmp_path: Path):
    first = write_plots(jump_report, tmp_path / "a", file_format="svg", lang="fr")
    second = write_plots(jump_report, tmp_path / "b", file_format="svg", lang="fr")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    letters = {text.text for text in ET.parse(first[0]).iter(f"{SVG}text")}  # noqa: S314  (our own file)
    assert {"Vol", "Temps (s)"} <= letters


def test_inline_svg_carries_no_style_sheet_and_marks_its_axes(jump_report: Report):
    trial = jump_report.trials[0]
    assert trial.motion is not None
    [height, *_] = make_charts(trial, trial.motion, texts=load_texts("en"))
    drawing = draw_svg(height, trial=trial, texts=load_texts("en"))
    root = ET.fromstring(drawing)  # noqa: S314  (our own drawing)
    assert root.tag == f"{SVG}svg"
    assert "<style" not in drawing
    assert "<metadata" not in drawing
    ids = [part.get("id") for part in root.iter() if part.get("id")]
    assert len(ids) == len(set(ids))
    assert {"height-area-0", "height-area-1"} <= set(ids)


def test_hover_values_are_the_motion(jump_report: Report):
    trial = jump_report.trials[0]
    assert trial.motion is not None
    [height, *_] = make_charts(trial, trial.motion, texts=load_texts("en"))
    table = make_hover_table(height)
    shown = (trial.motion.time_s >= height.start_s) & (trial.motion.time_s <= height.end_s)
    assert table["time"] == pytest.approx(trial.motion.time_s[shown], abs=1e-4)
    assert table["curves"][0]["values"] == pytest.approx(trial.motion.com[shown, 1], abs=0.005)


def test_without_a_ruler_no_lengths_are_plotted(jump_report: Report):
    trial = jump_report.trials[0]
    assert trial.motion is not None
    unscaled = replace(trial.motion, scale=Scale("assumed", 0.005, 0.2))
    assert [chart.name for chart in make_charts(trial, unscaled, texts=load_texts("en"))] == ["angles", "steps"]


def test_many_contacts_make_a_step_diagram(jump_report: Report):
    trial = jump_report.trials[0]
    assert trial.motion is not None
    steps = tuple(
        Contact("left" if step % 2 else "right", Event("touchdown", 0.3 * step), Event("toeoff", 0.3 * step + 0.21))
        for step in range(6)
    )
    running = replace(trial.motion, contacts=steps)
    diagram = {chart.name: chart for chart in make_charts(trial, running, texts=load_texts("en"))}["steps"]
    assert {bar.label for bar in diagram.panels[0].bars if bar.row in {"left", "right"}} == {"210"}


def test_a_folder_that_cannot_be_made(jump_report: Report, tmp_path: Path):
    (tmp_path / "plots").write_text("a file")
    with pytest.raises(OutputProblem):
        write_plots(jump_report, tmp_path / "plots")


@pytest.mark.parametrize("lang", ["es", "fr"])
def test_ticks_are_written_as_the_language_writes_numbers(jump_report: Report, lang: str):
    """Every tick says the number it stands at, with a comma."""
    trial = jump_report.trials[0]
    assert trial.motion is not None
    with apply_style():
        for chart in make_charts(trial, trial.motion, texts=load_texts(lang)):
            figure = draw_chart(chart, trial=trial, texts=load_texts(lang))
            figure.canvas.draw()
            scales = [
                figure.axes[-1].xaxis,
                *(axes.yaxis for axes, panel in zip(figure.axes, chart.panels, strict=True) if panel.curves),
            ]
            ticks = [
                (place, text.get_text())
                for scale in scales
                for place, text in zip(scale.get_ticklocs(), scale.get_ticklabels(), strict=True)
            ]
            assert any("," in written for _, written in ticks)
            assert not [written for _, written in ticks if "." in written]
            for place, written in ticks:
                assert float(written.replace(",", ".").replace("−", "-")) == pytest.approx(place)


def test_lengths_stand_only_on_bars_that_have_room(jump_report: Report):
    trial = jump_report.trials[0]
    assert trial.motion is not None
    hops = tuple(Contact("left", Event("touchdown", 0.1 * hop), Event("toeoff", 0.1 * hop + 0.03)) for hop in range(20))
    whole = (Contact("right", Event("touchdown", 0.5), Event("toeoff", 0.7)),)
    for contacts, labels, unit in ((hops, {""}, ""), (hops + whole, {"", "200"}, "ms")):
        motion = replace(trial.motion, contacts=contacts, flights=())
        [panel] = {chart.name: chart for chart in make_charts(trial, motion, texts=load_texts("en"))}["steps"].panels
        assert ({bar.label for bar in panel.bars}, panel.unit) == (labels, unit)
