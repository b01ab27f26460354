export { readBaseline, renderBaseline, withBaseline } from './baseline.ts'
export { answerJson, type ExplainOutput, explainInputs, explainInScenario, type ScenarioAnswer, type TimelineEntry } from './explain.ts'
export { renderExplainHtml } from './explain-html.ts'
export { renderExplainPicture } from './explain-picture.ts'
export { afterSuccessOf } from './explain-scripts.ts'
export { renderExplainText } from './explain-text.ts'
export { fnv1a64 } from './fingerprint.ts'
export { imagesOfInputs } from './images.ts'
export { renderImageLines, renderImagesText } from './images-text.ts'
export { isShownByDefault, type Level, levelOf } from './level.ts'
export { type InspectOptions, lintInputs } from './lint.ts'
export { type LintTextOptions, renderLintText, renderProblemsText, renderScopeLines } from './lint-text.ts'
export {
  type BaselineEntry,
  type DiagnosticEntry,
  defaultDocsBase,
  type FaultEntry,
  findingFields,
  forPeople,
  type ImageEntry,
  type ImagesOutput,
  type Input,
  type InputError,
  isSilenced,
  type LintOutput,
  type ObjectName,
  type Region,
} from './output.ts'
export { type Paint, plain, type Tone } from './paint.ts'
export { type PolicyTestOutput, renderPolicyTestText, testPolicy } from './policy-test.ts'
export { type RehearsedEntry, type RehearseOutput, rehearseInputs } from './rehearse.ts'
export { changedPlaces, hazardInWords, renderRehearseText } from './rehearse-text.ts'
export { type RuleEntry, renderRulesText, ruleEntry } from './rules.ts'
export { quotedPath } from './sources.ts'
export { table } from './table.ts'
export { count, enumerate } from './words.ts'
