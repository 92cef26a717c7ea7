"""Contacts of stick figures whose soles follow closed formulas: every instant is known."""

from dataclasses import replace

import numpy as np
import pytest
from synthetic_soles import M_PER_PX, Shot, both, film_soles, jumping_contacts, runner, running_contacts, thrown

from kinemotion.motion.arrays import Floats
from kinemotion.motion.poses import PoseSequence
from kinemotion.reconstruct.contacts import find_flight_events


@pytest.mark.parametrize(("fps", "worst_s"), [(30.0, 0.011), (60.0, 0.006), (120.0, 0.004), (240.0, 0.004)])
@pytest.mark.parametrize("flight_s", [0.25, 0.5, 0.7])
def test_a_jump_has_one_flight(fps: float, worst_s: float, flight_s: float) -> None:
    sole = thrown([(1.011, 1.011 + flight_s)])
    [flight] = both(jumping_contacts(film_soles(sole, sole, duration_s=2.6, shot=Shot(fps=fps))))
    assert flight == pytest.approx((1.011, 1.011 + flight_s), abs=worst_s)


@pytest.mark.parametrize("fps", [60.0, 120.0])
@pytest.mark.parametrize("contact_s", [0.16, 0.25, 0.40])
def test_drop_jump_lands_below_its_box(fps: float, contact_s: float) -> None:
    flight = (1.2 + contact_s, 1.7 + contact_s)
    sole = thrown([flight], box_m=0.3, fall=(1.2 - 0.247, 1.2))
    contacts = jumping_contacts(film_soles(sole, sole, duration_s=3.0, shot=Shot(fps=fps)))
    [fall, jump] = both(contacts)
    assert fall[1] == pytest.approx(1.2, abs=0.006)
    assert jump == pytest.approx(flight, abs=0.007)


def test_a_silhouette_that_strays_to_both_sides_is_no_flight() -> None:
    flight = (1.5, 2.0)
    film = film_soles(thrown([flight]), thrown([flight]), duration_s=3.0, shot=Shot())
    strayed = film.ground.copy()
    strayed[60:65, :, 1] -= np.array([-0.08, -0.03, 0.0, 0.04, 0.04])[:, None] / M_PER_PX
    assert both(jumping_contacts(replace(film, ground=strayed))) == [pytest.approx(flight, abs=0.006)]


@pytest.mark.parametrize("after_s", [0.09, 0.12, 0.16])
def test_a_sole_that_seems_higher_for_two_frames_of_a_contact_is_no_apex(after_s: float) -> None:
    flights = [(0.8, 1.3), (1.55, 1.95)]
    film = film_soles(thrown(flights), thrown(flights), duration_s=2.8, shot=Shot(noise_m=0.0005))
    ground = film.ground.copy()
    landed, first = np.searchsorted(film.time_s, [1.3, 1.3 + after_s])
    ground[landed, :, 1] -= 0.008 / M_PER_PX  # a sole that settles: its first frame on the ground is not at rest
    ground[first : first + 2, :, 1] -= 0.034 / M_PER_PX
    found = both(jumping_contacts(replace(film, ground=ground)))
    assert np.array(found, dtype=float) == pytest.approx(np.array(flights), abs=0.008)


def test_a_foot_high_up_between_two_stances_did_not_stand_however_long() -> None:
    def lifted(time_s: Floats) -> tuple[Floats, Floats]:
        return np.zeros_like(time_s), 0.6 * np.clip(0.5 - np.abs(time_s - 1.5), 0.0, None)

    def standing(time_s: Floats) -> tuple[Floats, Floats]:
        return np.zeros_like(time_s), np.zeros_like(time_s)

    contacts = jumping_contacts(film_soles(lifted, standing, duration_s=3.4, shot=Shot(noise_m=0.0005)))
    left = [contact for contact in contacts if contact.side == "left"]
    assert len(left) == 2
    assert left[0].end_s == pytest.approx(1.0, abs=0.05)
    assert left[1].start_s == pytest.approx(2.0, abs=0.05)


def test_toes_show_a_landing_that_a_shadow_hides() -> None:
    flight = (1.011, 1.511)
    film = film_soles(thrown([flight]), thrown([flight]), duration_s=2.6, shot=Shot())
    shaded = film.ground.copy()
    last = (film.time_s > flight[1] - 0.03) & (film.time_s < flight[1])
    shaded[last, :, 1] = np.median(shaded[film.time_s < 1.0, :, 1])
    [found] = find_flight_events(jumping_contacts(replace(film, ground=shaded)))
    assert found[1] is not None
    assert abs(found[1].time_s - flight[1]) < 1.96 * found[1].uncertainty_s


