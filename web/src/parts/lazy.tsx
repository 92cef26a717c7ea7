import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import { t } from '../i18n'
import { ProblemCard } from './problem'

interface Props<P> {
  load: () => Promise<ComponentType<P>>
  props: P
}

/** A part of the page whose code is loaded when it is shown. */
export function Lazy<P extends object>({ load, props }: Props<P>) {
  const [Part, setPart] = useState<ComponentType<P> | null>(null)
  const [error, setError] = useState<unknown>(null)
  const fetchPart = (): void => {
    setError(null)
    load().then((loaded) => setPart(() => loaded), setError)
  }
  useEffect(fetchPart, [])
  if (error !== null) return <ProblemCard error={error} again={fetchPart} />
  return Part ? <Part {...props} /> : <p role="status">{t('loading')}…</p>
}
