import { signal } from '@preact/signals'

import { listSports, type MetricDeclaration, type Sport } from './api/service'

/** Movements that the service measures; empty until `loadSports` has answered. */
export const sports = signal<readonly Sport[]>([])

export async function loadSports(): Promise<void> {
  if (sports.value.length === 0) sports.value = await listSports()
}

export function findSport(name: string): Sport | undefined {
  return sports.value.find((sport) => sport.name === name)
}

export function declarationsOf(name: string): ReadonlyMap<string, MetricDeclaration> {
  return new Map(findSport(name)?.metrics.map((metric) => [metric.key, metric]))
}

/** Metrics a coach reads first, in order; what a clip does not carry is left out by whoever shows them. */
const FIRST_READ: Record<string, readonly string[]> = {
  cmj: ['jump_height_m', 'rsi_modified', 'countermovement_depth_m', 'time_to_takeoff_ms'],
  dropjump: ['reactive_strength_index', 'ground_contact_time_ms', 'jump_height_m'],
  sj: ['jump_height_m', 'takeoff_velocity_m_s', 'concentric_duration_ms'],
  rj: ['reactive_strength_index', 'rsi_best_five', 'jump_count', 'ground_contact_time_ms', 'jump_height_m'],
  running: ['cadence_spm', 'ground_contact_time_ms', 'flight_time_ms', 'vertical_oscillation_m'],
}

export function firstRead(sport: string): readonly string[] {
  return FIRST_READ[sport] ?? [findSport(sport)?.headline ?? '']
}
