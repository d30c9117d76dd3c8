# shellcheck shell=bash
# Kubernetes in cluster mode, for deploy/kubernetes/submit: submits a driver, follows it and ends with its exit code.
# Whoever reads this has read bin/environment.sh, and has SPARK_HOME set.

kubernetes_error() {
  printf 'seqlm: error: %s\n' "$2" >&2
  exit "$1"
}

# spark_setting KEY FILE [SPARK-SUBMIT OPTIONS]: what spark-submit takes for it; nothing where nobody says.
spark_setting() {
  local key=$1 file=$2 value
  shift 2
  value=$(sed -n -e 's/[[:space:]]*$//' -e "s/^[[:space:]]*${key//./\\.}[[:space:]=:]\{1,\}//p" "$file" 2>/dev/null | tail -n 1)
  while (($#)); do
    case $1 in
      --conf | -c) [[ ${2:-} != "$key="* ]] || value=${2#*=} ;;
      "--conf=$key="*)
        value=${1#--conf=}
        value=${value#*=}
        ;;
    esac
    shift
  done
  printf '%s' "$value"
}

# settings_file FILE [SPARK-SUBMIT OPTIONS]: the one that counts.
settings_file() {
  local file=$1
  shift
  while (($#)); do
    case $1 in
      --properties-file) file=${2:-} ;;
      --properties-file=*) file=${1#--properties-file=} ;;
    esac
    shift
  done
  printf '%s' "$file"
}

check_kubernetes_tools() {
  [[ -x ${SPARK_HOME:-}/bin/spark-submit ]] ||
    kubernetes_error 2 "SPARK_HOME must name a Spark 3.5 for Scala 2.12, but ${SPARK_HOME:-it is not set and} holds no bin/spark-submit"
  # A Spark whose jars are elsewhere (SPARK_DIST_CLASSPATH) is not looked into.
  [[ -n ${SPARK_DIST_CLASSPATH:-} ]] || compgen -G "$SPARK_HOME/jars/spark-kubernetes_2.12-3.5.*.jar" >/dev/null ||
    kubernetes_error 2 "SPARK_HOME is $SPARK_HOME, whose jars hold no spark-kubernetes_2.12 of Spark 3.5: choose a Spark that was built with Kubernetes"
  java=java
  [[ -z ${JAVA_HOME:-} ]] || java=$JAVA_HOME/bin/java
  "$java" --describe-module jdk.compiler >/dev/null 2>&1 ||
    kubernetes_error 5 "a JDK 17 or newer is needed to follow a driver on Kubernetes, but $java is none: install one or set JAVA_HOME"
}

# run_on_kubernetes SETTINGS JAR [SPARK-SUBMIT OPTIONS] -- COMMAND [OPTIONS]: SETTINGS is the properties file that
# counts where the options name none, and the options stand in spark-submit's order, the strongest last. Ends with
# the command's exit code; with spark.kubernetes.submission.waitAppCompletion=false 0 as soon as there is a driver.
run_on_kubernetes() {
  local folder settings=$1 jar=$2 options=() command pod wait java log code=0
  shift 2
  while (($#)) && [[ $1 != -- ]]; do
    options+=("$1")
    shift
  done
  (($# < 1)) || shift
  command=${1:-help}
  check_kubernetes_tools
  folder=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)

  # Of letters and figures: it becomes the name of a pod.
  command=$(printf '%s' "$command" | LC_ALL=C tr -c 'a-z0-9\n' '-' | cut -c 1-30)
  pod=$(printf 'seqlm-%s-%s-%04x-driver' "${command#-}" "$(date +%Y%m%d-%H%M%S)" "$RANDOM")
  options=(
    --properties-file "$settings"
    --name "seqlm-$command"
    --conf "spark.kubernetes.driver.pod.name=$pod"
    ${options[@]+"${options[@]}"}
  )
  settings=$(settings_file "$settings" "${options[@]}")
  [[ -f $settings ]] || kubernetes_error 2 "--properties-file ${settings:-without a name} does not exist"
  pod=$(spark_setting spark.kubernetes.driver.pod.name "$settings" "${options[@]}")
  wait=$(spark_setting spark.kubernetes.submission.waitAppCompletion "$settings" "${options[@]}")

  log=$(file_uri "$folder/../conf/log4j2.properties")
  export SPARK_SUBMIT_OPTS="${SPARK_SUBMIT_OPTS:-} -Dlog4j2.configurationFile=$log"
  # What spark-submit says, without the stacks of its exceptions: the lines that remain say why.
  set +e
  {
    "$SPARK_HOME/bin/spark-submit" "${options[@]}" \
      --deploy-mode cluster \
      --conf spark.kubernetes.submission.waitAppCompletion=false \
      --class org.seqlm.job.SeqLM "$jar" "$@" 2>&1 >&3 3>&- | grep -v -E '^[[:space:]]+(at |\.\.\. [0-9]+ more)' >&2
    code=${PIPESTATUS[0]}
  } 3>&1
  set -e
  ((code == 0)) || kubernetes_error 5 "spark-submit could not start the driver (exit code $code); why is said above"
  if [[ $wait == false ]]; then
    printf 'seqlm: the driver is pod %s; nobody waits for it\n' "$pod" >&2
    return 0
  fi
  # In place of this shell, so that whoever ends it ends the driver, too.
  exec "$java" -Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "-Dlog4j2.configurationFile=$log" \
    -cp "$SPARK_HOME/jars/*${SPARK_DIST_CLASSPATH:+:$SPARK_DIST_CLASSPATH}" "$folder/FollowPod.java" "${options[@]}"
}
