import type { MessageEntry } from './document'

/** A field of a request that is not valid: what is wrong with it, in English and with the fault's code and values. */
export interface FieldFault {
  field: string
  message: string
  code?: string
  values?: Record<string, number | string | readonly string[]>
}

/** What went wrong and what to do, in English, with the codes of both where the engine gives them. */
export interface Failure {
  code: string
  message: string
  hint?: string
  reason?: MessageEntry | null
  advice?: MessageEntry | null
  errors?: readonly FieldFault[]
}

/** A refusal by the service: RFC 9457 problem details. */
export interface Problem {
  status: number
  code: string
  title: string
  detail: string
  hint: string
  retryable: boolean
  errors?: readonly FieldFault[]
}

export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title)
  }
}

const KEY = 'kinemotion-api-key'

/** The API key kept in this browser; empty where the service needs none. */
export function storedKey(): string {
  return localStorage.getItem(KEY) ?? ''
}

export function storeKey(key: string): void {
  if (key) localStorage.setItem(KEY, key)
  else localStorage.removeItem(KEY)
}

export function authorization(): Record<string, string> {
  const key = storedKey()
  return key ? { Authorization: `Bearer ${key}` } : {}
}

/** Read a problem from the text of an answer; an answer of another kind gets a plain one. */
export function readProblem(status: number, text: string): Problem {
  let found: Partial<Problem> = {}
  try {
    found = JSON.parse(text) as Partial<Problem>
  } catch {
    // a proxy's own page, for example: the status says what there is to say
  }
  return {
    status,
    code: found.code ?? 'no_answer',
    title: found.title ?? 'The service could not answer.',
    detail: found.detail ?? '',
    hint: found.hint ?? '',
    retryable: found.retryable ?? status >= 500,
    errors: found.errors ?? [],
  }
}

/** Send a request and read its JSON answer. Throws ApiError for a refusal. */
export async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  const answer = await ask(path, { ...init, headers: { Accept: 'application/json', ...authorization(), ...init.headers } })
  return (answer.status === 204 ? undefined : await answer.json()) as T
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  let answer: Response
  try {
    answer = await fetch(path, init)
  } catch {
    throw new ApiError({ ...readProblem(0, ''), code: 'offline', title: 'No connection to the service.' })
  }
  if (!answer.ok) throw new ApiError(readProblem(answer.status, await answer.text()))
  return answer
}

/** Read a file. Throws ApiError for a refusal. */
export async function readFile(path: string): Promise<Blob> {
  return (await ask(path, { headers: authorization() })).blob()
}

/** Send JSON and read the JSON answer. */
export function send<T>(method: 'POST' | 'PATCH' | 'PUT', path: string, body: unknown): Promise<T> {
  return request<T>(path, { method, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })
}
