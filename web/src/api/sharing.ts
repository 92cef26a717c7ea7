import type { AnalysisDocument } from './service'
import { request, send } from './http'

/** A link to a result, without its token. */
export interface Share {
  share_id: string
  created_at: string
  expires_at: string
}

/** A new link, with what is shown once. */
export interface CreatedShare extends Share {
  token: string
  path: string
}

/** What a link shows of a result. */
export interface Shared {
  sport_type: string
  recorded_on: string | null
  created_at: string
  expires_at: string
  files: { name: string }[]
}

function sharesOf(analysisId: string): string {
  return `/api/v1/analyses/${encodeURIComponent(analysisId)}/shares`
}

export function createShare(analysisId: string, expires_in_s: number): Promise<CreatedShare> {
  return send('POST', sharesOf(analysisId), { expires_in_s })
}

export async function listShares(analysisId: string): Promise<Share[]> {
  return (await request<{ items: Share[] }>(sharesOf(analysisId))).items
}

export function revokeShare(analysisId: string, shareId: string): Promise<void> {
  return request(`${sharesOf(analysisId)}/${encodeURIComponent(shareId)}`, { method: 'DELETE' })
}

/** Address of a file of a shared result. */
export function sharedUrl(token: string, name: string): string {
  return `/api/v1/shared/${encodeURIComponent(token)}/${name}`
}

export function readShared(token: string): Promise<Shared> {
  return request(`/api/v1/shared/${encodeURIComponent(token)}`)
}

export function readSharedDocument(token: string): Promise<AnalysisDocument> {
  return request(sharedUrl(token, 'result.json'))
}
