import { ApiError } from '../api/http'
import { t } from '../i18n'

/** What went wrong and what to do, with a button where trying again may help. */
export function ProblemCard({ error, again }: { error: unknown; again?: () => void }) {
  const problem = error instanceof ApiError ? error.problem : null
  const offline = problem?.code === 'offline'
  return (
    <section class="card problem" role="alert">
      <h2>{t('error.title')}</h2>
      <p>{offline ? t('error.offline') : problem ? problem.detail || problem.title : String(error)}</p>
      {problem?.hint && <p class="hint">{problem.hint}</p>}
      {again && (
        <button type="button" onClick={again}>
          {t('error.again')}
        </button>
      )}
    </section>
  )
}
