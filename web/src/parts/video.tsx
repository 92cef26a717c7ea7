import { useEffect, useRef, useState } from 'preact/hooks'

import { readFile, storedKey } from '../api/http'
import { nearest } from '../curves'
import { formatNumber } from '../format'
import { t } from '../i18n'

/** The video with buttons and arrow keys that step through the measured frames; its time follows and leads the plots. */
export function FrameVideo(props: { url: string; time_s: readonly number[]; now_s: number; onTime: (time_s: number) => void }) {
  const { url, time_s, now_s, onTime } = props
  const source = useAuthorizedSource(url)
  const video = useRef<HTMLVideoElement>(null)

  useEffect(() => {
    const shown = video.current
    if (shown && shown.paused && Math.abs(shown.currentTime - now_s) > 0.001) shown.currentTime = now_s
  }, [now_s])

  const step = (frames: number): void => {
    const next = time_s[nearest(time_s, now_s) + frames]
    video.current?.pause()
    if (next !== undefined) onTime(next + 0.0005) // a hair into the frame, so that rounding does not show the one before
  }

  return (
    <div
      class="frame-video"
      tabIndex={0}
      role="group"
      aria-label={t('result.video')}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
        event.preventDefault()
        step(event.key === 'ArrowLeft' ? -1 : 1)
      }}
    >
      <video ref={video} src={source} controls playsInline muted onTimeUpdate={(event) => onTime(event.currentTarget.currentTime)} />
      <div class="steps">
        <button type="button" aria-label={t('result.previousFrame')} onClick={() => step(-1)}>
          ‹
        </button>
        <output>{formatNumber(now_s, 3)} s</output>
        <button type="button" aria-label={t('result.nextFrame')} onClick={() => step(1)}>
          ›
        </button>
      </div>
    </div>
  )
}

/** The video alone, where nothing was measured that could follow it. */
export function PlainVideo({ url }: { url: string }) {
  return (
    <div class="frame-video">
      <video src={useAuthorizedSource(url)} aria-label={t('result.video')} controls playsInline muted />
    </div>
  )
}

/** An address that a video element can load: with a key in use, the file is fetched with it first. */
function useAuthorizedSource(url: string): string {
  const [source, setSource] = useState('')
  useEffect(() => {
    if (storedKey() === '') {
      setSource(url)
      return undefined
    }
    let local = ''
    readFile(url).then(
      (content) => setSource((local = URL.createObjectURL(content))),
      () => setSource(url), // the video element shows that there is none
    )
    return () => URL.revokeObjectURL(local)
  }, [url])
  return source
}
