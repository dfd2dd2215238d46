#!/bin/sh
set -e
mkdir -p /var/lib/notes
chown node:node /var/lib/notes
exec setpriv --reuid=node --regid=node --init-groups "$@"