@pytest.mark.parametrize("fps", [60.0, 240.0])
@pytest.mark.parametrize(("contact_s", "flight_s"), [(0.15, 0.45), (0.20, 0.25), (0.18, 0.21)])
def test_every_hop_is_found(fps: float, contact_s: float, flight_s: float) -> None:
    hops = [(0.8 + k * (contact_s + flight_s), 0.8 + k * (contact_s + flight_s) + flight_s) for k in range(8)]
    sole = thrown(hops)
    found = both(jumping_contacts(film_soles(sole, sole, duration_s=hops[-1][1] + 1.0, shot=Shot(fps=fps))))
    assert len(found) == 8
    assert np.array(found, dtype=float) == pytest.approx(np.array(hops), abs=0.012)


@pytest.mark.parametrize("fps", [30.0, 60.0, 120.0])
@pytest.mark.parametrize(("step_s", "contact_s"), [(0.34, 0.24), (0.375, 0.30), (0.33, 0.19)])
def test_steps_of_a_run_alternate(fps: float, step_s: float, contact_s: float) -> None:
    left, right = (runner(step_s, contact_s, offset_s=offset) for offset in (0.1, 0.1 + step_s))
    contacts = running_contacts(film_soles(left, right, duration_s=5.0, shot=Shot(fps=fps)))
    whole = [contact for contact in contacts if contact.touchdown and contact.toeoff]
    assert len(whole) >= int(5.0 / step_s) - (3 if fps > 30 else 6)
    for contact in whole[1:-1]:
        offset = 0.1 if contact.side == "left" else 0.1 + step_s
        assert contact.touchdown is not None
        assert contact.toeoff is not None
        late = (contact.touchdown.time_s - offset + step_s) % (2 * step_s) - step_s
        assert abs(late) < 0.02
        assert contact.toeoff.time_s - contact.touchdown.time_s == pytest.approx(contact_s, abs=0.03)


def test_mean_contact_time_of_a_run() -> None:
    left, right = (runner(0.34, 0.24, offset_s=offset) for offset in (0.1, 0.44))
    seen = film_soles(left, right, duration_s=8.0, shot=Shot())
    assert _mean_contact_s(seen) == pytest.approx(0.24, abs=0.006)


def test_landmarks_speak_where_the_silhouette_misses_the_heel() -> None:
    left, right = (runner(0.34, 0.24, offset_s=offset) for offset in (0.1, 0.44))
    seen = film_soles(left, right, duration_s=8.0, shot=Shot())
    ground = seen.ground.copy()
    for foot, offset in enumerate((0.1, 0.44)):
        since_s = (seen.time_s - offset + 0.34) % 0.68 - 0.34
        unseen_m = 0.02 * np.clip(1 - since_s / 0.04, 0.0, 1.0) * (since_s > -0.15) * (since_s < 0.04)
        ground[:, foot, 1] -= unseen_m / M_PER_PX
    found_s = _mean_contact_s(replace(seen, ground=ground))  # by the silhouette alone, 0.21
    assert found_s == pytest.approx(0.24, abs=0.022)


@pytest.mark.parametrize("instant_s", [2.14, 2.38])
def test_a_contact_with_an_end_that_is_not_seen_lasts_no_run(instant_s: float) -> None:
    left, right = (runner(0.34, 0.24, offset_s=offset) for offset in (0.1, 0.44))
    seen = film_soles(left, right, duration_s=5.0, shot=Shot())
    ground = seen.ground.copy()
    ground[np.abs(seen.time_s - instant_s) < 0.12, 0] = np.nan
    contacts = running_contacts(replace(seen, ground=ground))
    longest_s = max(c.toeoff.time_s - c.touchdown.time_s for c in contacts if c.touchdown and c.toeoff)
    assert longest_s < 0.3
    assert [c for c in contacts if c.touchdown is None and c.toeoff and c.toeoff.time_s > 0.5] == []
    assert [c for c in contacts if c.toeoff is None and c.touchdown and c.touchdown.time_s < 4.0] == []


def _mean_contact_s(seen: PoseSequence) -> float:
    return float(
        np.mean([c.toeoff.time_s - c.touchdown.time_s for c in running_contacts(seen) if c.touchdown and c.toeoff])
    )


