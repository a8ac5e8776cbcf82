#!/bin/sh
# install_packages.sh build|all|peers: installs what is missing of the packages that
# config/build.mk names, with root or sudo. Says nothing when all is there.
set -eu
cd "$(dirname "$0")/.."
names() { sed -n "/^$1 :=/,/[^\\\\]\$/p" config/build.mk | sed "s/^$1 :=//; s/\\\\//g" | tr '\t\n' '  '; }
packages=$(names DEBIAN_BUILD)
[ "${1:-build}" = peers ] && packages=$(names DEBIAN_PEERS)
[ "${1:-build}" = all ] && packages="$packages $(names DEBIAN_TOOLS)"
missing=
for package in $packages; do
    dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed' ||
        missing="$missing $package"
done
[ -z "$missing" ] && exit 0
echo "installing:$missing"
as_root=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "this needs root or sudo" >&2; exit 1; }
    as_root=sudo
fi
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
{
    $as_root apt-get update -qq
    $as_root apt-get install -y -qq --no-install-recommends $missing
} >build-packages.log 2>&1 || { cat build-packages.log >&2; exit 1; }
rm -f build-packages.log
