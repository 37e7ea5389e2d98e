#!/bin/sh
# Isolated (-I): nothing of the person's own Python mixes in; -B: nothing is written beside the program.
exec @PRIVATE@/bin/python3.11 -I -B @PRIVATE@/packages "$@"
