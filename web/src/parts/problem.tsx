import { ApiError } from '../api/http'
import { t } from '../i18n'
import { sayProblem } from '../messages'

interface Props {
  error: unknown
  again?: () => void
  /** Whether nothing else is on the page: then its heading is that of the page. */
  alone?: boolean
}

/** What went wrong and what to do, with a button where trying again may help. */
export function ProblemCard({ error, again, alone = false }: Props) {
  const Heading = alone ? 'h1' : 'h2'
  const [happened, hint] = error instanceof ApiError ? sayProblem(error.problem) : [String(error), '']
  return (
    <section class="card problem" role="alert">
      <Heading>{t('error.title')}</Heading>
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
