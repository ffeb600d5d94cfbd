# Within the terminal of complete.zsh.
PROMPT=
autoload -U compinit
compinit -D -u
source $1
compadd() {
  # What only asks, with -O, -A or -D, offers nothing.
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
    builtin compadd "$@"
    return
  fi
  local -a hits
  builtin compadd -A hits "$@"
  offers+=($hits)
  builtin compadd "$@"
}
offer() {
  typeset -ga offers=()
  _main_complete
  print -r -- '<<<'
  print -rl -- $offers
  print -r -- '>>>'
  compstate[insert]=
  compstate[list]=
}
zle -C offer complete-word offer
bindkey '^I' offer
bindkey '^U' kill-whole-line
print READY
