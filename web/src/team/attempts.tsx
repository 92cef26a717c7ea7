import type { Analysis } from '../api/service'
import { formatInterval, formatQuantity } from '../format'
import { t } from '../i18n'
import { sayFailure } from '../messages'
import { declarationsOf, findSport } from '../sports'

/** The results of an athlete in a movement today, the best one marked. */
export function Attempts({ analyses, bestId }: { analyses: readonly Analysis[]; bestId: string | null }) {
  return (
    <ol class="attempts" aria-label={t('day.attempts')}>
      {analyses.map((analysis) => (
        <li key={analysis.analysis_id} class={analysis.status}>
          <Attempt analysis={analysis} />
          {analysis.analysis_id === bestId && <span class="badge">{t('day.best')}</span>}
        </li>
      ))}
    </ol>
  )
}

function Attempt({ analysis }: { analysis: Analysis }) {
  if (analysis.status === 'completed') {
    const { value, interval } = readHeadline(analysis)
    return (
      <a href={`#/analyses/${analysis.analysis_id}`}>
        <strong>{value}</strong> {interval}
      </a>
    )
  }
  return (
    <span role="status">
      {t(`status.${analysis.status}`)}
      {analysis.error && `: ${sayFailure(analysis.error).join(' ')}`}
    </span>
  )
}

/** The main result of an analysis and its 95 % interval, as people read them; a dash where there is none. */
export function readHeadline(analysis: Analysis | null): { value: string; interval: string } {
  const sport = analysis?.sport_type ?? ''
  const key = findSport(sport)?.headline ?? ''
  const unit = declarationsOf(sport).get(key)?.unit ?? null
  return {
    value: formatQuantity(analysis?.result?.data[key], unit),
    interval: formatInterval(analysis?.result?.intervals[key], unit),
  }
}
