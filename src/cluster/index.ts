/** Everything that talks to the API server. Imported only if a cluster is used: client-node takes a second and 90 MB. */
export { type ClusterCertificateOptions, clusterCertificate } from './certificates/index.ts'
export { type ClusterClient, connect } from './client.ts'
export { clusterNamespaces } from './namespaces.ts'
export { type ConfigMapPolicyOptions, configMapPolicy, statusName } from './policy/index.ts'
export { type ScanReader, scanReader } from './scan-reader.ts'
export { type WhyReader, whyReader } from './why-reader.ts'
export { workloadEvents } from './workload-events.ts'
