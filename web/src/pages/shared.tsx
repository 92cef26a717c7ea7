import { useEffect, useState } from 'preact/hooks'

import { ApiError } from '../api/http'
import { type AnalysisDocument, readText } from '../api/service'
import { readShared, readSharedDocument, type Shared, sharedUrl } from '../api/sharing'
import { formatDate, formatDay } from '../format'
import { engineName, t } from '../i18n'
import { Measured } from '../parts/measured'
import { ProblemCard } from '../parts/problem'
import { printPage } from '../print'
import { findSport } from '../sports'

interface Loaded {
  shared: Shared
  document: AnalysisDocument
  curves: string
}

async function load(token: string): Promise<Loaded> {
  const shared = await readShared(token)
  const has = (name: string): boolean => shared.files.some((file) => file.name === name)
  const curves = has('trajectories.csv') ? readText(sharedUrl(token, 'trajectories.csv')) : ''
  return { shared, document: await readSharedDocument(token), curves: await curves }
}

/** A result that somebody shared: it is only shown, and needs no key. */
export function SharedPage({ token }: { token: string }) {
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  const [error, setError] = useState<unknown>(null)
  useEffect(() => void load(token).then(setLoaded, setError), [token])

  if (error instanceof ApiError && error.problem.code === 'link_ended') return <Ended />
  if (error !== null) return <ProblemCard alone error={error} />
  if (!loaded) return <p role="status">{t('loading')}…</p>
  const { shared, document, curves } = loaded
  const made = new Set(shared.files.map((file) => file.name))
  const overlay = made.has('overlay.mp4') ? sharedUrl(token, 'overlay.mp4') : null
  return (
    <>
      <h1>{t('result.of', { sport: engineName('sport', shared.sport_type, findSport(shared.sport_type)?.title ?? shared.sport_type) })}</h1>
      <p class="when">{t('result.when', { date: shared.recorded_on ? formatDay(shared.recorded_on) : formatDate(shared.created_at) })}</p>
      <Measured document={document} curves={curves} overlay={overlay} analysis={null} />
      <section class="downloads" aria-label={t('result.downloads')}>
        <button type="button" onClick={printPage}>
          {t('result.print')}
        </button>
      </section>
      <p class="hint">{t('shared.until', { date: formatDate(shared.expires_at) })}</p>
    </>
  )
}

function Ended() {
  return (
    <section class="card problem" role="alert">
      <h1>{t('shared.ended')}</h1>
      <p>{t('shared.askAgain')}</p>
    </section>
  )
}
