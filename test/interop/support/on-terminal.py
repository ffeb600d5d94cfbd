"""Runs a command on a terminal of its own and types, as a user who reads before he goes on.

A JSON object on stdin: `argv`, `env`, `steps` (each waits for the regular expression `await` in what the screen showed since
the step before, and types `send`), `columns`, `seconds`. Prints a JSON object: `screen`, all that was shown, and `code`.
"""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time


def read(fd, seconds):
    if not select.select([fd], [], [], max(0, seconds))[0]:
        return b''
    try:
        return os.read(fd, 65536)
    except OSError:
        # EIO: the last process has closed the terminal.
        return None


def main():
    task = json.load(sys.stdin)
    pid, fd = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 24, task['columns'], 0, 0))
        os.execvpe(task['argv'][0], task['argv'], task['env'])
    end = time.monotonic() + task['seconds']
    screen, seen, steps, failed = b'', 0, list(task['steps']), None
    while True:
        while steps and failed is None:
            found = re.search(steps[0]['await'].encode(), screen[seen:], re.S)
            if found is None:
                break
            seen += found.end()
            # A key at a time, as people type: what comes at once is taken for pasted.
            time.sleep(0.03)
            os.write(fd, steps.pop(0)['send'].encode())
        more = read(fd, min(0.1, end - time.monotonic()))
        if more is None:
            break
        screen += more
        if time.monotonic() > end:
            failed = 'waited in vain for %r' % (steps[0]['await'] if steps else 'the end')
            os.kill(pid, signal.SIGKILL)
            break
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    text = screen.decode('utf-8', 'replace')
    left = [step['await'] for step in steps]
    json.dump({'screen': text, 'code': code, 'failed': failed, 'left': left}, sys.stdout)


main()
