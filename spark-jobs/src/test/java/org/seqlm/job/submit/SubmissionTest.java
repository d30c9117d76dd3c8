package org.seqlm.job.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.Json;

/** A submission whose spark-submit only says what Spark's would, and writes a driver's bulletin. */
@DisabledOnOs(OS.WINDOWS)
class SubmissionTest {
  private static final String YARN =
      """
      echo 'WARN Client: Neither spark.yarn.jars nor spark.yarn.archive is set'
      echo 'INFO Client: Submitting application application_17_0042 to ResourceManager'
      echo 'INFO Client: Application report for application_17_0042 (state: ACCEPTED)'
      echo 'INFO Client: Application report for application_17_0042 (state: RUNNING)'
      echo 'INFO Client: '
      echo '\t diagnostics: N/A'
      echo '\t tracking URL: http://host:8088/proxy/application_17_0042/'
      echo 'INFO Client: Application report for application_17_0042 (state: RUNNING)'
      """;

  private static final String YARN_FAILED =
      """
      echo 'INFO Client: Application report for application_17_0042 (state: FINISHED)'
      echo 'ERROR Client: Application diagnostics message: DIAGNOSTICS'
      echo 'Exception in thread "main" org.apache.spark.SparkException: Application application_17_0042 finished with failed status'
      echo '\tat org.apache.spark.deploy.yarn.Client.run(Client.scala:1309)'
      exit 1
      """;

  private static final String STANDALONE =
      """
      echo 'INFO ClientEndpoint: Driver successfully submitted as driver-20260102030405-0007'
      echo 'INFO ClientEndpoint: State of driver-20260102030405-0007 is RUNNING'
      echo 'INFO ClientEndpoint: Driver running on 127.0.0.2:4040 (worker-1)'
      """;

  /** Standalone's ends with 0 whatever became of the driver. */
  private static final String STANDALONE_ENDED =
      "echo 'INFO ClientEndpoint: State of driver driver-20260102030405-0007 is %s, exiting"
          + " spark-submit JVM.'\n";

  private static final String OPTIONS = "spark.driver.extraJavaOptions";

  @TempDir Path folder;

  private record Result(int code, String out, List<String> err) {}

