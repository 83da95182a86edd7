#!/bin/sh
# Installs from Debian what the real servers in the tests need, where something is missing and we may.
# Starts no service. Without the right to install it says so and ends well: pytest then names each
# test that is left out, except on CI, where it fails.
set -eu

PATH=$PATH:/usr/sbin:/sbin
missing=
has() { command -v "$1" >/dev/null; }
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || has initdb || missing="$missing postgresql"
has redis-server || missing="$missing redis-server"
has postfix || missing="$missing postfix"
has opendkim || missing="$missing opendkim"
has rspamd || missing="$missing rspamd"
has chromium || missing="$missing chromium fonts-liberation"

[ -n "$missing" ] || exit 0
if [ "$(id -u)" -ne 0 ] || ! has apt-get; then
    echo "Not installed:$missing. Their tests are left out: only root on Debian can install them here."
    exit 0
fi

echo "Installing$missing for the tests, this once."
# Debian asks this file whether a service may be started on installation (invoke-rc.d(8)).
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    trap 'rm -f $policy' EXIT INT TERM
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod 755 $policy
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
# Postfix: no mail system in /etc; the tests bring their own configuration.
if apt-get update >"$log" 2>&1 &&
    echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections &&
    apt-get install -y --no-install-recommends $missing >>"$log" 2>&1; then
    rm -f "$log"
else
    tail -n 20 "$log"
    echo "Could not install$missing (all of it in $log). Their tests are left out."
fi
