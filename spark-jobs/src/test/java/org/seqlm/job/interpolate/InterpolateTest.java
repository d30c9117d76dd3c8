package org.seqlm.job.interpolate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.ExitCode;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.job.SeqLM;

/** Mixtures as a user makes them, of counted n-grams and a tiny network on one small corpus. */
class InterpolateTest {
  @TempDir static Path folder;

  private static Path corpus;
  private static Path dataset;
  private static Path ngrams;
  private static Path run;
  private static JsonNode tuned;

  private record Outcome(int code, String errors) {}

  private static Outcome line(Object... args) {
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    String[] line = Arrays.stream(args).map(Object::toString).toArray(String[]::new);
    int code = SeqLM.run(line, new PrintStream(errors, true, StandardCharsets.UTF_8));
    return new Outcome(code, errors.toString(StandardCharsets.UTF_8));
  }

  private static JsonNode seqlm(Object... args) throws IOException {
    Path json = Files.createTempFile("result", ".json");
    List<Object> whole = new ArrayList<>(Arrays.asList(args));
    whole.addAll(List.of("--json", json));
    Outcome outcome = line(whole.toArray());
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    JsonNode result = Json.mapper().readTree(json.toFile());
    Files.delete(json);
    return result;
  }

  private static void assertRefused(ExitCode code, String message, Object... args) {
    Outcome outcome = line(args);
    assertThat(outcome.errors()).contains(message).doesNotContain("\tat ");
    assertThat(outcome.errors().lines()).hasSizeLessThanOrEqualTo(2);
    assertThat(outcome.code()).as(outcome.errors()).isEqualTo(code.code());
  }

  @BeforeAll
  static void models() throws IOException {
    TestSpark.session();
    corpus = folder.resolve("corpus").resolve("corpus.txt");
    dataset = folder.resolve("dataset");
    ngrams = folder.resolve("ngrams");
    run = folder.resolve("run");
    seqlm("example", "--output", corpus.getParent(), "--size", 110_000, "--set", "pairs=1");
    seqlm(
        "prepare",
        "--input",
        corpus,
        "--output",
        dataset,
        "--tokenizer",
        "word",
        "--splits",
        "contiguous:0.7,0.2,0.1");
    seqlm("ngrams", "--input", dataset, "--output", ngrams, "--order", 3, "--boundary", "line");
    seqlm(
        "train",
        "--input",
        dataset,
        "--output",
        run,
        "--hidden",
        16,
        "--batch",
        4,
        "--time-steps",
        8,
        "--epochs",
        0.5);
    tuned =
        seqlm(
            "interpolate",
            "--model",
            ngrams + "#estimator=add-k,order=2,k=0.1",
            "--model",
            run,
            "--model",
            ngrams + "#estimator=mle,order=1",
            "--input",
            dataset,
            "--split",
            "valid",
            "--output",
            folder.resolve("mixture"));
  }

  @Test
  void anNgramModelAndANetworkTogetherAreBetterThanEither() {
    double best = tuned.path("mixture").path("perplexity").asDouble();
    assertThat(best).isGreaterThan(1);
    double sum = 0;
    for (JsonNode model : tuned.path("models")) {
      JsonNode alone = model.path("perplexity");
      assertThat(alone.isNull() || alone.asDouble() > best).as(model.toString()).isTrue();
      sum += model.path("weight").asDouble();
    }
    assertThat(sum).isCloseTo(1, within(1e-12));
    assertThat(tuned.path("models").get(1).path("kind").asText()).startsWith("lstm");
    assertThat(tuned.path("ending").asText()).isEqualTo("converged");
    JsonNode iterations = tuned.path("iterations");
    assertThat(iterations.size()).isGreaterThan(2);
    assertThat(iterations.get(0).path("weights").get(0).asDouble()).isEqualTo(1.0 / 3);
    for (int i = 1; i < iterations.size(); i++) {
      assertThat(iterations.get(i).path("log-likelihood").asDouble())
          .isGreaterThanOrEqualTo(iterations.get(i - 1).path("log-likelihood").asDouble());
    }
  }

