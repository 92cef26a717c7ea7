import type { Trial } from '../api/service'
import { followNumber, formatInterval, formatQuantity, formatValue } from '../format'
import { engineName, t } from '../i18n'
import { declarationsOf, firstRead } from '../sports'
import { ScrollingTable } from './scrolling_table'

/** What a coach reads first: a card a metric, with its interval and what it means. */
export function MetricCards({ sport, trial }: { sport: string; trial: Trial }) {
  const declared = declarationsOf(sport)
  const measured = firstRead(sport).filter((key) => typeof trial.data[key] === 'number')
  return (
    <div class="cards">
      {measured.map((key, place) => {
        const metric = declared.get(key)
        const unit = metric?.unit ?? null
        const [text, sign] = formatValue(trial.data[key], unit)
        const interval = formatInterval(trial.intervals[key], unit)
        return (
          <article class={`card metric ${place === 0 ? 'first' : ''}`}>
            <h2>{engineName('metric', key, metric?.title ?? key)}</h2>
            <p class="value">
              {text}
              <span class="unit">{followNumber(sign)}</span>
            </p>
            {interval && <p class="interval">{t('result.interval', { interval: interval + followNumber(sign) })}</p>}
            <p class="meaning">{engineName('meaning', key, metric?.meaning ?? '')}</p>
          </article>
        )
      })}
    </div>
  )
}

/** Every metric of a trial, with interval and meaning. */
export function MetricTable({ sport, trial }: { sport: string; trial: Trial }) {
  const declared = declarationsOf(sport)
  const rows = Object.keys(trial.data).filter((key) => trial.data[key] !== null)
  return (
    <details class="card all-metrics">
      <summary>
        <h2>{t('result.all')}</h2>
      </summary>
      <ScrollingTable label={t('result.all')}>
        <thead>
          <tr>
            <th scope="col">{t('result.metric')}</th>
            <th scope="col">{t('result.value')}</th>
            <th scope="col">{t('result.range')}</th>
            <th scope="col">{t('result.meaning')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((key) => {
            const metric = declared.get(key)
            const unit = metric?.unit ?? null
            return (
              <tr>
                <th scope="row">{engineName('metric', key, metric?.title ?? key)}</th>
                <td class="number">{formatQuantity(trial.data[key], unit)}</td>
                <td class="number">{formatInterval(trial.intervals[key], unit)}</td>
                <td>{engineName('meaning', key, metric?.meaning ?? '')}</td>
              </tr>
            )
          })}
        </tbody>
      </ScrollingTable>
    </details>
  )
}
