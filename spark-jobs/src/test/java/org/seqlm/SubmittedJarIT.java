package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.ShakyFilesTest;

/** The jar that users submit, under a Spark without any of the libraries it bundles. */
class SubmittedJarIT {
  @TempDir static Path temporary;

  private static Path quickstart;

  @Test
  void holdsWhatSparkLacksAndNothingThatSparkBrings() throws IOException {
    try (JarFile jar = new JarFile(SubmittedJar.JAR.toFile())) {
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
              "org/bytedeco/pytorch/linux-x86_64/libjnitorch.so",
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
    SubmittedJar.Result version = new SubmittedJar(temporary).run("--version");
    assertThat(version.exit()).isZero();
    assertThat(version.out()).matches("seqlm \\d+\\.\\d+\\.\\d+\\R");

    SubmittedJar.Result mistake = new SubmittedJar(temporary).run("no-such-command");
    assertThat(mistake.exit()).isEqualTo(ExitCode.CONFIGURATION.code());
    assertThat(mistake.out()).isEmpty();
    assertThat(mistake.err()).contains("no-such-command").doesNotContain("\tat ");
  }

  /** All of it in one process: natives, dl4j-spark, templates, chart library, YAML. */
  @BeforeAll
  static void runTheWholePipeline() throws Exception {
    quickstart = quickstart("local[2]", "one process");
  }

  /** Spark itself would end the process with a code of its own, or wait a minute and more. */
  @Test
  void whatThePlatformLacksIsOneLineAndItsCode() throws Exception {
    Path text = Files.writeString(temporary.resolve("text.txt"), "red fox\nred owl\n".repeat(9));
    String[] prepare = {
      "prepare",
      "--tokenizer",
      "word",
      "--input",
      text.toString(),
      "--output",
      temporary.resolve("dataset").toString()
    };
    SubmittedJar.Result memory =
        new SubmittedJar(temporary)
            .withTestClasses()
            .conf("spark.hadoop.fs.file.impl", FullMemoryFileSystem.class.getName())
            .run(prepare);
    assertThat(memory.exit()).as(memory.err()).isEqualTo(ExitCode.PLATFORM.code());
    assertThat(memory.err())
        .containsOnlyOnce("seqlm: error: out of memory (Java heap space")
        .contains("--driver-memory 8g")
        .doesNotContain("\tat ");

    SubmittedJar.Result master =
        new SubmittedJar(temporary).master("spark://127.0.0.1:1").run(prepare);
    assertThat(master.exit()).as(master.err()).isEqualTo(ExitCode.PLATFORM.code());
    assertThat(master.err())
        .containsOnlyOnce("seqlm: error: no Spark master answers at spark://127.0.0.1:1")
        .doesNotContain("\tat ");
    try (var left = Files.list(temporary)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.contains("dataset"));
    }
  }

  @Test
  void theWholePipelineEndsWithAReport() throws Exception {
    assertThat(Files.readString(quickstart.resolve("report.html"))).contains("</html>", "Chart.js");
  }

  /** Executors that are processes of their own must change no bit of the model. */
  @Test
  @OnCluster
  void thePipelineIsTheSameOnExecutorsOfTheirOwn() throws Exception {
    Path one = quickstart;
    Path several = quickstart("local-cluster[2,1,1024]", "executors");
    Map<String, String> files =
        Map.of(
            "run/model", "parameters.safetensors",
            "ngrams", "top.tsv",
            "dataset", "vocabulary.jsonl");
    files.forEach(
        (artifact, file) ->
            assertThat(ArtifactFiles.file(several.resolve(artifact), file))
                .hasSameBinaryContentAs(ArtifactFiles.file(one.resolve(artifact), file)));
    for (String model : List.of("run", "ngrams")) {
      evaluates(relative(several.resolve("dataset")), relative(several.resolve(model)));
    }
    scores(relative(several.resolve("corpus/corpus.txt")), relative(several.resolve("ngrams")));
    // The quickstart's engine is the default.
    assertThat(torch(one, "local-cluster[2,1,1024]", "on executors"))
        .hasSameBinaryContentAs(torch(one, "local[1]", "in one process"));
  }

  /** As users name a path; executors have working folders of their own. */
  private static String relative(Path path) throws IOException {
    return Path.of("").toAbsolutePath().relativize(path.toRealPath()).toString();
  }

  private static void evaluates(String dataset, String model) throws Exception {
    SubmittedJar.Result result =
        new SubmittedJar(temporary)
            .master("local-cluster[2,1,1024]")
            .run("evaluate", "--input", dataset, "--model", model, "--json", "-");
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(Json.mapper().readTree(result.out()).path("models")).hasSize(1);
  }

  private static void scores(String text, String model) throws Exception {
    Path scores = temporary.resolve("scores");
    SubmittedJar.Result result =
        new SubmittedJar(temporary)
            .master("local-cluster[2,1,1024]")
            .run("score", "--input", text, "--model", model, "--output", scores.toString());
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(scores.resolve("manifest.json")).exists();
  }

  /** Tasks fail and are tried again; nothing of the text is lost, though some of it might be. */
  @Test
  @OnCluster
  void aConnectionThatBreaksLosesNothing() throws Exception {
    Path text = Files.createDirectories(temporary.resolve("shaky"));
    for (String name : ShakyFilesTest.NAMES) {
      ShakyFilesTest.write(text, name);
    }
    List<String> fingerprints = new ArrayList<>();
    for (int calls : new int[] {0, 2}) {
      Path dataset = temporary.resolve("after " + calls);
      SubmittedJar.Result result =
          new SubmittedJar(temporary)
              .withTestClasses()
              // All of a small text is one task's, which fails at each file.
              .master("local[2," + (2 + 2 * ShakyFilesTest.NAMES.size()) + "]")
              .conf("spark.hadoop.fs.shaky.impl", ShakyStore.class.getName())
              .conf("spark.hadoop." + ShakyStore.FAILING, calls)
              .run(
                  "prepare",
                  "--tokenizer=whitespace",
                  "--input=" + ShakyStore.name(text),
                  "--output=" + dataset,
                  "--set=input.bad-records.max-unreadable-files=3",
                  "--json=-");
      assertThat(result.exit()).as(result.err()).isZero();
      assertThat(result.err()).doesNotContain("left out");
      fingerprints.add(Json.mapper().readTree(result.out()).path("corpus-fingerprint").asText());
    }
    assertThat(fingerprints.get(1)).isEqualTo(fingerprints.get(0)).isNotEmpty();
  }

  private static Path torch(Path quickstart, String master, String folder) throws Exception {
    Path run = temporary.resolve(folder);
    SubmittedJar.Result result =
        new SubmittedJar(temporary)
            .master(master)
            .run(
                "train",
                "--engine=torch",
                "--input=" + relative(quickstart.resolve("dataset")),
                "--output=" + run,
                "--cell=gru",
                "--hidden=8",
                "--dropout=0.1",
                "--epochs=0.1",
                "--batch=4",
                "--time-steps=8");
    assertThat(result.exit()).as(result.err()).isZero();
    return ArtifactFiles.file(run.resolve("model"), "parameters.safetensors");
  }

  private static Path quickstart(String master, String folder) throws Exception {
    Path output = temporary.resolve(folder);
    SubmittedJar.Result result =
        new SubmittedJar(temporary)
            .master(master)
            .run(
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
}
