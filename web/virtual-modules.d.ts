declare module 'virtual:rule-pages' {
  const pages: Readonly<Record<string, readonly import('./page/markdown-tree.ts').Block[]>>
  export default pages
}
