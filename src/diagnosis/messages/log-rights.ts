/** Lines of logs about rights that a container lacks: on a volume, in the kernel, at the API server. */
import type { MessagePattern } from './pattern.ts'

export const logRights: readonly MessagePattern[] = [
  {
    id: 'log-kernel-denied',
    rank: 50,
    pattern:
      /(?:iptables|ip6tables|nft)\b.{0,200}: (?:Permission denied|Operation not permitted)|RTNETLINK answers: Operation not permitted|(?:mount|modprobe|swapoff|losetup|mknod)\b.{0,300}: (?:[Pp]ermission denied|Operation not permitted|must be superuser)|ulimit\b.{0,200}: Operation not permitted/,
    cause: 'init-needs-privileged',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'any',
    source: 'capabilities(7): CAP_NET_ADMIN, CAP_SYS_ADMIN, CAP_SYS_MODULE, CAP_MKNOD, CAP_SYS_RESOURCE',
    example: "iptables v1.8.9 (legacy): can't initialize iptables table `nat': Permission denied (you must be root)",
  },
  {
    id: 'log-write-denied',
    rank: 60,
    pattern:
      /(?:(?:mkdir|touch|cp|mv|ln|tar|chmod|rm|install|tee|unzip|wget|curl|git)\b.{0,300}|PermissionError\b.{0,300}|EACCES\b.{0,300}|open \/\S{1,300}|can(?:'t|not) (?:create|open) \S{1,300}): [Pp]ermission denied|PermissionError: \[Errno 13\]|EACCES: permission denied/,
    cause: 'init-denied-by-volume',
    waiting: 'no',
    certainty: 'likely',
    runtime: 'any',
    source: 'Linux errno EACCES as GNU coreutils, BusyBox, dash, Python, Node.js and Go print it',
    example: "mkdir: can't create directory '/data/lib': Permission denied",
  },
  {
    id: 'log-api-forbidden',
    rank: 50,
    pattern:
      /(?:Error from server \(Forbidden\)|is forbidden): .{0,600}?cannot (\w{1,30}) resource "([^"]{1,100})"|Error from server \(Forbidden\)/,
    cause: 'application',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'any',
    source: 'apiserver pkg/endpoints/handlers/responsewriters/errors.go, Forbidden',
    example:
      'jobs.batch "db" is forbidden: User "system:serviceaccount:shop:default" cannot get resource "jobs" in API group "batch" in the namespace "shop"',
  },
]
