import { request, send } from './http'

/** What may be done with keys of one tier; null is no limit. */
export interface Tier {
  analyses_a_month: number | null
  requests_a_minute: number | null
  streams: number | null
  webhooks: number | null
}

export interface Usage {
  owner: string
  tier: string
  analyses: { used: number; limit: number | null }
  /** Tiers that a new key may have. */
  tiers: Record<string, Tier>
}

export interface Key {
  key_id: string
  name: string
  tier: string
  scopes: string[]
  created_at: string
  expires_at: string | null
  last_used_at: string | null
  revoked_at: string | null
}

export interface Webhook {
  webhook_id: string
  url: string
  events: string[]
  is_active: boolean
  disabled_reason: string | null
}

export interface Delivery {
  delivery_id: string
  status: 'pending' | 'delivered' | 'failed' | 'cancelled'
  attempt: number
  last_status: number | null
  last_error: string | null
  created_at: string
}

export const SCOPES = ['analyses:read', 'analyses:write', 'athletes:read', 'athletes:write', 'live:stream', 'webhooks:manage', 'keys:manage'] as const
export const EVENTS = ['analysis.completed', 'analysis.failed', 'analysis.cancelled'] as const

const [KEYS, WEBHOOKS] = ['/api/v1/keys', '/api/v1/webhooks']
const RECENT = '10'

export function readUsage(): Promise<Usage> {
  return request('/api/v1/usage')
}

export async function listKeys(): Promise<Key[]> {
  return (await request<{ items: Key[] }>(KEYS)).items
}

/** Make a key; `key` is its text, which the service shows once. */
export function createKey(asked: { name: string; scopes: string[]; tier?: string; expires_at?: string }): Promise<Key & { key: string }> {
  return send('POST', KEYS, asked)
}

export function revokeKey(keyId: string): Promise<void> {
  return request(`${KEYS}/${encodeURIComponent(keyId)}`, { method: 'DELETE' })
}

export async function listWebhooks(): Promise<Webhook[]> {
  return (await request<{ items: Webhook[] }>(WEBHOOKS)).items
}

/** Register an address; `secret` signs what is sent there, and the service shows it once. */
export function createWebhook(asked: { url: string; events: string[] }): Promise<Webhook & { secret: string }> {
  return send('POST', `${WEBHOOKS}/register`, asked)
}

function webhookPath(id: string): string {
  return `${WEBHOOKS}/${encodeURIComponent(id)}`
}

export function deleteWebhook(id: string): Promise<void> {
  return request(webhookPath(id), { method: 'DELETE' })
}

export function testWebhook(id: string): Promise<Delivery> {
  return request(`${webhookPath(id)}/test`, { method: 'POST' })
}

export function enableWebhook(id: string): Promise<Webhook> {
  return request(`${webhookPath(id)}/enable`, { method: 'POST' })
}

export async function listDeliveries(id: string): Promise<Delivery[]> {
  return (await request<{ items: Delivery[] }>(`${webhookPath(id)}/deliveries?limit=${RECENT}`)).items
}
