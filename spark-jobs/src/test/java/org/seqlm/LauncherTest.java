package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.kernels.KernelVariables;

/** {@code bin/seqlm} with a spark-submit that only writes down how it was called. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  private static final String RECORD =
      """
      #!/usr/bin/env bash
      printf '%s\\n' "$@" > "$RECORD"
      printf '%s\\n' "SEQLM_TERMINAL=${SEQLM_TERMINAL:-}" "OMP_NUM_THREADS=${OMP_NUM_THREADS:-}" \\
        "OPENBLAS_NUM_THREADS=${OPENBLAS_NUM_THREADS:-}" "SPARK_LOCAL_IP=${SPARK_LOCAL_IP:-}" \\
        "SPARK_SUBMIT_OPTS=${SPARK_SUBMIT_OPTS:-}" "HOME=$HOME" "SPARK_USER=${SPARK_USER:-}" \\
        "charmap=$(locale charmap 2>/dev/null)" "LC_NUMERIC=${LC_NUMERIC:-}" > "$RECORD.env"
      exit "${RECORDED_EXIT:-0}"
      """;

  private static final Predicate<String> SUBMIT = word -> word.endsWith("/bin/spark-submit");
  private static final String WAIT = "spark.standalone.submit.waitAppCompletion";

  private record Call(int exit, String out, String err, List<String> arguments, List<String> env) {
    /** What is handed to the process that follows a driver on a cluster. */
    Call inner() {
      int submit = arguments.indexOf(arguments.stream().filter(SUBMIT).findFirst().orElseThrow());
      return new Call(exit, out, err, arguments.subList(submit + 1, arguments.size()), env);
    }

    String after(String flag) {
      return arguments.get(arguments.indexOf(flag) + 1);
    }

    List<String> job() {
      return arguments.subList(arguments.indexOf(program()) + 1, arguments.size());
    }

    /** What spark-submit is to run: the jar, or nothing but a class of the class path. */
    String program() {
      for (int i = 1; i < arguments.size(); i++) {
        boolean path = arguments.get(i - 1).equals("--driver-class-path");
        if (arguments.get(i).equals("spark-internal")
            || (arguments.get(i).endsWith("seqlm.jar") && !path)) {
          return arguments.get(i);
        }
      }
      throw new AssertionError("no program among " + arguments);
    }
  }

  /** Its checkout's name has what shells take for something else. */
  @TempDir Path temporary;

  private Path home;
  private Path spark;

  @BeforeEach
  void makeCheckoutAndSpark() throws IOException {
    home = temporary.resolve("a check'out $x");
    Path repository = Path.of("").toAbsolutePath().getParent();
    for (String file :
        List.of(
            "bin/seqlm",
            "bin/environment.sh",
            "conf/spark-defaults.conf",
            "conf/log4j2.properties",
            "conf/log4j2-submit.properties",
            "conf/kernel-variables.txt",
            "deploy/yarn/submit",
            "conf/overlays/yarn.conf",
            "conf/overlays/standalone.conf",
            "pom.xml")) {
      Path copy = home.resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(repository.resolve(file), copy);
      Files.setLastModifiedTime(copy, FileTime.from(Instant.now().minusSeconds(60)));
    }
    Path jar = home.resolve("spark-jobs/target/seqlm.jar");
    Files.createDirectories(jar.getParent());
    Files.createFile(jar);
    spark = temporary.resolve("my spark");
    executable(spark.resolve("bin/spark-submit"), RECORD);
  }

  @Test
  void handsTheCommandLineToSparkSubmit() throws Exception {
    Call call = run(Map.of(), "train", "--input", "a b", "--set", "x=\"1 2\"", "");

    assertThat(call.exit()).isZero();
    assertThat(call.job()).containsExactly("train", "--input", "a b", "--set", "x=\"1 2\"", "");
    assertThat(call.after("--class")).isEqualTo("org.seqlm.job.SeqLM");
    assertThat(call.after("--properties-file"))
        .isEqualTo(home.toRealPath() + "/conf/spark-defaults.conf");
    assertThat(call.after("--driver-memory")).isEqualTo("4g");
    assertThat(call.arguments()).doesNotContain("--master");
    assertThat(call.env())
        .contains(
            "OMP_NUM_THREADS=1",
            "OPENBLAS_NUM_THREADS=1",
            "SPARK_LOCAL_IP=127.0.0.1",
            "SEQLM_TERMINAL=")
        .anyMatch(line -> line.endsWith("/a%20check%27out%20%24x/conf/log4j2.properties"));
    assertThat(call.out()).isEmpty();
    assertThat(call.err()).isEmpty();
  }

  @Test
  void passesWhatFollowsTheDashesAndTheMaster() throws Exception {
    Call call =
        run(
            Map.of("HADOOP_CONF_DIR", temporary.toString()),
            "train",
            "--master=yarn",
            "--deploy-mode",
            "client",
            "--output",
            "o",
            "--",
            "--num-executors",
            "3",
            "--conf",
            "a.b=c d");

    assertThat(call.job()).containsExactly("train", "--master=yarn", "--output", "o");
    assertThat(call.arguments())
        .containsSequence("--num-executors", "3", "--conf", "a.b=c d")
        .doesNotContain("--driver-memory", "--");
    assertThat(call.after("--master")).isEqualTo("yarn");
    assertThat(call.env()).contains("OMP_NUM_THREADS=", "SPARK_LOCAL_IP=");
  }

  /** A driver on the cluster is followed by a process of its own, which starts spark-submit. */
  @Test
  void followsADriverOnTheCluster() throws Exception {
    Map<String, String> env = Map.of("SEQLM_JAR", "hdfs:///apps/seqlm.jar");
    for (String[] mode : new String[][] {{"--deploy-mode", "cluster"}, {"--deploy-mode=cluster"}}) {
      List<String> line = new ArrayList<>(List.of("train", "--master", "spark://host:7077"));
      line.addAll(List.of(mode));
      line.addAll(List.of("--set", "a=1", "--", "--deploy-mode", "client"));
      Call call = run(env, line.toArray(String[]::new));
      assertThat(call.exit()).as(call.err()).isZero();
      assertThat(call.after("--class")).isEqualTo("org.seqlm.job.submit.Submission");
      assertThat(call.after("--master")).isEqualTo("local[1]");
      assertThat(call.after("spark-internal")).isEqualTo("spark://host:7077");
      Call inner = call.inner();
      assertThat(inner.arguments())
          .contains("spark.app.name=seqlm train", "spark.driver.memory=4g")
          // The later one counts.
          .containsSubsequence("--deploy-mode", "client", "--deploy-mode", "cluster");
      assertThat(inner.program()).isEqualTo("hdfs:///apps/seqlm.jar");
      assertThat(inner.job()).containsExactly("train", "--set", "a=1");
    }
    String[] unfollowed = {
      "train", "--master=spark://h:1", "--deploy-mode=cluster", "--", "--conf", WAIT + "=false"
    };
    assertThat(run(env, unfollowed).inner().arguments()).contains(WAIT + "=false");
    Call here = run(env, "train", "--master", "spark://host:7077");
    assertThat(here.after("--class")).isEqualTo("org.seqlm.job.SeqLM");
    assertThat(run(env, "train").program()).endsWith("/spark-jobs/target/seqlm.jar");
    assertRefused(Map.of(), "--deploy-mode must be", "train", "--deploy-mode");
    assertRefused(Map.of(), "needs a cluster", "train", "--deploy-mode", "cluster");
  }

  /** The script that knows images and pods follows them, too. */
  @Test
  void leavesADriverOnKubernetesToItsScript() throws Exception {
    executable(home.resolve("bin/kubernetes.sh"), "");
    executable(home.resolve("deploy/kubernetes/submit"), RECORD);
    Map<String, String> env = Map.of("RECORDED_EXIT", "4");
    String[] line = {"train", "--master", "k8s://h", "--deploy-mode=cluster", "--set", "a= b"};
    Call call = run(env, line);
    assertThat(call.exit()).isEqualTo(4);
    assertThat(call.arguments())
        .containsExactly("train", "--set", "a= b", "--", "--master", "k8s://h");
    Files.createDirectories(home.resolve("conf/overlays"));
    Files.writeString(
        home.resolve("conf/overlays/kubernetes.conf"), "spark.submit.deployMode  cluster");
    call = run(env, "train", "--master=k8s://h", "--", "--conf", "a=b");
    assertThat(call.arguments())
        .containsExactly("train", "--", "--master", "k8s://h", "--conf", "a=b");
    Path own = Files.createDirectories(temporary.resolve("k8s conf"));
    Files.writeString(
        own.resolve("spark-defaults.conf"), "spark.master k8s://h\nspark.executor.memory = 9g \n");
    Map<String, String> mine = new TreeMap<>(env);
    mine.put("SPARK_CONF_DIR", own.toString());
    assertThat(run(mine, "train", "--", "--name", "n").arguments())
        .containsExactly(
            "train",
            "--",
            "--master",
            "k8s://h",
            "--conf",
            "spark.executor.memory=9g",
            "--name",
            "n");
    Files.writeString(
        home.resolve("conf/overlays/kubernetes.conf"),
        "spark.submit.deployMode  cluster\n"
            + "spark.driver.defaultJavaOptions  -Duser.home=/cache\n"
            + "spark.executor.cores  2\n");
    call = run(env, "train", "--master=k8s://h", "--deploy-mode=client");
    assertThat(call.after("--class")).isEqualTo("org.seqlm.job.SeqLM");
    assertThat(call.arguments())
        .contains("spark.executor.cores=2")
        .noneMatch(argument -> argument.contains("/cache"));
    assertThat(run(env, "report", "--master=k8s://h").after("--deploy-mode")).isEqualTo("client");
  }

  /** Where neither the user's file nor the command line says anything. */
  @Test
  void fillsInWhatTheOverlayOfTheMasterSays() throws Exception {
    Path conf = Files.createDirectories(temporary.resolve("my conf"));
    Files.writeString(
        conf.resolve("spark-defaults.conf"),
        "spark.submit.deployMode client\nspark.executor.memory=9g\n");
    Map<String, String> cluster = Map.of("HADOOP_CONF_DIR", temporary.toString());
    Map<String, String> own = new TreeMap<>(cluster);
    own.put("SPARK_CONF_DIR", conf.toString());

    Call call = run(own, "train", "--master", "yarn", "--", "--conf", "spark.driver.memory=3g");
    assertThat(call.after("--class")).isEqualTo("org.seqlm.job.SeqLM");
    assertThat(call.after("--deploy-mode")).isEqualTo("client");
    assertThat(call.arguments())
        .contains("spark.executor.memoryOverhead=3g")
        .contains("spark.driver.memory=3g")
        .doesNotContain("--properties-file", "spark.master=yarn", "spark.driver.memory=4g")
        .noneMatch(argument -> argument.startsWith("spark.executor.memory="));
    own.put("SPARK_DRIVER_MEMORY", "5g");
    assertThat(run(own, "train", "--master", "yarn").arguments())
        .noneMatch(argument -> argument.startsWith("spark.driver.memory="));

    call = run(cluster, "train", "--master", "yarn").inner();
    assertThat(call.after("--deploy-mode")).isEqualTo("cluster");
    assertThat(call.arguments()).anyMatch(word -> word.startsWith("spark.yarn.dist.files=file:/"));
    assertThat(run(cluster, "train").arguments())
        .noneMatch(argument -> argument.startsWith("spark.executor"));
  }

  /** Containers inherit nothing of the environment that submits. */
  @Test
  void carriesWhatSteersNativeLibrariesToTheDriverOnACluster() throws Exception {
    Map<String, String> here = new TreeMap<>(Map.of("HADOOP_CONF_DIR", temporary.toString()));
    here.putAll(Map.of("OPENBLAS_CORETYPE", "Haswell", "MKL_CBWR", "AVX2,STRICT"));
    here.put("ONEDNN_MAX_CPU_ISA", "");
    Call yarn =
        run(
            here,
            "train",
            "--master=yarn",
            "--",
            "--conf",
            "spark.yarn.appMasterEnv.MKL_CBWR=SSE2");
    assertThat(yarn.arguments())
        .containsSequence("--conf", "spark.yarn.appMasterEnv.OPENBLAS_CORETYPE=Haswell")
        // The later one counts.
        .containsSubsequence(
            "spark.yarn.appMasterEnv.MKL_CBWR=AVX2,STRICT", "spark.yarn.appMasterEnv.MKL_CBWR=SSE2")
        .noneMatch(argument -> argument.contains("ONEDNN"));
    assertThat(run(here, "train", "--master", "k8s://https://host:443").arguments())
        .contains("spark.kubernetes.driverEnv.OPENBLAS_CORETYPE=Haswell");
    assertThat(run(here, "train").arguments()).noneMatch(argument -> argument.contains("Haswell"));

    here.put("OMP_NUM_THREADS", "4");
    Call script = run(home.resolve("deploy/yarn/submit"), here, "train", "--input", "d");
    assertThat(script.arguments())
        .contains("spark.yarn.appMasterEnv.OPENBLAS_CORETYPE=Haswell")
        // The overlay's, for the later one counts.
        .containsSubsequence(
            "spark.yarn.appMasterEnv.OMP_NUM_THREADS=4",
            "spark.yarn.appMasterEnv.OMP_NUM_THREADS=1");
  }

  @Test
  void keepsTheUsersOwnSettings() throws Exception {
    Path conf = Files.createDirectories(temporary.resolve("my conf"));
    Files.writeString(
        conf.resolve("spark-defaults.conf"),
        "spark.master   spark://host:7077\n# spark.master x\n");
    Files.writeString(conf.resolve("log4j2.properties"), "");

    Call call = run(Map.of("SPARK_CONF_DIR", conf.toString(), "OMP_NUM_THREADS", "2"), "train");
    assertThat(call.arguments()).doesNotContain("--properties-file", "--driver-memory");
    assertThat(call.after("--master")).isEqualTo("spark://host:7077");
    assertThat(call.env())
        .contains("OMP_NUM_THREADS=2", "SPARK_LOCAL_IP=")
        .noneMatch(line -> line.startsWith("SPARK_SUBMIT_OPTS=") && line.contains("log4j2"));

    Files.writeString(conf.resolve("spark-defaults.conf"), "spark.driver.memory=9g\n");
    call = run(Map.of("SPARK_CONF_DIR", conf.toString()), "train");
    assertThat(call.arguments()).doesNotContain("--driver-memory", "--master");
    assertThat(run(Map.of("SEQLM_DRIVER_MEMORY", "2g"), "train").after("--driver-memory"))
        .isEqualTo("2g");
    assertThat(run(Map.of(), "train", "--", "--driver-memory", "3g").after("--driver-memory"))
        .isEqualTo("3g");
  }

  /** As editors leave it behind, and as files of Windows end their lines. */
  @Test
  void whiteSpaceBehindASettingIsNoPartOfIt() throws Exception {
    Path conf = Files.createDirectories(temporary.resolve("my conf"));
    Files.writeString(
        conf.resolve("spark-defaults.conf"),
        "spark.driver.memory 9g \t\r\nspark.master   spark://host:7077\r\n");
    Call call = run(Map.of("SPARK_CONF_DIR", conf.toString()), "train");
    assertThat(call.err()).isEmpty();
    assertThat(call.after("--master")).isEqualTo("spark://host:7077");
  }

  /** Those of plug-ins that spark-submit hands on. */
  @Test
  void leavesMastersThatItDoesNotKnowToSpark() throws Exception {
    Call call = run(Map.of(), "train", "--master", "spark-on-x://host");
    assertThat(call.exit()).isZero();
    assertThat(call.after("--master")).isEqualTo("spark-on-x://host");
    assertRefused(Map.of(), "but is foo://host", "train", "--master", "foo://host");
    assertRefused(Map.of(), "but is spark://", "train", "--master", "spark://");
  }

  @Test
  void keepsTheExitCode() throws Exception {
    assertThat(run(Map.of("RECORDED_EXIT", "4"), "train").exit()).isEqualTo(4);
  }

  @Test
  void worksThroughSymbolicLinks() throws Exception {
    Path link = temporary.resolve("link");
    Path second = Files.createDirectories(temporary.resolve("bin dir")).resolve("seqlm");
    Files.createSymbolicLink(link, home.resolve("bin/seqlm"));
    Files.createSymbolicLink(second, Path.of("../link"));

    Call call = run(second, Map.of(), "train");

    assertThat(call.exit()).isZero();
    assertThat(call.arguments()).contains(home.toRealPath() + "/spark-jobs/target/seqlm.jar");
  }

  @Test
  void refusesAnotherSpark() throws Exception {
    Files.createDirectories(spark.resolve("jars"));
    Files.createFile(spark.resolve("jars/spark-core_2.13-4.0.0.jar"));
    Call call = run(Map.of(), "train");
    assertThat(call.exit()).isEqualTo(2);
    assertThat(call.err()).containsOnlyOnce("\n").contains("no Spark 3.5 for Scala 2.12");

    call = run(Map.of("SPARK_HOME", temporary.resolve("nowhere").toString()), "train");
    assertThat(call.exit()).isEqualTo(2);
    assertThat(call.err()).containsOnlyOnce("\n").contains("holds no bin/spark-submit");
  }

  @Test
  void refusesAnOldJava() throws Exception {
    Path java = temporary.resolve("jdk 8");
    executable(
        java.resolve("bin/java"), "#!/bin/sh\necho 'openjdk version \"1.8.0_402\"' >&2\nexit 0\n");

    Call call = run(Map.of("JAVA_HOME", java.toString()), "train");

    assertThat(call.exit()).isEqualTo(5);
    assertThat(call.err()).containsOnlyOnce("\n").contains("JDK 17 or newer");
  }

  @Test
  void buildsAnOldJarAndShowsWhyItFailed() throws Exception {
    Path source = home.resolve("spark-jobs/src/main/java/A.java");
    Files.createDirectories(source.getParent());
    Files.writeString(source, "");
    Files.setLastModifiedTime(
        home.resolve("spark-jobs/target/seqlm.jar"), FileTime.from(Instant.now().minusSeconds(60)));
    Path tools = temporary.resolve("tools");
    executable(tools.resolve("mvn"), "#!/bin/sh\necho \"called with $*\"\nexit 1\n");
    String path = tools + ":" + System.getenv("PATH");

    Call call = run(Map.of("PATH", path), "train");
    assertThat(call.exit()).isEqualTo(5);
    assertThat(call.out()).isEmpty();
    assertThat(call.err()).contains("building the jar", "called with", "package", "build.log");
    assertThat(call.arguments()).isEmpty();

    executable(tools.resolve("mvn"), "#!/bin/sh\ntouch spark-jobs/target/seqlm.jar\n");
    call = run(Map.of("PATH", path), "train");
    assertThat(call.exit()).isZero();
    assertThat(call.job()).containsExactly("train");
  }

  @Test
  void anInterruptedAssemblyLeavesNothingHalfMade() throws Exception {
    Path tools = temporary.resolve("tools");
    executable(
        tools.resolve("mvn"),
        """
        #!/usr/bin/env bash
        for word; do
          case $word in -Dspark.jars=*) mkdir -p "${word#*=}" && touch "${word#*=}/half.jar" ;; esac
        done
        exit "$MVN_EXIT"
        """);
    Path template = home.resolve("deploy/spark/bin");
    executable(template.resolve("spark-submit"), RECORD);
    executable(template.resolve("spark-class"), "");
    String path = tools + ":/usr/bin:/bin";
    Map<String, String> failing = Map.of("PATH", path, "MVN_EXIT", "1", "SPARK_HOME", "");

    assertThat(run(failing, "train").exit()).isEqualTo(5);
    try (var left = Files.list(home.resolve(".spark"))) {
      assertThat(left.filter(Files::isDirectory)).isEmpty();
    }

    Call call = run(Map.of("PATH", path, "MVN_EXIT", "0", "SPARK_HOME", ""), "train");
    assertThat(call.exit()).isZero();
    assertThat(call.job()).containsExactly("train");
    assertThat(home.resolve(".spark/3.5.5/jars/half.jar")).exists();
  }

  @Test
  void startsTheAssembledSparkFromAnArchiveOfClasses() throws Exception {
    Map<String, String> env = assembled("echo classes > \"${word#*=}\"");
    String jar = home.toRealPath() + "/spark-jobs/target/seqlm.jar";
    Path archive = home.toRealPath().resolve(".spark/classes-java-17.0.9.jsa");

    Call call = run(env, "ngrams", "--order", "2");
    assertThat(call.err()).contains("preparing quick starts");
    assertThat(call.job()).containsExactly("ngrams", "--order", "2");
    assertThat(call.program()).isEqualTo("spark-internal");
    assertThat(call.after("--driver-class-path")).isEqualTo(jar);
    assertThat(call.after("--conf")).contains("\"-XX:SharedArchiveFile=" + archive + "\"");
    assertThat(archive).isNotEmptyFile();

    assertThat(run(env, "ngrams", "--master", "local[3]").err()).isEmpty();
    Call recorded =
        run(env, "ngrams", "--", "--driver-java-options", "-XX:StartFlightRecording=delay=1s");
    assertThat(recorded.program()).isEqualTo("spark-internal");
    assertThat(recorded.after("--conf")).doesNotContain("SharedArchiveFile");
    assertThat(run(env, "ngrams", "--", "--jars", "x.jar").program()).isEqualTo(jar);
    assertThat(run(env, "ngrams", "--master", "local-cluster[2,1,1024]").program()).isEqualTo(jar);
    assertThat(run(env, "ngrams", "--master", "k8s://host").program()).isEqualTo(jar);

    Files.setLastModifiedTime(Path.of(jar), FileTime.from(Instant.now().plusSeconds(60)));
    assertThat(run(env, "ngrams").err()).contains("preparing quick starts");
  }

  /** A job of its own, as in a terminal: the signal reaches the launcher and what it started. */
  @Test
  void anInterruptWhileQuickStartsArePreparedEndsTheCommand() throws Exception {
    // What a shell without job control starts in the background ignores the signal for good.
    Process probe = new ProcessBuilder("bash", "-c", "kill -INT $$").start();
    Assumptions.assumeTrue(probe.waitFor() != 0, "these tests were started to ignore SIGINT");
    Map<String, String> env =
        new TreeMap<>(assembled("trap 'exit 130' INT; : > \"$STARTED\"; sleep 9"));
    env.put("STARTED", temporary.resolve("started").toString());
    env.put("LAUNCHER", home.resolve("bin/seqlm").toString());
    Path interrupter = temporary.resolve("interrupter");
    executable(
        interrupter,
        """
        #!/usr/bin/env bash
        set -m
        "$LAUNCHER" "$@" &
        for ((i = 0; i < 100; i++)); do
          [[ ! -e $STARTED ]] || break
          sleep 0.05
        done
        kill -INT -- "-$!"
        wait "$!"
        """);

    Call call = run(interrupter, env, "ngrams");
    assertThat(call.exit()).isEqualTo(130);
    assertThat(call.err()).contains("preparing quick starts");
    assertThat(call.arguments()).isEmpty();
    try (var left = Files.list(home.resolve(".spark"))) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith("archiving") || name.endsWith(".jsa"));
    }

    call = run(assembled("echo classes > \"${word#*=}\""), "ngrams");
    assertThat(call.err()).contains("preparing quick starts");
    assertThat(call.job()).containsExactly("ngrams");
  }

  /**
   * A Spark that was assembled here, and a Java that does this where it is to write an archive of
   * classes.
   */
  private Map<String, String> assembled(String archiving) throws IOException {
    Path java = temporary.resolve("a jdk");
    executable(
        java.resolve("bin/java"),
        """
        #!/usr/bin/env bash
        for word; do
          case $word in
            -version) echo 'openjdk version "17.0.9"' >&2 ;;
            -XX:ArchiveClassesAtExit=*) ARCHIVING ;;
          esac
        done
        """
            .replace("ARCHIVING", archiving));
    Path assembled = home.resolve(".spark/3.5.5");
    executable(assembled.resolve("bin/spark-submit"), RECORD);
    Files.createDirectories(assembled.resolve("jars"));
    return Map.of("JAVA_HOME", java.toString(), "SPARK_HOME", "");
  }

  @Test
  void choosesTheCollectorUnlessTheUserDoes() throws Exception {
    assertThat(run(Map.of(), "ngrams", "--master", "local[2]").after("--conf"))
        .startsWith("spark.driver.defaultJavaOptions=-XX:+UseParallelGC ")
        .endsWith(" -XX:MaxNewSize=256m");
    assertThat(run(Map.of(), "ngrams", "--master", "local[16]").after("--conf"))
        .doesNotContain("MaxNewSize");
    assertThat(run(Map.of(), "ngrams", "--master", "k8s://host").arguments())
        .doesNotContain("--conf");
    String own = "spark.driver.defaultJavaOptions=-XX:+UseZGC";
    assertThat(run(Map.of(), "ngrams", "--", "--conf", own).arguments())
        .containsOnlyOnce("--conf")
        .contains(own);
  }

  /** Of a terminal, of cron, of a container: what follows is UTF-8. */
  @Test
  void choosesALocaleOfUtf8() throws Exception {
    for (Map<String, String> env :
        List.of(
            Map.of("LC_ALL", "C"),
            Map.of("LC_ALL", "", "LANG", "", "LC_CTYPE", "POSIX"),
            Map.of("LC_ALL", "", "LC_CTYPE", "", "LANG", "en_US.ISO-8859-1"),
            Map.of("LC_ALL", "C.UTF-8"))) {
      Call call = run(env, "train");
      assertThat(call.env()).as(env.toString()).contains("charmap=UTF-8");
      assertThat(call.err()).isEmpty();
    }
    assertThat(run(Map.of("LC_ALL", "", "LANG", "C", "LC_NUMERIC", "POSIX"), "train").env())
        .contains("LC_NUMERIC=POSIX");
  }

  @Test
  void givesAHomeWhereThereIsNone() throws Exception {
    assertThat(run(Map.of("HOME", temporary.toString()), "train").env())
        .contains("HOME=" + temporary);
    // A number that the system has no name for.
    Path tools = temporary.resolve("tools");
    executable(tools.resolve("id"), "#!/bin/sh\n[ \"$1\" = -u ] || exit 1\necho 4242\n");
    Call call =
        run(
            Map.of(
                "PATH",
                tools + ":" + System.getenv("PATH"),
                "HOME",
                temporary.toString(),
                "USER",
                ""),
            "train");
    assertThat(call.env())
        .contains("SPARK_USER=4242")
        .anyMatch(line -> line.contains("\"-Duser.home=" + temporary + "\""));
  }

  @Test
  void givesTheUsersHomeWhereThereIsNone() throws Exception {
    String user = System.getProperty("user.home");
    // Java has a question mark for who has no name.
    Assumptions.assumeTrue(
        user.startsWith("/") && Files.isWritable(Path.of(user)),
        "the user of these tests has no home");
    assertThat(run(Map.of("HOME", ""), "train").env()).contains("HOME=" + user);
  }

  /** Standard output is the job's, and Java warns there. */
  @Test
  void whatJavaSaysGoesToStandardError() throws Exception {
    for (String master : List.of("local[2]", "spark://host:7077")) {
      assertThat(run(Map.of(), "evaluate", "--master", master).env())
          .anyMatch(
              line ->
                  line.startsWith(
                      "SPARK_SUBMIT_OPTS=-XX:+DisplayVMOutputToStderr -Xlog:disable"
                          + " -Xlog:all=warning:stderr"));
    }
    assertThat(
            run(Map.of(), "evaluate", "--master", "local[2]", "--", "--driver-memory", "128m")
                .after("--conf"))
        .doesNotContain("MaxNewSize");
  }

  @Test
  void refusesWhatSparkSubmitWouldRefuseWithAStackTrace() throws Exception {
    assertRefused(Map.of("SEQLM_DRIVER_MEMORY", "lots"), "SEQLM_DRIVER_MEMORY must be", "train");
    assertRefused(Map.of("SPARK_DRIVER_MEMORY", "512mb"), "SPARK_DRIVER_MEMORY must be", "train");
    assertRefused(Map.of(), "--driver-memory must be", "train", "--", "--driver-memory", "8 GB");
    assertRefused(Map.of(), "32m to 64t", "train", "--", "--driver-memory=1k");
    assertRefused(
        Map.of(), "--driver-memory must be", "train", "--", "--conf", "spark.driver.memory=x");
    assertRefused(Map.of(), "but is foo", "train", "--master", "foo");
    assertRefused(Map.of(), "but is foo", "train", "--", "--master=foo");
    assertRefused(Map.of(), "but is empty", "train", "--master=");
    assertRefused(Map.of(), "HADOOP_CONF_DIR", "train", "--master", "yarn");
    assertRefused(Map.of(), "--executor-memory", "train", "--", "--executor-memory", "lots");
    assertRefused(Map.of(), "--num-executors", "train", "--", "--num-executors", "-1");
    assertRefused(Map.of(), "--deploy-mode", "train", "--", "--deploy-mode", "cloud");
    assertRefused(Map.of(), "needs a cluster", "train", "--", "--deploy-mode", "cluster");
    assertRefused(Map.of(), "does not exist", "train", "--", "--properties-file", "none.conf");
    // What Spark understands where the driver is on the cluster.
    Map<String, String> cluster = Map.of("HADOOP_CONF_DIR", temporary.toString());
    String[] options = {"--deploy-mode", "cluster", "--driver-memory", "512mb"};
    Call call =
        run(
            cluster,
            Stream.concat(Stream.of("train", "--master", "yarn", "--"), Arrays.stream(options))
                .toArray(String[]::new));
    assertThat(call.arguments()).containsSequence(options);
  }

  private void assertRefused(Map<String, String> env, String message, String... arguments)
      throws Exception {
    Call call = run(env, arguments);
    assertThat(call.exit()).as(call.err()).isEqualTo(2);
    assertThat(call.err()).containsOnlyOnce("\n").startsWith("seqlm: error: ").contains(message);
    assertThat(call.arguments()).isEmpty();
  }

  private Call run(Map<String, String> env, String... arguments) throws Exception {
    return run(home.resolve("bin/seqlm"), env, arguments);
  }

  private Call run(Path launcher, Map<String, String> env, String... arguments) throws Exception {
    Path record = temporary.resolve("record");
    Files.deleteIfExists(record);
    Path out = temporary.resolve("out");
    Path err = temporary.resolve("err");
    String[] command = new String[arguments.length + 1];
    command[0] = launcher.toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(temporary.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(
            name ->
                name.matches("(SPARK|OMP|OPENBLAS|SEQLM|HADOOP|YARN)_.*")
                    || KernelVariables.names().contains(name));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("SPARK_HOME", spark.toString());
    builder.environment().put("RECORD", record.toString());
    builder.environment().putAll(new TreeMap<>(env));
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Call(
        process.exitValue(),
        Files.readString(out),
        Files.readString(err),
        lines(record),
        lines(temporary.resolve("record.env")));
  }

  private static List<String> lines(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    String text = Files.readString(file);
    // Keeps an empty last argument.
    return Arrays.asList(text.substring(0, text.length() - 1).split("\n", -1));
  }

  private static void executable(Path file, String script) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, script.getBytes(StandardCharsets.UTF_8));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
