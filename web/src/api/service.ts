import type { Analysis1 as AnalysisDocument } from './document'
import { ApiError, authorization, type Failure, readFile, readProblem, request, send } from './http'

export type { AnalysisDocument }
export type Trial = AnalysisDocument['trials'][number]

export interface MetricDeclaration {
  key: string
  title: string
  unit: string | null
  meaning: string
}

export interface OptionDeclaration {
  name: string
  type: string
  default: unknown
  help: string
  minimum?: number | null
  maximum?: number | null
  unit?: string | null
}

/** A movement that the service can measure. */
export interface Sport {
  name: string
  title: string
  headline: string
  metrics: MetricDeclaration[]
  options: OptionDeclaration[]
}

export type Status = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled'

export interface Progress {
  done: number
  total: number | null
}

/** An analysis as the service keeps it. */
export interface Analysis {
  analysis_id: string
  status: Status
  sport_type: string
  quality: string
  created_at: string
  athlete_id: string | null
  session_id: string | null
  config: Record<string, boolean | number | string>
  progress: Progress | null
  result: { data: Record<string, number | string | null>; intervals: Record<string, number[]> } | null
  error: Failure | null
  files: { name: string; media_type: string; size_bytes: number }[]
}

export interface Page<T> {
  items: T[]
  next_cursor: string | null
}

export async function listSports(): Promise<Sport[]> {
  return (await request<{ sports: Sport[] }>('/api/v1/sports')).sports
}

export function readAnalysis(id: string): Promise<Analysis> {
  return request(`/api/v1/analyses/${encodeURIComponent(id)}`)
}

export function readDocument(id: string): Promise<AnalysisDocument> {
  return request(`/api/v1/analyses/${encodeURIComponent(id)}/result.json`)
}

export function listAnalyses(filter: Record<string, string>): Promise<Page<Analysis>> {
  return request(`/api/v1/analyses?${new URLSearchParams(filter)}`)
}

export function eraseAnalysis(id: string): Promise<void> {
  return request(`/api/v1/analyses/${encodeURIComponent(id)}`, { method: 'DELETE' })
}

/** Address of a file of an analysis, for example `overlay.mp4`. */
export function artefactUrl(id: string, name: string): string {
  return `/api/v1/analyses/${encodeURIComponent(id)}/${name}`
}

export async function readText(url: string): Promise<string> {
  return (await readFile(url)).text()
}

/** The language of the page: that of the files with words, too. */
function pageLanguage(): string {
  return document.documentElement.lang
}

/** Upload a video with its options; `onProgress` hears the share that was sent, 0 to 1. */
export function createAnalysis(
  form: FormData,
  { onProgress, signal }: { onProgress: (share: number) => void; signal: AbortSignal },
): Promise<Analysis> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest() // fetch tells nothing of the progress of an upload
    call.open('POST', '/api/v1/analyses')
    for (const [name, value] of Object.entries(authorization())) call.setRequestHeader(name, value)
    call.setRequestHeader('Idempotency-Key', crypto.randomUUID())
    call.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total)
    }
    call.onload = () => {
      if (call.status < 300) resolve(JSON.parse(call.responseText) as Analysis)
      else reject(new ApiError(readProblem(call.status, call.responseText)))
    }
    call.onerror = () => reject(new ApiError({ ...readProblem(0, ''), code: 'offline' }))
    call.onabort = () => reject(new DOMException('cancelled', 'AbortError'))
    signal.addEventListener('abort', () => call.abort())
    form.set('language', pageLanguage())
    call.send(form)
  })
}

/** Measure the video of an analysis again with other options; the same options give the analysis that is there. */
export function measureAgain(analysis: Analysis, config: Analysis['config']): Promise<Analysis> {
  const { analysis_id, sport_type, quality, athlete_id, session_id, files } = analysis
  const outputs = OUTPUTS.filter((output) => files.some((file) => file.name.startsWith(output)))
  const asked = { sport_type, quality, athlete_id, session_id, config, outputs, language: pageLanguage(), input: { analysis_id } }
  return send('POST', '/api/v1/analyses', asked)
}

/** Files that a result can have beside its document. */
export const OUTPUTS = ['report', 'overlay', 'trajectories']

const ENDED: readonly Status[] = ['completed', 'failed', 'cancelled']
const ASK_EVERY_MS = 700

/** Follow an analysis until it has ended: `onChange` hears every state on the way. */
export async function followAnalysis(
  id: string,
  { onChange, signal }: { onChange: (analysis: Analysis) => void; signal: AbortSignal },
): Promise<Analysis> {
  for (;;) {
    const analysis = await readAnalysis(id)
    onChange(analysis)
    if (ENDED.includes(analysis.status)) return analysis
    await pause(ASK_EVERY_MS, signal)
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(new DOMException('cancelled', 'AbortError'))
    })
  })
}
