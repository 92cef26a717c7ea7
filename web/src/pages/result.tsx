import { useEffect, useState } from 'preact/hooks'

import { type Analysis, type AnalysisDocument, artefactUrl, eraseAnalysis, readAnalysis, readDocument, readText } from '../api/service'
import { type Curves, readCurves } from '../curves'
import { engineName, t } from '../i18n'
import { MetricCards, MetricTable } from '../parts/metrics'
import { ProblemCard } from '../parts/problem'
import { TrialView } from '../parts/trial_view'
import { findSport } from '../sports'

export type Trial = AnalysisDocument['trials'][number]

interface Loaded {
  analysis: Analysis
  document: AnalysisDocument | null
  curves: string
}

async function load(id: string): Promise<Loaded> {
  const analysis = await readAnalysis(id)
  if (analysis.status !== 'completed') return { analysis, document: null, curves: '' }
  const [document, curves] = await Promise.all([
    readDocument(id),
    readText(artefactUrl(id, 'trajectories.csv')).catch(() => ''), // an old analysis, or one without metres: no curves
  ])
  return { analysis, document, curves }
}

export function ResultPage({ id }: { id: string }) {
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [erased, setErased] = useState(false)
  useEffect(() => void load(id).then(setLoaded, setError), [id])

  if (erased) return <p role="status">{t('result.deleted')}</p>
  if (error !== null) return <ProblemCard error={error} />
  if (!loaded) return <p role="status">{t('loading')}…</p>
  const { analysis, document } = loaded
  const sport = findSport(analysis.sport_type)
  const erase = (): void => {
    if (confirm(t('result.deleteConfirm'))) eraseAnalysis(id).then(() => setErased(true), setError)
  }
  return (
    <>
      <h1>
        {t('result.title')}: {engineName('sport', analysis.sport_type, sport?.title ?? analysis.sport_type)}
      </h1>
      {document ? <Measured analysis={analysis} document={document} curves={loaded.curves} /> : <Refused analysis={analysis} />}
      <Downloads analysis={analysis} erase={erase} />
    </>
  )
}

function Measured({ analysis, document, curves }: { analysis: Analysis; document: AnalysisDocument; curves: string }) {
  const [chosen, setChosen] = useState(() => bestTrial(document))
  const trial = document.trials[chosen]
  if (!trial) return null
  const { score, confidence, warnings } = trial.quality
  const read: Curves = readCurves(curves, trial.index)
  return (
    <>
      {document.trials.length > 1 && (
        <div class="tabs" role="group">
          {document.trials.map((each, index) => (
            <button type="button" aria-pressed={index === chosen} onClick={() => setChosen(index)}>
              {t('result.trial', { number: each.index + 1 })}
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
              <li>
                {trial.problem.message} {trial.problem.hint}
              </li>
            )}
            {warnings.map((warning) => (
              <li>{warning}</li>
            ))}
          </ul>
        </section>
      )}
      {read.time_s.length > 0 && <TrialView key={trial.index} analysis={analysis} trial={trial} curves={read} />}
      <MetricTable sport={document.movement} trial={trial} />
    </>
  )
}

/** The trial whose metrics the document puts first. */
function bestTrial(document: AnalysisDocument): number {
  const first = JSON.stringify(document.data)
  return Math.max(
    0,
    document.trials.findIndex((trial) => JSON.stringify(trial.data) === first),
  )
}

function Refused({ analysis }: { analysis: Analysis }) {
  return (
    <section class="card problem" role="alert">
      <h2>{analysis.status === 'failed' ? t('result.refused') : t(`status.${analysis.status}`)}</h2>
      {analysis.error && (
        <>
          <p>{analysis.error.message}</p>
          <p class="hint">{analysis.error.hint}</p>
        </>
      )}
      <a class="button primary" href={`#/measure?sport=${analysis.sport_type}`}>
        {t('measure.again')}
      </a>
    </section>
  )
}

const FILE_LABELS = {
  'report.html': 'result.report',
  'result.json': 'result.json',
  'trajectories.csv': 'result.csv',
  'overlay.mp4': 'result.overlay',
} as const

function Downloads({ analysis, erase }: { analysis: Analysis; erase: () => void }) {
  const id = analysis.analysis_id
  const made = new Set(analysis.files.map((file) => file.name))
  return (
    <section class="downloads" aria-label={t('result.downloads')}>
      {Object.entries(FILE_LABELS)
        .filter(([name]) => made.has(name))
        .map(([name, label]) => (
          <a class="button" href={artefactUrl(id, name)} download={`${analysis.sport_type}-${name}`}>
            {t(label)}
          </a>
        ))}
      {analysis.status === 'completed' && (
        <a class="button" href={`#/compare?a=${id}`}>
          {t('result.compareWith')}
        </a>
      )}
      <button type="button" onClick={() => print()}>
        {t('result.print')}
      </button>
      <button type="button" class="danger" onClick={erase}>
        {t('result.delete')}
      </button>
    </section>
  )
}
