"""The summary for people."""

from dataclasses import replace

from kinemotion.motion.report import Report
from kinemotion.report.text.summary import write_summary


def test_the_best_trial_stands_first_with_its_interval(toy_report: Report):
    lines = write_summary(toy_report).splitlines()
    assert lines[0] == "Toy jump · jump.mp4 · 3.00 s at 50 frames/s · 2 trials"
    assert lines[2].startswith("Trial 1, 0.50–2.00 s")
    assert lines[3].split("   ") == ["  Height", "50.0\u00a0cm", "48.0 to 52.0"]


def test_a_name_stays_on_its_line(toy_report: Report):
    video = replace(toy_report.video, source="clips/a\nb\x1b[2J\udcff é.mp4")
    assert (
        write_summary(replace(toy_report, video=video)).splitlines()[0].startswith("Toy jump · a?b?[2J? é.mp4 · 3.00 s")
    )


def test_several_trials_make_a_table(toy_report: Report):
    text = write_summary(toy_report)
    rows = [line.split() for line in text.splitlines() if line.startswith("  2 ")]
    assert rows == [["2", "2.00", "s", "–", "–", "–", "–", "–"]]
    assert "\n  2: The clip falls too slowly.\n" in text


def test_warnings_are_printed(toy_report: Report):
    assert "Quality 91/100, high confidence\n  ! Film from the side." in write_summary(toy_report)


def test_a_refused_clip_shows_no_number(refused_report: Report):
    text = write_summary(refused_report)
    assert "800" not in text
    assert "8.00" not in text
    assert "The clip falls too slowly." in text


def test_verbose_prints_phases_and_times(toy_report: Report):
    text = write_summary(toy_report, verbose=True)
    assert "1.000 s  Flight" in text
    assert "Took 1.23\u00a0s (decoding 0.50\u00a0s, body points 0.70\u00a0s)" in text


def test_in_a_narrow_terminal_sentences_are_folded_between_their_words(toy_report: Report):
    warning = "Film from the side, with the feet and the floor in even light. Give --athlete-height."
    quality = replace(toy_report.quality, warnings=(warning,))
    text = write_summary(replace(toy_report, quality=quality), width=40)
    assert "\nTrial 1, 0.50–2.00 s (95 % interval on\n    the right)\n" in text
    assert (
        "\n  ! Film from the side, with the feet\n    and the floor in even light. Give\n    --athlete-height.\n"
        in text
    )
    assert "\n  2: The clip falls too slowly.\n" in text
