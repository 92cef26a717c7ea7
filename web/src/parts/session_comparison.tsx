import { useEffect, useState } from 'preact/hooks'

import { listSessions, type Session } from '../api/people'
import { compareSessions, type SessionContrast } from '../api/trends'
import { formatDay } from '../format'
import { t } from '../i18n'
import { type ContrastRow, ContrastTable } from './contrast_table'
import { ProblemCard } from './problem'

/** One session of an athlete against another, each metric with the interval of the difference. */
export function SessionComparison({ athlete, sport }: { athlete: string; sport: string }) {
  const [sessions, setSessions] = useState<Session[]>([])
  const [reference, setReference] = useState('')
  const [session, setSession] = useState('')
  const [contrasts, setContrasts] = useState<SessionContrast[] | null>(null)
  const [error, setError] = useState<unknown>(null)
  useEffect(() => void listSessions().then(setSessions, setError), [])
  useEffect(() => {
    setContrasts(null)
    setError(null)
    if (session && reference) compareSessions(athlete, { sport, session, reference }).then(setContrasts, setError)
  }, [athlete, sport, session, reference])

  if (sessions.length < 2) return null
  const sides = [
    ['trends.earlier', reference, setReference],
    ['trends.later', session, setSession],
  ] as const
  return (
    <section class="card">
      <h2>{t('trends.sessions')}</h2>
      <div class="fields">
        {sides.map(([label, chosen, choose]) => (
          <label>
            {t(label)}
            <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
              <option value="">–</option>
              {sessions.map((each) => (
                <option value={each.session_id}>
                  {formatDay(each.held_on)} · {each.title}
                </option>
              ))}
            </select>
          </label>
        ))}
      </div>
      {error !== null && <ProblemCard error={error} />}
      {contrasts?.length === 0 && <p class="hint">{t('trends.nothingShared')}</p>}
      {contrasts !== null && contrasts.length > 0 && (
        <ContrastTable
          label={t('trends.sessions')}
          sides={[t('trends.earlier'), t('trends.later')]}
          rows={contrasts.map(describeContrast)}
          sport={sport}
        />
      )}
    </section>
  )
}

function describeContrast(row: SessionContrast): ContrastRow {
  return {
    metric: row.metric,
    first: row.reference,
    second: row.value,
    difference: row.difference,
    interval: row.difference_interval,
    clear: row.is_real,
    verdict: t(row.is_real ? 'trends.real' : 'trends.within'),
  }
}
