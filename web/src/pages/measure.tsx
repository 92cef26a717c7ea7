import { useRef, useState } from 'preact/hooks'

import { type Analysis, createAnalysis, followAnalysis, OUTPUTS } from '../api/service'
import { formatSize } from '../format'
import { engineName, t } from '../i18n'
import { AthleteChoice, useAthletes } from '../parts/athlete_choice'
import { NumberField, readAthlete, readField } from '../parts/fields'
import { FilmingGuide } from '../parts/filming_guide'
import { ProblemCard } from '../parts/problem'
import { open, route } from '../router'
import { sports } from '../sports'

type Stage = { name: 'choose' } | { name: 'uploading'; share: number } | { name: 'measuring'; analysis: Analysis }

/** Fields of the form that are options of the analysis; all are numbers. */
const NUMBERS = ['capture_fps', 'rotate_deg', 'person'] as const
const TURNS_DEG = [90, 180, 270] as const
/** People who can be chosen by their number, where several are in view. */
const PEOPLE = [0, 1, 2, 3] as const

export function MeasurePage() {
  const [video, setVideo] = useState<File | null>(null)
  const [stage, setStage] = useState<Stage>({ name: 'choose' })
  const [error, setError] = useState<unknown>(null)
  const athletes = useAthletes(route.value.query.get('athlete') ?? '')
  const stop = useRef(new AbortController())

  const measure = async (form: HTMLFormElement): Promise<void> => {
    if (!video) return
    stop.current = new AbortController()
    setError(null)
    try {
      setStage({ name: 'uploading', share: 0 })
      const filled = new FormData(form)
      const athlete_id = await athletes.find(filled)
      const created = await createAnalysis(readForm(filled, { video, athlete_id }), {
        onProgress: (share) => setStage({ name: 'uploading', share }),
        signal: stop.current.signal,
      })
      const ended = await followAnalysis(created.analysis_id, {
        onChange: (analysis) => setStage({ name: 'measuring', analysis }),
        signal: stop.current.signal,
      })
      open(`analyses/${ended.analysis_id}`)
    } catch (caught) {
      if (!(caught instanceof DOMException)) setError(caught)
      setStage({ name: 'choose' })
    }
  }

  return (
    <>
      <h1>{t('measure.title')}</h1>
      {error !== null && <ProblemCard error={error} />}
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault()
          void measure(event.currentTarget)
        }}
      >
        <VideoField video={video} onVideo={setVideo} />
        <Options />
        <AthleteChoice {...athletes} />
        <FilmOptions />
        {stage.name === 'choose' ? (
          <button type="submit" class="primary" disabled={!video}>
            {t('measure.start')}
          </button>
        ) : (
          <Waiting stage={stage} cancel={() => stop.current.abort()} />
        )}
      </form>
      <FilmingGuide />
    </>
  )
}

/** The form's fields for the service; what is left empty is not sent, and the service knows the body of its athletes. */
function readForm(filled: FormData, { video, athlete_id }: { video: File; athlete_id: string | undefined }): FormData {
  const text = (name: string): string => readField(filled, name)
  const { mass_kg, height_m, sex } = readAthlete(filled)
  const body = athlete_id === undefined ? { mass_kg, athlete_height_m: height_m, sex } : {}
  const film = Object.fromEntries(NUMBERS.filter((name) => text(name)).map((name) => [name, Number(text(name))]))
  const sent = new FormData()
  sent.set('sport_type', text('sport_type'))
  sent.set('quality', text('quality'))
  sent.set('config', JSON.stringify({ ...body, ...film }))
  sent.set('outputs', JSON.stringify(OUTPUTS))
  if (athlete_id !== undefined) sent.set('athlete_id', athlete_id)
  sent.set('video', video)
  return sent
}

function VideoField({ video, onVideo }: { video: File | null; onVideo: (video: File) => void }) {
  const [over, setOver] = useState(false)
  const take = (files: FileList | null | undefined): void => {
    const file = files?.[0]
    if (file) onVideo(file)
  }
  return (
    <div
      class={`drop ${over ? 'over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        take(event.dataTransfer?.files)
      }}
    >
      <p>{video ? t('measure.chosen', { name: video.name, size: formatSize(video.size) }) : t('measure.drop')}</p>
      <label class="button">
        {t('measure.choose')}
        <input type="file" accept="video/*" class="visually-hidden" onChange={(e) => take(e.currentTarget.files)} />
      </label>
      <label class="button phone">
        {t('measure.camera')}
        <input type="file" accept="video/*" capture="environment" class="visually-hidden" onChange={(e) => take(e.currentTarget.files)} />
      </label>
    </div>
  )
}

function Options() {
  const asked = route.value.query.get('sport') ?? 'cmj'
  return (
    <div class="fields">
      <label>
        {t('measure.sport')}
        <select name="sport_type">
          {sports.value.map((sport) => (
            <option value={sport.name} selected={sport.name === asked}>
              {engineName('sport', sport.name, sport.title)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('measure.quality')}
        <select name="quality">
          {(['fast', 'balanced', 'accurate'] as const).map((preset) => (
            <option value={preset} selected={preset === 'balanced'}>
              {t(`quality.${preset}`)}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}

/** What a film needs that was not taken as the guide says. */
function FilmOptions() {
  return (
    <details>
      <summary>{t('measure.more')}</summary>
      <div class="fields">
        <NumberField name="capture_fps" label={t('measure.captureFps')} unit="fps" min={1} max={2000} />
        <label>
          {t('measure.turn')}
          <select name="rotate_deg">
            <option value="">{t('measure.noTurn')}</option>
            {TURNS_DEG.map((turn) => (
              <option value={turn}>{turn}°</option>
            ))}
          </select>
        </label>
        <label>
          {t('measure.person')}
          <select name="person">
            <option value="">{t('measure.anybody')}</option>
            {PEOPLE.map((number) => (
              <option value={number}>{number}</option>
            ))}
          </select>
        </label>
      </div>
    </details>
  )
}

function Waiting({ stage, cancel }: { stage: Exclude<Stage, { name: 'choose' }>; cancel: () => void }) {
  const share = shareOf(stage)
  const percent = Math.round(100 * (share ?? 0))
  const text =
    stage.name === 'uploading'
      ? t('measure.uploading', { percent })
      : stage.analysis.status === 'queued'
        ? t('measure.queued')
        : t('measure.running', { percent })
  return (
    <div class="waiting" role="status">
      <progress max={1} {...(share === null ? {} : { value: share })} aria-label={text} />
      <span>{text}</span>
      <button type="button" onClick={cancel}>
        {t('measure.cancel')}
      </button>
    </div>
  )
}

function shareOf(stage: Exclude<Stage, { name: 'choose' }>): number | null {
  if (stage.name === 'uploading') return stage.share
  const progress = stage.analysis.progress
  return progress?.total ? progress.done / progress.total : null
}
