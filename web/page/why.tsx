import type { ShownDiagnosis, WhyAnswer } from '../engine/protocol.ts'
import { AsText } from './as-text.tsx'

/** Why a live Pod does not start, from its status. */
export function Why({ answer: { pods, more, problem } }: { readonly answer: WhyAnswer }) {
  return (
    <>
      <p class="quiet">
        Why a pod of your cluster does not start, and whether waiting helps. Paste what one of these commands prints into the tab Pod. It
        stays in this page, and links never contain it.
      </p>
      {pods.length === 0 && (
        <pre class="wrap">{'kubectl get pod NAME -o json\nkubectl get pods,events -o json      # with the Events, which say more'}</pre>
      )}
      {problem !== null && <p class="notice error">{problem}</p>}
      {pods.map((diagnosis, index) => (
        <Shown key={index} diagnosis={diagnosis} />
      ))}
      {more > 0 && <p class="notice">{more} more pods are not shown; use initlint why for all of them.</p>}
    </>
  )
}

const helps: Readonly<Record<ShownDiagnosis['waiting']['helps'], string>> = { yes: 'helps', no: 'does not help', unknown: 'may help' }

function Shown({ diagnosis }: { readonly diagnosis: ShownDiagnosis }) {
  const { title, owner, status, stage, cause, waiting, next, now, later, text } = diagnosis
  return (
    <article class="diagnosis">
      <h2>
        {title}: {status}
      </h2>
      <p>
        <strong>{cause.message}</strong> <span class="quiet">({cause.certainty})</span>
      </p>
      <dl>
        {owner !== null && <Row term="Owner">{owner}</Row>}
        <Row term="Stage">{stage}</Row>
        <Row term="Waiting">{`${helps[waiting.helps]}${waiting.until === null ? '' : ` until ${waiting.until}`}`}</Row>
        <Row term="Next">{nextInWords(next)}</Row>
      </dl>
      <List heading="Evidence" items={cause.evidence} />
      <List heading="What to do now" items={now} />
      <List heading="What prevents it" items={later} />
      <AsText text={text} />
    </article>
  )
}

function Row({ term, children }: { readonly term: string; readonly children: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function List({ heading, items }: { readonly heading: string; readonly items: readonly string[] }) {
  if (items.length === 0) return null
  return (
    <>
      <h3>{heading}</h3>
      <ul>
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </>
  )
}

function nextInWords({ status, at, by, why }: ShownDiagnosis['next']): string {
  const time = at === null ? by : by === null || by === at ? at : `between ${at} and ${by}`
  return [status ?? 'nothing is tried', time === null ? '' : time, why].filter((part) => part !== '').join(', ')
}
