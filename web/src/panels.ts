// The curves of the centre of mass that every view of a trial draws.
export interface BodyPanel {
  title: 'plot.height' | 'plot.velocity'
  unit: string
  column: string
  factor: number
}

export const BODY_PANELS: readonly BodyPanel[] = [
  { title: 'plot.height', unit: 'cm', column: 'com_y_m', factor: 100 },
  { title: 'plot.velocity', unit: 'm/s', column: 'com_velocity_y_m_s', factor: 1 },
]

export function scale(values: readonly number[], factor: number): number[] {
  return values.map((value) => value * factor)
}
