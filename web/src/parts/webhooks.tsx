import { useEffect, useState } from 'preact/hooks'

import { createWebhook, deleteWebhook, type Delivery, enableWebhook, EVENTS, listDeliveries, listWebhooks, testWebhook, type Webhook } from '../api/account'
import { formatDate } from '../format'
import { t } from '../i18n'
import { ShownOnce } from './once'
import { ProblemCard } from './problem'
import { ScrollingTable } from './scrolling_table'

/** How often the list of deliveries is asked again while one is on its way. */
const ASK_EVERY_MS = 1000

/** Addresses that are told of ended analyses: add one, send a test, see what was delivered, delete one. */
export function WebhooksPanel() {
  const [webhooks, setWebhooks] = useState<Webhook[]>([])
  const [secret, setSecret] = useState('')
  const [error, setError] = useState<unknown>(null)
  const load = (): void => void listWebhooks().then(setWebhooks, setError)
  useEffect(load, [])
  const add = (form: HTMLFormElement): void => {
    const filled = new FormData(form)
    setError(null)
    createWebhook({ url: String(filled.get('url')), events: filled.getAll('events').map(String) }).then((created) => {
      setSecret(created.secret)
      form.reset()
      load()
    }, setError)
  }
  return (
    <section class="card">
      <h2>{t('webhooks.title')}</h2>
      <p class="hint">{t('webhooks.help')}</p>
      {webhooks.map((webhook) => (
        <WebhookRow key={webhook.webhook_id} webhook={webhook} changed={load} />
      ))}
      {secret && <ShownOnce label={t('webhooks.once')} text={secret} />}
      {error !== null && <ProblemCard error={error} />}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          add(event.currentTarget)
        }}
      >
        <h3>{t('webhooks.new')}</h3>
        <label>
          {t('webhooks.url')}
          <input name="url" type="url" required maxLength={2000} placeholder="https://club.example/kinemotion" />
        </label>
        <fieldset>
          <legend>{t('webhooks.events')}</legend>
          {EVENTS.map((event) => (
            <label class="check">
              <input type="checkbox" name="events" value={event} defaultChecked /> {t(`event.${event}`)}
            </label>
          ))}
        </fieldset>
        <button type="submit" class="primary">
          {t('webhooks.add')}
        </button>
      </form>
    </section>
  )
}

function WebhookRow({ webhook, changed }: { webhook: Webhook; changed: () => void }) {
  const id = webhook.webhook_id
  const [deliveries, setDeliveries] = useState<Delivery[]>([])
  const [error, setError] = useState<unknown>(null)
  const load = (): void => void listDeliveries(id).then(setDeliveries, setError)
  useEffect(load, [id])
  useEffect(() => {
    if (!deliveries.some((delivery) => delivery.status === 'pending' && delivery.attempt === 0)) return undefined
    const timer = setTimeout(load, ASK_EVERY_MS)
    return () => clearTimeout(timer)
  }, [deliveries])
  const remove = (): void => {
    if (confirm(t('webhooks.deleteConfirm', { url: webhook.url }))) deleteWebhook(id).then(changed, setError)
  }
  return (
    <article class="webhook">
      <h3>{webhook.url}</h3>
      <p class="hint">{webhook.events.map((event) => t(`event.${event as (typeof EVENTS)[number]}`)).join(' · ')}</p>
      {!webhook.is_active && <p class="hint">{t('webhooks.disabled', { reason: webhook.disabled_reason ?? '' })}</p>}
      <div class="row">
        <button type="button" onClick={() => void testWebhook(id).then(load, setError)}>
          {t('webhooks.test')}
        </button>
        {!webhook.is_active && (
          <button type="button" onClick={() => void enableWebhook(id).then(changed, setError)}>
            {t('webhooks.enable')}
          </button>
        )}
        <button type="button" class="danger" onClick={remove}>
          {t('webhooks.delete')}
        </button>
      </div>
      {error !== null && <ProblemCard error={error} />}
      {deliveries.length > 0 && <DeliveryTable deliveries={deliveries} />}
    </article>
  )
}

function DeliveryTable({ deliveries }: { deliveries: readonly Delivery[] }) {
  return (
    <ScrollingTable label={t('webhooks.deliveries')}>
      <caption>{t('webhooks.deliveries')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('history.date')}</th>
          <th scope="col">{t('history.status')}</th>
          <th scope="col">{t('webhooks.attempts')}</th>
          <th scope="col">{t('webhooks.answer')}</th>
        </tr>
      </thead>
      <tbody>
        {deliveries.map((delivery) => (
          <tr key={delivery.delivery_id}>
            <td class="number">{formatDate(delivery.created_at)}</td>
            <td>{t(`delivery.${delivery.status}`)}</td>
            <td class="number">{delivery.attempt}</td>
            <td>{delivery.last_status ?? delivery.last_error ?? '–'}</td>
          </tr>
        ))}
      </tbody>
    </ScrollingTable>
  )
}
