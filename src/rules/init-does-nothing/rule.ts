import { defineRule } from '../../lint/rule.ts'
import { placeOf } from '../init-scripts.ts'
import { noOptions } from '../wording.ts'

/** A plain init container that may exit with status 0 without doing what its text says. */
export const rule = defineRule({
  meta: {
    id: 'init-does-nothing',
    category: 'init',
    severity: 'warning',
    recommended: 'warn',
    fixKind: 'none',
    readsScripts: true,
    scriptData: ['what'],
    since: '0.1.0',
    summary: 'An init container exits with status 0 without doing what its text says.',
    rationale:
      'A shell reports no error if a folded text (`>`) joins two commands into one, if a comment includes the rest of the script, or if a pattern such as `{a,b}` is not expanded. Kubernetes leaves `$(NAME)` as it is written if no `env` of the container sets NAME. The init container completes, and the app starts without what should have been prepared.',
    remediation: 'Write the script with `|` as one item after `sh -c`, and use only what its shell supports.',
    references: [
      'https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/',
      'https://yaml.org/spec/1.2.2/#813-folded-style',
    ],
    messages: {
      joined: '{{at}}`{{what}}` only adds words to the command before it and does not run; separate the commands, or use | instead of >',
      comment: '{{at}}everything after the first # is a comment: "{{what}}" does not run; use | instead of >',
      braces: '{{at}}its sh does not expand {{what}}, so a path with braces in its name is used; write each path out, or use bash',
      literal: 'no shell reads the command, so "{{what}}" is used as it is written; use sh -c, or $(NAME) for a variable',
      unset:
        '{{at}}no env of the container sets {{what}}, so Kubernetes leaves it as it is written; add it to env, or use $NAME in a shell',
      setLater: '{{at}}{{what}} is set by a later entry of env, so Kubernetes leaves it as it is written; move that entry up',
      background: '{{at}}`{{what}}` runs in the background and is killed when the script ends; wait for it',
      deadCheck: '{{at}}the check of $? has no effect: with set -e, the script ends if `{{what}}` fails; use if ! {{what}} …',
      unusedWords: 'the shell runs only "{{what}}"; the words after it are parameters that it does not use; make the script one item',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(_workload, _options, context) {
    for (const init of context.scripts.analyzed()) {
      const { mistake, ending, container: subject, pointer } = init
      // What fails in every run is reported by init-never-succeeds.
      if (mistake === null || (ending.kind === 'fails' && !ending.isOnEmptyClaim)) continue
      yield { messageId: mistake.kind, subject, pointer, data: { ...placeOf(init, mistake.line), what: mistake.what } }
    }
  },
})
