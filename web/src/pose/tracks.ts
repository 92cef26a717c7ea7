import { MOST_PEOPLE } from './detector'
import type { LandmarkResult } from './landmarks'
import type { Picture } from './picture'
import { measureDistance, type Region } from './region'

/** Pose score from which a person is believed. */
const PRESENT = 0.5
const SEARCH_EVERY_S = 0.5
/** How long a lost person is searched for and their number kept. */
const REMEMBERED_S = 1
/** Two results whose regions are nearer than this share of their side show one person. */
const SAME_PLACE = 0.15
/** A person found within this share of the region's side from where one was lost is that one. */
const NEAR = 0.5

/** One person and how they were last seen. */
export interface Track {
  person: number
  seen_s: number
  landmarks: LandmarkResult
}

export interface Finders {
  detect(picture: Picture): Promise<Region[]>
  findLandmarks(picture: Picture, region: Region): Promise<LandmarkResult>
}

/** The people in view, and those lost from view a moment ago: who is who from frame to frame. */
export class Tracks {
  private seen: Track[] = []
  private lost: Track[] = []
  private people = 0
  private searched_s = Number.NEGATIVE_INFINITY

  constructor(private readonly finders: Finders) {}

  /** Find the people in this picture, in the order of their numbers. */
  async follow(picture: Picture, time_s: number): Promise<readonly Track[]> {
    const before = this.seen
    this.seen = await this.continueTracks(picture, time_s)
    const followed = new Set(this.seen.map((track) => track.person))
    const missed = [...this.lost, ...before].filter((track) => !followed.has(track.person))
    this.lost = missed.filter((track) => time_s - track.seen_s <= REMEMBERED_S)
    if (this.isSearchDue(time_s)) await this.search(picture, time_s)
    return this.seen.sort((a, b) => a.person - b.person)
  }

  /** Find the people seen before again; where two tracks end on one person, the steadier one goes on. */
  private async continueTracks(picture: Picture, time_s: number): Promise<Track[]> {
    const found: { track: Track; landmarks: LandmarkResult; step: number }[] = []
    for (const track of this.seen) {
      const landmarks = await this.finders.findLandmarks(picture, track.landmarks.nextRegion)
      found.push({ track, landmarks, step: measureStep(track.landmarks, landmarks) })
    }
    const kept: Track[] = []
    for (const { track, landmarks } of found.sort((a, b) => a.step - b.step)) {
      if (landmarks.score >= PRESENT && isFree(landmarks.nextRegion, kept)) kept.push({ person: track.person, seen_s: time_s, landmarks })
    }
    return kept
  }

  private isSearchDue(time_s: number): boolean {
    if (this.seen.length >= MOST_PEOPLE) return false
    const due = time_s - this.searched_s >= SEARCH_EVERY_S
    return due || (this.lost.length > 0 && this.seen.length === 0)
  }

  private async search(picture: Picture, time_s: number): Promise<void> {
    this.searched_s = time_s
    for (const region of await this.finders.detect(picture)) {
      if (this.seen.length === MOST_PEOPLE) return
      if (!isFree(region, this.seen)) continue
      const rough = await this.finders.findLandmarks(picture, region)
      if (rough.score < PRESENT) continue
      const landmarks = await this.finders.findLandmarks(picture, rough.nextRegion)
      if (landmarks.score < PRESENT || !isFree(landmarks.nextRegion, this.seen)) continue
      this.seen.push({ person: this.chooseNumber(landmarks.nextRegion), seen_s: time_s, landmarks })
    }
  }

  /** The number of the lost person nearest to the region, or a new one. */
  private chooseNumber(region: Region): number {
    const distance = (track: Track): number => measureDistance(track.landmarks.nextRegion, region)
    const [back] = this.lost.filter((track) => distance(track) < NEAR).sort((a, b) => distance(a) - distance(b))
    if (!back) return this.people++
    this.lost = this.lost.filter((track) => track !== back)
    return back.person
  }
}

function isFree(region: Region, tracks: readonly Track[]): boolean {
  return tracks.every((track) => measureDistance(region, track.landmarks.nextRegion) > SAME_PLACE)
}

/** Mean distance of the points between two results, px. */
function measureStep(before: LandmarkResult, now: LandmarkResult): number {
  const distances = now.points.map(([x, y], index) => Math.hypot(x - (before.points[index]?.[0] ?? x), y - (before.points[index]?.[1] ?? y)))
  return distances.reduce((sum, distance) => sum + distance, 0) / distances.length
}
