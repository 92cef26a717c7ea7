import { formatValue } from '../format'
import { type MessageKey, t } from '../i18n'
import type { LiveSession } from '../live/session'

/** Phases that the engine tells while frames come. */
const PHASES: Record<string, MessageKey> = {
  standing: 'live.phase.standing',
  countermovement: 'live.phase.countermovement',
  flight: 'live.phase.flight',
  contact: 'live.phase.contact',
  landing: 'live.phase.landing',
}

/** Connection, phase, height so far and the last contact. */
export function LiveFigures({ session }: { session: LiveSession }) {
  const state = session.state.value
  const status = session.connection.value
  const dropped = session.dropped.value
  const phase = PHASES[state?.phase ?? '']
  const [height, cm] = formatValue(state?.height_so_far_m, 'm')
  const contact_ms = state?.contact_time_s === null || state?.contact_time_s === undefined ? null : 1000 * state.contact_time_s
  const [contact, ms] = formatValue(contact_ms, 'ms')
  return (
    <div class="card now">
      <p role="status" class={`connection ${status}`}>
        {t(`live.connection.${status}`)}
      </p>
      <dl>
        <div>
          <dt>{t('live.phase')}</dt>
          <dd class="phase">{phase ? t(phase) : '–'}</dd>
        </div>
        <div>
          <dt>{t('live.height')}</dt>
          <dd>
            {height} <span class="unit">{cm}</span>
          </dd>
        </div>
        <div>
          <dt>{t('live.contact')}</dt>
          <dd>
            {contact} <span class="unit">{ms}</span>
          </dd>
        </div>
      </dl>
      {dropped > 0 && <p class="hint">{t('live.dropped', { frames: dropped })}</p>}
    </div>
  )
}
