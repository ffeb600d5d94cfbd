# complete.bash SCRIPT LINE…: what bash offers behind each line, an offer a line; `--` ends each.
source "$1" || exit 1
[[ $(complete -p smtpcheck) == 'complete -F _smtpcheck smtpcheck' ]] || exit 1
shift
for line; do
  # As readline cuts a line that ends in a space, or within a word; COMP_WORDBREAKS has "=" and ":".
  read -r -a COMP_WORDS <<<"${line//=/ = }"
  [[ $line == *[\ =] ]] && COMP_WORDS+=('')
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  _smtpcheck
  [[ ${#COMPREPLY[@]} -eq 0 ]] || printf '%s\n' "${COMPREPLY[@]}"
  echo --
done
