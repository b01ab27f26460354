/**
 * The scripts that connect `initlint complete` to a shell. Each asks the program what can follow, and offers file names if there is nothing.
 * They are our own: the libraries for this pass the typed words through `eval`, which would run `$(…)` on a press of the Tab key, or cannot
 * offer file names. The word that is being typed follows a dot, because some versions of PowerShell drop empty arguments.
 */

/** The shells that are supported. */
export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const
export type Shell = (typeof shells)[number]

// Bash splits words at = and :, so only what follows them is inserted (COMP_WORDBREAKS in bash(1)).
const bash = `# Completion of initlint for bash
_initlint() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(initlint complete -- "\${COMP_WORDS[@]:1:COMP_CWORD-1}" ".\${COMP_WORDS[COMP_CWORD]}" 2>/dev/null)
  if [[ "\${COMPREPLY[*]}" == *= ]]; then compopt -o nospace; fi
}
complete -o default -F _initlint initlint
`

const zsh = `#compdef initlint
# Completion of initlint for zsh
_initlint() {
  local -a lines described noSpace
  local line
  lines=("\${(@f)$(initlint complete -- "\${(@)words[2,CURRENT-1]}" ".\${words[CURRENT]}" 2>/dev/null)}")
  for line in "\${(@)lines:#}"; do
    described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( \${#described} == 0 )); then
    _files
  else
    [[ "$lines[1]" == *=$'\\t'* ]] && noSpace=(-S '')
    _describe initlint described "\${noSpace[@]}"
  fi
}
if [[ "\${funcstack[1]}" == _initlint ]]; then
  _initlint "$@"
else
  compdef _initlint initlint
fi
`

const fish = `# Completion of initlint for fish
function __initlint_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (initlint complete -- $words[2..] ".$current" 2>/dev/null)
    if test (count $lines) -eq 0
        __fish_complete_path "$current"
    else
        printf '%s\\n' $lines
    end
end
complete -c initlint -f -a '(__initlint_complete)'
`

const powershell = `# Completion of initlint for PowerShell
Register-ArgumentCompleter -Native -CommandName initlint -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  $lines = @(& initlint complete '--' @words ".$wordToComplete" 2>$null)
  foreach ($line in $lines) {
    $value, $description = $line -split "\`t", 2
    if (-not $description) { $description = $value }
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $description)
  }
}
`

const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish, powershell }

/** The completion script for a shell. */
export function completionScript(shell: Shell): string {
  return scripts[shell]
}
