export { answerJson, type ExplainOutput, explainInputs, explainInScenario, type ScenarioAnswer, type TimelineEntry } from './explain.ts'
export { renderExplainPicture } from './explain-picture.ts'
export { renderExplainText } from './explain-text.ts'
export { imagesOfInputs } from './images.ts'
export { renderImageLines, renderImagesText } from './images-text.ts'
export { type InspectOptions, lintInputs } from './lint.ts'
export { type LintTextOptions, renderLintText, renderProblemsText } from './lint-text.ts'
export {
  type DiagnosticEntry,
  defaultDocsBase,
  forPeople,
  type ImageEntry,
  type ImagesOutput,
  type Input,
  type InputError,
  type LintOutput,
} from './output.ts'
export type { Paint, Tone } from './paint.ts'
export { type PolicyTestOutput, renderPolicyTestText, testPolicy } from './policy-test.ts'
export { type RehearsedEntry, type RehearseOutput, rehearseInputs } from './rehearse.ts'
export { renderRehearseText } from './rehearse-text.ts'
export { type RuleEntry, renderRulesText, ruleEntry } from './rules.ts'
export { table } from './table.ts'
