import { useState } from 'preact/hooks'

import { engineName, t } from '../i18n'
import { LiveStage } from '../parts/live_stage'
import { sports } from '../sports'

/** Camera, skeleton and numbers while the athlete is still on the mat. */
export function LivePage() {
  const [movement, setMovement] = useState('cmj')
  return (
    <>
      <h1>{t('live.title')}</h1>
      <LiveStage movement={movement} asksHeight>
        <label>
          {t('measure.sport')}
          <select name="movement" value={movement} onChange={(event) => setMovement(event.currentTarget.value)}>
            {sports.value.map((sport) => (
              <option value={sport.name}>{engineName('sport', sport.name, sport.title)}</option>
            ))}
          </select>
        </label>
      </LiveStage>
    </>
  )
}
