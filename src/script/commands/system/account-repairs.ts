/** Repairs of programs that create users and groups. */
import { guarded, type Repairs } from '../../change/kit.ts'
import { isWritten, type Situation, type WrittenWord } from '../../change/situation.ts'

/** Options of useradd and adduser (shadow, Debian, BusyBox) that take a value. */
const valuesOfUserTools: ReadonlySet<string> = new Set([
  ...['-b', '-c', '-d', '-e', '-f', '-g', '-G', '-h', '-k', '-K', '-p', '-s', '-u', '-R', '-P', '-Z'],
  ...['--base-dir', '--comment', '--home-dir', '--home', '--expiredate', '--inactive', '--gid', '--groups', '--skel', '--key'],
  ...['--password', '--shell', '--uid', '--gecos', '--ingroup', '--conf', '--firstuid', '--lastuid', '--firstgid', '--lastgid'],
])

/** The first operand of a tool that creates a user or a group. */
function accountOf({ rest, texts }: Situation): WrittenWord | undefined {
  const word = rest.find((_word, index) => !(texts[index] ?? '').startsWith('-') && !valuesOfUserTools.has(texts[index - 1] ?? ''))
  return word !== undefined && isWritten(word) ? word : undefined
}

/** Asks first whether the account exists. */
export function account(question: string): Repairs {
  return (situation) => {
    const word = accountOf(situation)
    if (word === undefined) return []
    return guarded(situation, `${question} ${situation.raw(word)} > /dev/null 2>&1`).map((candidate) => ({
      ...candidate,
      isTolerant: true,
    }))
  }
}
