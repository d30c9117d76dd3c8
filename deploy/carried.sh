# shellcheck shell=bash
# For the scripts that submit: what steers native libraries in this environment (conf/kernel-variables.txt) steers
# them in the driver on the cluster, which passes it on to its executors.

# carry_variables PREFIX SETTINGS [SPARK-SUBMIT OPTIONS]: an array `carried` of options for spark-submit that set
# PREFIX.NAME, but for those that the settings file has, or the one that the options name in its place. Options that
# follow `carried` are stronger.
carry_variables() {
  local prefix=$1 settings=$2 name folder
  shift 2
  while (($#)); do
    case $1 in
      --properties-file) settings=${2:-} ;;
      --properties-file=*) settings=${1#--properties-file=} ;;
    esac
    shift
  done
  folder=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../conf" && pwd)
  carried=()
  while read -r name; do
    [[ $name =~ ^[A-Z][A-Z0-9_]*$ && -n ${!name:-} ]] || continue
    if ! grep -q "^[[:space:]]*${prefix//./\\.}\.${name}[[:space:]=:]" "$settings" 2>/dev/null; then
      carried+=(--conf "$prefix.$name=${!name}")
    fi
  done <"$folder/kernel-variables.txt"
}
