#!/bin/sh
# Writes the secrets of compose.yaml to a folder, each once. Usage: compose-secrets.sh HOST [FOLDER]
#
# Keep a copy of master_key and blob_keys elsewhere: without them the data is lost. Replace the self-signed certificate
# (tls_certificate, tls_key) by one of your certificate authority.
set -eu

host=${1:?usage: compose-secrets.sh HOST [FOLDER]}
folder=${2:-$(dirname "$0")/secrets}

# Only you may enter the folder. The files are readable, since the users in the containers are others than you.
umask 022
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"

# write NAME VALUE: writes a secret unless it exists.
write() {
  if [ ! -e "$1" ]; then
    printf '%s\n' "$2" >"$1"
    chmod 444 "$1"
  fi
}

write database_password "$(openssl rand -hex 32)"
write database_url "postgres://nearfar:$(cat database_password)@database/nearfar"
write master_key "$(openssl rand -hex 32)"
write blob_keys "$(openssl rand -hex 32)"
write s3_access_key_id "$(openssl rand -hex 10)"
write s3_secret_access_key "$(openssl rand -hex 32)"
write s3_identities "{\"identities\": [{\"name\": \"nearfar\", \"actions\": [\"Read\", \"Write\", \"List\"], \"credentials\": \
[{\"accessKey\": \"$(cat s3_access_key_id)\", \"secretKey\": \"$(cat s3_secret_access_key)\"}]}]}"

if [ ! -e tls_key ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 \
    -subj "/CN=$host" -addext "subjectAltName=DNS:$host" -keyout tls_key -out tls_certificate 2>/dev/null
  chmod 444 tls_key tls_certificate
fi
