import { ApiError } from '../api/http'
import { t } from '../i18n'
import { sayProblem } from '../i18n/messages'

/** What went wrong and what to do, with a button where trying again may help. */
export function ProblemCard({ error, again }: { error: unknown; again?: () => void }) {
  const [happened, hint] = error instanceof ApiError ? sayProblem(error.problem) : [String(error), '']
  return (
    <section class="card problem" role="alert">
      <h2>{t('error.title')}</h2>
      <p>{happened}</p>
      {hint && <p class="hint">{hint}</p>}
      {again && (
        <button type="button" onClick={again}>
          {t('error.again')}
        </button>
      )}
    </section>
  )
}
