import { useEffect, useState } from 'preact/hooks'

import { listSessions, type Session } from '../api/people'
import { compareSessions, type SessionContrast } from '../api/trends'
import { formatDay, formatInterval, formatQuantity } from '../format'
import { engineName, t } from '../i18n'
import { declarationsOf } from '../sports'
import { ProblemCard } from './problem'
import { ScrollingTable } from './scrolling_table'

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
      {contrasts !== null && contrasts.length > 0 && <ContrastTable contrasts={contrasts} sport={sport} />}
    </section>
  )
}

function ContrastTable({ contrasts, sport }: { contrasts: readonly SessionContrast[]; sport: string }) {
  const declared = declarationsOf(sport)
  return (
    <ScrollingTable label={t('trends.sessions')}>
      <thead>
        <tr>
          <th scope="col">{t('result.metric')}</th>
          <th scope="col">{t('trends.earlier')}</th>
          <th scope="col">{t('trends.later')}</th>
          <th scope="col">{t('compare.difference')}</th>
          <th scope="col">{t('result.range')}</th>
          <th scope="col">{t('trends.verdict')}</th>
        </tr>
      </thead>
      <tbody>
        {contrasts.map((row) => {
          const metric = declared.get(row.metric)
          const unit = metric?.unit ?? null
          return (
            <tr class={row.is_real ? 'clear' : ''}>
              <th scope="row">{engineName('metric', row.metric, metric?.title ?? row.metric)}</th>
              <td class="number">{formatQuantity(row.reference, unit)}</td>
              <td class="number">{formatQuantity(row.value, unit)}</td>
              <td class="number">{formatQuantity(row.difference, unit)}</td>
              <td class="number">{formatInterval(row.difference_interval, unit)}</td>
              <td class="words">{t(row.is_real ? 'trends.real' : 'trends.within')}</td>
            </tr>
          )
        })}
      </tbody>
    </ScrollingTable>
  )
}
