package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.Json;

/** The jar that users submit, under a Spark without any of the libraries it bundles. */
class SubmittedJarIT {
  private static final Path JAR = Path.of("target", "seqlm.jar");

  private record Result(int exit, String out, String err) {}

  @TempDir Path temporary;

  @Test
  void holdsWhatSparkLacksAndNothingThatSparkBrings() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      List<String> names =
          jar.stream()
              .map(ZipEntry::getName)
              .filter(name -> !name.endsWith("/"))
              // One of dl4j-spark's own.
              .filter(name -> !name.startsWith("org/apache/spark/TaskContextHelper"))
              .toList();
      assertThat(names)
          .doesNotHaveDuplicates()
          .contains(
              "META-INF/LICENSE",
              "META-INF/NOTICE",
              "org/seqlm/job/SeqLM.class",
              "org/deeplearning4j/nn/multilayer/MultiLayerNetwork.class",
              "org/nd4j/linalg/cpu/nativecpu/bindings/linux-x86_64/libnd4jcpu.so",
              "org/seqlm/shaded/snakeyaml/Yaml.class");
      for (String foreign :
          List.of(
              "org/apache/spark/",
              "org/apache/hadoop/",
              "scala/",
              "org/slf4j/",
              "com/esotericsoftware/",
              "com/fasterxml/",
              "org/yaml/",
              "org/jline/",
              "com/google/common/",
              "com/google/gson/",
              "com/sun/jna/",
              "META-INF/versions/")) {
        assertThat(names).as(foreign).noneMatch(name -> name.startsWith(foreign));
      }
      assertThat(names).noneMatch(name -> name.matches("META-INF/.*\\.(SF|DSA|RSA)"));
      assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class"))
          .isEqualTo("org.seqlm.job.SeqLM");
    }
  }

  @Test
  void runsUnderSparkSubmitAndKeepsItsExitCodeAndStandardOutput() throws Exception {
    Result version = submit("--version");
    assertThat(version.exit()).isZero();
    assertThat(version.out()).matches("seqlm \\d+\\.\\d+\\.\\d+\\R");

    Result mistake = submit("no-such-command");
    assertThat(mistake.exit()).isEqualTo(ExitCode.CONFIGURATION.code());
    assertThat(mistake.out()).isEmpty();
    assertThat(mistake.err()).contains("no-such-command").doesNotContain("\tat ");
  }

  /**
   * All of it: natives, dl4j-spark, templates, chart library, YAML; once in one process and once
   * with executors that are processes of their own, which must change no bit of the model.
   */
  @Test
  void runsTheWholePipelineAndTheSameOnExecutorsOfTheirOwn() throws Exception {
    Path one = quickstart("local[2]", "one process");
    Path several = quickstart("local-cluster[2,1,1024]", "executors");
    for (String file :
        List.of("run/model/parameters.safetensors", "ngrams/top.tsv", "dataset/vocabulary.jsonl")) {
      assertThat(several.resolve(file)).hasSameBinaryContentAs(one.resolve(file));
    }
  }

  private Path quickstart(String master, String folder) throws Exception {
    Path output = temporary.resolve(folder);
    Result result =
        submit(
            "--master",
            master,
            "quickstart",
            "--output",
            output.toString(),
            "--size",
            "60000",
            "--set",
            "order=2",
            "--set",
            "train={network: {hidden: 8}, training: {epochs: 0.1, batch: 4, time-steps: 8}}",
            "--json",
            "-");
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(Json.mapper().readTree(result.out()).path("evaluation").path("models")).isNotEmpty();
    assertThat(output.resolve("manifest.json")).exists();
    assertThat(Files.readString(output.resolve("report.html"))).contains("</html>", "Chart.js");
    assertThat(result.err()).doesNotContain("\tat ", "Warning:");
    return output;
  }

  /** A leading {@code --master URL} is for spark-submit. */
  private Result submit(String... line) throws Exception {
    boolean named = line[0].equals("--master");
    String master = named ? line[1] : "local[2]";
    List<String> arguments = Arrays.asList(line).subList(named ? 2 : 0, line.length);
    List<String> command =
        new ArrayList<>(List.of(JavaModuleOptions.defaultModuleOptions().split(" +")));
    command.addAll(
        List.of(
            "-cp",
            spark(),
            "-Dorg.bytedeco.javacpp.cachedir=" + temporary.resolve("natives"),
            "-Dlog4j2.configurationFile=" + Path.of("../conf/log4j2.properties").toAbsolutePath(),
            "org.apache.spark.deploy.SparkSubmit",
            "--master",
            master,
            "--conf",
            "spark.kryo.registrationRequired=true",
            "--conf",
            "spark.ui.enabled=false",
            "--conf",
            "spark.executor.memory=1g",
            "--class",
            "org.seqlm.job.SeqLM",
            JAR.toString()));
    command.addAll(arguments);
    return java(command);
  }

  private Result java(List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g");
    command.addAll(arguments);
    Path out = temporary.resolve("out");
    Path err = temporary.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    // What a local cluster needs to start executors without a Spark distribution.
    Files.createDirectories(temporary.resolve("spark/jars"));
    builder.environment().put("SPARK_HOME", temporary.resolve("spark").toString());
    builder.environment().put("SPARK_DIST_CLASSPATH", spark());
    builder.environment().put("SPARK_SCALA_VERSION", "2.12");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    Process process = builder.start();
    assertThat(process.waitFor(180, TimeUnit.SECONDS)).as("ended in time").isTrue();
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** The class path of a plain Spark: this one without what the jar bundles. */
  private static String spark() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    Set<String> bundled =
        Pattern.compile("<include>[^<:]+:([^<]+)</include>")
            .matcher(pom.substring(0, pom.indexOf("</artifactSet>")))
            .results()
            .map(include -> include.group(1).replace("${scala.binary.version}", "2.12"))
            .collect(Collectors.toSet());
    return classPath()
        .filter(entry -> entry.endsWith(".jar") && !entry.endsWith("seqlm-thin.jar"))
        .filter(
            // .../artifact/version/file.jar
            entry ->
                !bundled.contains(Path.of(entry).getParent().getParent().getFileName().toString()))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Stream<String> classPath() {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(path.split(File.pathSeparator));
  }
}
