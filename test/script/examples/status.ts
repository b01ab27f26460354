// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are parameters of a shell
import { changes, type Example, fails, type SecondRun, same } from './example.ts'

/** `mkdir d` fails in the second run; the script continues after it and exits 0. */
const goesOn = changes
/** The script continues after the failure and exits with a nonzero status. */
const goesOnAndFails: SecondRun = { status: 1, changed: true }
const goesOnAndFails2: SecondRun = { status: 2, changed: true }
/** The command after the failure. */
const next = 'echo x >> log'

type Run2 = SecondRun | { readonly bash: SecondRun | null; readonly busybox: SecondRun | null; readonly dash: SecondRun | null }

/** A script, its second run, and other fields of the example. */
const rows: readonly (readonly [form: string, script: string, run2: Run2, other?: Partial<Example>])[] = [
  ['the last command', `${next}; mkdir d`, goesOnAndFails],
  ['not the last, without set -e', `mkdir d; ${next}`, goesOn],
  ['set -e before it', `set -e; mkdir d; ${next}`, fails()],
  ['set -o errexit before it', `set -o errexit; mkdir d; ${next}`, fails()],
  ['a && b under set -e, not the last', `set -e; mkdir d && true; ${next}`, goesOn],
  ['a && b under set -e, the last', 'set -e; mkdir d && true', fails()],
  ['[ -d x ] && y as the last line', `set -e; ${next}; [ ! -d d ] && mkdir d`, goesOnAndFails],
  ['a || true', `set -e; mkdir d || true; ${next}`, goesOn],
  ['a || :', `set -e; mkdir d || :; ${next}`, goesOn],
  ['! a', `set -e; ! mkdir d; ${next}`, goesOn],
  ['if a', `set -e; if mkdir d; then :; fi; ${next}`, goesOn],
  ['while a', `set -e; while mkdir d; do break; done; ${next}`, goesOn],
  ['until a', `set -e; until mkdir d; do break; done; ${next}`, goesOn],
  ['[ -d d ] || mkdir d && c', `[ -d d ] || mkdir d && ${next}`, goesOn],
  ['a | cat under set -e', `set -e; mkdir d | cat; ${next}`, goesOn],
  [
    'a | cat under set -e and pipefail',
    `set -e; set -o pipefail; mkdir d | cat; ${next}`,
    { bash: fails(), busybox: fails(), dash: fails(2) },
    { firstRunFails: true },
  ],
  ['( a; b ) under set -e', `set -e; ( mkdir d; ${next} )`, fails()],
  ['( a; b ) || true', `set -e; ( mkdir d; ${next} ) || true`, goesOn],
  ['f || true', `set -e; f() { mkdir d; ${next}; }; f || true`, goesOn],
  ['if f', `set -e; f() { mkdir d; ${next}; }; if f; then :; fi`, goesOn],
  ['{ a; b; } && c', `set -e; { mkdir d; ${next}; } && true`, goesOn],
  ['x=$(a) under set -e', `set -e; x=$(mkdir d); ${next}`, fails()],
  ['echo $(a)', `set -e; echo $(mkdir d); ${next}`, goesOn],
  ['local x=$(a)', `set -e; f() { local x=$(mkdir d); ${next}; }; f`, goesOn],
  ['export X=$(a)', `set -e; export X=$(mkdir d); ${next}`, goesOn],
  ['a & wait', `set -e; mkdir d & wait; ${next}`, goesOn],
  ['a & wait $!', `set -e; mkdir d & wait $!; ${next}`, fails()],
  ['a; exit 0', 'mkdir d; exit 0', same],
  ['a; exit', 'mkdir d; exit', fails()],
  ["trap 'exit 0' EXIT", `set -e; trap 'exit 0' EXIT; mkdir d; ${next}`, same],
  ["trap '…' EXIT", `set -e; trap '${next}' EXIT; mkdir d`, goesOnAndFails],
  [
    "trap '…' ERR",
    `set -e; trap '${next}' ERR; mkdir d`,
    { bash: goesOnAndFails, busybox: goesOnAndFails, dash: fails() },
    { firstRunFails: true },
  ],
  [
    'set -u; $UNSET',
    `set -u; mkdir d; : $nothing; ${next}`,
    { bash: fails(127), busybox: fails(2), dash: fails(2) },
    { firstRunFails: true },
  ],
  ['${X:?}', `mkdir d; : "\${nothing:?}"; ${next}`, { bash: fails(127), busybox: fails(2), dash: fails(2) }, { firstRunFails: true }],
  [': > nowhere/x', `: > nowhere/x; ${next}`, { bash: goesOn, busybox: fails(), dash: fails(2) }, { firstRunFails: true }],
  [
    'exec > nowhere/x',
    `exec > nowhere/x; ${next}`,
    { bash: goesOn, busybox: fails(), dash: fails(2) },
    { notFollowed: true, firstRunFails: true },
  ],
  ['. ./nowhere', `. ./nowhere; ${next}`, { bash: goesOn, busybox: fails(2), dash: fails(2) }, { notFollowed: true, firstRunFails: true }],
  ['cd nowhere', `cd nowhere; ${next}`, goesOn],
  ['a function, as its last command', 'f() { true; mkdir d; }; f', fails()],
  ['eval, as its last command', 'eval "true; mkdir d"', fails()],
  ['for, as its last command', 'for i in 1 2; do mkdir d$i; done', fails()],
  ['case, as its last command', 'case x in x) mkdir d ;; esac', fails()],
  ['set -e within a function', `set -e; f() { mkdir d; ${next}; }; f`, fails()],
  ['set -e within eval', `set -e; eval "mkdir d; ${next}"`, fails()],
  ['set -e within for', `set -e; for i in 1; do mkdir d; ${next}; done`, fails()],
  ['set -e within case', `set -e; case x in x) mkdir d; ${next} ;; esac`, fails()],
  ['#!/bin/sh -e, run as sh script', `printf '%s\\n' '#!/bin/sh -e' 'mkdir d' '${next}' > s.sh; sh s.sh`, goesOn],
  [
    'readonly X; X=2',
    `${next}; readonly X=1; X=2; ${next}`,
    { bash: goesOnAndFails, busybox: goesOnAndFails2, dash: goesOnAndFails2 },
    // The rehearsal does not model assignments to a readonly variable: a script that always stops there never works.
    { rehearsed: goesOn, firstRunFails: true },
  ],
  ['a missing command', `nosuchcommand; ${next}`, goesOn, { notFollowed: true }],
]

/** How every shell treats the exit status of a command. */
export const statusExamples: readonly Example[] = rows.map(([form, script, run2, other]) => ({
  form,
  setup: '',
  script,
  run2,
  inEveryShell: true,
  ...other,
}))
