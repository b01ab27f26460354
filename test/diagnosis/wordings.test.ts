/** One cause, as container runtimes, registries, CNI plugins and schedulers of different versions word it. */
import t from 'tap'
import { classify } from '../../src/diagnosis/messages/classify.ts'
import { tables } from '../../src/diagnosis/messages/index.ts'

type Wordings = Readonly<Record<string, readonly string[]>>

const wordings: Readonly<Partial<Record<keyof typeof tables, Wordings>>> = {
  pull: {
    'auth-or-missing': [
      'unauthorized: authentication required',
      'error pulling image configuration: denied: requested access to the resource is denied',
      'failed to copy: httpReadSeeker: failed open: unexpected status code https://r.example/v2/a/manifests/sha256:1: 401 Unauthorized',
      'Error response from daemon: Get https://us-docker.pkg.dev/v2/a/b/manifests/latest: denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/a" (or it may not exist)',
    ],
    'access-denied': [
      'failed to copy: httpReadSeeker: failed open: unexpected status code https://r.example/v2/a/blobs/sha256:1: 403 Forbidden',
    ],
    'credentials-rejected': [
      'Error response from daemon: Get "https://registry-1.docker.io/v2/": unauthorized: incorrect username or password',
      'error pulling image configuration: denied: unauthenticated: User cannot be authenticated with the token provided.',
      'Error response from daemon: denied: Your authorization token has expired. Reauthenticate and try again.',
    ],
    'image-not-found': [
      'Error response from daemon: name unknown',
      'failed to copy: httpReadSeeker: failed open: could not fetch content descriptor sha256:73 (application/vnd.docker.image.rootfs.diff.tar.gzip) from remote: not found',
      'Error response from daemon: unknown: artifact library/api:9 not found',
      "Error response from daemon: repository 111122223333.dkr.ecr.eu-west-1.amazonaws.com/api not found: name unknown: The repository with name 'api' does not exist in the registry with id '111122223333'",
      'Error response from daemon: manifest for quay.io/acme/api:9 not found: manifest unknown: The named manifest is not known to the registry.',
    ],
    'platform-mismatch': [
      'a Windows version 10.0.18362-based image is incompatible with a 10.0.17763 host',
      'Error response from daemon: image operating system "linux" cannot be used on this platform',
    ],
    'tls-name': [
      "tls: failed to verify certificate: x509: cannot validate certificate for 10.0.0.5 because it doesn't contain any IP SANs",
      'x509: certificate relies on legacy Common Name field, use SANs instead',
    ],
    'http-registry': ['tls: oversized record received with length 20527'],
    'dns-broken': [
      'Get "https://quay.io/v2/": dial tcp: lookup quay.io: i/o timeout',
      'Get "https://quay.io/v2/": dial tcp: lookup quay.io on 10.0.0.2:53: no answer from DNS server',
    ],
    'dns-nxdomain': ['Get "https://quay.iox/v2/": dial tcp: lookup quay.iox on 10.0.0.2:53: no such host'],
    'network-timeout': [
      'failed to do request: Head "https://r.example/v2/a/manifests/1": context deadline exceeded',
      'failed to do request: Head "https://r.example/v2/a/manifests/1": dial tcp 192.0.2.1:443: connect: connection timed out',
      'Get "https://r.example/v2/": net/http: timeout awaiting response headers',
    ],
    'connection-broken': [
      'failed to copy: stream error: stream ID 3; INTERNAL_ERROR; received from peer',
      'failed to copy: write tcp 10.0.0.4:5->192.0.2.8:443: write: broken pipe',
      'failed to do request: Head "https://r.example/v2/a/manifests/1": http2: client connection lost',
    ],
    'pull-timeout': ['context deadline exceeded'],
  },
  create: {
    'command-not-found': [
      'Error response from daemon: No command specified',
      'runc create failed: unable to start container process: exec: " /bin/bash": stat  /bin/bash: no such file or directory: unknown',
      'OCI runtime create failed: container_linux.go:345: starting container process caused "exec: \\"bash\\": executable file not found in $PATH": unknown',
      'container create failed: executable file `bash` not found in $PATH: No such file or directory',
      'container create failed: exec container process (missing dynamic library?) `/app/server`: No such file or directory',
      'error finding executable "sh" in PATH [/usr/local/bin /usr/bin]: no such file or directory',
    ],
    'not-executable': [
      'OCI runtime create failed: container_linux.go:345: starting container process caused "exec: \\"/run.sh\\": permission denied": unknown',
      'container create failed: exec container process `/run.sh`: Permission denied',
      'container create failed: the path `/run.sh` exists but it is not executable: Operation not permitted',
    ],
    'exec-format': ['container create failed: exec container process `/app`: Exec format error'],
    'wrong-cwd': [
      'container create failed: chdir `/srv/app`: No such file or directory',
      'Error response from daemon: Cannot mkdir: /usr/bin/python is not a directory',
    ],
    'mount-mismatch': [
      'container create failed: mount `/var/lib/kubelet/pods/u/volume-subpaths/c/app/0` to `app/app.conf`: Not a directory',
      'OCI runtime create failed: container_linux.go:345: starting container process caused "process_linux.go:430: container init caused \\"rootfs_linux.go:58: mounting \\\\\\"/c/app.yml\\\\\\" to rootfs \\\\\\"/overlay2/9f/merged\\\\\\" at \\\\\\"/app/app.yml\\\\\\" caused \\\\\\"not a directory\\\\\\"\\"": unknown',
    ],
    'create-mount-source': [
      'failed to generate container "d6" spec: failed to generate spec: failed to stat "/var/lib/kubelet/pods/u/volumes/v/mount": stat: stale NFS file handle',
      'failed to generate container "d6" spec: failed to generate spec: path "/sys" is mounted on "/sys" but it is not a shared or slave mount',
      'Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /data',
      'Error response from daemon: Duplicate mount point: /data',
    ],
    'create-still-running': [
      'Error response from daemon: Conflict. The container name "/k8s_app_web-1_shop_u_0" is already in use by container "9f". You have to remove (or rename) that container to be able to reuse that name.',
      'failed to reserve container name "a_b_c_1_0"; check if another CreateContainerRequest is in progress: name "a_b_c_1_0" is reserved for "0a"',
    ],
    'kubelet-cache': ['failed to sync configmap cache: timed out waiting for the condition'],
  },
  sandbox: {
    'cni-credentials': [
      'Failed to create pod sandbox: rpc error: code = Unknown desc = [failed to set up sandbox container "3d" network for pod "p": networkPlugin cni failed to set up pod "p_default" network: error getting ClusterInformation: connection is unauthorized: Unauthorized, failed to clean up sandbox container "3d" network for pod "p": x]',
      'failed to setup network for sandbox "5f": plugin type="calico" failed (add): error getting ClusterInformation: Get "https://10.96.0.1:443/apis": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ],
    'cni-agent-down': [
      'failed to setup network for sandbox "5f": plugin type="calico" failed (add): error getting ClusterInformation: Get "https://10.96.0.1:443/apis": dial tcp 10.96.0.1:443: i/o timeout',
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to set up sandbox container "6d" network for pod "c": networkPlugin cni failed to set up pod "c_kube-system" network: unable to connect to Cilium daemon: failed to create cilium agent client after 30.000000 seconds timeout',
      'failed to setup network for sandbox "03": plugin type="cilium-cni" name="cilium" failed (add): Unable to create endpoint: Cilium API client timeout exceeded',
      'error adding pod a_b to CNI network "multus-cni-network": [a/b/4581:ovn-kubernetes]: error adding container to network "ovn-kubernetes": CNI request failed with status 400: failed to configure pod interface: timed out waiting for OVS port binding (ovn-installed)',
    ],
    'cni-ip-exhausted': [
      'plugin type="cilium-cni" failed (add): unable to allocate IP via local cilium agent: [POST /ipam][502] postIpamFailure range is full',
      'networkPlugin cni failed to set up pod "p_d" network: failed to allocate for range 0: no IP addresses available in range set: 10.244.0.1-10.244.0.254',
      'plugin type="azure-vnet" failed (add): Failed to allocate address: Failed to delegate: Failed to allocate address: No available addresses',
    ],
    'cni-not-installed': [
      'failed to setup network for sandbox "5f": failed to find plugin "flannel" in path [/opt/cni/bin]',
      'networkPlugin cni failed to set up pod "p_d" network: failed to find plugin "bridge" in path [/opt/cni/bin]',
    ],
    cni: [
      'networkPlugin cni failed to set up pod "p_d" network: failed to set bridge addr: "cni0" already has an IP address different from 10.244.1.1/24',
    ],
    'disk-full': ['plugin type="calico" failed (add): write /var/lib/cni/results/x: no space left on device'],
    'pause-image': [
      'Failed create pod sandbox: rpc error: code = Unknown desc = failed to inspect sandbox image "registry.example/pause-amd64:3.0\\"": Error response from daemon: no such image: invalid reference format',
    ],
    'platform-mismatch': [
      'failed to start sandbox container for pod "p": Error response from daemon: hcsshim::CreateComputeSystem e2: The container operating system does not match the host operating system.',
    ],
    'create-still-running': ['failed to reserve sandbox name "x_y_z_0": name "x_y_z_0" is reserved for "e2d7"'],
    'create-timeout': ['Failed to create pod sandbox: rpc error: code = DeadlineExceeded desc = context deadline exceeded'],
  },
  volume: {
    'kubelet-cache': ['MountVolume.SetUp failed for volume "conf" : failed to sync secret cache: timed out waiting for the condition'],
    'volume-wait': [
      'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[tmp data]: timed out waiting for the condition',
      'Unable to mount volumes for pod "zk-0_dev(7460)": timeout expired waiting for volumes to attach or mount for pod "dev"/"zk-0". list of unmounted volumes=[datadir]. list of unattached volumes=[datadir]',
    ],
    'csi-driver-missing': [
      'MountVolume.NewMounter initialization failed for volume "s" : volume mode "Ephemeral" not supported by driver secrets-store.csi.k8s.io (no CSIDriver object)',
      'AttachVolume.Attach failed for volume "pvc-1" : CSINode node-1 does not contain driver ebs.csi.aws.com',
    ],
    'volume-object-missing': [
      'MountVolume.SetUp failed for volume "all" : [secret "a" not found, configmap "b" not found]',
      'MountVolume.SetUp failed for volume "kube-api-access-x" : failed to fetch token: serviceaccounts "app" not found',
    ],
    'hostpath-missing': ['MountVolume.NewMounter initialization failed for volume "local" : path "/mnt/disks/ssd1" does not exist'],
    'attach-failed': [
      'AttachVolume.Attach failed for volume "pvc-1" : timed out waiting for external-attacher of ebs.csi.aws.com CSI driver to attach volume vol-1',
    ],
    'mount-failed': [
      'MountVolume.MountDevice failed for volume "pvc-1" : rpc error: code = Unknown desc = Timeout waiting for mount',
      'MountVolume.SetUp failed for volume "v" : rpc error: code = DeadlineExceeded desc = context deadline exceeded',
    ],
  },
  schedule: {
    taint: [
      "0/3 nodes are available: 3 node(s) had taints that the pod didn't tolerate.",
      "0/3 nodes are available: 3 node(s) had taint {dedicated: gpu}, that the pod didn't tolerate.",
      '0/3 nodes are available: 3 node(s) were unschedulable.',
    ],
    affinity: [
      "0/3 nodes are available: 3 node(s) didn't match node selector.",
      "0/3 nodes are available: 3 node(s) didn't match pod affinity/anti-affinity.",
      "0/3 nodes are available: 3 node(s) didn't satisfy existing pods anti-affinity rules.",
      "0/3 nodes are available: 3 node(s) didn't match the requested node name.",
      '0/3 nodes are available: 1 ExistingPodsAntiAffinityRulesNotMatch, 2 CheckServiceAffinity.',
    ],
    'insufficient-resources': [
      '0/3 nodes are available: 3 Too many pods.',
      'No nodes are available that match all of the predicates: Insufficient cpu (2), PodToleratesNodeTaints (1).',
      '0/3 nodes are available: 3 cannot allocate all claims.',
    ],
    'pvc-unbound': [
      'pod has unbound PersistentVolumeClaims (repeated 3 times)',
      'PersistentVolumeClaim is not bound: "master-pvc" (repeated 3 times)',
      'running PreBind plugin "VolumeBinding": binding volumes: timed out waiting for the condition',
    ],
    'multi-attach': [
      '0/3 nodes are available: 3 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod.',
    ],
    'volume-topology': ['0/3 nodes are available: 3 node(s) did not have enough free storage.'],
    'host-port': ["0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports."],
  },
}

for (const [name, byCause] of Object.entries(wordings) as [keyof typeof tables, Wordings][]) {
  t.test(`messages of ${name}`, (t) => {
    for (const [cause, texts] of Object.entries(byCause))
      for (const text of texts) t.equal(classify(text, tables[name])?.pattern.cause, cause, text.slice(0, 180))
    t.end()
  })
}
