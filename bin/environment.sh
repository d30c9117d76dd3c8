# shellcheck shell=bash
# What the commands of SeqLM need of their environment; bin/seqlm and deploy/*/submit begin with it.

# Java reads the command line and the names of files by the locale's characters, and cron and containers often
# have a locale of ASCII only. So there is one of UTF-8, with all else as it was.
use_utf8() {
  local known choice=C.UTF-8 name
  case $(locale charmap 2>/dev/null) in
    UTF-8 | utf-8 | utf8 | UTF8) return 0 ;;
  esac
  known=$(locale -a 2>/dev/null || true)
  for name in C.UTF-8 C.utf8 en_US.UTF-8 en_US.utf8; do
    if [[ $'\n'$known$'\n' == *$'\n'$name$'\n'* ]]; then
      choice=$name
      break
    fi
  done
  export LC_CTYPE=$choice
  # It is stronger than the others.
  [[ -z ${LC_ALL:-} ]] || export LC_ALL=$choice
}

# Containers often run under a number without a name and without a home. Maven, Ivy and the unpacked natives need a
# folder; it is the same one each time, and nobody else's.
use_home() {
  local home
  if [[ ${HOME:-} != /?* || ! -d $HOME ]]; then
    unset HOME
    home=~
    if [[ $home != /?* || ! -d $home || ! -w $home ]]; then
      home=${TMPDIR:-/tmp}/seqlm-home-$(id -u)
      mkdir -m 700 "$home" 2>/dev/null || true
      [[ -d $home && -O $home && ! -L $home ]] || home=$(mktemp -d "${TMPDIR:-/tmp}/seqlm-home.XXXXXX")
    fi
    export HOME=$home
  fi
  if ! id -un >/dev/null 2>&1; then
    # Java asks the system only.
    export SPARK_USER=${SPARK_USER:-${USER:-$(id -u)}}
    # shellcheck disable=SC2155 # it cannot fail
    export SPARK_SUBMIT_OPTS="${SPARK_SUBMIT_OPTS:-} $(quoted "-Duser.home=$HOME")"
    # Maven cuts it at white space, and would not start.
    [[ $HOME == *[[:space:]]* ]] || export MAVEN_OPTS="${MAVEN_OPTS:-} -Duser.home=$HOME"
  fi
}

# quoted TEXT: one word where Spark splits options for Java, which honours quotes.
quoted() {
  local text=$1 word='' i
  for ((i = 0; i < ${#text}; i++)); do
    case ${text:i:1} in
      '"' | \\) word+=\\${text:i:1} ;;
      *) word+=${text:i:1} ;;
    esac
  done
  printf '"%s"' "$word"
}

# file_uri PATH: in characters that nobody takes for anything else. For a subshell.
file_uri() {
  local path=$1 uri='' character i
  LC_ALL=C # bytes
  for ((i = 0; i < ${#path}; i++)); do
    character=${path:i:1}
    case $character in
      [A-Za-z0-9/._~-]) ;;
      *) printf -v character '%%%02X' "$(($(printf '%d' "'$character") & 255))" ;;
    esac
    uri+=$character
  done
  printf 'file://%s' "$uri"
}

# What steers native libraries in this environment (conf/kernel-variables.txt) steers them in the driver on the
# cluster, which passes it on to its executors.
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

use_utf8
use_home
