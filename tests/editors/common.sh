# shellcheck shell=bash
# What the tests in terminal editors share. To be sourced by `tests/editors/EDITOR/run`, whose arguments it reads.
#
# It makes $scratch (gone at the end), with
#   bin/nodestage        the server, first in PATH: a copy, so that a process left behind is known by its file
#   project/             the fixture to edit
#   crlf/                the same with CRLF and comments beyond ASCII
#   unignored/           the same without its .dockerignore, which is a problem of its own
#   expected/NAME        what the command line makes of them
# and keeps what it installs in $cache.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${NODESTAGE_EDITORS_CACHE:-$root/target/editors}
required=
[[ ${1:-} == --require ]] && required=yes

skip() {
  echo "skipped: $1"
  [[ $required ]] && exit 1
  exit 77
}

fail() {
  echo "FAILED: $1"
  exit 1
}

server=${NODESTAGE:-$root/target/debug/nodestage}
[[ -x $server ]] || fail "there is no $server: build it, or name one in NODESTAGE"
scratch=$(realpath "$(mktemp -d)")
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$cache" "$scratch/bin" "$scratch/home" "$scratch/expected"
cp "$server" "$scratch/bin/nodestage"
export PATH=$scratch/bin:$PATH HOME=$scratch/home LC_ALL=C.UTF-8
export XDG_CONFIG_HOME=$HOME/.config XDG_DATA_HOME=$HOME/.local/share XDG_STATE_HOME=$HOME/.local/state XDG_CACHE_HOME=$HOME/.cache
command -v git >/dev/null || skip "git is missing"
export SCRATCH=$scratch REPOSITORY=$root

# copy NAME: the fixture in a folder of that name, a repository of its own, as projects are
copy() {
  mkdir -p "$scratch/$1"
  cp -R "$root/fixtures/express-typescript/." "$scratch/$1/"
  git -c init.defaultBranch=main init -q "$scratch/$1"
}

# Comments with two, three and four bytes a character, and the line ends of Windows. The first is a line by itself above all that
# is edited, the other two are within what is.
beyond_ascii() {
  local file=$scratch/$1/Dockerfile
  sed -i -e '1i # £ अ 🍄 first' -e 's/^RUN npm install$/# £ अ 🍄 packages\n&/' -e 's/^CMD/# अ 🍄 £ start\n&/' "$file"
  sed -i -e 's/$/\r/' "$file"
}

# expect NAME PROJECT ARGUMENT…: what `nodestage fix ARGUMENT… --write` leaves of PROJECT's Dockerfile
expect() {
  local name=$1 from=$2
  shift 2
  cp -R "$scratch/$from" "$scratch/reference"
  "$scratch/bin/nodestage" fix "$@" --write "$scratch/reference" >/dev/null 2>&1 || true
  mv "$scratch/reference/Dockerfile" "$scratch/expected/$name"
  mv "$scratch/reference/.dockerignore" "$scratch/expected/$name.dockerignore"
  rm -rf "$scratch/reference"
  ! cmp -s "$scratch/expected/$name" "$scratch/$from/Dockerfile" || fail "\`nodestage fix $*\` changes nothing"
}

copy project
copy crlf
beyond_ascii crlf
copy unignored
rm "$scratch/unignored/.dockerignore"
expect fixed project
expect split project --rule single-stage-build
expect crlf crlf
expect unignored unignored
cp "$scratch/project/Dockerfile" "$scratch/expected/original"
"$scratch/bin/nodestage" check --output-format json "$scratch/project" >"$scratch/expected/check.json" || true

# The server's processes of this test that are still there.
left_behind() {
  local exe
  for exe in /proc/[0-9]*/exe; do
    [[ $(readlink "$exe" 2>/dev/null || true) == "$scratch/bin/nodestage"* ]] && echo "${exe%/exe}"
  done
  return 0
}

# Fails when the server outlives its editor by more than five seconds.
expect_no_server() {
  for _ in {1..50}; do
    [[ $(left_behind) ]] || return 0
    sleep 0.1
  done
  left_behind | xargs -r -n1 basename | xargs -r kill
  fail "a server was left behind"
}

# The address of Debian's own packages, as this machine has it.
debian_mirror() {
  apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null | sed -n 's/^Debian //p' | grep -v security | head -n 1
}

# debian_package RELEASE PACKAGE…: packages of another release of Debian beside all they depend on, in a folder that it prints.
# Nothing is installed: the folder's `run PROGRAM ARGUMENT…` starts a program with the libraries beside it.
debian_package() {
  local folder=$cache/debian/$1-$2
  [[ -x $folder/run ]] || { rm -rf "$folder" && unpack "$folder" "$@" >&2; } || return 1
  echo "$folder"
}

unpack() { # FOLDER RELEASE PACKAGE…
  local apt=$cache/apt folder=$1 release=$2 deb
  shift 2
  rm -rf "$apt"
  mkdir -p "$folder" "$apt"/{lists,archives}/partial "$apt/empty"
  touch "$apt/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(debian_mirror) $release main" >"$apt/sources.list"
  printf '%s "%s";\n' Dir::State "$apt" Dir::State::status "$apt/status" Dir::Cache "$apt" Dir::Etc::sourcelist "$apt/sources.list" \
    Dir::Etc::sourceparts "$apt/empty" APT::Sandbox::User root >"$apt/apt.conf"
  APT_CONFIG=$apt/apt.conf apt-get update -qq || return 1
  APT_CONFIG=$apt/apt.conf apt-get install -y -qq --download-only --no-install-recommends "$@" || return 1
  for deb in "$apt"/archives/*.deb; do dpkg -x "$deb" "$folder" || return 1; done
  rm -rf "$apt"
  write_starter "$folder"
}

write_starter() { # FOLDER
  cat >"$1/run" <<'EOF'
#!/usr/bin/env bash
folder=$(dirname "${BASH_SOURCE[0]}")
loader=$(compgen -G "$folder/usr/lib/*/ld-linux-*.so.*")
exec "$loader" --library-path "$(dirname "$loader")" "$folder/$@"
EOF
  chmod +x "$1/run"
}

# block FILE LINE LANGUAGE: the first block of code in LANGUAGE below the line of FILE that begins with LINE
block() {
  awk -v line="$2" -v fence="\`\`\`$3" '
    index($0, line) == 1 { below = 1 }
    inside && /^```/ { exit }
    inside
    below && $0 == fence { inside = 1 }' "$1"
}
