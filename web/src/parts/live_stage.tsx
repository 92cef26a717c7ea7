import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

import { formatNumber } from '../format'
import { t } from '../i18n'
import { hasCameras, listCameras } from '../live/camera'
import { type Place, LiveSession } from '../live/session'
import type { Quality } from '../pose/messages'
import { FramingList } from './framing'
import { Jumps } from './jumps'
import { LiveFigures } from './live_figures'
import { ProblemCard } from './problem'
import { drawSkeleton } from './skeleton'

export interface StageProps {
  movement: string
  /** Whom the results belong to; results of somebody else are taken off the screen. */
  athlete?: string
  asksHeight?: boolean
  /** Asked before each measurement: the analysis that keeps the result. Without it the result is not kept. */
  keep?: (quality: Quality) => Promise<string>
  /** Called when a measurement that is kept has ended. */
  onKept?: (analysisId: string) => void
  /** Further choices, shown while nothing is measured. */
  children?: ComponentChildren
}

/** The camera's picture with what is seen in it, the controls, and the results. */
export function LiveStage(props: StageProps) {
  const [session] = useState(() => new LiveSession())
  const video = useRef<HTMLVideoElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    session.onLooked = (looked) => canvas.current && drawSkeleton(canvas.current, looked)
    return () => session.stop()
  }, [])
  useEffect(() => void (session.jumps.value = []), [props.athlete, props.movement])
  const stage = session.stage.value
  const problem = session.problem.value
  if (!hasCameras()) return <p class="card problem">{t('live.insecure')}</p>
  return (
    <>
      {problem !== null && <ProblemCard error={explain(problem)} />}
      <div class="live">
        <section class="stage" aria-label={t('live.picture')}>
          <div class={`preview ${stage}`}>
            <video ref={video} playsInline muted />
            <canvas ref={canvas} />
            {stage === 'idle' && <p>{t('live.intro')}</p>}
          </div>
          <Controls session={session} video={video} {...props} />
        </section>
        <section class="figures" aria-label={t('live.figures')}>
          {stage === 'measuring' && <LiveFigures session={session} />}
          {stage !== 'idle' && <FramingList session={session} />}
          <Jumps session={session} movement={props.movement} />
        </section>
      </div>
    </>
  )
}

interface ControlProps extends StageProps {
  session: LiveSession
  video: { current: HTMLVideoElement | null }
}

function Controls({ session, video, movement, asksHeight = false, keep, onKept, children }: ControlProps) {
  const [settings, setSettings] = useState({ camera: '', place: 'auto' as Place, quality: 'fast' as Quality, height_m: '' })
  const stage = session.stage.value
  const start = (): void => {
    if (video.current) void session.start(video.current, settings)
  }
  const measure = async (): Promise<void> => {
    const { quality } = settings
    const height_m = Number(settings.height_m)
    const analysisId = (await keep?.(quality)) ?? null
    const athlete = height_m > 0 ? { height_m } : {}
    session.measure({ movement, quality, athlete, analysisId }, () => analysisId !== null && onKept?.(analysisId))
  }
  return (
    <div class="controls">
      {stage === 'idle' && <Choices settings={settings} asksHeight={asksHeight} change={(changed) => setSettings({ ...settings, ...changed })} />}
      {stage !== 'measuring' && children}
      <div class="buttons">
        {stage === 'idle' && (
          <button type="button" class="primary" onClick={start}>
            {t('live.camera')}
          </button>
        )}
        {stage === 'loading' && <p role="status">{t('live.loading')}</p>}
        {stage === 'framing' && (
          <button type="button" class="primary" onClick={() => void measure().catch((error: unknown) => (session.problem.value = error))}>
            {t('live.measure')}
          </button>
        )}
        {stage === 'measuring' && (
          <button type="button" class="primary" onClick={() => session.finish()}>
            {t('live.finish')}
          </button>
        )}
        {(stage === 'framing' || stage === 'measuring') && (
          <button type="button" onClick={() => session.stop()}>
            {t('live.stop')}
          </button>
        )}
      </div>
    </div>
  )
}

interface Settings {
  camera: string
  place: Place
  quality: Quality
  height_m: string
}

interface ChoiceProps {
  settings: Settings
  asksHeight: boolean
  change: (changed: Partial<Settings>) => void
}

function Choices({ settings, asksHeight, change }: ChoiceProps) {
  const [cameras, setCameras] = useState<MediaDeviceInfo[]>([])
  useEffect(() => void listCameras().then(setCameras, () => setCameras([])), [])
  return (
    <>
      <div class="fields">
        {cameras.length > 1 && (
          <label>
            {t('live.whichCamera')}
            <select name="camera" value={settings.camera} onChange={(event) => change({ camera: event.currentTarget.value })}>
              <option value="">{t('live.backCamera')}</option>
              {cameras.map((camera, index) => (
                <option value={camera.deviceId}>{camera.label || formatNumber(index + 1, 0)}</option>
              ))}
            </select>
          </label>
        )}
        {asksHeight && (
          <label>
            {t('measure.height')} (m)
            <input
              type="number"
              name="height_m"
              min="1"
              max="2.5"
              step="any"
              inputMode="decimal"
              value={settings.height_m}
              onInput={(event) => change({ height_m: event.currentTarget.value })}
            />
          </label>
        )}
        <label>
          {t('measure.quality')}
          <select name="quality" value={settings.quality} onChange={(event) => change({ quality: event.currentTarget.value as Quality })}>
            {(['fast', 'balanced'] as const).map((preset) => (
              <option value={preset}>{t(`quality.${preset}`)}</option>
            ))}
          </select>
        </label>
        <label>
          {t('live.place')}
          <select name="place" value={settings.place} onChange={(event) => change({ place: event.currentTarget.value as Place })}>
            {(['auto', 'device', 'service'] as const).map((place) => (
              <option value={place}>{t(`live.place.${place}`)}</option>
            ))}
          </select>
        </label>
      </div>
      <p class="hint">{t('live.placeHelp')}</p>
    </>
  )
}

/** A failure in the words of the page where the browser's own would not help. */
function explain(problem: unknown): unknown {
  if (!(problem instanceof DOMException)) return problem
  if (problem.name === 'NotAllowedError') return t('live.notAllowed')
  if (problem.name === 'NotFoundError' || problem.name === 'OverconstrainedError') return t('live.noCamera')
  return problem.name === 'NotReadableError' ? t('live.cameraBusy') : problem
}
