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
    # shellcheck disable=SC2089,SC2090 # Spark splits this itself and honours the quotes
    export SPARK_SUBMIT_OPTS="${SPARK_SUBMIT_OPTS:-} \"-Duser.home=$HOME\""
    export MAVEN_OPTS="${MAVEN_OPTS:-} -Duser.home=$HOME"
  fi
}

use_utf8
use_home
