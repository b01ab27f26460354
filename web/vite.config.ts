/** The build of the page; scripts/build/page.ts runs it. `npx vite --config web/vite.config.ts` serves it while you change it. */
import { fileURLToPath } from 'node:url'
import type { Plugin, UserConfig } from 'vite'
import { contentSecurityPolicy } from './build/content-security-policy.ts'
import { rulePages } from './build/rule-pages.ts'

/** @param more plugins that see all chunks, those of the worker included */
export function pageConfig(more: () => Plugin[]): UserConfig {
  return {
    root: fileURLToPath(new URL('.', import.meta.url)),
    // Relative, so that the page works below any path.
    base: './',
    clearScreen: false,
    plugins: [rulePages(), contentSecurityPolicy(), ...more()],
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    worker: { format: 'es', plugins: more },
    build: {
      target: 'es2022',
      // All browsers that run the page load modules; images are no `data:` URLs, which the Content-Security-Policy forbids.
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      emptyOutDir: true,
      // How long each plugin took is of no interest.
      rolldownOptions: { checks: { pluginTimings: false } },
    },
  }
}

export default pageConfig(() => [])
