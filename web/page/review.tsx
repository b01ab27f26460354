import { useState } from 'preact/hooks'
import type { ReviewAnswer, ShownReview } from '../engine/protocol.ts'
import { CopyButton } from './copy-button.tsx'
import { asciiJson, curlWithBody, curlWithFile } from './curl.ts'
import { Notices } from './notices.tsx'

/** The AdmissionReview that the API server would send, what the webhook would answer, and commands to try it with a server. */
export function Review({ answer: { reviews, more, errors }, manifest }: { readonly answer: ReviewAnswer; readonly manifest: string }) {
  const [chosen, setChosen] = useState(0)
  const review = reviews[chosen] ?? reviews[0]
  return (
    <>
      <p class="quiet">What kubectl would print for this manifest under the policy of the tab Policy, and how to ask a server.</p>
      <Notices of={errors} isError />
      {reviews.length > 1 && (
        <p>
          <label>
            Object{' '}
            <select value={String(chosen)} onChange={({ currentTarget }) => setChosen(Number(currentTarget.value))}>
              {reviews.map(({ title }, index) => (
                <option key={index} value={String(index)}>
                  {title}
                </option>
              ))}
            </select>
          </label>
          {more > 0 && ` and ${more} more`}
        </p>
      )}
      {review === undefined ? (
        errors.length === 0 && <p>There is no workload in the manifest.</p>
      ) : (
        <Shown review={review} manifest={manifest} />
      )}
    </>
  )
}

function Shown({
  review: { title, allowed, warnings, denial, request, response },
  manifest,
}: {
  readonly review: ShownReview
  readonly manifest: string
}) {
  const server = serverUrl()
  const lintWithFile = curlWithFile(`${server}/lint`, 'manifest.yaml')
  const validateWithFile = curlWithFile(`${server}/validate`, 'review.json')
  const lint = curlWithBody(`${server}/lint`, manifest) ?? lintWithFile
  const validate = curlWithBody(`${server}/validate`, asciiJson(request)) ?? validateWithFile
  return (
    <>
      <h2>
        {title}: <span class={allowed ? 'good' : 'bad'}>{allowed ? 'allowed' : 'denied'}</span>
      </h2>
      <pre class="wrap">
        {[...warnings.map((warning) => `Warning: ${warning}`), ...(denial === null ? [] : [`Error: ${denial}`])].join('\n') ||
          'No warnings.'}
      </pre>
      <Copyable heading="Ask a server about the manifest" text={lint} label="Copy the command">
        {lintWithFile}
      </Copyable>
      <Copyable heading="Send the AdmissionReview to a server" text={validate} label="Copy the command with the review">
        {validateWithFile}
      </Copyable>
      <Copyable heading="AdmissionReview" text={request} label="Copy the AdmissionReview">
        {request}
      </Copyable>
      <Copyable heading="Answer of the webhook" text={response} label="Copy the answer">
        {response}
      </Copyable>
    </>
  )
}

interface CopyableProps {
  readonly heading: string
  readonly text: string
  readonly label: string
  readonly children: string
}

function Copyable({ heading, text, label, children }: CopyableProps) {
  return (
    <section class="copyable">
      <h3>{heading}</h3>
      <CopyButton text={text}>{label}</CopyButton>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: so that the keyboard can scroll it (WCAG 2.1.1) */}
      <pre tabIndex={0}>{children}</pre>
    </section>
  )
}

/** Of the server that serves this page, if it is one that `npm start` has started; else the address that `npm start` uses. */
function serverUrl(): string {
  const { protocol, hostname, origin } = location
  return protocol === 'https:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname) ? origin : 'https://localhost:8443'
}
