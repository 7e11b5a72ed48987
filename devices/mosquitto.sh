#!/bin/sh
# The broker of the compose file: runs the command that its arguments are, and ends it in order and starts it anew when a file
# has changed that Mosquitto reads as it starts. Only its end ends the connection of a device that was revoked; it keeps every
# session. SIGTERM ends both. Where the broker ends by itself, this ends as it did. For any sh, Debian's and busybox's.
set -u

ending=
trap 'ending=yes' INT TERM

content() {
  cksum authority.crt broker.crt broker.key revoked.crl acl 2>&1
}

while [ -z "$ending" ]; do
  known=$(content)
  "$@" &
  broker=$!
  while [ -z "$ending" ] && kill -0 "$broker" 2>/dev/null && [ "$(content)" = "$known" ]; do
    sleep 1 &
    wait $!
  done
  if ! kill "$broker" 2>/dev/null; then
    wait "$broker"
    exit
  fi
  while kill -0 "$broker" 2>/dev/null; do
    wait "$broker"
  done
done
