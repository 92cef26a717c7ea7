import { useEffect, useState } from 'preact/hooks'

import { createKey, type Key, listKeys, revokeKey, SCOPES, type Tier, type Usage } from '../api/account'
import { formatDate, formatNumber } from '../format'
import { findText, t } from '../i18n'
import { ShownOnce } from './once'
import { ProblemCard } from './problem'
import { ScrollingTable } from './scrolling_table'

const DAY_MS = 86_400_000
const LIFETIMES = { 30: 'keys.month', 90: 'keys.quarter', 365: 'keys.year', 0: 'keys.never' } as const
const USUAL_DAYS = '365'

/** The keys of the account: make one, see when each was last used, end one. */
export function KeysPanel({ usage }: { usage: Usage }) {
  const [keys, setKeys] = useState<Key[]>([])
  const [made, setMade] = useState('')
  const [error, setError] = useState<unknown>(null)
  const load = (): void => void listKeys().then(setKeys, setError)
  useEffect(load, [])
  const end = (key: Key): void => {
    if (confirm(t('keys.endConfirm', { name: key.name }))) revokeKey(key.key_id).then(load, setError)
  }
  const make = (form: HTMLFormElement): void => {
    setError(null)
    createKey(readForm(form)).then((created) => {
      setMade(created.key)
      form.reset()
      load()
    }, setError)
  }
  return (
    <section class="card">
      <h2>{t('keys.title')}</h2>
      <p class="hint">{t('keys.help')}</p>
      {keys.length > 0 && <KeyTable keys={keys} end={end} />}
      {made && <ShownOnce label={t('keys.once')} text={made} />}
      {error !== null && <ProblemCard error={error} />}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          make(event.currentTarget)
        }}
      >
        <h3>{t('keys.new')}</h3>
        <div class="fields">
          <label>
            {t('keys.name')}
            <input name="name" required maxLength={200} placeholder={t('keys.namePlace')} />
          </label>
          <label>
            {t('keys.limits')}
            <select name="tier">
              {Object.entries(usage.tiers).map(([name, tier]) => (
                <option value={name} selected={name === usage.tier}>
                  {name}: {describeTier(tier)}
                </option>
              ))}
            </select>
          </label>
          <label>
            {t('keys.expires')}
            <select name="days">
              {Object.entries(LIFETIMES).map(([days, label]) => (
                <option value={days} selected={days === USUAL_DAYS}>
                  {t(label)}
                </option>
              ))}
            </select>
          </label>
        </div>
        <fieldset>
          <legend>{t('keys.scopes')}</legend>
          {SCOPES.map((scope) => (
            <label class="check">
              <input type="checkbox" name="scopes" value={scope} defaultChecked={!scope.endsWith(':manage')} /> {t(`scope.${scope}`)}
            </label>
          ))}
        </fieldset>
        <button type="submit" class="primary">
          {t('keys.make')}
        </button>
      </form>
    </section>
  )
}

function readForm(form: HTMLFormElement): Parameters<typeof createKey>[0] {
  const filled = new FormData(form)
  const days = Number(filled.get('days'))
  const expires = days > 0 ? { expires_at: new Date(Date.now() + days * DAY_MS).toISOString() } : {}
  return { name: String(filled.get('name')), tier: String(filled.get('tier')), scopes: filled.getAll('scopes').map(String), ...expires }
}

function describeTier(tier: Tier): string {
  const limits = [
    tier.analyses_a_month === null ? '' : t('keys.analyses', { count: formatNumber(tier.analyses_a_month, 0) }),
    tier.requests_a_minute === null ? '' : t('keys.requests', { count: formatNumber(tier.requests_a_minute, 0) }),
  ].filter(Boolean)
  return limits.join(', ') || t('keys.unlimited')
}

function KeyTable({ keys, end }: { keys: readonly Key[]; end: (key: Key) => void }) {
  return (
    <ScrollingTable label={t('keys.title')}>
      <thead>
        <tr>
          <th scope="col">{t('keys.name')}</th>
          <th scope="col">{t('keys.scopes')}</th>
          <th scope="col">{t('keys.limits')}</th>
          <th scope="col">{t('keys.used')}</th>
          <th scope="col">{t('keys.expires')}</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <tr key={key.key_id}>
            <th scope="row">{key.name}</th>
            <td>{key.scopes.map((scope) => findText(`scope.${scope}`) ?? scope).join(' · ')}</td>
            <td>{key.tier}</td>
            <td>{key.last_used_at ? formatDate(key.last_used_at) : t('keys.unused')}</td>
            <td>{key.expires_at ? formatDate(key.expires_at) : t('keys.never')}</td>
            <td>
              {key.revoked_at ? (
                t('keys.ended')
              ) : (
                <button type="button" class="danger" onClick={() => end(key)}>
                  {t('keys.end')}
                  <span class="visually-hidden">: {key.name}</span>
                </button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </ScrollingTable>
  )
}
