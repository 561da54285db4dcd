#!/bin/sh
# mmdebstrap's extract hook of the image's run-time base. $1: the folder of the base, with libc6 and libgcc-s1 in it.
# Adds base-files and the certificates, without the packages that their scripts need, and removes what no program reads.
set -eu
exec >&2
root=$1
archives=$root/var/cache/apt/archives

cd "$archives"
APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get -qq -o APT::Sandbox::User=root download base-files ca-certificates
for name in base-files ca-certificates; do
  dpkg-deb --extract "$name"_*.deb "$root"
done

# No package manager registers the packages. Scanners read their control files here, as in other images without one.
mkdir -p "$root/var/lib/dpkg/status.d"
for file in *.deb; do
  dpkg-deb --field "$file" >"$root/var/lib/dpkg/status.d/$(dpkg-deb --field "$file" Package)"
done

# What the scripts of ca-certificates write.
mkdir -p "$root/etc/ssl/certs"
cat "$root"/usr/share/ca-certificates/mozilla/*.crt >"$root/etc/ssl/certs/ca-certificates.crt"

cat >"$root/etc/passwd" <<'EOF'
root:x:0:0:root:/root:/usr/sbin/nologin
nearfar:x:10001:10001:nearfar:/var/lib/nearfar:/usr/sbin/nologin
EOF
cat >"$root/etc/group" <<'EOF'
root:x:0:
nearfar:x:10001:
EOF
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"

# Licences stay: each package's copyright file.
rm -rf "$root"/usr/share/doc/*/examples
find "$root/usr/share/doc" ! -type d ! -name copyright -delete
cd "$root"
rm -rf usr/share/ca-certificates usr/share/man usr/share/locale usr/share/info usr/share/lintian usr/share/bug
rm -rf usr/lib/*/gconv usr/lib/*/audit usr/sbin/* etc/ca-certificates etc/cron.daily etc/skel etc/update-motd.d
rm -rf var/lib/dpkg/alternatives var/lib/dpkg/info var/lib/dpkg/triggers var/lib/dpkg/updates var/lib/dpkg/arch
rm -rf boot home media mnt opt srv var/tmp var/backups var/local var/lock var/mail var/opt var/spool
# This machine's.
rm -f etc/hostname etc/resolv.conf
find . -type d -empty -path './usr/share/*' -delete
