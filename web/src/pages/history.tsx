import { useEffect, useState } from 'preact/hooks'

import { type Analysis, listAnalyses } from '../api/service'
import { formatDate, formatQuantity } from '../format'
import { engineName, t } from '../i18n'
import { useAthleteNames } from '../parts/athlete_names'
import { ProblemCard } from '../parts/problem'
import { ScrollingTable } from '../parts/scrolling_table'
import { declarationsOf, findSport, sports } from '../sports'

const PAGE_SIZE = '25'

export function HistoryPage() {
  const [sport, setSport] = useState('')
  const [found, setFound] = useState<Analysis[] | null>(null)
  const [cursor, setCursor] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const names = useAthleteNames()

  const load = (from: string | null): void => {
    const filter = { limit: PAGE_SIZE, ...(sport && { sport_type: sport }), ...(from && { cursor: from }) }
    listAnalyses(filter).then((page) => {
      setFound((before) => [...(from ? (before ?? []) : []), ...page.items])
      setCursor(page.next_cursor)
    }, setError)
  }
  useEffect(() => load(null), [sport])

  if (error !== null) return <ProblemCard alone error={error} />
  return (
    <>
      <h1>{t('history.title')}</h1>
      {names.size > 0 && (
        <p>
          <a href="#/trends">{t('history.trends')}</a>
        </p>
      )}
      <label class="inline">
        {t('history.filter')}
        <select value={sport} onChange={(event) => setSport(event.currentTarget.value)}>
          <option value="">{t('history.all')}</option>
          {sports.value.map((each) => (
            <option value={each.name}>{engineName('sport', each.name, each.title)}</option>
          ))}
        </select>
      </label>
      {found === null ? <p role="status">{t('loading')}…</p> : found.length === 0 ? <Empty /> : <AnalysisTable analyses={found} names={names} />}
      {cursor && (
        <button type="button" onClick={() => load(cursor)}>
          {t('history.more')}
        </button>
      )}
    </>
  )
}

/** What stands where nothing was measured yet. */
export function Empty() {
  return (
    <section class="card">
      <p>{t('history.empty')}</p>
      <a class="button primary" href="#/measure">
        {t('history.first')}
      </a>
    </section>
  )
}

function AnalysisTable({ analyses, names }: { analyses: readonly Analysis[]; names: ReadonlyMap<string, string> }) {
  return (
    <ScrollingTable card label={t('history.title')}>
      <thead>
        <tr>
          <th scope="col">{t('history.date')}</th>
          <th scope="col">{t('history.headline')}</th>
          <th scope="col">{t('history.sport')}</th>
          {names.size > 0 && <th scope="col">{t('history.athlete')}</th>}
          <th scope="col">{t('history.status')}</th>
        </tr>
      </thead>
      <tbody>
        {analyses.map((analysis) => (
          <tr>
            <td class="number">
              <a href={`#/analyses/${analysis.analysis_id}`}>{formatDate(analysis.created_at)}</a>
            </td>
            <td class="number">{headlineOf(analysis)}</td>
            <td>{engineName('sport', analysis.sport_type, findSport(analysis.sport_type)?.title ?? analysis.sport_type)}</td>
            {names.size > 0 && <td>{analysis.athlete_id && <a href={`#/trends?athlete=${analysis.athlete_id}&sport=${analysis.sport_type}`}>{names.get(analysis.athlete_id)}</a>}</td>}
            <td>{t(`status.${analysis.status}`)}</td>
          </tr>
        ))}
      </tbody>
    </ScrollingTable>
  )
}

/** The main result of an analysis with its unit; a dash where there is none. */
export function headlineOf(analysis: Analysis): string {
  const key = findSport(analysis.sport_type)?.headline ?? ''
  const unit = declarationsOf(analysis.sport_type).get(key)?.unit ?? null
  return formatQuantity(analysis.result?.data[key], unit)
}
