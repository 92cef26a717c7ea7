import { useEffect, useState } from 'preact/hooks'

import { type Analysis, type AnalysisDocument, listAnalyses, readDocument } from '../api/service'
import { contrast } from '../contrast'
import { formatDate } from '../format'
import { engineName, t } from '../i18n'
import { useAthleteNames } from '../parts/athlete_names'
import { type ContrastRow, ContrastTable } from '../parts/contrast_table'
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
          <ContrastTable
            card
            label={t('compare.title')}
            sides={[t('compare.first'), t('compare.second')]}
            rows={contrastAll(pair)}
            sport={pair[0].movement}
          />
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

/** Every metric that both results hold, in the order of the sport. */
function contrastAll([first, second]: readonly [AnalysisDocument, AnalysisDocument]): ContrastRow[] {
  return [...declarationsOf(first.movement).keys()].flatMap((metric) => {
    const found = contrast(first, second, metric)
    return found ? [{ ...found, metric, verdict: t(found.clear ? 'compare.clear' : 'compare.unclear') }] : []
  })
}
