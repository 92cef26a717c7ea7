import { request } from './http'

/** 95 % interval: low and high. */
export type Interval = [number, number]

export interface Day {
  date: string
  results: number
  value: number
  value_interval: Interval
  change: number | null
  change_interval: Interval | null
  verdict: 'first' | 'within error' | 'real' | 'worthwhile'
}

/** One metric of an athlete in one movement, day by day. */
export interface Trend {
  sport_type: string
  metric: string
  smallest_worthwhile_change: number | null
  days: Day[]
}

/** One metric of a session against that of another. */
export interface SessionContrast {
  metric: string
  value: number
  reference: number
  difference: number
  difference_interval: Interval
  is_real: boolean
}

export function readTrends(athleteId: string): Promise<Trend[]> {
  return request(`/api/v1/athletes/${encodeURIComponent(athleteId)}/trends`)
}

/** How the results of one session differ from those of the reference. */
export function compareSessions(athleteId: string, asked: { sport: string; session: string; reference: string }): Promise<SessionContrast[]> {
  const query = new URLSearchParams({ sport_type: asked.sport })
  for (const id of [asked.session, asked.reference]) query.append('session_ids', id)
  return request(`/api/v1/athletes/${encodeURIComponent(athleteId)}/comparison?${query}`)
}
