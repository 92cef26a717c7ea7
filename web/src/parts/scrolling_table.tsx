import type { ComponentChildren } from 'preact'

/** A table that scrolls by itself, also by keyboard, where it is wider than the page. */
export function ScrollingTable({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="scrolls" tabIndex={0} role="region" aria-label={label}>
      <table>{children}</table>
    </div>
  )
}
