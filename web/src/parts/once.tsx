import { useRef, useState } from 'preact/hooks'

import { t } from '../i18n'

/** A text that is shown once, with a button that copies it. */
export function ShownOnce({ label, text }: { label: string; text: string }) {
  const field = useRef<HTMLInputElement>(null)
  const [copied, setCopied] = useState(false)
  const copy = (): void => {
    field.current?.select()
    navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      () => undefined, // the browser does not allow it: the text is selected, ready to be copied by hand
    )
  }
  return (
    <div class="once">
      <label>
        {label}
        <input ref={field} readOnly value={text} onFocus={(event) => event.currentTarget.select()} />
      </label>
      <button type="button" onClick={copy}>
        {t('copy')}
      </button>
      {copied && <span role="status">{t('copied')}</span>}
    </div>
  )
}
