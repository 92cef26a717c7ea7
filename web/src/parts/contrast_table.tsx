import type { Contrast } from '../contrast'
import { formatInterval, formatQuantity } from '../format'
import { engineName, t } from '../i18n'
import { declarationsOf } from '../sports'
import { ScrollingTable } from './scrolling_table'

/** How one metric differs between two results or sessions, and what that means in words. */
export interface ContrastRow extends Contrast {
  metric: string
  verdict: string
}

/** Metrics of two results or sessions side by side, each with the interval of the difference. */
export function ContrastTable(shown: { label: string; card?: boolean; sides: readonly [string, string]; rows: readonly ContrastRow[]; sport: string }) {
  const declared = declarationsOf(shown.sport)
  const heads = [t('result.metric'), ...shown.sides, t('compare.difference'), t('result.range'), t('trends.verdict')]
  return (
    <ScrollingTable card={shown.card ?? false} label={shown.label}>
      <thead>
        <tr>
          {heads.map((head) => (
            <th scope="col">{head}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.rows.map((row) => {
          const metric = declared.get(row.metric)
          const unit = metric?.unit ?? null
          return (
            <tr class={row.clear ? 'clear' : ''}>
              <th scope="row">{engineName('metric', row.metric, metric?.title ?? row.metric)}</th>
              <td class="number">{formatQuantity(row.first, unit)}</td>
              <td class="number">{formatQuantity(row.second, unit)}</td>
              <td class="number">{formatQuantity(row.difference, unit)}</td>
              <td class="number">{formatInterval(row.interval, unit)}</td>
              <td class="words">{row.verdict}</td>
            </tr>
          )
        })}
      </tbody>
    </ScrollingTable>
  )
}
