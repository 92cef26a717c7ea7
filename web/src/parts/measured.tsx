import { useState } from 'preact/hooks'

import type { Analysis, AnalysisDocument } from '../api/service'
import { bestTrial } from '../best_trial'
import { type Curves, readCurves } from '../curves'
import { t } from '../i18n'
import { sayAllWarnings, sayFailure } from '../messages'
import { MetricCards, MetricTable } from './metrics'
import { TrialView } from './trial_view'

interface MeasuredProps {
  document: AnalysisDocument
  /** Text of the table of curves; empty where there is none. */
  curves: string
  /** Address of the overlay video; null where none was made. */
  overlay: string | null
  /** The analysis whose events can be corrected; null where the result is only shown. */
  analysis: Analysis | null
}

/** A result: numbers, what to know about them, video and curves. */
export function Measured({ document, curves, overlay, analysis }: MeasuredProps) {
  const [chosen, setChosen] = useState(() => bestTrial(document))
  const trial = document.trials[chosen]
  if (!trial) return null
  const { score, confidence } = trial.quality
  const warnings = sayAllWarnings(trial.quality, {
    ofOthers: document.trials.filter((each) => each !== trial).map(({ quality }) => quality),
    ofVideo: [document.metadata.quality, document.metadata.video],
  })
  const severalPeople = new Set(document.trials.map(({ person }) => person)).size > 1
  const read: Curves = readCurves(curves, trial.index)
  return (
    <>
      {document.trials.length > 1 && (
        <div class="tabs" role="group">
          {document.trials.map((each, index) => (
            <button type="button" aria-pressed={index === chosen} onClick={() => setChosen(index)}>
              {t('result.trial', { number: each.index + 1 })}
              {severalPeople && `, ${t('result.person', { number: each.person })}`}
            </button>
          ))}
        </div>
      )}
      <MetricCards sport={document.movement} trial={trial} />
      <p class={`quality ${confidence}`}>{t('result.quality', { score, confidence: t(`confidence.${confidence}`) })}</p>
      {(warnings.length > 0 || trial.problem) && (
        <section class="card warnings">
          <h2>{t('result.warnings')}</h2>
          <ul>
            {trial.problem && (
              <li>{sayFailure(trial.problem).join(' ')}</li>
            )}
            {warnings.map((warning) => (
              <li>{warning}</li>
            ))}
          </ul>
        </section>
      )}
      {read.time_s.length > 0 && <TrialView key={trial.index} analysis={analysis} overlay={overlay} trial={trial} curves={read} />}
      <MetricTable sport={document.movement} trial={trial} />
    </>
  )
}
