#!/bin/sh
# Installs the Debian packages the tests need, when run as root; otherwise names what is missing.
# A test that lacks one of them fails: nothing is skipped.
set -eu
wanted="postfix swaks msmtp mutt curl openssl libnet-ssleay-perl libio-socket-ssl-perl libmail-dkim-perl spamassassin sasl2-bin libsasl2-modules dovecot-core chromium systemd haproxy"
missing=""
for package in $wanted; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -ne 0 ]; then
  echo "Missing Debian packages:$missing (install them as root; the tests that need them will fail)" >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
# Debian starts a freshly installed Postfix; the tests run their own instance, so the system's stays off.
policy=/usr/sbin/policy-rc.d
made=""
if [ ! -e "$policy" ]; then printf '#!/bin/sh\nexit 101\n' > "$policy"; chmod +x "$policy"; made=1; fi
trap '[ -z "$made" ] || rm -f "$policy"' EXIT
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing >/dev/null
