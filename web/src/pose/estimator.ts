import type { Point } from './affine'
import { Detector } from './detector'
import { FrameComparer } from './frame_difference'
import { LandmarkModel } from './landmarks'
import { Network } from './network'
import type { Picture } from './picture'
import { findGroundPoints } from './silhouette'
import { Tracks } from './tracks'

/** One person in one frame, px of the picture, y down. */
export interface Pose {
  person: number
  points: Point[]
  confidence: number[]
  /** Lowest point of the silhouette near the left and the right foot; null where it is not seen. */
  ground: (Point | null)[]
  /** Mean change of the person's region since the frame before, grey levels. */
  change: number
}

export interface Models {
  detector: Uint8Array
  landmarks: Uint8Array
}

/** Finds the people of each frame as the engine does: raw, never smoothed over time. */
export class Estimator {
  private readonly comparer = new FrameComparer()
  private readonly tracks: Tracks

  private constructor(
    detector: Detector,
    private readonly landmarks: LandmarkModel,
  ) {
    this.tracks = new Tracks({
      detect: (picture) => detector.detect(picture),
      findLandmarks: (picture, region) => landmarks.findLandmarks(picture, region),
    })
  }

  static async load(models: Models): Promise<Estimator> {
    return new Estimator(new Detector(await Network.load(models.detector)), await LandmarkModel.load(models.landmarks))
  }

  /** The people in the picture, and how far the background moved since the one before, px. */
  async estimate(picture: Picture, time_s: number): Promise<{ people: Pose[]; shift: Point }> {
    const people = await this.tracks.follow(picture, time_s)
    const { changes, shift } = this.comparer.compare(
      picture,
      people.map((track) => track.landmarks.points),
    )
    const poses: Pose[] = []
    for (const [index, { person, landmarks }] of people.entries()) {
      const { points, confidence } = landmarks
      const ground = findGroundPoints(await this.landmarks.findSilhouette(landmarks), points)
      poses.push({ person, points, confidence, ground, change: changes[index] ?? 1 })
    }
    return { people: poses, shift }
  }
}
