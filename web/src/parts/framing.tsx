import { formatNumber } from '../format'
import { t } from '../i18n'
import { CHECKS, findFirstFault } from '../live/framing'
import type { LiveSession } from '../live/session'

/** Whether the picture is good enough, and what to mend first. */
export function FramingList({ session }: { session: LiveSession }) {
  const framing = session.framing.value
  const fps = session.fps.value
  const rate = fps === null ? '–' : formatNumber(fps, 0)
  if (!session.onDevice.value) {
    return (
      <div class="card checks">
        <h2>{t('framing.title')}</h2>
        <p role="status">{t('live.onService')}</p>
        <p>{t('framing.fps', { fps: rate })}</p>
      </div>
    )
  }
  const fault = framing && findFirstFault(framing)
  return (
    <div class="card checks">
      <h2>{t('framing.title')}</h2>
      <p role="status" class={fault ? 'mend' : 'ready'}>
        {framing === null ? `${t('loading')}…` : fault ? t(`framing.${fault}`) : t('framing.ready')}
      </p>
      {framing && (
        <ul>
          {CHECKS.map((check) => (
            <li class={framing[check] === 'good' ? 'passed' : framing[check] === 'waiting' ? '' : 'failed'}>
              <span aria-hidden="true">{framing[check] === 'good' ? '✓' : framing[check] === 'waiting' ? '…' : '✗'}</span>{' '}
              {t(`framing.check.${check}`)}
              <span class="visually-hidden">: {t(framing[check] === 'good' ? 'framing.good' : `framing.${framing[check]}`)}</span>
              {check === 'rate' && <span class="number"> {t('framing.fps', { fps: rate })}</span>}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
