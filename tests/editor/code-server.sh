#!/usr/bin/env bash
# Builds a real VS Code that runs in a browser (npm's code-server) into a folder, once; prints how to start it.
#
#   code-server.sh DIR
#
# Exit 0: DIR/node_modules/code-server/out/node/entry.js can be started with node. Exit 3: something of the system is missing and could not be
# installed; the last line says what.
set -euo pipefail
version=4.100.3 # VS Code 1.100; newer ones want a newer Node than Debian's and ours
dir=${1:?folder}
done_mark=$dir/.done-$version
entry=$dir/node_modules/code-server/out/node/entry.js

missing() { echo "missing: $*" >&2; exit 3; }

if [ -f "$done_mark" ]; then echo "$entry"; exit 0; fi
command -v npm >/dev/null || missing node and npm
packages=()
[ -e /usr/include/gssapi/gssapi.h ] || packages+=(libkrb5-dev)
[ -x /usr/bin/rg ] || packages+=(ripgrep)
command -v g++ >/dev/null && command -v make >/dev/null || packages+=(build-essential)
if [ ${#packages[@]} -gt 0 ]; then
  [ "$(id -u)" = 0 ] || missing "${packages[@]}" '(apt-get install them)'
  apt-get install -y -qq --no-install-recommends "${packages[@]}" >&2 ||
    { apt-get update -qq >&2 && apt-get install -y -qq --no-install-recommends "${packages[@]}" >&2; } || missing "${packages[@]}"
fi

headers=
for place in "$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")" /usr; do
  if [ -e "$place/include/node/node.h" ]; then headers=$place; break; fi
done
[ -n "$headers" ] || missing "node's headers (Debian's package is libnode-dev)"

rm -rf "$dir"
mkdir -p "$dir"
cd "$dir"
# Install scripts are off: they would fetch binaries from hosts that are no registry. What is native is built here from source.
# node-gyp would fetch node's headers from nodejs.org: they have to be here. node-pty's build ends by calling `npx node-gyp`, which asks unless told yes.
export npm_config_nodedir=$headers
export npm_config_yes=true
quiet=(--no-audit --no-fund --loglevel=error)
npm init -y >/dev/null
npm install "${quiet[@]}" --ignore-scripts "code-server@$version" >&2
npm rebuild "${quiet[@]}" argon2 >&2
cd node_modules/code-server/lib/vscode
npm install "${quiet[@]}" --ignore-scripts --omit=dev >&2
mkdir -p node_modules/@vscode/ripgrep/bin
ln -sf /usr/bin/rg node_modules/@vscode/ripgrep/bin/rg
npm rebuild "${quiet[@]}" @vscode/spdlog native-watchdog node-pty @vscode/deviceid kerberos >&2
ln -sfn node_modules node_modules.asar
cd "$dir"
node "$entry" --version >&2
touch "$done_mark"
echo "$entry"
