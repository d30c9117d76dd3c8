package org.seqlm.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;

/** The commands as a user chains them, and the quickstart, which chains them itself. */
class PipelineTest {
  /** What a cluster's Hadoop may know, and no file or message of ours. */
  private static final Map<String, String> SECRETS =
      Map.of(
          "fs.s3a.access.key", "pl4nt3d-access",
          "fs.s3a.secret.key", "pl4nt3d-secret",
          "fs.sftp.password.host.user", "pl4nt3d-password",
          "fs.azure.account.key.example", "pl4nt3d-account");

  @TempDir static Path folder;

  @BeforeAll
  static void spark() {
    SECRETS.forEach(TestSpark.context().hadoopConfiguration()::set);
  }

  /** Whatever the commands left, manifests, reports, records: none of it tells a secret. */
  @AfterAll
  static void nothingTellsASecret() throws IOException {
    SECRETS.keySet().forEach(TestSpark.context().hadoopConfiguration()::unset);
    int files = 0;
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertThat(bytes.contains("pl4nt3d")).as(file.toString()).isFalse();
        files++;
      }
    }
    assertThat(files).isGreaterThan(10);
  }

  /** A path may not even be planned with. */
  @Test
  void aPasswordInAPathIsRefusedBeforeAnythingTellsIt() throws IOException {
    String secret = "sftp://reader:pl4nt3d-path@host/text";
    Path output = folder.resolve("refused");
    for (String[] line :
        new String[][] {
          {"prepare", "--input", secret, "--output", output.toString(), "--dry-run"},
          {"prepare", "--input", secret, "--output", output.toString(), "--json", "-"},
          {"prepare", "--input", folder.toString(), "--output", secret},
          {"ngrams", "--input", secret, "--output", output.toString()},
          {"train", "--input", secret, "--output", output.toString(), "--dry-run"},
          {"evaluate", "--input", folder.toString(), "--model", secret + "#order=2"},
          {"score", "--model", secret, "--input", secret, "--output", output.toString()},
          {"report", "--input", secret, "--output", output + ".html"},
          {"models", "list", "--registry", secret},
          {"ngrams", "--config", secret},
          {"ngrams", "--inptu", secret},
          {"ngrams", "--input", folder.toString(), "--output", output.toString(), "--json", secret}
        }) {
      ByteArrayOutputStream errors = new ByteArrayOutputStream();
      int code = SeqLM.run(line, new PrintStream(errors, true, StandardCharsets.UTF_8));
      String said = errors.toString(StandardCharsets.UTF_8);
      assertThat(code).as(String.join(" ", line) + said).isEqualTo(2);
      assertThat(said).doesNotContain("pl4nt3d", "\tat ").hasSizeLessThan(1000);
      assertThat(output).doesNotExist();
    }
  }

  private static JsonNode seqlm(Object... args) throws IOException {
    Path json = Files.createTempFile(folder, "result", ".json");
    String[] line =
        Arrays.copyOf(
            Arrays.stream(args).map(Object::toString).toArray(String[]::new), args.length + 2);
    line[args.length] = "--json";
    line[args.length + 1] = json.toString();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int code = SeqLM.run(line, new PrintStream(errors, true, StandardCharsets.UTF_8));
    assertThat(code).as(errors.toString(StandardCharsets.UTF_8)).isZero();
    assertThat(errors.toString(StandardCharsets.UTF_8)).doesNotContain("pl4nt3d");
    return Json.mapper().readTree(json.toFile());
  }

  /** Whoever looks at Spark's pages, or at its event log, sees what each job was for. */
  private static final class Jobs extends SparkListener {
    private final List<Properties> started = new CopyOnWriteArrayList<>();

    @Override
    public void onJobStart(SparkListenerJobStart start) {
      started.add(start.properties());
    }

    private List<String> of(String property) {
      return started.stream().map(job -> job.getProperty(property, "")).toList();
    }
  }

  @Test
  void theQuickstartComparesAllModelsWithTheFloor() throws Exception {
    Path output = folder.resolve("quickstart");
    Jobs jobs = new Jobs();
    TestSpark.context().sc().addSparkListener(jobs);
    JsonNode result =
        seqlm(
            "quickstart",
            "--output",
            output,
            "--size",
            120_000,
            "--set",
            "order=3",
            "--set",
            "train={network: {hidden: 16, embedding: 8}, training: {epochs: 0.3, batch: 4,"
                + " time-steps: 8}}");
    TestSpark.context().sc().listenerBus().waitUntilEmpty(60_000);
    TestSpark.context().sc().removeSparkListener(jobs);
    assertThat(jobs.of("spark.jobGroup.id"))
        .allMatch(group -> group.startsWith("seqlm quickstart " + output + ", "))
        .contains("seqlm quickstart " + output + ", train");
    assertThat(jobs.of("spark.job.description"))
        .noneMatch(String::isBlank)
        .noneMatch(description -> description.startsWith("seqlm "))
        .anyMatch(description -> description.matches("count: [0-9,]+ tokens"))
        .anyMatch(description -> description.matches("round 1 of \\d+: 2 workers train 20 steps"))
        .contains("the look after round 1", "evaluate 2-gram");
    assertThat(jobs.of("mdc.run")).isEqualTo(jobs.of("spark.jobGroup.id"));
    assertThat(jobs.of("mdc.round")).contains("1", "2");
    JsonNode evaluation = result.path("evaluation");
    assertThat(evaluation.path("models")).hasSize(5);
    double floor = evaluation.path("floor").path("bits-per-token-on-split").asDouble();
    assertThat(floor).isBetween(2.5, 4.0);
    for (JsonNode model : evaluation.path("models")) {
      assertThat(model.path("bits-per-token").asDouble())
          .as(model.path("name").asText())
          .isGreaterThan(floor);
      assertThat(model.path("tokens")).isEqualTo(evaluation.path("models").get(0).path("tokens"));
    }
    double unigram = evaluation.path("models").get(0).path("perplexity").asDouble();
    double bigram = evaluation.path("models").get(1).path("perplexity").asDouble();
    assertThat(bigram).isLessThan(unigram / 2);
    String report = Files.readString(output.resolve("report.html"));
    double trigram = evaluation.path("models").get(2).path("bits-per-token").asDouble();
    double kneserNey = evaluation.path("models").get(3).path("bits-per-token").asDouble();
    assertThat(kneserNey).isLessThan(Math.min(bigram, trigram));
    assertThat(report)
        .contains("</html>")
        .contains("2-gram")
        .contains("3-gram Kneser-Ney")
        .contains("LSTM");
    assertThat(output.resolve("manifest.json")).exists();
  }

  @Test
  void oneStepAfterAnother() throws IOException {
    Path corpus = folder.resolve("corpus");
    Path dataset = folder.resolve("dataset");
    Path ngrams = folder.resolve("ngrams");
    Path run = folder.resolve("run");
    seqlm("example", "--output", corpus, "--size", 110_000);
    JsonNode prepared =
        seqlm(
            "prepare",
            "--input",
            corpus.resolve("corpus.txt"),
            "--output",
            dataset,
            "--tokenizer",
            "char",
            "--splits",
            "contiguous:0.8,0.1,0.1");
    assertThat(prepared.findValue("vocabulary-size").asInt()).isBetween(30, 60);
    seqlm("ngrams", "--input", dataset, "--output", ngrams, "--order", 4, "--boundary", "stream");
    List<String> top = Files.readAllLines(ArtifactFiles.file(ngrams, "top.tsv"));
    assertThat(top).hasSize(40);
    assertThat(top.get(0)).startsWith("1\t1\t");
    seqlm(
        "train",
        "--input",
        dataset,
        "--output",
        run,
        "--hidden",
        16,
        "--batch",
        8,
        "--time-steps",
        16,
        "--epochs",
        0.2);
    JsonNode evaluation =
        seqlm(
            "evaluate",
            "--input",
            dataset,
            "--split",
            "test",
            "--model",
            run,
            "--model",
            ngrams,
            "--model",
            ngrams + "#estimator=mle,order=2");
    JsonNode lstm = evaluation.path("models").get(0);
    JsonNode fourGram = evaluation.path("models").get(1);
    assertThat(lstm.path("tokens")).isEqualTo(fourGram.path("tokens"));
    // Characters are tokens here, and nothing is inserted.
    assertThat(lstm.path("bits-per-character").asDouble())
        .isCloseTo(lstm.path("bits-per-token").asDouble(), within(1e-12));
    assertThat(fourGram.path("perplexity").asDouble()).isBetween(1.5, 8.0);

    String first =
        seqlm("generate", "--model", run, "--prompt", "The ", "--length", 60, "--seed", 3)
            .path("text")
            .asText();
    String again =
        seqlm("generate", "--model", run, "--prompt", "The ", "--length", 60, "--seed", 3)
            .path("text")
            .asText();
    String other =
        seqlm("generate", "--model", ngrams, "--prompt", "The ", "--length", 60, "--seed", 3)
            .path("text")
            .asText();
    assertThat(first).startsWith("The ").isEqualTo(again).hasSize(64).isNotEqualTo(other);

    Path text = Files.writeString(folder.resolve("few.txt"), "The cats sing.\nThe dog sings.\n");
    for (Path model : List.of(run, ngrams)) {
      JsonNode evaluated =
          seqlm("evaluate", "--input", text, "--model", model).path("models").path(0);
      assertThat(evaluated.path("tokens").asInt()).isEqualTo(30);
      JsonNode scored =
          seqlm(
              "score",
              "--input",
              text,
              "--model",
              model,
              "--output",
              folder.resolve("scores-" + model.getFileName()));
      assertThat(scored.path("lines").asInt()).isEqualTo(2);
      assertThat(-scored.path("log10").asDouble() * Math.log(10))
          .isCloseTo(evaluated.path("nats").asDouble(), within(1e-9));
    }

    seqlm("report", "--input", run, "--output", folder.resolve("run.html"));
    assertThat(folder.resolve("run.html")).content().contains("</html>");
  }
}
