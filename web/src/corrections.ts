import type { Trial } from './api/service'

type TrialEvent = Trial['events'][number]

/** The instant that a person gives for an event, as the engine reads it. */
export interface Correction {
  name: string
  time_s: number
  side: string | null
  trial: number
}

/** Events that are the ends of the film and no instants of the movement. */
const BOUNDS: readonly string[] = ['start', 'end']
/** An event can be moved by less than this. */
const FARTHEST_S = 0.25

export function listCorrectable(trial: Trial): TrialEvent[] {
  return trial.events.filter((event) => !BOUNDS.includes(event.name))
}

/** Corrections that a result was measured with, kept as text among its options. */
export function readCorrections(text: unknown): Correction[] {
  if (typeof text !== 'string') return []
  const read = JSON.parse(text) as Partial<Correction>[]
  return read.map(({ name = '', time_s = 0, side = null, trial = 0 }) => ({ name, time_s, side, trial }))
}

export function writeCorrections(corrections: readonly Correction[]): string {
  return JSON.stringify(corrections.map(({ name, time_s, side, trial }) => ({ name, time_s, trial, ...(side && { side }) })))
}

/** The corrections with one more: it takes the place of an earlier one of the same event. */
export function addCorrection(corrections: readonly Correction[], event: TrialEvent, { trial, time_s }: { trial: number; time_s: number }): Correction[] {
  const moved = { name: event.name, side: event.side, trial, time_s: Math.round(time_s * 1e4) / 1e4 }
  return [...withoutCorrection(corrections, event, trial), moved]
}

export function withoutCorrection(corrections: readonly Correction[], event: TrialEvent, trial: number): Correction[] {
  return corrections.filter((each) => !isOf(each, event, trial))
}

/** The instant at which an event is shown: the one that a person gave, else that of the result. */
export function shownTime(corrections: readonly Correction[], event: TrialEvent, trial: number): number {
  return corrections.find((each) => isOf(each, event, trial))?.time_s ?? event.automatic_s ?? event.time_s
}

/** Keep an instant near enough to the automatic one for the engine to take it. */
export function limitMove(event: TrialEvent, time_s: number): number {
  const automatic_s = event.automatic_s ?? event.time_s
  const most = FARTHEST_S - 0.001
  return Math.min(Math.max(time_s, automatic_s - most), automatic_s + most)
}

function isOf(correction: Correction, event: TrialEvent, trial: number): boolean {
  const same = correction.name === event.name && correction.side === event.side && correction.trial === trial
  return same && Math.abs(correction.time_s - (event.automatic_s ?? event.time_s)) < FARTHEST_S
}