def test_a_foot_that_seems_to_move_beside_one_that_stands_has_not_stepped() -> None:
    sole = thrown([])
    seen = film_soles(sole, sole, duration_s=3.0, shot=Shot())
    ground = seen.ground.copy()
    ground[:, 0, 1] -= 0.05 * np.sin(np.pi * np.clip((seen.time_s - 1.0) / 0.25, 0.0, 1.0)) / M_PER_PX
    contacts = jumping_contacts(replace(seen, ground=ground))
    assert [(c.side, c.touchdown, c.toeoff) for c in contacts] == [("left", None, None), ("right", None, None)]


def test_a_foot_that_steps_beside_one_that_stands_has_two_contacts() -> None:
    stands, steps = thrown([]), thrown([(1.0, 1.5)])
    contacts = jumping_contacts(film_soles(steps, stands, duration_s=3.0, shot=Shot()))
    assert [c.side for c in contacts] == ["left", "right", "left"]


def test_standing_is_one_contact_of_each_foot() -> None:
    sole = thrown([])
    contacts = jumping_contacts(film_soles(sole, sole, duration_s=2.0, shot=Shot(noise_m=0.003)))
    assert [(c.side, c.touchdown, c.toeoff) for c in contacts] == [("left", None, None), ("right", None, None)]
    assert find_flight_events(contacts) == ()


def test_feet_never_seen_have_no_contacts() -> None:
    sole = thrown([])
    assert jumping_contacts(film_soles(sole, sole, duration_s=1.0, shot=Shot(dropout=1.0))) == ()


@pytest.mark.parametrize("shot", [Shot(dropout=0.15), Shot(jitter_s=0.004), Shot(noise_m=0.004)])
def test_poor_evidence_costs_little(shot: Shot) -> None:
    sole = thrown([(1.0, 1.5)])
    [flight] = both(jumping_contacts(film_soles(sole, sole, duration_s=2.5, shot=shot)))
    assert flight == pytest.approx((1.0, 1.5), abs=0.012)


@pytest.mark.parametrize("fps", [30.0, 60.0, 120.0])
def test_intervals_of_a_flight_hold_the_truth(fps: float) -> None:
    inside: list[bool] = []
    for seed in range(20):
        start_s = 1.0 + seed * 0.0037
        sole = thrown([(start_s, start_s + 0.5)])
        contacts = jumping_contacts(film_soles(sole, sole, duration_s=2.5, shot=Shot(fps=fps, seed=seed)))
        for [takeoff, landing] in find_flight_events(contacts):
            assert takeoff is not None
            assert landing is not None
            inside.append(abs(takeoff.time_s - start_s) < 1.96 * takeoff.uncertainty_s)
            inside.append(abs(landing.time_s - start_s - 0.5) < 1.96 * landing.uncertainty_s)
    assert len(inside) == 40
    assert np.mean(inside) > 0.9


def _drop_jump() -> PoseSequence:
    sole = thrown([(1.45, 1.95)], box_m=0.3, fall=(0.953, 1.2))
    return film_soles(sole, sole, duration_s=2.8, shot=Shot())


def test_mirrored_picture_has_the_same_instants() -> None:
    seen = _drop_jump()
    mirror = list(seen.skeleton.mirror)
    mirrored = replace(
        seen,
        points=seen.points[:, mirror] * [-1.0, 1.0] + [640.0, 0.0],
        ground=seen.ground[:, ::-1] * [-1.0, 1.0] + [640.0, 0.0],
    )
    assert np.array(both(jumping_contacts(mirrored)), dtype=float) == pytest.approx(
        np.array(both(jumping_contacts(seen)), dtype=float), nan_ok=True
    )


@pytest.mark.parametrize("zoom", [0.5, 3.0])
def test_size_in_the_picture_does_not_matter(zoom: float) -> None:
    sole = thrown([(1.0, 1.5)])
    [near, far] = (
        both(jumping_contacts(film_soles(sole, sole, duration_s=2.5, shot=Shot(zoom=size)))) for size in (1.0, zoom)
    )
    assert np.array(near, dtype=float) == pytest.approx(np.array(far, dtype=float), abs=1e-6)


def test_clock_does_not_matter() -> None:
    seen = _drop_jump()
    here, there = (both(jumping_contacts(replace(seen, time_s=seen.time_s + shift))) for shift in (0.0, 7.3))
    assert np.array(there, dtype=float) - 7.3 == pytest.approx(np.array(here, dtype=float), abs=1e-6, nan_ok=True)
