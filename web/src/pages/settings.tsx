import { useState } from 'preact/hooks'

import { storedKey, storeKey } from '../api/http'
import { t } from '../i18n'

export function SettingsPage() {
  const [saved, setSaved] = useState(false)
  return (
    <>
      <h1>{t('settings.title')}</h1>
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault()
          storeKey(String(new FormData(event.currentTarget).get('key') ?? '').trim())
          setSaved(true)
        }}
      >
        <label>
          {t('settings.key')}
          <input name="key" type="password" autocomplete="off" defaultValue={storedKey()} aria-describedby="key-help" />
        </label>
        <p class="hint" id="key-help">
          {t('settings.keyHelp')}
        </p>
        <button type="submit" class="primary">
          {t('settings.save')}
        </button>
        {saved && <span role="status"> {t('settings.saved')}</span>}
      </form>
    </>
  )
}
