import type { ComponentChildren } from 'preact'

/** A table that scrolls by itself, also by keyboard, where it is wider than the page; a card of its own, or in one. */
export function ScrollingTable({ label, card = false, children }: { label: string; card?: boolean; children: ComponentChildren }) {
  return (
    <div class={card ? 'card scrolls' : 'scrolls'} tabIndex={0} role="region" aria-label={label}>
      <table>{children}</table>
    </div>
  )
}
