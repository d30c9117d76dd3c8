package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.Json;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.kernels.KernelVariables;

/**
 * The doctor, and a training, with executors of their own: of two one is spoilt, and then there are
 * none. Classes are those of the build, submitted without a jar.
 */
@OnCluster
@EnabledOnOs(architectures = "amd64", value = OS.LINUX)
class DoctorClusterTest {
  private static final String CLUSTER = "local-cluster[2,1,1024]";

  @TempDir Path folder;

  private record Result(int exit, String out, String err) {}

  private Result submit(List<String> options, String... command) throws Exception {
    // Executors start elsewhere.
    String classPath =
        Arrays.stream(SubmittedJar.classPath().split(File.pathSeparator))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> line = new ArrayList<>(List.of(java, "-Xmx1g", "-XX:TieredStopAtLevel=1"));
    line.addAll(List.of(JavaModuleOptions.defaultModuleOptions().split(" +")));
    line.add("-Dlog4j2.configurationFile=" + Path.of("../conf/log4j2.properties").toAbsolutePath());
    line.add(SubmittedJar.natives());
    line.addAll(List.of("-cp", classPath, "org.apache.spark.deploy.SparkSubmit"));
    line.addAll(List.of("--class", "org.seqlm.job.SeqLM", "--master", CLUSTER));
    for (String conf :
        List.of(
            "spark.ui.enabled=false",
            "spark.kryo.registrationRequired=true",
            "spark.executor.memory=1g",
            "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 \""
                + SubmittedJar.natives()
                + "\"")) {
      line.addAll(List.of("--conf", conf));
    }
    options.forEach(conf -> line.addAll(List.of("--conf", conf)));
    line.add("spark-internal");
    line.addAll(List.of(command));
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
    Files.createDirectories(folder.resolve("spark/jars"));
    builder.environment().keySet().removeAll(KernelVariables.names());
    builder.environment().put("SPARK_HOME", folder.resolve("spark").toString());
    builder.environment().put("SPARK_DIST_CLASSPATH", classPath);
    builder.environment().put("SPARK_SCALA_VERSION", "2.12");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(300, TimeUnit.SECONDS)).as("ended in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** A Java that spoils executor 1: another kernel variable, and a disk that cannot be written. */
  private Path spoilingJava() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    Path java = Files.createDirectories(folder.resolve("java/bin")).resolve("java");
    Files.writeString(
        java,
        """
        #!/bin/sh
        case " $* " in
          *" --executor-id 1 "*)
            export OPENBLAS_CORETYPE=Sandybridge SPARK_EXECUTOR_DIRS="$SPARK_EXECUTOR_DIRS:%s/x"
            ;;
        esac
        exec "%s" "$@"
        """
            .formatted(file, Path.of(System.getProperty("java.home"), "bin", "java")));
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
    return folder.resolve("java");
  }

  private static List<JsonNode> findings(JsonNode record, String check) {
    return StreamSupport.stream(record.path("findings").spliterator(), false)
        .filter(finding -> finding.path("check").asText().equals(check))
        .toList();
  }

  private static void assertNamed(JsonNode record, String check, String where, String... found) {
    assertThat(findings(record, check))
        .filteredOn(finding -> !finding.path("status").asText().equals("ok"))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.path("where").asText()).isEqualTo(where);
              assertThat(finding.path("found").asText()).contains(found);
            });
  }

  @Test
  void theExecutorThatIsSpoiltIsNamed() throws Exception {
    Path json = folder.resolve("doctor.json");
    Result result =
        submit(
            List.of("spark.executorEnv.JAVA_HOME=" + spoilingJava()),
            "doctor",
            "--output=" + folder.resolve("run"),
            "--json=" + json,
            "--set=local-room=0");
    assertThat(result.exit()).as(result.out() + result.err()).isZero();
    JsonNode record = Json.mapper().readTree(json.toFile());
    assertThat(record.path("executors").path("answered").asInt()).isEqualTo(2);
    assertThat(record.path("processes")).hasSize(3);
    assertNamed(
        record, "kernels", "executor 1 on 127.0.0.1", "a mixture: openblas core SANDYBRIDGE");
    assertNamed(
        record,
        "local disks",
        "executor 1 on 127.0.0.1",
        folder.resolve("file") + "/x: " + folder.resolve("file") + " is a file");
    for (String well : List.of("versions", "natives", "output")) {
      assertThat(findings(record, well))
          .singleElement()
          .satisfies(
              finding ->
                  assertThat(finding.path("where").asText()).isEqualTo("driver, 2 executors"));
    }
    assertThat(result.out()).contains("warn  kernels", "-> the last bits of a training depend on");
    // It leaves nothing.
    assertThat(folder.resolve("run")).doesNotExist();
    assertThat(folder).isDirectoryNotContaining("glob:**/.seqlm-doctor-*");
  }

  @Test
  void gpusThatNobodyGrantsEndTheWait() throws Exception {
    Path script = folder.resolve("gpus");
    Files.writeString(script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"0\"]}'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    // The workers have none.
    List<String> gpus =
        List.of(
            "spark.executor.resource.gpu.amount=1",
            "spark.executor.resource.gpu.discoveryScript=" + script,
            "spark.task.resource.gpu.amount=1",
            "spark.seqlm.grant-timeout=3s");
    String message =
        "no executor with 1 core, 1g of memory and 1 gpu has come within 3 s"
            + " (spark.seqlm.grant-timeout)";
    Path json = folder.resolve("doctor.json");
    Result doctor = submit(gpus, "doctor", "--json=" + json, "--set=local-room=0");
    assertThat(doctor.exit()).as(doctor.err()).isEqualTo(ExitCode.PLATFORM.code());
    JsonNode record = Json.mapper().readTree(json.toFile());
    assertNamed(record, "executors", "driver", message);
    assertThat(record.path("processes")).hasSize(1);

    Path text = Files.writeString(folder.resolve("text.txt"), "the cats ran\n".repeat(100));
    Path dataset = folder.resolve("dataset");
    assertThat(NgramsOutcomes.run("prepare", "--input", text, "--output", dataset).code()).isZero();
    Result train =
        submit(
            gpus,
            "train",
            "--input=" + dataset,
            "--output=" + folder.resolve("run"),
            "--hidden=8",
            "--embedding=8",
            "--workers=2");
    assertThat(train.exit()).as(train.err()).isEqualTo(ExitCode.PLATFORM.code());
    assertThat(train.err().lines().filter(line -> line.startsWith("seqlm: ")).toList())
        .singleElement()
        .asString()
        .startsWith("seqlm: error: " + message)
        .contains("spark.executor.resource.gpu.amount), or wait longer");
  }
}
