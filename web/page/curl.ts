/** Commands to paste into a shell. What they contain may come from a stranger's link. */

/** Ends the body in a command; longer if a line of the body equals it. */
const endMark = 'END_OF_BODY'

/**
 * Characters that a terminal would obey instead of passing them on, even within a paste: control characters (the end of a bracketed paste is
 * an escape sequence, xterm's ctlseqs) and those that change the direction or the look of text. Line feeds are part of the body.
 */
const obeyed = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

/**
 * A command that posts a body, with the body in it: a quoted here-document, in which a shell expands nothing (POSIX, Shell Command Language,
 * section 2.7.4).
 * @returns undefined if it would not be safe to paste
 */
export function curlWithBody(url: string, body: string): string | undefined {
  if (obeyed.test(body.replaceAll('\n', ''))) return undefined
  const lines = new Set(body.split('\n'))
  let mark = endMark
  while (lines.has(mark)) mark += '_'
  return `curl --cacert certs/ca.pem --data-binary @- ${url} <<'${mark}'\n${body.replace(/\n$/, '')}\n${mark}\n`
}

/** The same with the body in a file. */
export function curlWithFile(url: string, file: string): string {
  return `curl --cacert certs/ca.pem --data-binary @${file} ${url}\n`
}

/** JSON on one line in ASCII: all other characters are escaped. */
export function asciiJson(json: string): string {
  return JSON.stringify(JSON.parse(json)).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
