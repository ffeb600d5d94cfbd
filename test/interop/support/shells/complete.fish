# complete.fish SCRIPT LINE…: what fish offers behind each line, an offer a line; `--` ends each.
source $argv[1]; or exit 1
for line in $argv[2..]
    complete -C "$line" | string replace -r '\t.*' ''
    echo -- --
end
