import type { Day } from '../api/trends'
import { formatDay, formatQuantity } from '../format'

const [WIDTH, HEIGHT] = [420, 200]
const [LEFT, RIGHT, TOP, BOTTOM] = [76, 10, 12, 30]
/** Parts of the height that are left free above and below the intervals. */
const MARGIN = 0.08
const CAP = 5
const STEPS = [1, 2, 5, 10] as const

/** A metric over the days it was measured on: a line of values, a band and bars of 95 % intervals. */
export function TrendChart({ days, unit, label }: { days: readonly Day[]; unit: string | null; label: string }) {
  const x = scale(days.map(timeOf), LEFT + 10, WIDTH - RIGHT - 10)
  const ends = days.flatMap((day) => day.value_interval)
  const spread = Math.max(...ends) - Math.min(...ends) || 1
  const low = Math.min(...ends) - MARGIN * spread
  const high = Math.max(...ends) + MARGIN * spread
  const y = scale([low, high], HEIGHT - BOTTOM, TOP)
  const corners = [...days.map((day) => [x(timeOf(day)), y(day.value_interval[1])]), ...[...days].reverse().map((day) => [x(timeOf(day)), y(day.value_interval[0])])]
  const ticks = chooseTicks(low, high)
  return (
    <svg class="trend" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {ticks.map((tick) => (
        <g>
          <line class="grid" x1={LEFT} x2={WIDTH - RIGHT} y1={y(tick)} y2={y(tick)} />
          <text x={LEFT - 8} y={y(tick) + 4} text-anchor="end">
            {formatQuantity(tick, unit)}
          </text>
        </g>
      ))}
      <polygon class="band" points={corners.map((corner) => corner.join(',')).join(' ')} />
      <polyline class="line" points={days.map((day) => `${x(timeOf(day))},${y(day.value)}`).join(' ')} />
      {days.map((day) => (
        <Point day={day} x={x(timeOf(day))} y={y} />
      ))}
      {labelled(days).map((day) => (
        <text x={x(timeOf(day))} y={HEIGHT - 10} text-anchor={anchorOf(day, days)}>
          {formatDay(day.date)}
        </text>
      ))}
    </svg>
  )
}

function Point({ day, x, y }: { day: Day; x: number; y: (value: number) => number }) {
  const [low, high] = day.value_interval
  return (
    <g class={day.verdict === 'first' || day.verdict === 'within error' ? '' : 'clear'}>
      <line class="bar" x1={x} x2={x} y1={y(low)} y2={y(high)} />
      {[low, high].map((end) => (
        <line class="bar" x1={x - CAP} x2={x + CAP} y1={y(end)} y2={y(end)} />
      ))}
      <circle cx={x} cy={y(day.value)} r="4.5" />
    </g>
  )
}

/** Round numbers within the range, about four. */
function chooseTicks(low: number, high: number): number[] {
  const rough = (high - low) / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * (STEPS.find((factor) => factor * power >= rough) ?? 10)
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) => (first + index) * step)
}

function timeOf(day: Day): number {
  return Date.parse(day.date)
}

/** A straight map from the range of some values to pixels; a range of one value lies in the middle. */
function scale(values: readonly number[], from: number, to: number): (value: number) => number {
  const low = Math.min(...values)
  const width = Math.max(...values) - low
  return (value) => (width === 0 ? (from + to) / 2 : from + ((value - low) / width) * (to - from))
}

/** The first and the last day: labels of all would lie over each other. */
function labelled(days: readonly Day[]): Day[] {
  return days.filter((_, index) => index === 0 || index === days.length - 1)
}

function anchorOf(day: Day, days: readonly Day[]): 'start' | 'middle' | 'end' {
  if (days.length === 1) return 'middle'
  return day === days[0] ? 'start' : 'end'
}
