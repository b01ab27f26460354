/**
 * What `scan` and `why` need, in one module: each that is loaded alone splits the bundle into more files, which cost `lint` more than what
 * they leave out.
 */
export { renderGroupsText, renderWhyPicture, renderWhyText } from '../diagnosis/index.ts'
export { renderDrillPage, renderDrillPicture, renderDrillText } from '../scan/drill/index.ts'
export { policyReports, renderComparisonText, renderScanText } from '../scan/index.ts'
export { drill } from './drill.ts'
export { scan } from './scan.ts'
export { whyOfFile } from './why.ts'
export { isFile, whyEverywhere, whyInCluster } from './why-cluster.ts'
export { watchWhy } from './why-watch.ts'
