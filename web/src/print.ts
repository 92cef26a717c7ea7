import { isDark, theme } from './theme'

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

/** Unfold them, and show light colours, for every way of printing, also that of the browser's own menu; undo it afterwards. */
export function prepareForPrint(): void {
  let unfolded: HTMLDetailsElement[] = []
  const { dataset } = document.documentElement
  addEventListener('beforeprint', () => {
    unfolded = [...document.querySelectorAll<HTMLDetailsElement>(UNFOLDED)]
    for (const part of unfolded) part.open = true
    dataset['drawn'] = isDark() ? 'dark' : 'light' // the style sheet inverts curves that were drawn for a dark page
    dataset['theme'] = 'light'
  })
  addEventListener('afterprint', () => {
    for (const part of unfolded) part.open = false
    unfolded = []
    delete dataset['drawn']
    dataset['theme'] = theme.value
  })
}
