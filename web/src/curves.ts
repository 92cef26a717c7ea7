/** Curves of one trial over time, read from the trajectories table; NaN where nothing was measured. */
export interface Curves {
  time_s: number[]
  column(name: string): number[]
}

/** Read the trajectories (CSV) of one trial. A table without that trial gives empty curves. */
export function readCurves(csv: string, trial: number): Curves {
  const [head = '', ...lines] = csv.trimEnd().split(/\r?\n/)
  const names = head.split(',')
  const at = new Map(names.map((name, index) => [name, index]))
  const trialColumn = at.get('trial') ?? 0
  const rows = lines.map((line) => line.split(',')).filter((cells) => Number(cells[trialColumn]) === trial + 1) // the table counts from 1
  const column = (name: string): number[] => {
    const index = at.get(name)
    return index === undefined ? [] : rows.map((cells) => readNumber(cells[index]))
  }
  return { time_s: column('time_s'), column }
}

function readNumber(cell: string | undefined): number {
  return cell === undefined || cell === '' ? Number.NaN : Number(cell)
}

/** Index of the sample nearest to a time; -1 in empty curves. */
export function nearest(time_s: readonly number[], at_s: number): number {
  let low = 0
  let high = time_s.length - 1
  if (high < 0) return -1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((time_s[middle] ?? 0) <= at_s) low = middle
    else high = middle
  }
  return at_s - (time_s[low] ?? 0) <= (time_s[high] ?? 0) - at_s ? low : high
}

/** Values at other times, on straight lines between samples; NaN before the first and after the last one. */
export function interpolate(time_s: readonly number[], values: readonly number[], at_s: readonly number[]): number[] {
  const [first, last] = [time_s[0] ?? Number.NaN, time_s.at(-1) ?? Number.NaN]
  let place = 0
  return at_s.map((at) => {
    if (!(at >= first && at <= last)) return Number.NaN
    while (place + 2 < time_s.length && (time_s[place + 1] ?? 0) < at) place += 1
    const [start, end] = [time_s[place] ?? at, time_s[place + 1] ?? at]
    const share = end === start ? 0 : (at - start) / (end - start)
    const [low, high] = [values[place] ?? Number.NaN, values[place + 1] ?? values[place] ?? Number.NaN]
    return low + share * (high - low)
  })
}
