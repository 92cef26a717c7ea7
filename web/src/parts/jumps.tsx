import { formatInterval, formatQuantity } from '../format'
import { engineName, t } from '../i18n'
import type { Jump, LiveSession } from '../live/session'
import { sayFailure } from '../messages'
import { declarationsOf, findSport } from '../sports'
import { MetricCards } from './metrics'
import { ScrollingTable } from './scrolling_table'

/** The last result as cards, and a list of all results since the start. */
export function Jumps({ session, movement }: { session: LiveSession; movement: string }) {
  const jumps = session.jumps.value
  const last = jumps.at(-1)
  if (!last) return session.stage.value === 'measuring' ? <p class="hint">{t('live.waiting')}</p> : null
  return (
    <>
      <div class={`last ${last.final ? 'final' : 'provisional'}`} role="status">
        <h2>
          {t('result.trial', { number: last.trial.index + 1 })}
          <span class="badge">{t(last.final ? 'live.final' : 'live.provisional')}</span>
        </h2>
        <MetricCards sport={movement} trial={last.trial} />
        {last.trial.problem && <p class="hint">{sayFailure(last.trial.problem).join(' ')}</p>}
      </div>
      <JumpTable jumps={jumps} movement={movement} />
    </>
  )
}

function JumpTable({ jumps, movement }: { jumps: readonly Jump[]; movement: string }) {
  const key = findSport(movement)?.headline ?? ''
  const metric = declarationsOf(movement).get(key)
  const unit = metric?.unit ?? null
  return (
    <ScrollingTable card label={t('live.list')}>
      <caption>{t('live.list')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('live.number')}</th>
          <th scope="col">{engineName('metric', key, metric?.title ?? key)}</th>
          <th scope="col">{t('result.range')}</th>
        </tr>
      </thead>
      <tbody>
        {jumps.map(({ trial }) => (
          <tr key={trial.index}>
            <th scope="row">{trial.index + 1}</th>
            <td class="number">{formatQuantity(trial.data[key], unit)}</td>
            <td class="number">{formatInterval(trial.intervals[key], unit)}</td>
          </tr>
        ))}
      </tbody>
    </ScrollingTable>
  )
}
