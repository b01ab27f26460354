import { useEffect, useState } from 'preact/hooks'
import type { ShownTimeline, StartAnswer } from '../engine/protocol.ts'
import { AsText } from './as-text.tsx'
import { Conditions } from './conditions.tsx'
import { Notices } from './notices.tsx'

interface StartProps {
  readonly answer: StartAnswer
  readonly conditions: readonly string[]
  onConditions(conditions: readonly string[]): void
}

/** How the pods start, as pictures and as text, under conditions that the reader switches on. */
export function Start({ answer, conditions, onConditions }: StartProps) {
  const { timelines, more, errors, targets } = answer
  return (
    <div class="start">
      <Conditions targets={targets} selected={conditions} onChange={onConditions} />
      <div class="timelines">
        <Notices of={errors} isError />
        {timelines.length === 0 && errors.length === 0 && <p class="quiet">There is no workload in the manifest.</p>}
        {conditions.length === 0 && timelines.length > 1 && (
          <p class="quiet">If everything works, and under the likely failure that ends worst. Choose what happens instead.</p>
        )}
        {timelines.map((timeline, index) => (
          <Timeline key={index} timeline={timeline} />
        ))}
        {more > 0 && <p class="notice">{more} more timelines are not shown; use the command line for all of them.</p>}
      </div>
    </div>
  )
}

/** The picture is an image, so nothing in it can run or change the page; the text says the same. */
function Timeline({ timeline: { title, end, isGood, picture, text } }: { readonly timeline: ShownTimeline }) {
  const [url, setUrl] = useState('')
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([picture], { type: 'image/svg+xml' }))
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [picture])
  return (
    <article class="timeline">
      <h2>{title}</h2>
      <p class={isGood ? 'good' : 'bad'}>{end}</p>
      {url !== '' && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: so that the keyboard can scroll it (WCAG 2.1.1)
        <section class="scroll" tabIndex={0} aria-label={`Picture of ${title}`}>
          <img src={url} alt={`Timeline: ${end}`} />
        </section>
      )}
      <AsText text={text} />
    </article>
  )
}
