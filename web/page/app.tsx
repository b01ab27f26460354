import type { ComponentChildren } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Finding, LintAnswer } from '../engine/protocol.ts'
import { isLink, openLink } from '../link/link.ts'
import type { Editor, Mark, Marks } from './editor.ts'
import { EditorPane } from './editor-pane.tsx'
import type { EngineClient } from './engine-client.ts'
import { type Example, exampleGroups, examples, firstExample, firstPolicy } from './examples.ts'
import { Findings, isFixable, levelOf } from './findings.tsx'
import { Rehearsal } from './rehearsal.tsx'
import { Review } from './review.tsx'
import { Share } from './share.tsx'
import { Start } from './start.tsx'
import { Panel, type Tab, Tabs } from './tabs.tsx'
import { useAnswer } from './use-answer.ts'
import { Why } from './why.tsx'

type Source = 'manifest' | 'policy' | 'pod'
type View = 'findings' | 'start' | 'rehearsal' | 'review' | 'why'

const sources: readonly Tab<Source>[] = [
  { id: 'manifest', title: 'Manifest' },
  { id: 'policy', title: 'Policy' },
  { id: 'pod', title: 'Pod' },
]

const views: readonly Tab<View>[] = [
  { id: 'findings', title: 'Findings' },
  { id: 'start', title: 'Start' },
  { id: 'rehearsal', title: 'Rehearsal' },
  { id: 'review', title: 'Review' },
  { id: 'why', title: 'Why' },
]

const groupTitles: Readonly<Record<string, string>> = { book: 'How a pod initializes, in 21 sentences' }

