import { useEffect, useState } from 'preact/hooks'

import { createSession, listSessions, type Session, type Team } from '../api/people'
import { formatDay } from '../format'
import { engineName, t } from '../i18n'
import { open } from '../router'
import { sports } from '../sports'
import { remember } from './queue'

interface Props {
  team: Team
  onProblem: (problem: unknown) => void
}

/** A form that begins a testing day, and the days so far. */
export function Days({ team, onProblem }: Props) {
  const [sessions, setSessions] = useState<Session[]>([])
  useEffect(() => void listSessions(team.team_id).then(setSessions, onProblem), [])
  const begin = (form: HTMLFormElement): void => {
    const filled = new FormData(form)
    const asked = { title: t('day.title'), held_on: String(filled.get('held_on')), team_id: team.team_id }
    createSession(asked).then(({ session_id }) => {
      remember(session_id, { sport: String(filled.get('movement')), skipped: [] })
      open(`day/${session_id}`)
    }, onProblem)
  }
  return (
    <section class="card" aria-labelledby="days">
      <h2 id="days">{t('day.title')}</h2>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault()
          begin(event.currentTarget)
        }}
      >
        <label>
          {t('measure.sport')}
          <select name="movement">
            {sports.value.map((sport) => (
              <option value={sport.name}>{engineName('sport', sport.name, sport.title)}</option>
            ))}
          </select>
        </label>
        <label>
          {t('history.date')}
          <input type="date" name="held_on" required defaultValue={today()} />
        </label>
        <button type="submit" class="primary">
          {t('day.begin')}
        </button>
      </form>
      {sessions.length > 0 && (
        <ul>
          {sessions.map(({ session_id, title, held_on }) => (
            <li key={session_id}>
              <a href={`#/day/${session_id}`}>
                {title}, {formatDay(held_on)}
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** The day here, as `2026-11-27`. */
function today(): string {
  const now = new Date()
  return new Date(now.getTime() - 60_000 * now.getTimezoneOffset()).toISOString().slice(0, 10)
}
