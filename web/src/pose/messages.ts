import type { Point } from './affine'
import type { Pose } from './estimator'

/** What the page asks of the worker. */
export type Asked =
  | { kind: 'load'; folder: string; quality: Quality }
  | { kind: 'frame'; frame: VideoFrame | ImageBitmap; time_us: number }

/** What the worker says. */
export type Said =
  | { kind: 'ready' }
  | { kind: 'poses'; time_us: number; width: number; height: number; people: Pose[]; shift: Point; light: number; spent_ms: number }
  | { kind: 'failed'; message: string }

export type Quality = 'fast' | 'balanced'
