import { type DayEntry, downloadDay } from '../api/people'
import { engineName, t } from '../i18n'
import { findSport } from '../sports'
import { readHeadline } from './attempts'
import { saveFile } from '../parts/file_link'
import { ScrollingTable } from '../parts/scrolling_table'

interface Props {
  sessionId: string
  entries: readonly DayEntry[]
  onProblem: (problem: unknown) => void
}

/** The best result of each athlete in each movement, and who has none. */
export function DayTable({ sessionId, entries, onProblem }: Props) {
  const download = (): void => void downloadDay(sessionId).then((table) => saveFile(table, 'testing-day.csv'), onProblem)
  return (
    <section class="card" aria-labelledby="table">
      <h2 id="table">{t('day.table')}</h2>
      <ScrollingTable label={t('day.table')}>
        <thead>
          <tr>
            <th scope="col">{t('history.athlete')}</th>
            <th scope="col">{t('measure.sport')}</th>
            <th scope="col">{t('day.best')}</th>
            <th scope="col">{t('result.range')}</th>
            <th scope="col">{t('day.attempts')}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Row key={`${entry.athlete_id} ${entry.sport_type}`} entry={entry} />
          ))}
        </tbody>
      </ScrollingTable>
      <button type="button" onClick={download}>
        {t('day.download')}
      </button>
    </section>
  )
}

function Row({ entry }: { entry: DayEntry }) {
  const { value, interval } = readHeadline(entry.best)
  const sport = entry.sport_type
  return (
    <tr>
      <th scope="row">{entry.name}</th>
      <td>{sport === null ? '–' : engineName('sport', sport, findSport(sport)?.title ?? sport)}</td>
      <td class="number">{entry.best ? <a href={`#/analyses/${entry.best.analysis_id}`}>{value}</a> : '–'}</td>
      <td class="number">{interval}</td>
      <td class="number">{entry.results}</td>
    </tr>
  )
}
