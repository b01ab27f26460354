/** Repairs of programs that run SQL statements. */
import type { Edit } from '../../change/draft.ts'
import { one, type Repairs } from '../../change/kit.ts'

/** Statements that exist in a form that tolerates its own result; for the program's texts of SQL. */
const tolerant: readonly (readonly [RegExp, string])[] = [
  [/\b(CREATE\s+(?:UNIQUE\s+)?(?:TABLE|INDEX|VIEW|SCHEMA|EXTENSION|SEQUENCE|KEYSPACE|TRIGGER))\s+(?!IF\b)/gi, '$1 IF NOT EXISTS '],
  [/\b(DROP\s+(?:TABLE|INDEX|VIEW|SCHEMA|DATABASE|TRIGGER))\s+(?!IF\b)/gi, '$1 IF EXISTS '],
]

/** MySQL, MariaDB and others support IF NOT EXISTS for databases and users, PostgreSQL does not. */
export const tolerantDatabases = [/\b(CREATE\s+(?:DATABASE|USER|ROLE))\s+(?!IF\b)/gi, '$1 IF NOT EXISTS '] as const

/**
 * Makes the statements tolerate what is there already.
 * @param insert how an INSERT skips rows that are there; undefined if it cannot
 */
export function tolerantSql(insert: string | undefined, ...more: readonly (readonly [RegExp, string])[]): Repairs {
  const inserts = insert === undefined ? [] : [[/\bINSERT\s+INTO\b/gi, insert] as const]
  return (situation) => {
    const bodies = (situation.site?.statement.redirections ?? []).flatMap((redirection) =>
      redirection.kind === 'here' ? [redirection.body] : [],
    )
    const texts = [...situation.writtenRest, ...bodies]
    const rewritten = (rules: readonly (readonly [RegExp, string])[]) =>
      texts.flatMap(({ span }): Edit[] => {
        const before = situation.text.slice(span.start, span.end)
        const after = rules.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), before)
        return after === before ? [] : [{ ...span, text: after }]
      })
    return [one(rewritten([...tolerant, ...more])), one(rewritten([...tolerant, ...more, ...inserts]))].flat()
  }
}
