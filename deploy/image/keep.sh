#!/bin/sh
# keep.sh FOLDER PACKAGE...: what the services need of Debian, as a root file system of its own: the files of these
# packages, their licences and their entries for scanners; no shell, no package manager, no program that changes its user.
set -eu
kept=$1; shift
for folder in bin lib lib64 sbin; do mkdir -p "$kept/usr/$folder"; ln -s "usr/$folder" "$kept/$folder"; done

dpkg-query --listfiles "$@" | grep '^/' | sort -u \
  | grep -vE '^(/\.|/(home|root|boot|srv)|/etc/(init\.d|logrotate\.d|ufw|default|skel|update-motd\.d)(/.*)?|/var/www(/.*)?|/usr/sbin/update-ca-certificates)$' \
  | grep -vE '^/usr/share/(man|bug|lintian|vim|apport|gcc|gdb|ca-certificates)(/|$)' \
  | while read -r path; do
      case $path in /usr/share/doc/*) [ -d "$path" ] || [ "${path##*/}" = copyright ] || continue ;; esac
      echo "$path"
    done \
  | tar --create --no-recursion --directory=/ --files-from=- 2>/dev/null \
  | tar --extract --keep-directory-symlink --directory="$kept"
find "$kept" -perm /6000 -exec chmod ug-s {} +

cd "$kept"
mkdir -p -m 1777 tmp
mkdir -p dev proc sys run/rollcall etc/kafka-ca etc/ssl/certs var/lib/dpkg
chown 10001:10001 run/rollcall
cp /etc/nsswitch.conf etc/
cp /etc/ssl/certs/ca-certificates.crt etc/ssl/certs/
dpkg-query --status "$@" > var/lib/dpkg/status
printf '%s\n' 'root:x:0:0::/:/' 'rollcall:x:10001:10001::/run/rollcall:/' > etc/passwd
printf '%s\n' 'root:x:0:' 'rollcall:x:10001:' > etc/group
