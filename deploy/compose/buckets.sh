# Two buckets, each opened by a key of its own. Versions are kept for a month, what stays incoming ends after three days.
# No secret is an argument: those of a process are read by everybody on the server.
set -eu
tmp=${TMPDIR:-/tmp}
export MC_CONFIG_DIR="$tmp/mc-config"
export MC_HOST_store="http://$MINIO_ROOT_USER:$MINIO_ROOT_PASSWORD@objects:9000" # hexadecimal, so fit for an address

bucket() { # NAME ACCESS SECRET
  mc --quiet mb --ignore-existing "store/$1"
  mc --quiet version enable "store/$1"
  mc --quiet ilm rule ls "store/$1" | grep -q Enabled || mc --quiet ilm rule add --noncurrent-expire-days 30 "store/$1"
  cat > "$tmp/$1.json" <<POLICY
{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
  "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket", "s3:GetBucketLocation"],
  "Resource": ["arn:aws:s3:::$1", "arn:aws:s3:::$1/*"]}]}
POLICY
  mc --quiet admin policy create store "$1" "$tmp/$1.json"
  printf '%s\n' "$2" "$3" | mc --quiet admin user add store # it asks for both; printf is no process of its own
  mc --quiet admin policy attach store "$1" --user "$2" || true # it is attached already
}

bucket rollcall "$S3_ACCESS_KEY" "$S3_SECRET_KEY"
bucket rollcall-reports "$REPORTS_ACCESS_KEY" "$REPORTS_SECRET_KEY"
mc --quiet ilm rule ls store/rollcall | grep -q incoming/ || mc --quiet ilm rule add --prefix incoming/ --expire-days 3 store/rollcall
