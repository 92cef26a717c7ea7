import { useRef, useState } from 'preact/hooks'

import { type Analysis, followAnalysis, measureAgain, type Trial } from '../api/service'
import { type Correction, listCorrectable, readCorrections, shownTime, withoutCorrection, writeCorrections } from '../corrections'
import { formatNumber } from '../format'
import { engineName, t } from '../i18n'
import { open } from '../router'
import { ProblemCard } from './problem'
import { ScrollingTable } from './scrolling_table'

interface EditorProps {
  analysis: Analysis
  trial: Trial
  corrections: readonly Correction[]
  now_s: number
  onPlace: (index: number, time_s: number) => void
  onShow: (time_s: number) => void
  onChange: (corrections: Correction[]) => void
}

/** The events of a trial: each can be set to the frame shown, and set back; then everything is measured again. */
export function EventEditor(props: EditorProps) {
  const { analysis, trial, corrections } = props
  const changed = writeCorrections(corrections) !== writeCorrections(readCorrections(analysis.config['events']))
  return (
    <section class="card events">
      <h3>{t('events.title')}</h3>
      <p class="hint">{t('events.help')}</p>
      <ScrollingTable label={t('events.title')}>
        <thead>
          <tr>
            <th scope="col">{t('events.event')}</th>
            <th scope="col">{t('events.time')} (s)</th>
            <th scope="col">{t('events.automatic')} (s)</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {listCorrectable(trial).map((event, index) => (
            <EventRow key={index} {...props} event={event} index={index} />
          ))}
        </tbody>
      </ScrollingTable>
      {changed && <MeasureAgain analysis={analysis} corrections={corrections} />}
    </section>
  )
}

function EventRow({ trial, corrections, now_s, event, index, onPlace, onShow, onChange }: EditorProps & { event: Trial['events'][number]; index: number }) {
  const time_s = shownTime(corrections, event, trial.index)
  const automatic_s = event.automatic_s ?? event.time_s
  const side = event.side ? ` (${t(event.side === 'left' ? 'plot.left' : 'plot.right')})` : ''
  const name = engineName('event', event.name, event.name.replaceAll('_', ' ')) + side
  return (
    <tr class={time_s === automatic_s ? '' : 'clear'}>
      <th scope="row">
        <button type="button" class="plain" onClick={() => onShow(time_s)}>
          {name}
        </button>
      </th>
      <td class="number">{formatNumber(time_s, 3)}</td>
      <td class="number">{formatNumber(automatic_s, 3)}</td>
      <td>
        <button type="button" onClick={() => onPlace(index, now_s)}>
          {t('events.here')}
          <span class="visually-hidden">: {name}</span>
        </button>
        {time_s !== automatic_s && (
          <button type="button" onClick={() => onChange(withoutCorrection(corrections, event, trial.index))}>
            {t('events.undo')}
            <span class="visually-hidden">: {name}</span>
          </button>
        )}
      </td>
    </tr>
  )
}

function MeasureAgain({ analysis, corrections }: { analysis: Analysis; corrections: readonly Correction[] }) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const stop = useRef(new AbortController())
  const measure = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    const { events: _, ...others } = analysis.config
    try {
      const config = corrections.length > 0 ? { ...others, events: writeCorrections(corrections) } : others
      const created = await measureAgain(analysis, config)
      const ended = await followAnalysis(created.analysis_id, { onChange: () => undefined, signal: stop.current.signal })
      open(`analyses/${ended.analysis_id}`)
    } catch (caught) {
      setError(caught)
    }
    setBusy(false)
  }
  return (
    <>
      <p class="hint">{t('events.changed')}</p>
      {error !== null && <ProblemCard error={error} />}
      <button type="button" class="primary" disabled={busy} onClick={() => void measure()}>
        {t('events.measure')}
      </button>
      {busy && <span role="status"> {t('events.measuring')}…</span>}
    </>
  )
}
