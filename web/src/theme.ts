import { signal } from '@preact/signals'

export type Theme = 'auto' | 'light' | 'dark'
const KEPT = 'kinemotion-theme'

export const theme = signal<Theme>((localStorage.getItem(KEPT) as Theme | null) ?? 'auto')

function show(): void {
  document.documentElement.dataset['theme'] = theme.value
}

export function chooseTheme(chosen: Theme): void {
  localStorage.setItem(KEPT, chosen)
  theme.value = chosen
  show()
}

/** Whether the page is dark now: by choice, else by the system's setting. */
export function isDark(): boolean {
  if (theme.value !== 'auto') return theme.value === 'dark'
  return matchMedia('(prefers-color-scheme: dark)').matches
}

show()
