import type { ComponentChildren } from 'preact'

import { readFile, storedKey } from '../api/http'

interface Props {
  url: string
  /** Name of the file that is saved. */
  name: string
  onProblem: (problem: unknown) => void
  children: ComponentChildren
}

/** A link that saves a file. With a key in use the page fetches the file: a link of the browser cannot carry the key. */
export function FileLink({ url, name, onProblem, children }: Props) {
  const save = (event: Event): void => {
    if (storedKey() === '') return
    event.preventDefault()
    readFile(url).then((content) => saveFile(content, name), onProblem)
  }
  return (
    <a class="button" href={url} download={name} onClick={save}>
      {children}
    </a>
  )
}

/** Save what the page has read as a file of that name. */
export function saveFile(content: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000) // the browser may still read it
}