  @Test
  void endsAsTheBulletinSays() throws Exception {
    Bulletin bulletin =
        new Bulletin(
            "a", 2, List.of("read: 3 lines", "seqlm: error: é is no word"), 3, "so far\n", 0);
    Result result =
        run("yarn", YARN + put(bulletin) + YARN_FAILED.replace("DIAGNOSTICS", "anything"));

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.out()).isEqualTo("so far\n");
    assertThat(result.err())
        .containsExactly(
            "WARN Client: Neither spark.yarn.jars nor spark.yarn.archive is set",
            "seqlm: application_17_0042 is accepted",
            "seqlm: application_17_0042 is running",
            "seqlm: application_17_0042 is running, http://host:8088/proxy/application_17_0042/",
            "read: 3 lines",
            "seqlm: error: é is no word");
    try (var left = Files.list(folder.resolve("bulletins"))) {
      assertThat(left).isEmpty();
    }
  }

  /** YARN takes a command that needs no Spark for one that failed; it has done what it should. */
  @Test
  void aCommandWithoutSparkHasEndedWell() throws Exception {
    String diagnostics = "User did not initialize spark context!";
    Bulletin bulletin = new Bulletin("a", 0, List.of(), 0, "a plan\n", 7);
    Result result =
        run("yarn", YARN + put(bulletin) + YARN_FAILED.replace("DIAGNOSTICS", diagnostics));
    assertThat(result.code()).isZero();
    assertThat(result.out()).isEqualTo("a plan\n");
    assertThat(result.err().get(result.err().size() - 1))
        .contains("7 more bytes", "yarn logs -applicationId application_17_0042");
  }

  @Test
  void withoutABulletinTheDiagnosticsTell() throws Exception {
    String thrown = "User class threw exception: " + new CommandFailure(4, "the loss is NaN");
    Result result = run("yarn", YARN + YARN_FAILED.replace("DIAGNOSTICS", thrown));
    assertThat(result.code()).isEqualTo(4);
    assertThat(result.err()).endsWith("seqlm: error: the loss is NaN");

    result = run("yarn", YARN + YARN_FAILED.replace("DIAGNOSTICS", "AM Container was preempted"));
    assertThat(result.code()).isEqualTo(5);
    assertThat(result.err())
        .endsWith(
            "seqlm: platform: application_17_0042 ended as FAILED and left no exit code (Client:"
                + " Application diagnostics message: AM Container was preempted)",
            "seqlm: its log: yarn logs -applicationId application_17_0042");
    assertThat(result.err()).anyMatch(line -> line.contains("SEQLM_BULLETINS"));
    result = run("yarn", YARN + "exit 137\n");
    assertThat(result.code()).isEqualTo(5);
    assertThat(result.err())
        .anyMatch(
            line -> line.endsWith("may still run: yarn application -kill application_17_0042"));
    String finished =
        "echo 'INFO Client: Application report for application_17_0042 (state: FINISHED)'\n";
    assertThat(run("yarn", YARN + finished).code()).isZero();
  }

  @Test
  void aClusterOfSparksOwnTellsTheStateAndTheBulletinTheCode() throws Exception {
    Bulletin bulletin = new Bulletin("a", 1, List.of("seqlm: error: no"), 2, "", 0);
    Result result =
        run("spark://h:1", STANDALONE + put(bulletin) + STANDALONE_ENDED.formatted("FAILED"));
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .containsExactly(
            "seqlm: driver-20260102030405-0007 is running, at 127.0.0.2:4040", "seqlm: error: no");

    result = run("spark://h:1", STANDALONE + STANDALONE_ENDED.formatted("KILLED"));
    assertThat(result.code()).isEqualTo(5);
    assertThat(String.join("\n", result.err()))
        .contains("ended as KILLED and left no exit code", "work/driver-20260102030405-0007");
    assertThat(run("spark://h:1", STANDALONE + STANDALONE_ENDED.formatted("FINISHED")).code())
        .isZero();
  }

  /** On Java 17 drivers on Spark's own workers need what Spark gives to all others. */
  @Test
  void opensTheModulesThatSparkNeeds() throws Exception {
    Path file = Files.writeString(folder.resolve("spark.conf"), OPTIONS + "  -Da=1\n");
    Manager own = Manager.of("spark://h:1", folder, null);
    String opened = JavaModuleOptions.defaultModuleOptions();
    for (String[] given :
        new String[][] {
          {"--conf", OPTIONS + "=-Db=2"},
          {"--conf=" + OPTIONS + "=-Db=2"},
          {"--driver-java-options", "-Db=2"},
          {"--driver-java-options=-Db=2"}
        }) {
      List<String> command = new ArrayList<>(List.of("submit", "--class", "A"));
      command.addAll(List.of(given));
      command.addAll(List.of("a.jar", "--set", OPTIONS + "=x"));
      SubmitSettings settings = SubmitSettings.of(file.toString(), command);
      assertThat(own.completed(command, settings))
          .contains("a.jar", "--set", OPTIONS + "=x")
          .filteredOn(word -> word.contains(opened))
          .hasSize(1)
          .first()
          .asString()
          .endsWith(opened + " -Db=2");
    }
    List<String> none = List.of("submit", "--class", "A", "a.jar");
    assertThat(own.completed(none, SubmitSettings.of(file.toString(), none)))
        .contains(
            OPTIONS + "=" + opened + " -Da=1", "spark.standalone.submit.waitAppCompletion=true")
        .endsWith("--class", "A", "a.jar");
    assertThat(Manager.of("yarn", folder, null).completed(none, SubmitSettings.of("", none)))
        .isEqualTo(none);
  }

  /** A driver that is started again says all of it again. */
  @Test
  void showsEachLineOnce() throws Exception {
    Bulletin first = new Bulletin("a", 1, List.of("one"), null, "", 0);
    List<String> many = java.util.stream.IntStream.range(0, 200).mapToObj(i -> "l" + i).toList();
    Bulletin second = new Bulletin("a", 300, many, null, "", 0);
    Bulletin third = new Bulletin("b", 1, List.of("again"), 0, "", 0);
    String wait = "sleep 0.4\n";
    Result result =
        run(
            "spark://h:1",
            STANDALONE
                + put(first)
                + wait
                + put(second)
                + wait
                + put(third)
                + STANDALONE_ENDED.formatted("FINISHED"));
    assertThat(result.code()).isZero();
    assertThat(result.err())
        .containsSubsequence(
            "one",
            "seqlm: (99 more lines are in the driver's log)",
            "l0",
            "l199",
            "seqlm: the driver was started again",
            "again")
        .hasSize(205);
  }

  /** Comes back when the other has ended, or runs. */
  @Test
  void aDriverThatWasGivenUpHasNoMoreToSay() throws Exception {
    String finished =
        "echo 'INFO Client: Application report for application_17_0042 (state: FINISHED)'\n";
    String wait = "sleep 0.4\n";
    Bulletin first = new Bulletin("a", 1, List.of("one"), null, "", 0);
    Bulletin second = new Bulletin("b", 1, List.of("two"), null, "", 0);
    Bulletin ended = new Bulletin("b", 1, List.of("two"), 0, "said\n", 0);
    Bulletin zombie = new Bulletin("a", 2, List.of("one", "lost"), 5, "", 0);
    String begun = YARN + put(first) + wait + put(second) + wait + put(zombie) + wait;
    for (String script :
        List.of(begun + finished, begun + put(ended) + wait + put(zombie) + finished)) {
      Result result = run("yarn", script);
      assertThat(result.code()).isZero();
      assertThat(result.out()).isEqualTo(script.contains(wait + finished) ? "" : "said\n");
      assertThat(result.err())
          .containsOnlyOnce("one", "seqlm: the driver was started again", "two")
          .doesNotContain("lost");
    }
  }

  @Test
  void whatIsWaitedForIsToldOnce() throws Exception {
    String wait = "sleep 0.6\n";
    assertThat(run("yarn", wait + "exit 1\n").err().get(0))
        .startsWith("seqlm: yarn has not taken the job yet: waiting for it to answer (")
        .contains(":8032");
    Result result =
        run(
            "spark://h:1",
            "echo 'INFO ClientEndpoint: Driver successfully submitted as"
                + " driver-20260102030405-0007'\n"
                + "echo 'INFO ClientEndpoint: State of driver-20260102030405-0007 is SUBMITTED'\n"
                + wait
                + wait
                + STANDALONE_ENDED.formatted("FAILED"));
    assertThat(result.err())
        .filteredOn(line -> line.contains("waits for a worker with room for it"))
        .hasSize(1);
  }

  @Test
  void aJobThatNobodyIsToWaitForIsHandedOver() throws Exception {
    Result result =
        run("spark://h:1", STANDALONE, "--conf", "spark.standalone.submit.waitAppCompletion=false");
    assertThat(result.code()).isZero();
    assertThat(result.err().get(result.err().size() - 1))
        .contains("driver-20260102030405-0007 was handed over, and nobody follows it", "kill");
    assertThat(folder.resolve("bulletins")).doesNotExist();
  }

  @Test
  void aQueueThatDoesNotExistIsTheUsers() throws Exception {
    Result result =
        run(
            "yarn",
            """
            echo 'INFO Client: Uploading resource file:/a.jar -> hdfs://h/.sparkStaging/application_17_0042/a.jar'
            echo 'INFO Client: Submitting application application_17_0042 to ResourceManager'
            echo 'Exception in thread "main" org.apache.hadoop.yarn.exceptions.YarnException: Failed to submit application_17_0042 to YARN : Application application_17_0042 submitted by user alice to unknown queue: nowhere'
            echo '\tat org.apache.hadoop.yarn.client.api.impl.YarnClientImpl.submitApplication(YarnClientImpl.java:336)'
            exit 1
            """);
    assertThat(result.err())
        .containsExactly(
            "seqlm: error: this YARN has no queue nowhere, or none that takes jobs: correct --queue"
                + " (spark.yarn.queue)");
    assertThat(result.code()).isEqualTo(2);
  }

  @Test
  void aJobThatNobodyTookIsThePlatforms() throws Exception {
    String submitting =
        "echo 'INFO Client: Submitting application application_17_0042 to ResourceManager'\n";
    Result result =
        run(
            "yarn",
            submitting
                + """
                echo 'Exception in thread "main" org.apache.hadoop.yarn.exceptions.YarnException: Failed to submit application_17_0042 to YARN : the queue is full'
                echo '\tat org.apache.hadoop.yarn.Client'
                exit 1
                """);
    assertThat(result.code()).isEqualTo(5);
    assertThat(result.err())
        .containsExactly(
            "seqlm: platform: spark-submit, which ended with 1, did not bring the job to yarn:"
                + " Failed to submit application_17_0042 to YARN : the queue is full");
    // Nobody knows whether it has been handed over.
    result = run("yarn", submitting + "exit 137\n");
    assertThat(result.code()).isEqualTo(5);
    assertThat(result.err()).anyMatch(line -> line.contains("may still run"));
    result = run("yarn", "echo 'Error: Unrecognized option: --foo'\nexit 1\n");
    assertThat(result.err())
        .containsExactly(
            "Error: Unrecognized option: --foo",
            "seqlm: platform: spark-submit, which ended with 1, did not bring the job to yarn");
  }

  /** A shell's command that writes it where the submission wants it. */
  private String put(Bulletin bulletin) throws IOException {
    Path file = Files.createTempFile(folder, "said", ".json");
    Files.writeString(file, Json.mapper().writeValueAsString(bulletin));
    return "cp '"
        + file
        + "' \"${bulletin#file:}.new\" && mv \"${bulletin#file:}.new\" \"${bulletin#file:}\"\n";
  }

  private Result run(String master, String script, String... options) throws IOException {
    Path submit = folder.resolve("spark/bin/spark-submit");
    Files.createDirectories(submit.getParent());
    Files.writeString(
        submit,
        """
        #!/usr/bin/env bash
        exec 1>&2
        for word; do
          case $word in spark.seqlm.bulletin=*) bulletin=${word#*=} ;; esac
        done
        """
            + script.replace("\t", "\\t").replace("echo '\\t", "printf '%b\\n' '\\t"));
    Files.setPosixFilePermissions(submit, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> args = new ArrayList<>(List.of(master, "none.conf", submit.toString()));
    args.addAll(List.of(options));
    args.addAll(List.of("--class", "a.B", "a.jar", "train"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Submission.run(
            args,
            folder.resolve("bulletins").toString(),
            50,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Result(
        code,
        out.toString(StandardCharsets.UTF_8),
        err.toString(StandardCharsets.UTF_8).lines().toList());
  }
}
