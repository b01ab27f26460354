import type { RehearsalAnswer, RehearsedCommand, RehearsedScript, ScriptLine } from '../engine/protocol.ts'
import { Notices } from './notices.tsx'

const verdicts: Readonly<Record<RehearsedScript['verdict'], string>> = {
  safe: 'safe to run again',
  unsafe: 'not safe to run again',
  unknown: 'cannot tell whether it is safe to run again',
}

/** The scripts of init containers, line by line, with what each command does in the first run and in the rerun. */
export function Rehearsal({ answer: { containers, more, errors } }: { readonly answer: RehearsalAnswer }) {
  return (
    <>
      <p class="quiet">
        A dry run of each init script in an abstract interpreter: once, and again after it succeeded, failed or was killed. Nothing is
        executed.
      </p>
      <Notices of={errors} isError />
      {containers.length === 0 && errors.length === 0 && <p>There is nothing to rehearse: no workload has an init container.</p>}
      {containers.map((script, index) => (
        <Script key={index} script={script} />
      ))}
      {more > 0 && <p class="notice">{more} more scripts are not shown; use the command line for all of them.</p>}
    </>
  )
}

function Script({ script }: { readonly script: RehearsedScript }) {
  const { title, verdict, storages, lines, moreLines, hazards, unknown } = script
  return (
    <article class="script">
      <h2>{title}</h2>
      <p class={verdict === 'safe' ? 'good' : verdict === 'unsafe' ? 'bad' : 'quiet'}>{verdicts[verdict]}</p>
      {storages.length > 0 && (
        <p>
          Storage:{' '}
          {storages.map(({ path, storage }, index) => (
            <span key={index}>
              {index > 0 && ', '}
              <code>{path}</code> ({storage})
            </span>
          ))}
        </p>
      )}
      {lines.length > 0 && (
        <section class="scroll" aria-label={`Script of ${title}`}>
          <table class="runs">
            <thead>
              <tr>
                <th scope="col">Line</th>
                <th scope="col">Script</th>
                <th scope="col">Changes</th>
                <th scope="col">First run</th>
                <th scope="col">Rerun</th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <Line key={line.number} line={line} hasHazard={hazards.some(({ line: number }) => number === line.number)} />
              ))}
            </tbody>
          </table>
        </section>
      )}
      {moreLines > 0 && <p class="quiet">{moreLines} more lines</p>}
      {hazards.length > 0 && (
        <ul class="hazards">
          {hazards.map(({ line, text, fix }, index) => (
            <li key={index}>
              Line {line}: <WithCode text={text} />
              <br />
              <span class="quiet">{fix}</span>
            </li>
          ))}
        </ul>
      )}
      {unknown.map(({ line, why }, index) => (
        <p key={index} class="quiet">
          Not analyzed{line === null ? '' : `, line ${line}`}: {why}
        </p>
      ))}
    </article>
  )
}

/** A sentence in which backticks enclose code. */
function WithCode({ text }: { readonly text: string }) {
  return <>{text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>
}

function Line({ line: { number, text, commands }, hasHazard }: { readonly line: ScriptLine; readonly hasHazard: boolean }) {
  const list = (of: (command: RehearsedCommand) => string) => commands.map((command, index) => <div key={index}>{of(command)}</div>)
  // A line with several commands names each of them.
  const nameOf = ({ program }: RehearsedCommand): string => (commands.length > 1 ? `${program}: ` : '')
  return (
    <tr class={hasHazard ? 'hazard' : undefined}>
      <td class="number">
        {number}
        {hasHazard && <span class="hidden"> (not safe)</span>}
      </td>
      <td>
        <code>{text}</code>
      </td>
      <td>{list((command) => (command.writes.length === 0 ? '' : `${nameOf(command)}${command.writes.join(', ')}`))}</td>
      <td>{list((command) => `${nameOf(command)}${command.first}`)}</td>
      <td>
        {commands.map((command, index) => (
          <div key={index} class={command.isSame ? undefined : 'bad'}>
            {nameOf(command)}
            {command.again}
          </div>
        ))}
      </td>
    </tr>
  )
}
