import { composeAffine, invertAffine, type Point } from './affine'
import type { Silhouette } from './landmarks'

/** Knee, ankle, heel and toe of the left and the right leg. */
const LEGS = [
  [25, 27, 29, 31],
  [26, 28, 30, 32],
] as const
/** How far beyond its landmarks a foot is looked for, in shank lengths. */
const REACH = 0.15
/** Spacing of the samples along columns and rows, mask pixels. */
const STEP = 0.5
/** Log odds at the edge: 95 % sure. */
const SURE = 3
/** Log odds outside the mask, and the lowest that counts for the edge. */
const NOBODY = -1e6
const LOWEST = -1e3
/** Samples of the edge averaged before the lowest is taken, so that one ragged pixel does not decide. */
const BLUNT = 5

/** The silhouette's lowest point near each foot, px of the picture; null where it is not seen.
 *
 * Heel and toe landmarks rise long before the toes leave the ground; the mask's lower edge stays on the floor until then. */
export function findGroundPoints(silhouette: Silhouette, points: readonly Point[]): (Point | null)[] {
  const at = (index: number): Point => points[index] as Point
  const shank = Math.max(...LEGS.map(([knee, ankle]) => Math.hypot(at(knee)[0] - at(ankle)[0], at(knee)[1] - at(ankle)[1])))
  return LEGS.map(([, ...foot]) => findLowest(silhouette, foot.map(at), REACH * shank))
}

/** The lowest point of the edge under one foot, from its ankle, heel and toe. */
function findLowest(silhouette: Silhouette, foot: readonly Point[], reach: number): Point | null {
  if (!Number.isFinite(reach) || !foot.flat().every(Number.isFinite)) return null
  const step = Math.hypot(silhouette.toImage[0], silhouette.toImage[3]) * STEP
  const [across, down] = [foot.map(([x]) => x), foot.map(([, y]) => y)]
  const left = Math.min(...across) - reach
  const top = (down[0] as number) - reach
  const columns = Math.ceil((Math.max(...across) + reach - left) / step)
  const rows = Math.ceil((Math.max(...down) + 2 * reach - top) / step)
  const toMask = composeAffine(invertAffine(silhouette.toImage), [step, 0, left, 0, step, top])
  const edge = Array.from({ length: columns }, (_, column) => {
    const sure = Array.from({ length: rows }, (_, row) => sample(silhouette, toMask, [column, row]) - SURE)
    return findLowerEdge(sure)
  })
  if (edge.filter((row) => row !== null).length < BLUNT) return null
  let lowest: { column: number; row: number } | null = null
  for (let column = 0; column < columns; column++) {
    const near = edge.slice(Math.max(column - (BLUNT >> 1), 0), column + (BLUNT >> 1) + 1).filter((row) => row !== null)
    if (edge[column] === null || near.length === 0) continue
    const row = near.reduce((sum, value) => sum + value, 0) / near.length
    if (lowest === null || row > lowest.row) lowest = { column, row }
  }
  return lowest && [left + lowest.column * step, top + lowest.row * step]
}

/** The row at which a column of log odds leaves the person for good; null without. */
function findLowerEdge(sure: readonly number[]): number | null {
  const last = sure.findLastIndex((value) => value > 0)
  if (last < 0 || last >= sure.length - 1) return null
  const above = sure[last] as number
  const below = Math.max(sure[last + 1] as number, LOWEST)
  return last + above / (above - below)
}

/** Log odds at a point of the grid, bilinear; very low outside the mask. */
function sample({ logit, size }: Silhouette, [a, b, c, d, e, f]: ReturnType<typeof composeAffine>, [x, y]: Point): number {
  const [u, v] = [a * x + b * y + c - 0.5, d * x + e * y + f - 0.5]
  const [left, top] = [Math.floor(u), Math.floor(v)]
  const [right, low] = [u - left, v - top]
  const at = (column: number, row: number): number =>
    column < 0 || row < 0 || column >= size || row >= size ? NOBODY : (logit[row * size + column] as number)
  const over = at(left, top) * (1 - right) + at(left + 1, top) * right
  const under = at(left, top + 1) * (1 - right) + at(left + 1, top + 1) * right
  return over * (1 - low) + under * low
}
