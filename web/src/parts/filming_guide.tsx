import { t } from '../i18n'

const GOOD = ['side', 'whole', 'still', 'stand'] as const
const BAD = ['badFront', 'badFeet', 'badMove'] as const

/** Good and bad set-ups, as pictures with one sentence each. */
export function FilmingGuide() {
  return (
    <section class="guide" aria-labelledby="guide-title">
      <h2 id="guide-title">{t('guide.title')}</h2>
      <div class="set-ups">
        <figure class="good">
          <SetUp athlete="M100 62v38l-12 34m12-34 12 34m-12-66 22 14" frame={{ x: 58, y: 24, width: 84, height: 128 }} />
          <figcaption>
            <h3>✓ {t('guide.good')}</h3>
            <ul>
              {GOOD.map((name) => (
                <li>{t(`guide.${name}`)}</li>
              ))}
            </ul>
          </figcaption>
        </figure>
        <figure class="bad">
          <SetUp athlete="M100 62v38l-12 34m12-34 12 34m-34-60 22-6 22 6" frame={{ x: 66, y: 24, width: 68, height: 92 }} />
          <figcaption>
            <h3>✗ {t('guide.bad')}</h3>
            <ul>
              {BAD.map((name) => (
                <li>{t(`guide.${name}`)}</li>
              ))}
            </ul>
          </figcaption>
        </figure>
      </div>
    </section>
  )
}

interface Frame {
  x: number
  y: number
  width: number
  height: number
}

function SetUp({ athlete, frame }: { athlete: string; frame: Frame }) {
  return (
    <svg viewBox="0 0 200 160" aria-hidden="true">
      <line x1="10" x2="190" y1="136" y2="136" class="floor" />
      <circle cx="100" cy="46" r="11" class="head" />
      <path d={athlete} class="body" />
      <rect {...frame} rx="6" class="frame" />
    </svg>
  )
}
