import { useEffect, useState } from 'preact/hooks'

import { formatDay } from '../format'
import { engineName, t } from '../i18n'
import { Lazy } from '../parts/lazy'
import type { StageProps } from '../parts/live_stage'
import { ProblemCard } from '../parts/problem'
import { sports } from '../sports'
import { Attempts } from '../team/attempts'
import { DayTable } from '../team/day_table'
import { TakeVideo } from '../team/take_video'
import { TestingDay } from '../team/testing_day'

/** A testing day: one athlete after the other, and the table at the end. */
export function DayPage({ id }: { id: string }) {
  const [day] = useState(() => new TestingDay(id))
  useEffect(() => {
    void day.load()
    return () => day.leave()
  }, [])
  const session = day.session.value
  return (
    <>
      <h1>{session ? `${session.title}, ${formatDay(session.held_on)}` : t('day.title')}</h1>
      {day.problem.value !== null && <ProblemCard error={day.problem.value} />}
      {session && (
        <>
          <p class="day-links">
            {session.team_id && <a href={`#/team/${session.team_id}`}>{t('day.back')}</a>}
            <SportChoice day={day} />
          </p>
          <Turn day={day} />
          <Queue day={day} />
          {day.entries.value.length > 0 && <DayTable sessionId={id} entries={day.entries.value} onProblem={(problem) => (day.problem.value = problem)} />}
        </>
      )}
    </>
  )
}

function SportChoice({ day }: { day: TestingDay }) {
  return (
    <label class="inline">
      {t('measure.sport')}
      <select name="movement" value={day.sport.value} onChange={(event) => day.chooseSport(event.currentTarget.value)}>
        {sports.value.map((sport) => (
          <option value={sport.name}>{engineName('sport', sport.name, sport.title)}</option>
        ))}
      </select>
    </label>
  )
}

/** Whose turn it is, what to do, and what came of it. */
function Turn({ day }: { day: TestingDay }) {
  const athlete = day.current.value
  const attempts = day.attempts.value
  const { waiting, done } = day.queue.value
  const others = waiting.filter(({ athlete_id }) => athlete_id !== athlete?.athlete_id)
  if (!athlete) {
    return (
      <section class="card turn" role="status">
        {done.length > 0 ? <p class="athlete">{t('day.allDone')}</p> : <p>{t('day.nobody')}</p>}
      </section>
    )
  }
  return (
    <section class="card turn" aria-labelledby="turn">
      <p class="hint">{t('day.progress', { done: done.length, all: done.length + waiting.length })}</p>
      <h2 id="turn" class="athlete" aria-live="polite">
        {athlete.name}
      </h2>
      <Measure day={day} athleteId={athlete.athlete_id} />
      {attempts.length > 0 && <Attempts analyses={attempts} bestId={day.bestId.value} />}
      <div class="buttons">
        {attempts.length > 0 ? (
          <button type="button" class="primary" onClick={() => day.goOn()}>
            {others[0] ? t('day.next', { name: others[0].name }) : t('day.end')}
          </button>
        ) : (
          others.length > 0 && (
            <button type="button" onClick={() => day.skip()}>
              {t('day.skip')}
            </button>
          )
        )}
      </div>
      {attempts.length > 0 && <p class="hint">{t('day.repeat')}</p>}
    </section>
  )
}

/** Film a video, or measure live with a camera that stays on from athlete to athlete. */
function Measure({ day, athleteId }: { day: TestingDay; athleteId: string }) {
  const [way, setWay] = useState<'video' | 'live'>('video')
  const fields = { sport_type: day.sport.value, athlete_id: athleteId, session_id: day.session.value?.session_id ?? '' }
  const stage: StageProps = {
    movement: day.sport.value,
    athlete: athleteId,
    keep: (quality) => day.prepareLive(quality),
    onKept: (id) => void day.showLive(id),
  }
  return (
    <>
      <fieldset class="ways">
        <legend>{t('day.way')}</legend>
        {(['video', 'live'] as const).map((each) => (
          <label>
            <input type="radio" name="way" value={each} checked={way === each} onChange={() => setWay(each)} />
            {t(`day.way.${each}`)}
          </label>
        ))}
      </fieldset>
      {way === 'video' ? (
        <TakeVideo fields={fields} onTaken={({ analysis_id }) => void day.follow(analysis_id)} onProblem={(problem) => (day.problem.value = problem)} />
      ) : (
        <Lazy load={loadStage} props={stage} />
      )}
    </>
  )
}

async function loadStage() {
  return (await import('../parts/live_stage')).LiveStage
}

/** Who waits and who is done; any of them can be called now. */
function Queue({ day }: { day: TestingDay }) {
  const { waiting, done } = day.queue.value
  return (
    <section class="card" aria-label={t('day.queue')}>
      {[
        { title: t('day.waiting'), athletes: waiting },
        { title: t('day.done'), athletes: done },
      ].map(({ title, athletes }) => (
        <div class="queue">
          <h2>
            {title} ({athletes.length})
          </h2>
          {athletes.map(({ athlete_id, name }) => (
            <button type="button" key={athlete_id} aria-pressed={athlete_id === day.currentId.value} onClick={() => day.choose(athlete_id)}>
              {name}
            </button>
          ))}
        </div>
      ))}
    </section>
  )
}
