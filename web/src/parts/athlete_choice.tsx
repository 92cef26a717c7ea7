import { useEffect, useState } from 'preact/hooks'

import { type Athlete, createAthlete, listAthletes } from '../api/people'
import { t } from '../i18n'
import { BodyFields, NameField, readAthlete } from './fields'

/** Chosen where the athlete is not in the list yet. */
const NEW = 'new'

/** The athletes of the account and the chosen one; the list is empty for a key that may not read them. */
export function useAthletes(asked: string) {
  const [athletes, setAthletes] = useState<readonly Athlete[] | null>(null)
  const [chosen, choose] = useState(asked)
  const [reading] = useState(() => listAthletes().catch(() => null))
  useEffect(() => void reading.then(setAthletes), [])

  /** The id of the chosen athlete, who is made first where they are new; undefined for nobody, or who is not in the list. */
  const find = async (filled: FormData): Promise<string | undefined> => {
    const known = athletes ?? (await reading)
    if (chosen !== NEW) return known?.find((athlete) => athlete.athlete_id === chosen)?.athlete_id
    const made = await createAthlete(readAthlete(filled))
    setAthletes((before) => [...(before ?? []), made])
    choose(made.athlete_id)
    return made.athlete_id
  }
  return { athletes, chosen, choose, find }
}

/** Whose result it is: an athlete of the list, a new one, or nobody, whose body can be described all the same. */
export function AthleteChoice({ athletes, chosen, choose }: ReturnType<typeof useAthletes>) {
  const known = athletes?.find((athlete) => athlete.athlete_id === chosen)
  return (
    <>
      {athletes !== null && (
        <div class="fields">
          <label>
            {t('measure.who')}
            <select name="athlete" value={known || chosen === NEW ? chosen : ''} onChange={(event) => choose(event.currentTarget.value)}>
              <option value="">{t('measure.nobody')}</option>
              {athletes.map((athlete) => (
                <option value={athlete.athlete_id}>{athlete.name}</option>
              ))}
              <option value={NEW}>{t('measure.newAthlete')}</option>
            </select>
          </label>
          {chosen === NEW && <NameField />}
          {chosen === NEW && <BodyFields />}
        </div>
      )}
      {known && <p class="hint">{t('measure.kept', { name: known.name })}</p>}
      {!known && chosen !== NEW && (
        <details>
          <summary>{t('measure.athlete')}</summary>
          <div class="fields">
            <BodyFields />
          </div>
        </details>
      )}
    </>
  )
}
