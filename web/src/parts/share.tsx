import { useEffect, useState } from 'preact/hooks'

import { type CreatedShare, createShare, listShares, revokeShare, type Share } from '../api/sharing'
import { formatDate } from '../format'
import { t } from '../i18n'
import { ShownOnce } from './once'
import { ProblemCard } from './problem'

const HOUR_S = 3600
const DAY_S = 24 * HOUR_S
const LIFETIMES_S = { 'share.hour': HOUR_S, 'share.day': DAY_S, 'share.week': 7 * DAY_S, 'share.month': 30 * DAY_S, 'share.quarter': 90 * DAY_S } as const
const USUAL_S = 7 * DAY_S

/** Links that show this result to people without a key: make one, see which work, end one. */
export function SharePanel({ analysisId }: { analysisId: string }) {
  const [links, setLinks] = useState<Share[]>([])
  const [made, setMade] = useState<CreatedShare | null>(null)
  const [lifetime_s, setLifetime] = useState<number>(USUAL_S)
  const [error, setError] = useState<unknown>(null)
  const load = (): void => void listShares(analysisId).then(setLinks, setError)
  useEffect(load, [analysisId])

  const make = (): void => {
    setError(null)
    createShare(analysisId, lifetime_s).then((created) => {
      setMade(created)
      load()
    }, setError)
  }
  const end = (link: Share): void => {
    revokeShare(analysisId, link.share_id).then(() => {
      if (made?.share_id === link.share_id) setMade(null)
      load()
    }, setError)
  }
  return (
    <details class="card share">
      <summary>
        <h2>{t('share.title')}</h2>
      </summary>
      <p class="hint">{t('share.help')}</p>
      <div class="row">
        <label>
          {t('share.lifetime')}
          <select value={lifetime_s} onChange={(event) => setLifetime(Number(event.currentTarget.value))}>
            {Object.entries(LIFETIMES_S).map(([name, seconds]) => (
              <option value={seconds}>{t(name as keyof typeof LIFETIMES_S)}</option>
            ))}
          </select>
        </label>
        <button type="button" class="primary" onClick={make}>
          {t('share.make')}
        </button>
      </div>
      {made && <ShownOnce label={t('share.link')} text={new URL(made.path, location.origin).href} />}
      {error !== null && <ProblemCard error={error} />}
      {links.length > 0 && <LinkList links={links} end={end} />}
    </details>
  )
}

function LinkList({ links, end }: { links: readonly Share[]; end: (link: Share) => void }) {
  return (
    <ul class="rows">
      {links.map((link) => (
        <li key={link.share_id}>
          <span>
            {t('share.made', { date: formatDate(link.created_at) })} · {t('share.ends', { date: formatDate(link.expires_at) })}
          </span>
          <button type="button" class="danger" onClick={() => end(link)}>
            {t('share.end')}
            <span class="visually-hidden">: {formatDate(link.created_at)}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
