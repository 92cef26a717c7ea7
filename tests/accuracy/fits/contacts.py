"""Fit what the instants of contacts miss: offsets, and errors beyond those that each fit states."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from fits.estimates import Fitted, deviation, excess, fit_by_clip, mean
from fits.samples import Sample
from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Contact
from kinemotion.motion.calibration import Calibration, ContactErrors, LandmarkContactErrors
from kinemotion.motion.contact_model import ContactModel
from kinemotion.motion.events import Event
from kinemotion.motion.skeleton import SIDES
from kinemotion.movements import registry
from kinemotion.movements.jumps.gross_errors import COARSE_M_PER_PX, estimate_gross_errors, estimate_sole_speed
from kinemotion.reconstruct.repairs import take_soles_from_landmarks

_NEAR_S = 0.1
"""A contact that is further from every true one was not found; that is another error."""
_UNTRUSTED_S = 10.0
"""Standard error that leaves a measurement without weight."""
_EXACT = ContactErrors(
    toeoff_offset_s=0.0,
    toeoff_error_s=0.0,
    touchdown_offset_s=0.0,
    touchdown_error_s=0.0,
    landmarks_offset_s=0.0,
    landmarks_error_s=_UNTRUSTED_S,
)
"""Soles alone, with the errors that their own fits state."""
_EXACT_LANDMARKS = LandmarkContactErrors(
    toeoff_offset_s=0.0, toeoff_error_s=0.0, touchdown_offset_s=0.0, touchdown_error_s=0.0
)
_LANDMARKS_ALONE = replace(_EXACT, touchdown_error_s=_UNTRUSTED_S, landmarks_error_s=0.0)


def fit_contacts(samples: Sequence[Sample]) -> dict[str, Fitted]:
    """Fit the rows of the groups "jumping" and "running", the same by landmarks alone, and mistakes at a jump's ends.

    In varied clips the errors beyond what a fit states are mistakes.
    """
    bare = [replace(sample, sequence=take_soles_from_landmarks(sample.sequence)) for sample in samples]
    return _fit_by_soles(samples) | _fit_by_landmarks(bare)


def _fit_by_landmarks(samples: Sequence[Sample]) -> dict[str, Fitted]:
    """Fit the instants of poses whose landmarks stand for the silhouette."""
    found: dict[str, Fitted] = {}
    for model in ContactModel:
        clips = [sample for sample in samples if registry.get(sample.case.movement).contact_model is model]
        for end in ("toeoff", "touchdown") if clips else ():
            scores = [_score(clip, end, errors=_EXACT) for clip in clips]
            found[f"{model.value}_by_landmarks.{end}_offset_s"] = fit_by_clip(scores, _mean_of_scores)
            found[f"{model.value}_by_landmarks.{end}_error_s"] = fit_by_clip(scores, excess)
    return found


def _fit_by_soles(samples: Sequence[Sample]) -> dict[str, Fitted]:
    """Fit the instants of poses with silhouettes."""
    found: dict[str, Fitted] = {}
    for model in ContactModel:
        clips = [sample for sample in samples if registry.get(sample.case.movement).contact_model is model]
        if not clips:
            continue
        toeoffs, touchdowns = ([_score(clip, end, errors=_EXACT) for clip in clips] for end in ("toeoff", "touchdown"))
        stops = [_score(clip, "touchdown", errors=_LANDMARKS_ALONE) for clip in clips]
        for name, scores, spread in (
            ("toeoff", toeoffs, excess),
            ("touchdown", touchdowns, excess),
            ("landmarks", stops, _deviation_of_scores),
        ):
            found[f"{model.value}.{name}_offset_s"] = fit_by_clip(scores, _mean_of_scores)
            found[f"{model.value}.{name}_error_s"] = fit_by_clip(scores, spread)
    return found | _fit_gross_errors(samples) | _fit_oblique_takeoffs(samples) | _fit_coarse_soles(samples)


def _fit_gross_errors(samples: Sequence[Sample]) -> dict[str, Fitted]:
    """Fit the gross errors at both ends of a jump, from the side and from elsewhere."""
    clips = [sample for sample in samples if registry.get(sample.case.movement).contact_model is ContactModel.JUMPING]
    found: dict[str, Fitted] = {}
    for name, end in (("takeoff", "toeoff"), ("landing", "touchdown")):
        for prefix, lateral in (("", True), ("oblique_", False)):
            scores = [_score(clip, end, errors=_EXACT) for clip in clips if clip.is_lateral is lateral]
            found[f"jump.{prefix}{name}_gross_error_s"] = fit_by_clip(scores, excess)
    return found


def _fit_oblique_takeoffs(samples: Sequence[Sample]) -> dict[str, Fitted]:
    """Fit how much earlier the soles seem to leave in oblique views of jumps than the table says of all views."""
    oblique = [
        sample
        for sample in samples
        if registry.get(sample.case.movement).contact_model is ContactModel.JUMPING and not sample.is_lateral
    ]
    scores = [
        _score(clip, "toeoff", errors=_EXACT) - (clip.calibration.jumping.toeoff_offset_s, 0.0) for clip in oblique
    ]
    return {"jump.oblique_takeoff_offset_s": fit_by_clip(scores, _mean_of_scores)}


def _fit_coarse_soles(samples: Sequence[Sample]) -> dict[str, Fitted]:
    """Fit the height by which the soles are off at the take-offs of coarse pictures, beyond all other errors."""
    coarse = [
        sample
        for sample in samples
        if registry.get(sample.case.movement).contact_model is ContactModel.JUMPING
        and float(np.median(sample.m_per_px)) >= COARSE_M_PER_PX[1]
    ]
    return {"jump.coarse_sole_error_m": fit_by_clip([_score_heights(clip) for clip in coarse], excess)}


def _score_heights(sample: Sample) -> Floats:
    """How far the soles rise in the errors and in the stated standard errors (N, 2), m, of the take-offs of a jump."""
    error_s, stated_s = _score(sample, "toeoff", errors=sample.calibration.jumping).T
    gross_s, _ = estimate_gross_errors(sample.motion)
    flight_s = sample.event_s("landing") - sample.event_s("takeoff")
    return np.column_stack([error_s, np.hypot(stated_s, gross_s)]) * estimate_sole_speed(flight_s)


def _mean_of_scores(scores: Floats) -> float:
    return mean(scores[:, 0])


def _deviation_of_scores(scores: Floats) -> float:
    return deviation(scores[:, 0])


def _score(sample: Sample, end: str, *, errors: ContactErrors) -> Floats:
    """Errors and stated standard errors (N, 2), s, of one end of the contacts that the truth knows."""
    motion = sample.measure(_set_errors(sample.calibration, errors))
    event_of: Callable[[Contact], Event | None] = lambda contact: getattr(contact, end)  # noqa: E731
    rows: list[tuple[float, float]] = []
    for side in SIDES:
        true = [span[0 if end == "touchdown" else 1] for span in sample.contacts_s(side)]
        true_s = np.array([instant for instant in true if np.isfinite(instant)])
        for contact in motion.contacts:
            event = event_of(contact)
            if contact.side != side or event is None or not len(true_s):
                continue
            error_s = event.time_s - true_s[np.argmin(np.abs(true_s - event.time_s))]
            if abs(error_s) < _NEAR_S:
                rows.append((float(error_s), event.uncertainty_s))
    return np.array(rows).reshape(-1, 2)


def _set_errors(calibration: Calibration, errors: ContactErrors) -> Calibration:
    return replace(
        calibration,
        jump=replace(calibration.jump, oblique_takeoff_offset_s=0.0),
        jumping=errors,
        running=errors,
        jumping_by_landmarks=_EXACT_LANDMARKS,
        running_by_landmarks=_EXACT_LANDMARKS,
    )