  @Test
  void evaluateAndGenerateTakeTheMixture() throws IOException {
    JsonNode evaluation =
        seqlm(
            "evaluate",
            "--input",
            dataset,
            "--split",
            "valid",
            "--model",
            folder.resolve("mixture"),
            "--model",
            run,
            "--model",
            ngrams + "#estimator=add-k,order=2,k=0.1");
    JsonNode models = evaluation.path("models");
    assertSameCost(models.get(0), tuned.path("mixture"));
    assertSameCost(models.get(1), tuned.path("models").get(1));
    assertSameCost(models.get(2), tuned.path("models").get(0));
    assertThat(models.get(0).path("kind").asText()).contains("lstm").contains("2-gram");
    JsonNode other = seqlm("evaluate", "--input", dataset, "--model", folder.resolve("mixture"));
    assertThat(other.path("split").asText()).isEqualTo("test");
    assertThat(other.path("models").get(0).path("perplexity").asDouble()).isGreaterThan(1);

    Object[] generate = {
      "generate", "--model", folder.resolve("mixture"), "--length", 30, "--seed", 5
    };
    String text = seqlm(generate).path("text").asText();
    assertThat(text).isNotBlank().isEqualTo(seqlm(generate).path("text").asText());
  }

  private static void assertSameCost(JsonNode evaluated, JsonNode interpolated) {
    assertThat(evaluated.path("nats-per-token").asDouble())
        .isCloseTo(interpolated.path("nats-per-token").asDouble(), within(1e-10));
  }

  /** Anyone's ARPA file, which knows few of the words, and one that the dataset lacks. */
  @Test
  void anArpaFileOfOtherWordsMixesWithANetwork() throws IOException {
    Path arpa = folder.resolve("few.arpa");
    Files.writeString(
        arpa,
        """
        \\data\\
        ngram 1=6
        ngram 2=2

        \\1-grams:
        -0.7\t<unk>\t0
        -99\t<s>\t-0.3
        -1.0\t</s>\t0
        -0.5\tthe\t-0.2
        -0.9\tcat\t-0.1
        -1.2\tzyzzyva\t0

        \\2-grams:
        -0.1\tthe cat
        -0.4\t<s> the

        \\end\\
        """);
    Path mixture = folder.resolve("with-arpa");
    JsonNode mixed =
        seqlm(
            "interpolate",
            "--model",
            arpa,
            "--model",
            run,
            "--input",
            dataset,
            "--output",
            mixture);
    JsonNode few = mixed.path("models").get(0);
    assertThat(few.path("unknown").asLong()).isGreaterThan(mixed.path("tokens").asLong() / 2);
    assertThat(few.path("weight").asDouble()).isBetween(0.0, 0.5);
    assertThat(mixed.path("mixture").path("perplexity").asDouble())
        .isLessThan(1.00001 * mixed.path("models").get(1).path("perplexity").asDouble());
    assertThat(mixed.path("notes").toString()).contains("different vocabularies");
    JsonNode evaluated =
        seqlm("evaluate", "--input", dataset, "--split", "valid", "--model", mixture);
    assertSameCost(evaluated.path("models").get(0), mixed.path("mixture"));
    assertThat(evaluated.path("models").get(0).path("unknown").asLong()).isZero();
    assertThat(seqlm("generate", "--model", mixture, "--length", 20).path("text").asText())
        .isNotBlank();
  }

  @Test
  void givenWeightsAreTakenAsTheyAre() throws IOException {
    JsonNode scored =
        seqlm(
            "interpolate",
            "--model",
            folder.resolve("mixture"),
            "--model",
            run,
            "--input",
            dataset,
            "--weights",
            "1,0");
    assertThat(scored.path("iterations")).hasSize(1);
    assertThat(scored.path("ending").isNull()).isTrue();
    // A mixture is a model like any other.
    assertThat(scored.path("mixture").path("log-likelihood").asDouble())
        .isCloseTo(tuned.path("mixture").path("log-likelihood").asDouble(), within(1e-6));
  }

  @Test
  void aMixtureKnowsItsModelsAgainAndMovesWithThem() throws IOException {
    Path here = folder.resolve("here");
    Path moved = folder.resolve("moved");
    seqlm("ngrams", "--input", dataset, "--output", here.resolve("ngrams"), "--order", 2);
    seqlm(
        "interpolate",
        "--model",
        here.resolve("ngrams") + "#estimator=add-k,order=1",
        "--model",
        here.resolve("ngrams") + "#estimator=add-k,order=2",
        "--input",
        dataset,
        "--output",
        here.resolve("mixture"));
    assertThat(ArtifactFiles.file(here.resolve("mixture"), "mixture.json"))
        .content()
        .contains("\"../ngrams#estimator=add-k,order=1\"");
    Files.move(here, moved);
    Object[] evaluate = {
      "evaluate", "--input", dataset, "--split", "valid", "--model", moved.resolve("mixture")
    };
    assertThat(seqlm(evaluate).path("models").get(0).path("perplexity").asDouble())
        .isGreaterThan(1);
    seqlm(
        "ngrams",
        "--input",
        dataset,
        "--output",
        moved.resolve("ngrams"),
        "--order",
        3,
        "--overwrite");
    assertRefused(ExitCode.DATA, "was made with another model than", evaluate);
  }

