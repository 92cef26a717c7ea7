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

/** Parts that are folded on the screen and must be on paper. */
const UNFOLDED = 'details.all-metrics:not([open])'

/** Unfold them for every way of printing, also that of the browser's own menu, and fold them again afterwards. */
export function unfoldForPrint(): void {
  let unfolded: HTMLDetailsElement[] = []
  addEventListener('beforeprint', () => {
    unfolded = [...document.querySelectorAll<HTMLDetailsElement>(UNFOLDED)]
    for (const part of unfolded) part.open = true
  })
  addEventListener('afterprint', () => {
    for (const part of unfolded) part.open = false
    unfolded = []
  })
}
