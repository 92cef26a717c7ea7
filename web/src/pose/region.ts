import type { Affine, Point } from './affine'

/** Half the side of a region over the distance from the body's centre to its rim (MediaPipe Pose). */
const MARGIN = 1.25

/** A rotated square in the picture, px. `up` is the unit vector from the body's centre to its head. */
export interface Region {
  center: Point
  up: Point
  side: number
}

/** Enclose a body in a square, given its centre and the point above its head on a circle around it, px. */
export function enclose(center: Point, rim: Point): Region {
  const [dx, dy] = [rim[0] - center[0], rim[1] - center[1]]
  const reach = Math.hypot(dx, dy)
  return { center, up: reach > 0 ? [dx / reach, dy / reach] : [0, -1], side: 2 * MARGIN * reach }
}

/** The map from a crop of size x size px to the picture; pixel 0 covers 0 to 1 in both. */
export function mapToImage({ center, up, side }: Region, size: number): Affine {
  const right: Point = [-up[1], up[0]]
  const down: Point = [-up[0], -up[1]]
  const scale = side / size
  const corner: Point = [center[0] - ((right[0] + down[0]) * side) / 2, center[1] - ((right[1] + down[1]) * side) / 2]
  return [right[0] * scale, down[0] * scale, corner[0], right[1] * scale, down[1] * scale, corner[1]]
}

/** Distance of the centres as a share of the larger side. */
export function measureDistance(one: Region, other: Region): number {
  return Math.hypot(one.center[0] - other.center[0], one.center[1] - other.center[1]) / Math.max(one.side, other.side)
}
