import { useMemo, useState } from 'preact/hooks'

import type { Analysis, Trial } from '../api/service'
import { addCorrection, limitMove, listCorrectable, readCorrections, shownTime } from '../corrections'
import type { Curves } from '../curves'
import { engineName, language, t } from '../i18n'
import { BODY_PANELS, scale } from '../panels'
import { EventEditor } from './event_editor'
import { type Line, type Mark, Plot, type Span } from './plot'
import { FrameVideo } from './video'

/** Colour of each phase by its name, so that one phase looks alike in every movement. */
const PHASE_COLOURS: Record<string, string> = {
  standing: '#9aa5b122',
  box: '#9aa5b122',
  hold: '#9aa5b122',
  unweighting: '#f2b13433',
  fall: '#f2b13433',
  braking: '#d1495b33',
  propulsion: '#2a9d8f33',
  push_off: '#2a9d8f33',
  contact: '#d1495b33',
  flight: '#3d7ec233',
  landing: '#7b5ea733',
}
/** Characters of a colour without its transparency: a small patch must be seen. */
const SOLID = 7
const OTHER_PHASE = '#9aa5b122'
const BODY = '#3d7ec2'
const LEFT = '#e07a1f'
const RIGHT = '#2a9d8f'

interface Panel {
  title: string
  unit: string
  lines: Line[]
}

/** Video and curves of one trial, locked to one instant. */
export function TrialView({ analysis, overlay, trial, curves }: { analysis: Analysis | null; overlay: string | null; trial: Trial; curves: Curves }) {
  const [now_s, setNow] = useState(trial.start_s)
  const panels = useMemo(() => panelsOf(curves), [curves, language.value])
  const [corrections, setCorrections] = useState(() => readCorrections(analysis?.config['events']))
  const events = listCorrectable(trial)
  const marks: Mark[] = events.map((event, index) => {
    const time_s = shownTime(corrections, event, trial.index)
    const moved = time_s !== (event.automatic_s ?? event.time_s)
    return { key: String(index), label: event.name, time_s, moved }
  })
  const place = (index: number, time_s: number): void => {
    const event = events[index]
    if (!event) return
    setCorrections((before) => addCorrection(before, event, { trial: trial.index, time_s: limitMove(event, time_s) }))
    setNow(limitMove(event, time_s))
  }
  const spans: Span[] = trial.phases.map((phase) => ({ ...phase, colour: PHASE_COLOURS[phase.name] ?? OTHER_PHASE }))
  return (
    <section class={`trial-view ${overlay ? '' : 'no-video'}`}>
      {overlay && <FrameVideo url={overlay} time_s={curves.time_s} now_s={now_s} onTime={setNow} />}
      <div class="plots">
        <h2>{t('result.plots')}</h2>
        <PhaseLegend spans={spans} />
        {panels.map((panel) => (
          <Plot
            {...panel}
            group="trial"
            time_s={curves.time_s}
            spans={spans}
            now_s={now_s}
            onTime={setNow}
            marks={marks}
            onMark={analysis && ((key, time_s) => place(Number(key), time_s))}
          />
        ))}
        <p class="hint">{t('result.zoomHelp')}</p>
        {analysis && <EventEditor
          analysis={analysis}
          trial={trial}
          corrections={corrections}
          now_s={now_s}
          onPlace={place}
          onShow={setNow}
          onChange={setCorrections}
        />}
      </div>
    </section>
  )
}

function PhaseLegend({ spans }: { spans: readonly Span[] }) {
  const named = new Map(spans.map((span) => [span.name, span.colour]))
  return (
    <ul class="legend">
      {[...named].map(([name, colour]) => (
        <li>
          <span style={{ background: colour.slice(0, SOLID) }} /> {engineName('phase', name, name.replaceAll('_', ' '))}
        </li>
      ))}
    </ul>
  )
}

function panelsOf(curves: Curves): Panel[] {
  const sides = (name: string, factor: number): Line[] => [
    { label: t('plot.left'), values: scale(curves.column(`left_${name}`), factor), colour: LEFT },
    { label: t('plot.right'), values: scale(curves.column(`right_${name}`), factor), colour: RIGHT },
  ]
  const body = BODY_PANELS.map(({ title, unit, column, factor }) => ({
    title: t(title),
    unit,
    lines: [{ label: t(title), values: scale(curves.column(column), factor), colour: BODY }],
  }))
  const panels: Panel[] = [
    ...body,
    { title: t('plot.knee'), unit: '°', lines: sides('knee_flexion_deg', 1) },
    { title: t('plot.soles'), unit: 'cm', lines: sides('sole_y_m', 100) },
  ]
  return panels.filter((panel) => panel.lines.some((line) => line.values.some(Number.isFinite)))
}
