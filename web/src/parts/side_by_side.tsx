import { useEffect, useMemo, useState } from 'preact/hooks'

import { type AnalysisDocument, artefactUrl, readText } from '../api/service'
import { bestTrial } from '../best_trial'
import { type Curves, interpolate, readCurves } from '../curves'
import { language, t } from '../i18n'
import { BODY_PANELS, type BodyPanel, scale } from '../panels'
import { type Line, Plot } from './plot'
import { FrameVideo } from './video'

const COLOURS = ['#3d7ec2', '#e07a1f'] as const

/** A jump or a run: its curves, and the instant that both are laid over each other at. */
interface Side {
  id: string
  curves: Curves
  zero_s: number
  isAtTakeoff: boolean
}

/** Two results with their videos and heights, laid over each other at take-off, or at the start where there is none. */
export function SideBySide({ ids, pair }: { ids: readonly [string, string]; pair: readonly [AnalysisDocument, AnalysisDocument] }) {
  const [sides, setSides] = useState<readonly [Side, Side] | null>(null)
  const [offset_s, setOffset] = useState(0)
  useEffect(() => {
    setSides(null)
    Promise.all([loadSide(ids[0], pair[0]), loadSide(ids[1], pair[1])]).then(setSides, () => undefined) // a result without curves: the table is enough
  }, [pair])
  if (sides === null || sides.some((side) => side.curves.time_s.length === 0)) return null
  return (
    <section class="side-by-side">
      {sides.map((side, index) => (
        <figure>
          <figcaption>{t(index === 0 ? 'compare.first' : 'compare.second')}</figcaption>
          <FrameVideo
            url={artefactUrl(side.id, 'overlay.mp4')}
            time_s={side.curves.time_s}
            now_s={side.zero_s + offset_s}
            onTime={(time_s) => setOffset(time_s - side.zero_s)}
          />
        </figure>
      ))}
      <Overlaid sides={sides} offset_s={offset_s} onOffset={setOffset} />
    </section>
  )
}

/** Height and velocity of both, over the time from take-off; they share one zoom. */
function Overlaid({ sides, offset_s, onOffset }: { sides: readonly [Side, Side]; offset_s: number; onOffset: (offset_s: number) => void }) {
  const [first, second] = sides
  const time_s = useMemo(() => first.curves.time_s.map((each) => each - first.zero_s), [first])
  const panels = useMemo(() => BODY_PANELS.map((panel) => ({ ...panel, lines: overlay(sides, panel, time_s) })), [first, second, time_s, language.value])
  const measured = panels.filter(({ lines }) => lines.every((line) => line.values.some(Number.isFinite)))
  return (
    <div class="plots">
      {measured.map(({ title, unit, lines }) => (
        <Plot group="comparison" title={t(title)} unit={unit} time_s={time_s} lines={lines} spans={[]} now_s={offset_s} onTime={onOffset} marks={[]} onMark={null} />
      ))}
      {measured.length > 0 && sides.every(({ isAtTakeoff }) => isAtTakeoff) && <p class="hint">{t('compare.zero')}</p>}
    </div>
  )
}

function overlay([first, second]: readonly [Side, Side], { column, factor }: BodyPanel, time_s: readonly number[]): Line[] {
  const shifted = second.curves.time_s.map((each) => each - second.zero_s)
  const values = [first.curves.column(column), interpolate(shifted, second.curves.column(column), time_s)]
  return values.map((each, index) => ({
    label: t(index === 0 ? 'compare.first' : 'compare.second'),
    values: scale(each, factor),
    colour: COLOURS[index] ?? COLOURS[0],
    dashed: index === 1,
  }))
}

async function loadSide(id: string, document: AnalysisDocument): Promise<Side> {
  const trial = document.trials[bestTrial(document)]
  const curves = readCurves(await readText(artefactUrl(id, 'trajectories.csv')), trial?.index ?? 0)
  const takeoff = trial?.events.find((event) => event.name === 'takeoff')
  return { id, curves, zero_s: takeoff?.time_s ?? trial?.start_s ?? 0, isAtTakeoff: takeoff !== undefined }
}
