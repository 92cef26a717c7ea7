import { useEffect, useState } from 'preact/hooks'

import { type Analysis, type AnalysisDocument, artefactUrl, eraseAnalysis, readAnalysis, readDocument, readText } from '../api/service'
import { formatDate } from '../format'
import { engineName, t } from '../i18n'
import { sayFailure } from '../messages'
import { AthleteLink } from '../parts/athlete_link'
import { FileLink } from '../parts/file_link'
import { Measured } from '../parts/measured'
import { ProblemCard } from '../parts/problem'
import { SharePanel } from '../parts/share'
import { PlainVideo } from '../parts/video'
import { printPage } from '../print'
import { findSport } from '../sports'

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

  if (erased) return <h1>{t('result.deleted')}</h1>
  if (error !== null) return <ProblemCard alone error={error} />
  if (!loaded) return <p role="status">{t('loading')}…</p>
  const { analysis, document } = loaded
  const sport = findSport(analysis.sport_type)
  const overlay = overlayOf(analysis)
  const erase = (): void => {
    if (confirm(t('result.deleteConfirm'))) eraseAnalysis(id).then(() => setErased(true), setError)
  }
  return (
    <>
      <h1>{t('result.of', { sport: engineName('sport', analysis.sport_type, sport?.title ?? analysis.sport_type) })}</h1>
      <p class="when">{t('result.when', { date: formatDate(analysis.created_at) })}</p>
      <AthleteLink analysis={analysis} />
      {document ? <Measured analysis={analysis} document={document} curves={loaded.curves} overlay={overlay} /> : <Refused analysis={analysis} overlay={overlay} />}
      <Downloads analysis={analysis} erase={erase} onProblem={setError} />
      {document && <SharePanel analysisId={id} />}
    </>
  )
}

function overlayOf({ analysis_id, files }: Analysis): string | null {
  return files.some((file) => file.name === 'overlay.mp4') ? artefactUrl(analysis_id, 'overlay.mp4') : null
}

/** Why there is no result, and what was seen in the video. */
function Refused({ analysis, overlay }: { analysis: Analysis; overlay: string | null }) {
  const [happened, hint] = analysis.error ? sayFailure(analysis.error) : ['', '']
  return (
    <>
      <section class="card problem" role="alert">
        <h2>{analysis.status === 'failed' ? t('result.refused') : t(`status.${analysis.status}`)}</h2>
        {happened && <p>{happened}</p>}
        {hint && <p class="hint">{hint}</p>}
        <a class="button primary" href={`#/measure?sport=${analysis.sport_type}${analysis.athlete_id === null ? '' : `&athlete=${analysis.athlete_id}`}`}>
          {t('measure.again')}
        </a>
      </section>
      {overlay && (
        <section class="card seen">
          <h2>{t('result.seen')}</h2>
          <PlainVideo url={overlay} />
        </section>
      )}
    </>
  )
}

const FILE_LABELS = {
  'report.html': 'result.report',
  'result.json': 'result.json',
  'trajectories.csv': 'result.csv',
  'overlay.mp4': 'result.overlay',
} as const

function Downloads({ analysis, erase, onProblem }: { analysis: Analysis; erase: () => void; onProblem: (problem: unknown) => void }) {
  const id = analysis.analysis_id
  const made = new Set(analysis.files.map((file) => file.name))
  return (
    <section class="downloads" aria-label={t('result.downloads')}>
      {Object.entries(FILE_LABELS)
        .filter(([name]) => made.has(name))
        .map(([name, label]) => (
          <FileLink url={artefactUrl(id, name)} name={`${analysis.sport_type}-${name}`} onProblem={onProblem}>
            {t(label)}
          </FileLink>
        ))}
      {analysis.status === 'completed' && (
        <a class="button" href={`#/compare?a=${id}`}>
          {t('result.compareWith')}
        </a>
      )}
      <button type="button" onClick={printPage}>
        {t('result.print')}
      </button>
      <button type="button" class="danger" onClick={erase}>
        {t('result.delete')}
      </button>
    </section>
  )
}
