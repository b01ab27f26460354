/** Who is a controller: users that make pods from templates and read no warnings. */

/**
 * The controllers of kube-controller-manager: one service account each with `--use-service-account-credentials` (the default of kubeadm
 * and of managed clusters), one user without. Those whose name does not end in `-controller` are listed as they are.
 * Source: kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go, v1.36.
 */
export const defaultControllers: readonly string[] = [
  'system:serviceaccount:kube-system:*-controller',
  'system:kube-controller-manager',
  'system:serviceaccount:kube-system:generic-garbage-collector',
  'system:serviceaccount:kube-system:horizontal-pod-autoscaler',
  'system:serviceaccount:kube-system:persistent-volume-binder',
  'system:serviceaccount:kube-system:pod-garbage-collector',
  'system:serviceaccount:kube-system:root-ca-cert-publisher',
  'system:serviceaccount:kube-system:legacy-service-account-token-cleaner',
]
