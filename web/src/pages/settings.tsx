import { useEffect, useState } from 'preact/hooks'

import { readUsage, type Usage } from '../api/account'
import { ApiError, storedKey, storeKey } from '../api/http'
import { formatNumber } from '../format'
import { t } from '../i18n'
import { readField } from '../parts/fields'
import { KeysPanel } from '../parts/keys'
import { ProblemCard } from '../parts/problem'
import { WebhooksPanel } from '../parts/webhooks'

export function SettingsPage() {
  const [key, setKey] = useState(storedKey())
  const [saved, setSaved] = useState(false)
  const [usage, setUsage] = useState<Usage | null>(null)
  const [error, setError] = useState<unknown>(null)
  useEffect(() => {
    setUsage(null)
    setError(null)
    readUsage().then(setUsage, setError)
  }, [key])
  return (
    <>
      <h1>{t('settings.title')}</h1>
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault()
          storeKey(readField(new FormData(event.currentTarget), 'key'))
          setKey(storedKey())
          setSaved(true)
        }}
      >
        <h2>{t('settings.access')}</h2>
        {usage !== null && <Access usage={usage} hasKey={key !== ''} />}
        {error !== null && <Refused error={error} hasKey={key !== ''} />}
        <label>
          {t('settings.key')}
          <input name="key" type="password" autocomplete="off" defaultValue={key} aria-describedby="key-help" />
        </label>
        <p class="hint" id="key-help">
          {t('settings.keyHelp')}
        </p>
        <button type="submit" class="primary">
          {t('settings.save')}
        </button>
        {saved && <span role="status"> {t('settings.saved')}</span>}
      </form>
      {usage !== null && (
        <>
          <KeysPanel key={key} usage={usage} />
          <WebhooksPanel key={key} />
        </>
      )}
    </>
  )
}

/** Who the page is to the service, and what is used. */
function Access({ usage, hasKey }: { usage: Usage; hasKey: boolean }) {
  const { used, limit } = usage.analyses
  const count = formatNumber(used, 0)
  return (
    <>
      <p>{hasKey ? t('settings.account', { owner: usage.owner, tier: usage.tier }) : t('settings.open')}</p>
      <p>{limit === null ? t('settings.used', { count }) : t('settings.usedOf', { count, limit: formatNumber(limit, 0) })}</p>
    </>
  )
}

function Refused({ error, hasKey }: { error: unknown; hasKey: boolean }) {
  if (!(error instanceof ApiError) || error.problem.status !== 401) return <ProblemCard error={error} />
  return (
    <p role="alert" class="mend">
      {t(hasKey ? 'settings.wrongKey' : 'settings.needsKey')}
    </p>
  )
}
