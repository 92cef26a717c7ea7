import { theme } from './theme'

/** Print the page, or save it as a PDF, in light colours: curves are drawn anew, so that dark ones do not vanish on paper. */
export function printPage(): void {
  const before = theme.value
  show('light')
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      print()
      show(before)
    }),
  )
}

function show(shown: typeof theme.value): void {
  document.documentElement.dataset['theme'] = shown
  theme.value = shown
}
