import { signal } from '@preact/signals'

import en from './en.json'
import engineEn from './engine.en.json'
import engineEs from './engine.es.json'
import engineFr from './engine.fr.json'
import es from './es.json'
import fr from './fr.json'

export const LANGUAGES = { en: 'English', es: 'Español', fr: 'Français' } as const
export type Language = keyof typeof LANGUAGES
export type MessageKey = keyof typeof en

type Catalogue = Partial<Record<string, string>>
const CATALOGUES: Record<Language, Catalogue> = { en, es, fr }
/** Names that the engine declares, written by `make contract`. */
const ENGINE: Record<Language, Catalogue> = { en: engineEn, es: engineEs, fr: engineFr }
const KEPT = 'kinemotion-language'

function isLanguage(code: string | null | undefined): code is Language {
  return code !== null && code !== undefined && code in LANGUAGES
}

function preferred(): Language {
  const kept = localStorage.getItem(KEPT)
  if (isLanguage(kept)) return kept
  return navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? 'en'
}

export const language = signal<Language>(preferred())
document.documentElement.lang = language.value

export function chooseLanguage(code: string): void {
  if (!isLanguage(code)) return
  localStorage.setItem(KEPT, code)
  document.documentElement.lang = code
  language.value = code
}

/** The message in the chosen language, its `{gaps}` filled. */
export function t(key: MessageKey, values: Record<string, string | number> = {}): string {
  const text = CATALOGUES[language.value][key] ?? en[key]
  return text.replace(/\{(\w+)\}/g, (gap, name: string) => String(values[name] ?? gap))
}

/** A text of the page in the chosen language, else the engine's own; undefined where neither is known. */
export function findText(key: string): string | undefined {
  return CATALOGUES[language.value][key] ?? ENGINE[language.value][key]
}

/** A name that the engine declares in English (a metric, a phase), in the chosen language where it is known. */
export function engineName(kind: 'metric' | 'meaning' | 'phase' | 'event' | 'sport', name: string, english: string): string {
  return ENGINE[language.value][`${kind}.${name}`] ?? english
}
