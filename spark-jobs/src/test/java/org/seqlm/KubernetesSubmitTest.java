package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.kernels.KernelVariables;

/**
 * What {@code deploy/kubernetes/submit} makes of a command line, with a spark-submit that records.
 */
@EnabledOnOs({OS.LINUX, OS.MAC})
class KubernetesSubmitTest {
  private static final Path SUBMIT = Path.of("../deploy/kubernetes/submit").toAbsolutePath();
  private static final Path TEMPLATES = SUBMIT.toAbsolutePath().normalize().getParent();

  @TempDir Path temporary;
  private Path spark;

  private record Call(int exit, String err, List<String> arguments) {
    /** What spark-submit takes for a setting: the last that is said. */
    String setting(String key) {
      String value = null;
      for (int i = 1; i < arguments.size(); i++) {
        if (arguments.get(i - 1).equals("--conf") && arguments.get(i).startsWith(key + "=")) {
          value = arguments.get(i).substring(key.length() + 1);
        }
      }
      return value;
    }
  }

  @BeforeEach
  void makeSpark() throws IOException {
    spark = temporary.resolve("a spark");
    script("printf '%s\\n' \"$@\" > \"$RECORD\"");
    Files.createDirectories(spark.resolve("jars"));
    Files.createFile(spark.resolve("jars/spark-kubernetes_2.12-3.5.5.jar"));
  }

  private void script(String line) throws IOException {
    Path submit = spark.resolve("bin/spark-submit");
    Files.createDirectories(submit.getParent());
    Files.writeString(submit, "#!/usr/bin/env bash\n" + line + "\n");
    assertThat(submit.toFile().setExecutable(true)).isTrue();
  }

