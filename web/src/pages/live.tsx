import { useEffect, useRef, useState } from 'preact/hooks'

import { formatNumber } from '../format'
import { engineName, t } from '../i18n'
import { hasCameras, listCameras } from '../live/camera'
import { type Place, LiveSession } from '../live/session'
import { FramingList } from '../parts/framing'
import { Jumps } from '../parts/jumps'
import { LiveFigures } from '../parts/live_figures'
import { ProblemCard } from '../parts/problem'
import { drawSkeleton } from '../parts/skeleton'
import type { Quality } from '../pose/messages'
import { sports } from '../sports'

/** Camera, skeleton and numbers while the athlete is still on the mat. */
export function LivePage() {
  const [session] = useState(() => new LiveSession())
  const [movement, setMovement] = useState('cmj')
  const video = useRef<HTMLVideoElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    session.onLooked = (looked) => canvas.current && drawSkeleton(canvas.current, looked)
    return () => session.stop()
  }, [])
  const stage = session.stage.value
  const problem = session.problem.value
  if (!hasCameras()) return <p class="card problem">{t('live.insecure')}</p>
  return (
    <>
      <h1>{t('live.title')}</h1>
      {problem !== null && <ProblemCard error={explain(problem)} />}
      <div class="live">
        <section class="stage" aria-label={t('live.picture')}>
          <div class={`preview ${stage}`}>
            <video ref={video} playsInline muted />
            <canvas ref={canvas} />
            {stage === 'idle' && <p>{t('live.intro')}</p>}
          </div>
          <Controls session={session} video={video} movement={movement} setMovement={setMovement} />
        </section>
        <section class="figures" aria-label={t('live.figures')}>
          {stage === 'measuring' && <LiveFigures session={session} />}
          {stage !== 'idle' && <FramingList session={session} />}
          <Jumps session={session} movement={movement} />
        </section>
      </div>
    </>
  )
}

interface ControlProps {
  session: LiveSession
  video: { current: HTMLVideoElement | null }
  movement: string
  setMovement: (name: string) => void
}

function Controls({ session, video, movement, setMovement }: ControlProps) {
  const [settings, setSettings] = useState({ camera: '', place: 'auto' as Place, quality: 'fast' as Quality, height_m: '' })
  const stage = session.stage.value
  const start = (): void => {
    if (video.current) void session.start(video.current, settings)
  }
  const measure = (): void => {
    const height_m = Number(settings.height_m)
    session.measure({ movement, quality: settings.quality, athlete: height_m > 0 ? { height_m } : {} })
  }
  return (
    <div class="controls">
      {stage === 'idle' && <Choices settings={settings} change={(changed) => setSettings({ ...settings, ...changed })} />}
      {stage !== 'measuring' && (
        <label>
          {t('measure.sport')}
          <select name="movement" value={movement} onChange={(event) => setMovement(event.currentTarget.value)}>
            {sports.value.map((sport) => (
              <option value={sport.name}>{engineName('sport', sport.name, sport.title)}</option>
            ))}
          </select>
        </label>
      )}
      <div class="buttons">
        {stage === 'idle' && (
          <button type="button" class="primary" onClick={start}>
            {t('live.camera')}
          </button>
        )}
        {stage === 'loading' && <p role="status">{t('live.loading')}</p>}
        {stage === 'framing' && (
          <button type="button" class="primary" onClick={measure}>
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

function Choices({ settings, change }: { settings: Settings; change: (changed: Partial<Settings>) => void }) {
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
