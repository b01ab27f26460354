{{/* The name of all objects: that of the release if it contains "initlint". */}}
{{- define "initlint.name" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 46 | trimSuffix "-" -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 46 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 46 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* The selector of the pods, which never changes during the life of a release. */}}
{{- define "initlint.selector" -}}
app.kubernetes.io/name: initlint
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* The selector of the pods of the scan. */}}
{{- define "initlint.scan.selector" -}}
app.kubernetes.io/name: initlint-scan
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* Labels and annotations of the objects of the scan. */}}
{{- define "initlint.scan.metadata" -}}
{{- include "initlint.metadata" (dict "root" .) | replace "app.kubernetes.io/name: initlint\n" "app.kubernetes.io/name: initlint-scan\n" -}}
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
{{- $repository := .Values.image.repository | required "Set image.repository: no image of initlint is published yet. Build one from the Dockerfile, push it where your nodes can pull it, and add --set image.repository=registry.corp.example/initlint." -}}
{{- $tag := .Values.image.tag | default .Chart.AppVersion -}}
{{- if .Values.image.digest -}}
{{- printf "%s:%s@%s" $repository $tag .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository $tag -}}
{{- end -}}
{{- end -}}

{{/* Excludes the namespaces for which the API server does not call initlint. */}}
{{- define "initlint.namespaceSelector" -}}
matchExpressions:
  - key: kubernetes.io/metadata.name
    operator: NotIn
    values: {{ append .Values.excludedNamespaces .Release.Namespace | uniq | toJson }}
{{- end -}}

{{/* The annotation of a webhook configuration for cert-manager. */}}
{{- define "initlint.injectCa" -}}
{{- if .Values.certManager.enabled -}}
cert-manager.io/inject-ca-from: {{ .Release.Namespace }}/{{ include "initlint.name" . }}
{{- end -}}
{{- end -}}
