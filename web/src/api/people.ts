import { readFile, request, send } from './http'
import type { Analysis, Page } from './service'

/** An athlete as the service keeps it. */
export interface Athlete {
  athlete_id: string
  name: string
  sex: 'female' | 'male' | null
  height_m: number | null
  mass_kg: number | null
}

export type NewAthlete = Partial<Omit<Athlete, 'athlete_id' | 'name'>> & { name: string }

export interface Team {
  team_id: string
  name: string
}

/** A training session or a testing day. */
export interface Session {
  session_id: string
  title: string
  held_on: string
  team_id: string | null
}

/** One athlete in one movement on a testing day; no movement means no result yet. */
export interface DayEntry {
  athlete_id: string
  name: string
  sport_type: string | null
  results: number
  best: Analysis | null
}

const LARGEST_PAGE = '100'

/** Every item of a list, page after page. */
async function listAll<T>(path: string, filter: Record<string, string> = {}): Promise<T[]> {
  const found: T[] = []
  let cursor: string | null = null
  do {
    const query = new URLSearchParams({ limit: LARGEST_PAGE, ...filter, ...(cursor !== null && { cursor }) })
    const page: Page<T> = await request(`${path}?${query}`)
    found.push(...page.items)
    cursor = page.next_cursor
  } while (cursor !== null)
  return found
}

export function listTeams(): Promise<Team[]> {
  return listAll('/api/v1/teams')
}

export function createTeam(name: string): Promise<Team> {
  return send('POST', '/api/v1/teams', { name })
}

export function deleteTeam(id: string): Promise<void> {
  return request(`/api/v1/teams/${encodeURIComponent(id)}`, { method: 'DELETE' })
}

/** The athletes of a team by name; without a team, all athletes. */
export async function listAthletes(team_id?: string): Promise<Athlete[]> {
  const found = await listAll<Athlete>('/api/v1/athletes', team_id === undefined ? {} : { team_id })
  return found.sort((a, b) => a.name.localeCompare(b.name))
}

export function readAthlete(athlete_id: string): Promise<Athlete> {
  return request(`/api/v1/athletes/${encodeURIComponent(athlete_id)}`)
}

export function createAthlete(athlete: NewAthlete): Promise<Athlete> {
  return send('POST', '/api/v1/athletes', athlete)
}

export function addMember(team_id: string, athlete_id: string): Promise<void> {
  return request(memberPath(team_id, athlete_id), { method: 'PUT' })
}

export function removeMember(team_id: string, athlete_id: string): Promise<void> {
  return request(memberPath(team_id, athlete_id), { method: 'DELETE' })
}

function memberPath(team_id: string, athlete_id: string): string {
  return `/api/v1/teams/${encodeURIComponent(team_id)}/athletes/${encodeURIComponent(athlete_id)}`
}

/** The sessions and testing days of a team, the newest first; without a team, all. */
export function listSessions(team_id?: string): Promise<Session[]> {
  return listAll('/api/v1/sessions', team_id === undefined ? {} : { team_id })
}

export function createSession(session: Omit<Session, 'session_id'>): Promise<Session> {
  return send('POST', '/api/v1/sessions', session)
}

/** The table of a testing day: the best result of each athlete in each movement. */
export function readDay(session_id: string): Promise<{ session: Session; entries: DayEntry[] }> {
  return request(`/api/v1/sessions/${encodeURIComponent(session_id)}/results`)
}

/** Every analysis of a testing day, the newest first. */
export function listDayAnalyses(session_id: string): Promise<Analysis[]> {
  return listAll('/api/v1/analyses', { session_id })
}

/** The same table as a file for spreadsheets. */
export function downloadDay(session_id: string): Promise<Blob> {
  return readFile(`/api/v1/sessions/${encodeURIComponent(session_id)}/results.csv`)
}

/** An analysis of a live stream, which is kept with the athlete and the testing day. */
export function createLiveAnalysis(asked: { sport_type: string; quality: string; athlete_id: string; session_id: string }): Promise<Analysis> {
  return send('POST', '/api/v1/analyses', { ...asked, input: { streaming: true } })
}
