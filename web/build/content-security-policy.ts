import type { Plugin } from 'vite'
import { pageDirectives } from '../../src/server/http/page-files.ts'

/** Writes the Content-Security-Policy into the page, for servers that send no header. */
export function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: pageDirectives.join('; ') }, injectTo: 'head-prepend' },
    ],
  }
}