  @Test
  void aDryRunChecksAndWritesNothing() {
    Path output = folder.resolve("nothing");
    Object[] dry = {
      "interpolate",
      "--model",
      run,
      "--model",
      ngrams,
      "--input",
      dataset,
      "--output",
      output,
      "--dry-run"
    };
    assertThat(line(dry)).isEqualTo(new Outcome(0, ""));
    assertThat(output).doesNotExist();
    dry[8] = folder.resolve("mixture");
    assertRefused(ExitCode.CONFIGURATION, "exists: give --overwrite", dry);
    dry[8] = output;
    dry[4] = folder.resolve("none");
    assertRefused(ExitCode.DATA, "none does not exist: give a run (seqlm train) or", dry);
    dry[4] = corpus.getParent();
    assertRefused(ExitCode.DATA, "corpus holds no model: give a run (seqlm train) or", dry);
    dry[4] = ngrams;
    dry[6] = corpus;
    assertRefused(
        ExitCode.DATA,
        corpus
            + " is no complete artifact (it has no manifest.json): give a dataset, a folder that"
            + " seqlm prepare --input TEXT --output DIR wrote",
        dry);
    dry[6] = folder.resolve("none");
    assertRefused(ExitCode.DATA, "none does not exist: give a dataset, a folder that", dry);
  }

  @Test
  void scoresThatAreNoProbabilitiesAreRefused() throws IOException {
    Path scores = folder.resolve("scores");
    seqlm(
        "ngrams",
        "--input",
        dataset,
        "--output",
        scores,
        "--estimator",
        "stupid-backoff",
        "--order",
        2);
    Object[] mixed = {"interpolate", "--input", dataset, "--model", run, "--model", scores};
    assertRefused(ExitCode.CONFIGURATION, "is of stupid-backoff, whose scores are no", mixed);
    JsonNode evaluation = seqlm("evaluate", "--input", dataset, "--model", scores);
    assertThat(evaluation.path("notes").toString()).contains("do not sum to 1");
    // Its counts give probabilities.
    mixed[6] = scores + "#estimator=add-k";
    assertThat(seqlm(mixed).path("mixture").path("perplexity").asDouble()).isGreaterThan(1);
  }

  @Test
  void oneModelOrWrongWeightsAreRefused() {
    assertRefused(
        ExitCode.CONFIGURATION,
        "models must be at least 2, but are 1",
        "interpolate",
        "--model",
        run,
        "--input",
        dataset);
    assertRefused(
        ExitCode.CONFIGURATION,
        "weights must sum to 1 within 0.001, but sum to 0.8",
        "interpolate",
        "--model",
        run,
        "--model",
        ngrams,
        "--input",
        dataset,
        "--weights",
        "0.3,0.5");
  }

  @Test
  void anEmptySplitIsRefused() throws IOException {
    Path whole = folder.resolve("whole");
    seqlm(
        "prepare",
        "--input",
        corpus,
        "--output",
        whole,
        "--tokenizer",
        "word",
        "--splits",
        "contiguous:1,0,0");
    assertRefused(
        ExitCode.DATA,
        "the valid split of " + whole + " has no tokens",
        "interpolate",
        "--model",
        run,
        "--model",
        ngrams,
        "--input",
        whole,
        "--dry-run");
    assertRefused(
        ExitCode.DATA,
        "the test split of " + whole + " has no tokens",
        "evaluate",
        "--model",
        run,
        "--input",
        whole);
  }

  @Test
  void charactersAndLineEndsThatDoNotFitAreRefused() throws IOException {
    Path characters = folder.resolve("characters");
    seqlm("ngrams", "--input", corpus, "--output", characters, "--tokenizer", "char");
    assertRefused(
        ExitCode.CONFIGURATION,
        "reads char tokens",
        "interpolate",
        "--model",
        run,
        "--model",
        characters,
        "--input",
        dataset);
    Path stream = folder.resolve("stream");
    seqlm("ngrams", "--input", dataset, "--output", stream, "--boundary", "stream");
    assertRefused(
        ExitCode.CONFIGURATION,
        "count its n-grams with --boundary line",
        "interpolate",
        "--model",
        run,
        "--model",
        stream,
        "--input",
        dataset);
  }
}
