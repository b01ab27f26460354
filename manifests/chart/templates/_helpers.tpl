{{/* The name of all objects: the release's where it says initlint already. */}}
{{- define "initlint.name" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 46 | trimSuffix "-" -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 46 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 46 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What the pods are found by; it never changes in the life of a release. */}}
{{- define "initlint.selector" -}}
app.kubernetes.io/name: initlint
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* Labels and annotations of an object: (dict "root" $ "labels" (dict …) "annotations" (dict …)). */}}
{{- define "initlint.metadata" -}}
labels:
  {{- include "initlint.selector" .root | nindent 2 }}
  app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
  app.kubernetes.io/managed-by: {{ .root.Release.Service }}
  helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name (.root.Chart.Version | replace "+" "_") }}
  {{- with merge (dict) (.labels | default dict) .root.Values.labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with merge (dict) (.annotations | default dict) .root.Values.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "initlint.image" -}}
{{- $repository := .Values.image.repository | required "Set image.repository: no image of initlint is published yet. Build one from the Dockerfile, push it where your nodes can pull it, and say --set image.repository=registry.corp.example/initlint." -}}
{{- $tag := .Values.image.tag | default .Chart.AppVersion -}}
{{- if .Values.image.digest -}}
{{- printf "%s:%s@%s" $repository $tag .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository $tag -}}
{{- end -}}
{{- end -}}

{{/* The namespaces that the API server never asks about. */}}
{{- define "initlint.namespaceSelector" -}}
matchExpressions:
  - key: kubernetes.io/metadata.name
    operator: NotIn
    values: {{ append .Values.excludedNamespaces .Release.Namespace | uniq | toJson }}
{{- end -}}

{{/* What cert-manager reads on a webhook configuration. */}}
{{- define "initlint.injectCa" -}}
{{- if .Values.certManager.enabled -}}
cert-manager.io/inject-ca-from: {{ .Release.Namespace }}/{{ include "initlint.name" . }}
{{- end -}}
{{- end -}}
