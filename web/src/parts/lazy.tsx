import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import { t } from '../i18n'
import { ProblemCard } from './problem'

/** A page whose code is loaded when it is opened. */
export function Lazy({ load }: { load: () => Promise<ComponentType> }) {
  const [Page, setPage] = useState<ComponentType | null>(null)
  const [error, setError] = useState<unknown>(null)
  const fetchPage = (): void => {
    setError(null)
    load().then((loaded) => setPage(() => loaded), setError)
  }
  useEffect(fetchPage, [])
  if (error !== null) return <ProblemCard error={error} again={fetchPage} />
  return Page ? <Page /> : <p role="status">{t('loading')}…</p>
}
