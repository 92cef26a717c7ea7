import { useRef, useState } from 'preact/hooks'

import { type Analysis, createAnalysis, OUTPUTS } from '../api/service'
import { t } from '../i18n'

interface Props {
  fields: Record<string, string>
  onTaken: (analysis: Analysis) => void
  onProblem: (problem: unknown) => void
}

/** Film or choose a video of the athlete; it is measured on the service while the next athlete gets ready. */
export function TakeVideo({ fields, onTaken, onProblem }: Props) {
  const [share, setShare] = useState<number | null>(null)
  const stop = useRef(new AbortController())
  const upload = async (video: File): Promise<void> => {
    stop.current = new AbortController()
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.set(name, value)
    form.set('outputs', JSON.stringify(OUTPUTS))
    form.set('video', video)
    try {
      setShare(0)
      onTaken(await createAnalysis(form, { onProgress: setShare, signal: stop.current.signal }))
    } catch (error) {
      if (!(error instanceof DOMException)) onProblem(error)
    } finally {
      setShare(null)
    }
  }
  const take = (input: HTMLInputElement): void => {
    const video = input.files?.[0]
    input.value = '' // so that the same file can be chosen again
    if (video) void upload(video)
  }
  if (share !== null) {
    const text = t('measure.uploading', { percent: Math.round(100 * share) })
    return (
      <div class="waiting" role="status">
        <progress max={1} value={share} aria-label={text} />
        <span>{text}</span>
        <button type="button" onClick={() => stop.current.abort()}>
          {t('measure.cancel')}
        </button>
      </div>
    )
  }
  return (
    <div class="buttons">
      <label class="button primary">
        {t('measure.choose')}
        <input type="file" name="video" accept="video/*" class="visually-hidden" onChange={(event) => take(event.currentTarget)} />
      </label>
      <label class="button phone">
        {t('measure.camera')}
        <input type="file" accept="video/*" capture="environment" class="visually-hidden" onChange={(event) => take(event.currentTarget)} />
      </label>
    </div>
  )
}
