"""The English of every fixed text, by section and key: the source that the catalogues translate.

Messages, metrics and movements are not here: their English is where they are declared.
"""

from collections.abc import Mapping
from types import MappingProxyType

ENGLISH: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "texts": {
            "decimal_point": ".",
            "time": "Time",
            "time_axis": "Time (s)",
            "com_height": "Centre of mass",
            "com_velocity": "Velocity",
            "measured": "measured",
            "parabola": "free fall",
            "left": "left",
            "right": "right",
            "sole_height": "Lowest point of the foot",
            "contacts": "Ground contact",
            "steps": "Contacts and flights",
            "in_the_air": "in the air",
            "hip_flexion": "Hip flexion",
            "knee_flexion": "Knee flexion",
            "ankle_dorsiflexion": "Ankle dorsiflexion",
            "chart_height": "Centre of mass",
            "chart_feet": "Feet",
            "chart_angles": "Joint angles",
            "chart_steps": "Steps",
            "confidence_high": "High confidence",
            "confidence_medium": "Medium confidence",
            "confidence_low": "Low confidence",
            "score": "quality {score} of 100",
            "interval": "95 % interval: {low} to {high}",
            "from_to": "{low} to {high}",
            "reading_interval": (
                "Below each value is its 95 % interval. In 95 of 100 measurements like this one, the "
                "true value lies inside."
            ),
            "best_of": "This page shows trial {number}, the best of {count}.",
            "no_result": "No result",
            "key_frames": "Key frames",
            "trust": "How reliable it is",
            "trust_high": (
                "The athlete was well in view, and the motion agrees with physics. The intervals show "
                "what is uncertain."
            ),
            "trust_medium": (
                "You can use the numbers, but something in the video makes them less exact. Read the "
                "warnings before you compare with other days."
            ),
            "trust_low": "Use these numbers only as a hint. Read the warnings, then film again.",
            "no_warnings": "There are no warnings about this video.",
            "plots": "Over time",
            "hover_hint": "Move over a plot to read its values, or select it and use the arrow keys.",
            "all_metrics": "All measured values",
            "metric": "Metric",
            "value": "Value",
            "interval_title": "95 % interval",
            "plausible_range": "Within the human range",
            "not_measured": "Not measured, because the video or the facts about the athlete do not allow it:",
            "repetitions": "One by one",
            "all_trials": "All trials",
            "trial": "Trial",
            "clip_summary": "{duration} s at {fps} frames/s",
            "interval_beside": "95 % interval on the right",
            "number": "No.",
            "from": "From",
            "quality": "Quality",
            "provenance": "How it was measured",
            "file": "File",
            "video": "Video",
            "frames": "frames",
            "frames_per_s": "frames/s",
            "variable_rate": "variable",
            "scale": "Scale",
            "model": "Pose model",
            "software": "Software",
            "analysed": "Analysed",
            "against": "{title}: {results} against {references}",
            "sessions": "Change",
            "sides": "Left against right",
            "eccentric_utilization": "Eccentric utilization",
            "now": "now",
            "before": "before",
            "change": "change",
            "of_before": "of before",
            "left_minus_right": "left − right",
            "of_greater": "of the larger",
            "cmj": "CMJ",
            "sj": "SJ",
            "cmj_minus_sj": "CMJ − SJ",
            "cmj_by_sj": "CMJ / SJ",
            "nothing_in_common": "They have no metric in common.",
            "marked_real": "* outside its own 95 % interval: a real difference between these trials",
            "none_real": "No difference is outside its own 95 % interval.",
            "session": "session",
            "clips": "clips",
            "within error": "within error",
            "real": "real",
            "worthwhile": "worthwhile",
            "too_few_sessions": "The smallest worthwhile change needs {count} sessions.",
            "smallest_worthwhile_change": "Smallest worthwhile change {value}",
            "about_change": (
                "Real: the change since the first session is outside its own 95 % interval.\n"
                "Worthwhile: the whole interval is beyond the smallest worthwhile change, 0.2 of the SD "
                "between these sessions\n"
                "(after Hopkins 2004, Sportscience 8, 1-7)."
            ),
            "stride_axis": "Stride (%)",
            "chart_stride": "Joint angles over the stride",
            "of_strides": "{side}, mean ± SD of {count}",
            "athlete": "Athlete",
            "date": "Test date",
            "mass": "Body mass",
            "stature": "Height",
            "refused_seen": "What was seen",
            "seen_frames": "A person is visible in {share} of the video, from {start} to {end}.",
            "seen_nobody": "The video shows no person.",
            "lost_at": "The athlete is not visible at: {spans}.",
            "nobody_here": "Nobody visible",
            "version": "{name} {version}, contract {contract}, Python {python}",
            "left_out": "Left out: {reason}",
            "good": "ok",
            "bad": "BAD",
            "took": "Took {duration} ({stages})",
            "made_by": "Model {model}, {version}",
            "scale_from": "{source}: {scale} mm/px ± {share}",
            "live_keys": "{save}: save the last 10 s   {quit}: quit",
            "compared": "{name}: {found}, expected {expected}",
            "other_numbers": (
                "This machine measures other numbers. Run `kinemotion doctor`, then install kinemotion again."
            ),
            "error": "Error",
            "hint": "Hint",
        },
        "units": {
            "/jump": "/jump",
        },
        "phases": {
            "unweighting": "Unweighting",
            "braking": "Braking",
            "propulsion": "Propulsion",
            "flight": "Flight",
            "landing": "Landing",
            "box": "On the box",
            "fall": "Fall",
            "hold": "Hold",
            "stance_left": "Left stance",
            "stance_right": "Right stance",
            "contact": "Contact",
        },
        "states": {
            "standing": "Standing",
            "countermovement": "Countermovement",
            "flight": "Flight",
            "contact": "Contact",
            "landing": "Landing",
        },
        "events": {
            "onset": "Onset",
            "peak_downward_velocity": "Fastest descent",
            "lowest": "Lowest point",
            "takeoff": "Take-off",
            "landing": "Landing",
            "hold_start": "Hold begins",
            "push_off": "Push-off",
            "step_off": "Step off the box",
            "touchdown": "Touchdown",
            "toeoff": "Toe-off",
            "start": "Start",
            "end": "End",
        },
        "moments": {
            "start": "Start",
            "lowest": "Lowest point",
            "takeoff": "Take-off",
            "apex": "Apex",
            "landing": "Landing",
            "seen": "Seen",
        },
        "scales": {
            "gravity": "From free fall",
            "stature": "From the stature given",
            "gravity+stature": "From free fall and the stature given",
            "assumed": "Assumed, for thresholds only",
        },
        "classes": {
            "rearfoot": "Rearfoot",
            "midfoot": "Midfoot",
            "forefoot": "Forefoot",
        },
    }
)

PLURALS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "trials": ("{count} trial", "{count} trials"),
        "metrics": ("{count} metric", "{count} metrics"),
        "frames": ("{done} frame", "{done} frames"),
        "clips": ("{done} clip", "{done} clips"),
        "frames_of": ("{done}/{count} frame", "{done}/{count} frames"),
        "clips_of": ("{done}/{count} clip", "{done}/{count} clips"),
    }
)
"""Texts that depend on a number: for one, and for several."""
