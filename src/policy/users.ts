/** Users that are controllers: they create pods from templates, and their warnings reach no person. */

/**
 * The controllers of kube-controller-manager: with `--use-service-account-credentials` (the default of kubeadm and of managed clusters),
 * each has its own service account; without it, all share one user. Names that do not end in `-controller` are listed individually.
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
