import { useEffect, useState } from 'preact/hooks'

import { type Athlete, listAthletes } from '../api/people'
import { readTrends, type Trend } from '../api/trends'
import { formatDay, formatInterval, formatQuantity } from '../format'
import { engineName, t } from '../i18n'
import { ProblemCard } from '../parts/problem'
import { ScrollingTable } from '../parts/scrolling_table'
import { SessionComparison } from '../parts/session_comparison'
import { TrendChart } from '../parts/trend_chart'
import { open } from '../router'
import { declarationsOf, findSport, firstRead } from '../sports'

const VERDICTS = { first: 'trends.first', 'within error': 'trends.within', real: 'trends.real', worthwhile: 'trends.worthwhile' } as const

export function TrendsPage({ query }: { query: URLSearchParams }) {
  const athlete = query.get('athlete') ?? ''
  const [athletes, setAthletes] = useState<Athlete[] | null>(null)
  const [trends, setTrends] = useState<Trend[] | null>(null)
  const [error, setError] = useState<unknown>(null)
  useEffect(() => void listAthletes().then(setAthletes, setError), [])
  useEffect(() => {
    setTrends(null)
    if (athlete) readTrends(athlete).then(setTrends, setError)
  }, [athlete])

  if (error !== null) return <ProblemCard alone error={error} />
  if (athletes === null) return <p role="status">{t('loading')}…</p>
  if (athletes.length === 0) return <Nobody />
  const found = [...new Set(trends?.map((trend) => trend.sport_type))]
  const sport = found.find((name) => name === query.get('sport')) ?? found[0] ?? ''
  const choose = (name: string, value: string): void => {
    const next = new URLSearchParams(query)
    next.set(name, value)
    open(`trends?${next}`)
  }
  return (
    <>
      <h1>{t('trends.title')}</h1>
      <div class="fields card">
        <label>
          {t('history.athlete')}
          <select value={athlete} onChange={(event) => choose('athlete', event.currentTarget.value)}>
            <option value="">–</option>
            {athletes.map((each) => (
              <option value={each.athlete_id}>{each.name}</option>
            ))}
          </select>
        </label>
        {found.length > 0 && (
          <label>
            {t('history.sport')}
            <select value={sport} onChange={(event) => choose('sport', event.currentTarget.value)}>
              {found.map((name) => (
                <option value={name}>{engineName('sport', name, findSport(name)?.title ?? name)}</option>
              ))}
            </select>
          </label>
        )}
      </div>
      {trends === null ? <p class="hint">{t(athlete ? 'loading' : 'trends.choose')}</p> : trends.length === 0 ? <p class="hint">{t('trends.empty')}</p> : <Trends trends={trends} sport={sport} />}
      {sport && <SessionComparison key={`${athlete} ${sport}`} athlete={athlete} sport={sport} />}
    </>
  )
}

function Nobody() {
  return (
    <>
      <h1>{t('trends.title')}</h1>
      <section class="card">
        <p>{t('trends.nobody')}</p>
        <a class="button primary" href="#/measure">
          {t('nav.measure')}
        </a>
      </section>
    </>
  )
}

function Trends({ trends, sport }: { trends: readonly Trend[]; sport: string }) {
  const of = trends.filter((trend) => trend.sport_type === sport)
  const first = firstRead(sport).flatMap((key) => of.filter((trend) => trend.metric === key))
  const others = of.filter((trend) => !first.includes(trend))
  return (
    <>
      <section class="card">
        <p>{t('trends.help')}</p>
        <p class="hint">{t('trends.statistics')}</p>
      </section>
      {first.map((trend) => (
        <TrendSection key={trend.metric} trend={trend} />
      ))}
      {others.length > 0 && (
        <details class="card">
          <summary>
            <h2>{t('result.all')}</h2>
          </summary>
          {others.map((trend) => (
            <TrendSection key={trend.metric} trend={trend} />
          ))}
        </details>
      )}
    </>
  )
}

function TrendSection({ trend }: { trend: Trend }) {
  const metric = declarationsOf(trend.sport_type).get(trend.metric)
  const unit = metric?.unit ?? null
  const name = engineName('metric', trend.metric, metric?.title ?? trend.metric)
  const smallest = trend.smallest_worthwhile_change
  return (
    <section class="card">
      <h2>{name}</h2>
      <TrendChart days={trend.days} unit={unit} label={t('trends.chart', { metric: name })} />
      {smallest !== null && <p class="hint">{t('trends.smallest', { value: formatQuantity(smallest, unit) })}</p>}
      <ScrollingTable label={name}>
        <caption class="visually-hidden">{name}</caption>
        <thead>
          <tr>
            <th scope="col">{t('history.date')}</th>
            <th scope="col">{t('result.value')}</th>
            <th scope="col">{t('result.range')}</th>
            <th scope="col">{t('trends.results')}</th>
            <th scope="col">{t('trends.change')}</th>
            <th scope="col">{t('result.range')}</th>
            <th scope="col">{t('trends.verdict')}</th>
          </tr>
        </thead>
        <tbody>
          {trend.days.map((day) => (
            <tr class={day.verdict === 'real' || day.verdict === 'worthwhile' ? 'clear' : ''}>
              <th scope="row" class="number">
                {formatDay(day.date)}
              </th>
              <td class="number">{formatQuantity(day.value, unit)}</td>
              <td class="number">{formatInterval(day.value_interval, unit)}</td>
              <td class="number">{day.results}</td>
              <td class="number">{formatQuantity(day.change, unit)}</td>
              <td class="number">{formatInterval(day.change_interval ?? undefined, unit)}</td>
              <td class="words">{t(VERDICTS[day.verdict])}</td>
            </tr>
          ))}
        </tbody>
      </ScrollingTable>
    </section>
  )
}
