import { useEffect, useState } from 'preact/hooks'

import { type Athlete, readAthlete } from '../api/people'
import type { Analysis } from '../api/service'
import { t } from '../i18n'

/** Whose result it is, with the way to their other results; nothing for a key that may not read athletes. */
export function AthleteLink({ analysis: { athlete_id, sport_type } }: { analysis: Analysis }) {
  const [athlete, setAthlete] = useState<Athlete | null>(null)
  useEffect(() => {
    setAthlete(null)
    if (athlete_id !== null) readAthlete(athlete_id).then(setAthlete, () => undefined)
  }, [athlete_id])
  if (athlete === null) return null
  return (
    <p class="when">
      {t('result.athlete', { name: athlete.name })} · <a href={`#/trends?athlete=${athlete.athlete_id}&sport=${sport_type}`}>{t('result.trends')}</a>
    </p>
  )
}