  /** Nobody waits for these drivers. */
  private Call run(Map<String, String> environment, String... line) throws Exception {
    Path record = temporary.resolve("record");
    Files.deleteIfExists(record);
    List<String> command = new ArrayList<>(List.of(SUBMIT.toString()));
    command.addAll(List.of(line));
    command.addAll(Arrays.asList(line).contains("--") ? List.of() : List.of("--"));
    command.addAll(List.of("--conf", "spark.kubernetes.submission.waitAppCompletion=false"));
    Path err = temporary.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(temporary.toFile()).redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.matches("(SPARK|SEQLM)_.*"));
    builder.environment().keySet().removeAll(KernelVariables.names());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("SPARK_HOME", spark.toString());
    builder.environment().put("SEQLM_API", "https://host:6443");
    builder.environment().put("RECORD", record.toString());
    environment.forEach(
        (name, value) -> {
          builder.environment().remove(name);
          if (!value.isEmpty()) {
            builder.environment().put(name, value);
          }
        });
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    List<String> arguments = Files.exists(record) ? Files.readAllLines(record) : List.of();
    return new Call(process.exitValue(), Files.readString(err), arguments);
  }

  @Test
  void whatFollowsTheDashesIsSparksAndStronger() throws Exception {
    Call plain = run(Map.of(), "train", "--input", "a b");
    assertThat(plain.exit()).as(plain.err()).isZero();
    assertThat(plain.arguments())
        .endsWith("local:///opt/seqlm/seqlm.jar", "train", "--input", "a b")
        .containsSubsequence("--master", "k8s://https://host:6443")
        .containsSubsequence("--deploy-mode", "cluster");
    assertThat(plain.setting("spark.kubernetes.driver.pod.name"))
        .matches("seqlm-train-\\d{8}-\\d{6}-[0-9a-f]{4}-driver");
    assertThat(plain.setting("spark.kubernetes.driver.podTemplateFile"))
        .isEqualTo(TEMPLATES + "/base/driver.yaml");
    assertThat(plain.setting("spark.kubernetes.executor.podTemplateFile"))
        .isEqualTo(TEMPLATES + "/base/executor.yaml");
    assertThat(plain.err()).contains("-driver; nobody waits for it");

    Map<String, String> parameters = new TreeMap<>();
    parameters.put("SEQLM_NAMESPACE", "mine");
    parameters.put("SEQLM_IMAGE", "here/seqlm:2");
    parameters.put("SEQLM_SERVICE_ACCOUNT", "robot");
    parameters.put("SEQLM_JAR", "s3a://jars/seqlm.jar");
    parameters.put("OPENBLAS_CORETYPE", "Haswell");
    Call more =
        run(
            parameters,
            "quick start!",
            "--",
            "--master=k8s://https://other",
            "--conf",
            "spark.kubernetes.container.image=there/seqlm:3",
            "--conf",
            "spark.executor.resource.gpu.amount=1",
            "--conf",
            "spark.kubernetes.driver.pod.name=it");
    assertThat(more.exit()).as(more.err()).isZero();
    assertThat(more.arguments()).endsWith("s3a://jars/seqlm.jar", "quick start!");
    assertThat(more.arguments())
        .contains("--master=k8s://https://other")
        .doesNotContain("--master");
    assertThat(more.arguments()).contains("seqlm-quick-start-");
    assertThat(more.setting("spark.kubernetes.namespace")).isEqualTo("mine");
    assertThat(more.setting("spark.kubernetes.container.image")).isEqualTo("there/seqlm:3");
    assertThat(more.setting("spark.kubernetes.authenticate.driver.serviceAccountName"))
        .isEqualTo("robot");
    assertThat(more.setting("spark.kubernetes.driverEnv.OPENBLAS_CORETYPE")).isEqualTo("Haswell");
    assertThat(more.setting("spark.kubernetes.executor.podTemplateFile"))
        .isEqualTo(TEMPLATES + "/gpu/executor.yaml");
    assertThat(more.err()).contains("the driver is pod it;");
  }

  @Test
  void aSettingsFileOfTheUsersNamesItsOwnTemplates() throws Exception {
    Path settings = temporary.resolve("my.conf");
    Files.writeString(settings, "spark.kubernetes.driver.podTemplateFile  my.yaml\n");
    Call call = run(Map.of(), "train", "--", "--properties-file", settings.toString());
    assertThat(call.exit()).as(call.err()).isZero();
    assertThat(call.setting("spark.kubernetes.driver.podTemplateFile")).isNull();
    assertThat(call.setting("spark.kubernetes.executor.podTemplateFile")).isNotNull();
    Call gpu =
        run(
            Map.of(),
            "train",
            "--",
            "--properties-file",
            Path.of("../conf/overlays/kubernetes-gpu.conf").toAbsolutePath().toString());
    assertThat(gpu.setting("spark.kubernetes.executor.podTemplateFile"))
        .endsWith("/gpu/executor.yaml");
  }

  @Test
  void refusesWhatCannotWorkInALine() throws Exception {
    assertRefused(run(Map.of("SEQLM_API", ""), "train"), 2, "SEQLM_API must be the address");
    assertRefused(run(Map.of(), "train", "--", "--master", "yarn"), 2, "--master must be k8s://");
    assertRefused(
        run(Map.of(), "train", "--", "--properties-file", "no.conf"),
        2,
        "--properties-file no.conf does not exist");
    assertRefused(run(Map.of("SPARK_HOME", ""), "train"), 2, "SPARK_HOME must name a Spark 3.5");
    Files.delete(spark.resolve("jars/spark-kubernetes_2.12-3.5.5.jar"));
    assertRefused(
        run(Map.of(), "train"), 2, "SPARK_HOME is " + spark + ", whose jars hold no spark-kube");
  }

  @Test
  void saysWhySparkSubmitFailedWithoutItsStack() throws Exception {
    script(
        "printf 'Caused by: java.io.IOException: Forbidden\\n"
            + "\\tat a.B.c(B.java:1)\\n"
            + "' >&2; exit 1");
    Call call = run(Map.of(), "train");
    assertThat(call.exit()).isEqualTo(ExitCode.PLATFORM.code());
    assertThat(call.err()).contains("Forbidden\n", "seqlm: error: spark-submit could not start");
    assertThat(call.err()).doesNotContain("\tat ");
  }

  private static void assertRefused(Call call, int exit, String message) {
    assertThat(call.exit()).as(call.err()).isEqualTo(exit);
    assertThat(call.err().lines()).singleElement().asString().contains("seqlm: error: " + message);
    assertThat(call.arguments()).isEmpty();
  }
}
