import type { Point } from '../pose/affine'
import type { Looked } from '../pose/client'

/** What the picture must be like before it is worth measuring, in the order in which a coach mends it. */
export const CHECKS = ['body', 'distance', 'level', 'still', 'light', 'rate'] as const
export type Check = (typeof CHECKS)[number]

/** What a check found; `good` is the answer that lets the athlete jump. */
export type Finding = 'good' | 'waiting' | 'nobody' | 'cut' | 'near' | 'far' | 'tilted' | 'moving' | 'dark' | 'bright' | 'slow'
export type Framing = Record<Check, Finding>

/** Points that must be in the picture: nose, wrists, ankles, heels, toes. */
const ENDS = [0, 15, 16, 27, 28, 29, 30, 31, 32] as const
const NOSE = 0
const [LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_ANKLE, RIGHT_ANKLE, LEFT_HEEL, RIGHT_HEEL] = [11, 12, 27, 28, 29, 30] as const
const SEEN = 0.5
/** Room that must be left at the picture's edge, as a share of its height. */
const EDGE = 0.01
/** Share of the picture's height that the body, nose to heel, should fill: room for the jump, yet enough pixels. */
const [SMALLEST, LARGEST] = [0.35, 0.72]
/** Lean of a standing body in the picture that a level camera does not show, degrees. */
const MOST_LEAN_DEG = 8
/** Mean grey level of a picture that is lit well. */
const [DARKEST, BRIGHTEST] = [40, 225]
/** Frames per second below which times are rough. */
export const ENOUGH_FPS = 20

/** What is known from the frames before. */
export interface Course {
  /** Frames a second that were reached; null where none was measured yet. */
  fps: number | null
  isMoving: boolean
}

/** Judge the picture of one frame. */
export function judgeFraming(looked: Looked, { fps, isMoving }: Course): Framing {
  const still = isMoving ? 'moving' : 'good'
  const light = looked.light < DARKEST ? 'dark' : looked.light > BRIGHTEST ? 'bright' : 'good'
  const rate = fps === null ? 'waiting' : fps < ENOUGH_FPS ? 'slow' : 'good'
  const pose = looked.people[0]
  if (!pose) return { body: 'nobody', distance: 'waiting', level: 'waiting', still, light, rate }
  const at = (index: number): Point => pose.points[index] as Point
  const margin = EDGE * looked.height
  const inside = ENDS.every((index) => {
    const [x, y] = at(index)
    const within = x > margin && x < looked.width - margin && y > margin && y < looked.height - margin
    return within && (index !== NOSE || (pose.confidence[index] ?? 0) > SEEN)
  })
  const height = (Math.max(at(LEFT_HEEL)[1], at(RIGHT_HEEL)[1]) - at(NOSE)[1]) / looked.height
  return {
    body: inside ? 'good' : 'cut',
    distance: height > LARGEST ? 'near' : height < SMALLEST ? 'far' : 'good',
    level: measureLean(at) > MOST_LEAN_DEG ? 'tilted' : 'good',
    still,
    light,
    rate,
  }
}

/** Angle between the vertical and the line from the ankles to the shoulders, degrees. */
function measureLean(at: (index: number) => Point): number {
  const dx = at(LEFT_SHOULDER)[0] + at(RIGHT_SHOULDER)[0] - at(LEFT_ANKLE)[0] - at(RIGHT_ANKLE)[0]
  const dy = at(LEFT_ANKLE)[1] + at(RIGHT_ANKLE)[1] - at(LEFT_SHOULDER)[1] - at(RIGHT_SHOULDER)[1]
  return Math.abs(Math.atan2(dx, dy) * (180 / Math.PI))
}

/** The first check that is not passed; null where all are. */
export function findFirstFault(framing: Framing): Finding | null {
  return CHECKS.map((check) => framing[check]).find((finding) => finding !== 'good') ?? null
}

const WINDOW_S = 2

/** Counts frames by their time stamps over the last two seconds. */
export class RateMeter {
  private times_s: number[] = []

  add(time_s: number): void {
    this.times_s = [...this.times_s.filter((each) => each > time_s - WINDOW_S && each < time_s), time_s]
  }

  /** Frames a second; null before half a second was seen. */
  get fps(): number | null {
    const [first, last] = [this.times_s[0], this.times_s.at(-1)]
    if (first === undefined || last === undefined || last - first < WINDOW_S / 4) return null
    return (this.times_s.length - 1) / (last - first)
  }
}

const [SHIFT_WINDOW_S, MOST_SHIFT] = [1, 0.01]

/** Adds up how far the background moved within a second: a phone on a stand does not, a hand does. */
export class StillnessMeter {
  private shifts: { time_s: number; shift: Point }[] = []

  add(time_s: number, shift: Point): void {
    this.shifts = [...this.shifts.filter((each) => each.time_s > time_s - SHIFT_WINDOW_S && each.time_s < time_s), { time_s, shift }]
  }

  /** Whether the background came further than 1 % of the picture's height; engineering limit. */
  isMoving(height: number): boolean {
    let [x, y, longest] = [0, 0, 0]
    for (const { shift } of this.shifts) {
      x += shift[0]
      y += shift[1]
      longest = Math.max(longest, Math.hypot(x, y))
    }
    return longest > MOST_SHIFT * height
  }
}
