import { useEffect, useState } from 'preact/hooks'

import { type Analysis, type AnalysisDocument, listAnalyses, readDocument } from '../api/service'
import { type Contrast, contrast } from '../contrast'
import { formatDate, formatInterval, formatQuantity } from '../format'
import { engineName, t } from '../i18n'
import { useAthleteNames } from '../parts/athlete_names'
import { ProblemCard } from '../parts/problem'
import { SideBySide } from '../parts/side_by_side'
import { open } from '../router'
import { declarationsOf, findSport } from '../sports'
import { Empty, headlineOf } from './history'

const SIDES = ['a', 'b'] as const

export function ComparePage({ query }: { query: URLSearchParams }) {
  const [measured, setMeasured] = useState<Analysis[] | null>(null)
  const [pair, setPair] = useState<readonly [AnalysisDocument, AnalysisDocument] | null>(null)
  const [error, setError] = useState<unknown>(null)
  const names = useAthleteNames()
  const a = query.get('a') ?? ''
  const b = query.get('b') ?? ''

  useEffect(() => void listAnalyses({ status: 'completed', limit: '100' }).then((page) => setMeasured(page.items), setError), [])
  useEffect(() => {
    setPair(null)
    if (a && b) Promise.all([readDocument(a), readDocument(b)]).then(setPair, setError)
  }, [a, b])

  const choose = (side: 'a' | 'b', id: string): void => {
    const next = new URLSearchParams(query)
    next.set(side, id)
    open(`compare?${next}`)
  }
  const sport = measured?.find((analysis) => analysis.analysis_id === a)?.sport_type
  if (error !== null) return <ProblemCard alone error={error} />
  if (measured?.length === 0 && !a) return <Nothing />
  return (
    <>
      <h1>{t('compare.title')}</h1>
      <div class="fields card">
        {SIDES.map((side) => (
          <label>
            {t(side === 'a' ? 'compare.first' : 'compare.second')}
            <select value={side === 'a' ? a : b} onChange={(event) => choose(side, event.currentTarget.value)}>
              <option value="">–</option>
              {measured
                ?.filter((analysis) => side === 'a' || !sport || analysis.sport_type === sport)
                .map((analysis) => (
                  <option value={analysis.analysis_id}>{describe(analysis, names.get(analysis.athlete_id ?? ''))}</option>
                ))}
            </select>
          </label>
        ))}
      </div>
      {pair && pair[0].movement === pair[1].movement ? (
        <>
          <SideBySide ids={[a, b]} pair={pair} />
          <ContrastTable pair={pair} />
        </>
      ) : (
        <p class="hint">{t('compare.choose')}</p>
      )}
    </>
  )
}

function Nothing() {
  return (
    <>
      <h1>{t('compare.title')}</h1>
      <Empty />
    </>
  )
}

/** A result in a list, what tells it from the others first: a phone shows only the beginning. */
function describe(analysis: Analysis, name: string | undefined): string {
  const title = engineName('sport', analysis.sport_type, findSport(analysis.sport_type)?.title ?? analysis.sport_type)
  return [headlineOf(analysis), name, formatDate(analysis.created_at), title].filter(Boolean).join(' · ')
}

function ContrastTable({ pair: [first, second] }: { pair: readonly [AnalysisDocument, AnalysisDocument] }) {
  const declared = declarationsOf(first.movement)
  const rows = [...declared.keys()]
    .map((key) => [key, contrast(first, second, key)] as const)
    .filter((row): row is readonly [string, Contrast] => row[1] !== null)
  return (
    <div class="card scrolls" tabIndex={0} role="region" aria-label={t('compare.title')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('result.metric')}</th>
            <th scope="col">{t('compare.first')}</th>
            <th scope="col">{t('compare.second')}</th>
            <th scope="col">{t('compare.difference')}</th>
            <th scope="col">{t('result.range')}</th>
            <th scope="col">{t('trends.verdict')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([key, row]) => {
            const metric = declared.get(key)
            const unit = metric?.unit ?? null
            return (
              <tr class={row.clear ? 'clear' : ''}>
                <th scope="row">{engineName('metric', key, metric?.title ?? key)}</th>
                <td class="number">{formatQuantity(row.first, unit)}</td>
                <td class="number">{formatQuantity(row.second, unit)}</td>
                <td class="number">{formatQuantity(row.difference, unit)}</td>
                <td class="number">{formatInterval(row.interval, unit)}</td>
                <td>{t(row.clear ? 'compare.clear' : 'compare.unclear')}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
