/** The URL of a rule's page. */
export function docsUrl(docsBase: string, rule: string): string {
  return `${docsBase.replace(/\/$/, '')}/docs/rules/${rule}.md`
}
