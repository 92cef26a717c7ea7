import type { Athlete } from '../api/people'

/** Athletes of a testing day who wait for their turn, and those who have a result in the movement. */
export interface Queue {
  waiting: Athlete[]
  done: Athlete[]
}

/** The athletes in the order in which they come: who was skipped comes last, in the order of skipping. */
export function makeQueue(athletes: readonly Athlete[], { measured, skipped }: { measured: ReadonlySet<string>; skipped: readonly string[] }): Queue {
  const place = ({ athlete_id }: Athlete): number => skipped.lastIndexOf(athlete_id)
  return {
    waiting: athletes.filter(({ athlete_id }) => !measured.has(athlete_id)).sort((a, b) => place(a) - place(b)),
    done: athletes.filter(({ athlete_id }) => measured.has(athlete_id)),
  }
}

/** What this device remembers of a testing day: the movement, and who was skipped. Results lie with the service. */
export interface Remembered {
  sport: string
  skipped: string[]
}

const KEY = 'kinemotion-testing-day:'

export function recall(session_id: string): Remembered {
  const kept = localStorage.getItem(KEY + session_id)
  return { sport: 'cmj', skipped: [], ...(kept === null ? {} : (JSON.parse(kept) as Partial<Remembered>)) }
}

export function remember(session_id: string, state: Remembered): void {
  localStorage.setItem(KEY + session_id, JSON.stringify(state))
}
