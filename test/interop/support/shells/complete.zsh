# complete.zsh SCRIPT LINE…: what zsh offers behind each line, an offer a line; `--` ends each.
# zsh completes on a terminal only: it gets one of its own, in which compadd tells what it is given.
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "source ${(q)0:A:h}/inside.zsh ${(q)1}"
zpty -r -m shell said '*READY*'
shift
for line; do
  zpty -w -n shell $'\x15'"$line"$'\t'
  zpty -r -m shell said '*<<<*>>>*'
  print -r -- "${${said##*<<<}%%>>>*}" | tr -d '\r' | sed '/^$/d'
  print -r -- --
done
zpty -d shell