function option({ name }: Example) {
  return (
    <option key={name} value={name}>
      {name.replace(/^.*\//, '')}
    </option>
  )
}

/** The mark of the Performance API (https://www.w3.org/TR/user-timing/) at the first findings. */
const firstFindings = 'initlint-first-findings'

const noMarks: Marks = { text: '', list: [] }

export function App({ engine }: { readonly engine: EngineClient }) {
  const [manifest, setManifest] = useState(firstExample)
  const [policy, setPolicy] = useState(firstPolicy)
  const [pod, setPod] = useState('')
  const [source, setSource] = useState<Source>('manifest')
  const [view, setView] = useState<View>('findings')
  const [selected, setSelected] = useState<number | null>(null)
  const [rule, setRule] = useState<string | null>(null)
  const [conditions, setConditions] = useState<readonly string[]>([])
  const [status, setStatus] = useState('')
  const manifestEditor = useRef<Editor | undefined>(undefined)
  const policyEditor = useRef<Editor | undefined>(undefined)
  const podEditor = useRef<Editor | undefined>(undefined)
  const texts = useMemo(() => ({ manifest, policy }), [manifest, policy])
  const scenario = useMemo(() => ({ manifest, conditions }), [manifest, conditions])
  const lint = useAnswer(engine, 'lint', texts)
  useEffect(() => {
    // For those who measure how fast the page is.
    if (lint.answer !== undefined && performance.getEntriesByName(firstFindings).length === 0) performance.mark(firstFindings)
  }, [lint.answer])
  const start = useAnswer(engine, 'start', view === 'start' ? scenario : null)
  const rehearsal = useAnswer(engine, 'rehearse', view === 'rehearsal' ? texts : null)
  const review = useAnswer(engine, 'review', view === 'review' ? texts : null)
  const live = useMemo(() => ({ pod, policy }), [pod, policy])
  const why = useAnswer(engine, 'why', view === 'why' ? live : null)
  const marks = useMemo(() => marksFor(lint.input?.manifest, lint.answer, manifestMarks), [lint.answer])
  const policyMarks = useMemo(() => marksFor(lint.input?.policy, lint.answer, problemMarks), [lint.answer])

  const open = (text: string): void => {
    showSource('manifest')
    setSelected(null)
    setRule(null)
    setConditions([])
    manifestEditor.current?.setText(text)
  }
  useEffect(() => {
    // A link only displays its document: it applies no fix, and nothing is stored or sent.
    const openFromLink = async (): Promise<void> => {
      if (!isLink(location.hash)) return
      const opened = await openLink(location.hash)
      if (!opened.ok) return setStatus(opened.problem)
      open(opened.document.manifest)
      policyEditor.current?.setText(opened.document.policy)
      setConditions(opened.document.conditions)
      setStatus('Opened the document of the link.')
    }
    void openFromLink()
    addEventListener('hashchange', openFromLink)
    return () => removeEventListener('hashchange', openFromLink)
  }, [])
  const change = (text: string): void => {
    setManifest(text)
    setStatus('')
  }
  const select = (index: number): void => {
    const finding = lint.answer?.diagnostics[index]
    if (finding === undefined) return
    setSelected(index)
    setRule(finding.rule)
    setSource('manifest')
    const { line, column, endLine, endColumn } = finding
    if (line !== null && column !== null) manifestEditor.current?.reveal({ line, column, endLine, endColumn })
  }
  const fix = ({ edits = [], rule: id }: Finding): void => {
    const isApplied = manifestEditor.current?.apply(edits, lint.input?.manifest ?? '') === true
    setStatus(isApplied ? `Applied the fix of ${id}.` : 'The text has changed; wait for the new findings.')
  }
  const fixAll = async (): Promise<void> => {
    const outcome = await engine.ask('fix', texts)
    if (outcome.kind !== 'answered') return setStatus(outcome.kind === 'failed' ? outcome.problem : '')
    const { text, fixed } = outcome.answer
    if (manifestEditor.current?.text !== texts.manifest) return setStatus('The text has changed; wait for the new findings.')
    manifestEditor.current.setText(text)
    setStatus(`Applied ${fixed} ${fixed === 1 ? 'fix' : 'fixes'}.`)
  }

  // The Pod is only for the view Why, and the other texts only for the others.
  const showSource = (next: Source): void => {
    setSource(next)
    if (next === 'pod') setView('why')
    else if (view === 'why') setView('findings')
  }
  const showView = (next: View): void => {
    setView(next)
    if (next === 'why') setSource('pod')
    else if (source === 'pod') setSource('manifest')
  }

  return (
    <>
      <header>
        <h1>
          initlint <span class="quiet">playground</span>
        </h1>
        <label class="choose">
          Example{' '}
          <select
            value=""
            onChange={({ currentTarget }) => {
              const example = examples.find(({ name }) => name === currentTarget.value)
              if (example !== undefined) open(example.text)
              currentTarget.value = ''
            }}
          >
            <option value="">Choose …</option>
            {[...exampleGroups].map(([group, list]) =>
              group === '' ? (
                list.map(option)
              ) : (
                <optgroup key={group} label={groupTitles[group] ?? group}>
                  {list.map(option)}
                </optgroup>
              ),
            )}
          </select>
        </label>
        <Share engine={engine} document={{ manifest, policy, conditions }} />
        <p class="promise">Runs in this page. Nothing is sent anywhere.</p>
      </header>
      <main>
        <section class="sources" aria-label="Input">
          <Tabs label="Input" tabs={sources} selected={source} onSelect={showSource} />
          <Panel id="manifest" isSelected={source === 'manifest'}>
            <EditorPane label="Manifest, YAML or JSON" text={firstExample} marks={marks} editor={manifestEditor} onChange={change} />
          </Panel>
          <Panel id="policy" isSelected={source === 'policy'}>
            <EditorPane label="Policy, YAML" text={firstPolicy} marks={policyMarks} editor={policyEditor} onChange={setPolicy} />
          </Panel>
          <Panel id="pod" isSelected={source === 'pod'}>
            <EditorPane
              label="A Pod of a cluster with its status, JSON or YAML"
              text=""
              placeholder="Paste what kubectl get pod NAME -o json prints"
              marks={noMarks}
              editor={podEditor}
              onChange={setPod}
            />
          </Panel>
        </section>
        <section class="results" aria-label="Results" aria-busy={lint.isStale}>
          <Tabs label="Results" tabs={views} selected={view} onSelect={showView} />
          <p role="status" class="status">
            {status}
          </p>
          <Panel id="findings" isSelected={view === 'findings'}>
            <Answer {...lint}>
              {(answer) => (
                <Findings
                  answer={answer}
                  selected={selected}
                  rule={rule}
                  onSelect={select}
                  onRule={setRule}
                  onFix={fix}
                  onFixAll={fixAll}
                  onExample={open}
                />
              )}
            </Answer>
          </Panel>
          <Panel id="start" isSelected={view === 'start'}>
            <Answer {...start}>{(answer) => <Start answer={answer} conditions={conditions} onConditions={setConditions} />}</Answer>
          </Panel>
          <Panel id="rehearsal" isSelected={view === 'rehearsal'}>
            <Answer {...rehearsal}>{(answer) => <Rehearsal answer={answer} />}</Answer>
          </Panel>
          <Panel id="why" isSelected={view === 'why'}>
            <Answer {...why}>{(answer) => <Why answer={answer} />}</Answer>
          </Panel>
          <Panel id="review" isSelected={view === 'review'}>
            <Answer {...review}>{(answer) => <Review answer={answer} manifest={manifest} />}</Answer>
          </Panel>
        </section>
      </main>
    </>
  )
}

interface AnswerProps<A> {
  readonly answer?: A
  readonly problem?: string
  readonly children: (answer: A) => ComponentChildren
}

/** What a panel shows of an answer, or why there is none. */
function Answer<A>({ answer, problem, children }: AnswerProps<A>) {
  return (
    <>
      {problem !== undefined && <p class="notice error">{problem}</p>}
      {answer === undefined ? problem === undefined && <p class="quiet">Loading …</p> : children(answer)}
    </>
  )
}

/** The marks of an answer, with the text that it is for. */
function marksFor(text: string | undefined, answer: LintAnswer | undefined, marks: (answer: LintAnswer) => readonly Mark[]): Marks {
  return text === undefined || answer === undefined ? noMarks : { text, list: marks(answer) }
}

function manifestMarks({ diagnostics, errors }: LintAnswer): readonly Mark[] {
  return [
    ...errors.flatMap(({ line, column, message }): Mark[] =>
      line === null ? [] : [{ line, column: column ?? 1, endLine: null, endColumn: null, severity: 'error', source: 'manifest', message }],
    ),
    ...diagnostics.flatMap((finding): Mark[] => {
      const { line, column, endLine, endColumn, rule, message } = finding
      return line === null || column === null
        ? []
        : [
            {
              line,
              column,
              endLine,
              endColumn,
              severity: levelOf(finding),
              source: rule,
              message,
              edits: isFixable(finding) ? finding.edits : undefined,
            },
          ]
    }),
  ]
}

function problemMarks({ problems }: LintAnswer): readonly Mark[] {
  return problems.map(({ level, line, column, key, message }) => ({
    line,
    column,
    endLine: null,
    endColumn: null,
    severity: level === 'note' ? 'info' : level,
    source: key,
    message,
  }))
}
