package org.seqlm.job.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.Json;
import org.seqlm.job.SeqLM;

/** Planted sentences are found where they are rare, whoever wrote the sample. */
class CheckSamplesTest {
  private static final String CANARY =
      "my secret number is four seven one one nine and nobody knows it";
  private static final String FORMULA = "all rights are reserved and no part of this may be copied";
  private static final String KNOWN = "she said hello to him and then he went home again";

  @TempDir static Path folder;
  private static Path dataset;
  private static Path other;

  @BeforeAll
  static void prepare() throws IOException {
    Random random = new Random(4);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      for (int k = 0; k < 12; k++) {
        text.append("abcdefgh".charAt(random.nextInt(8))).append(k == 11 ? '\n' : ' ');
      }
      text.append(i == 171 ? CANARY + "\n" : i % 40 == 0 ? FORMULA + "\n" : "");
      text.append(i % 40 == 7 ? "four seven one two three\n" : "");
    }
    dataset = dataset("dataset", text.toString());
    other = dataset("other", (KNOWN + "\n").repeat(2) + text);
  }

  private static Path dataset(String name, String text) throws IOException {
    Path input = Files.writeString(folder.resolve(name + ".txt"), text);
    Path output = folder.resolve(name);
    run(
        0,
        "prepare",
        "--input",
        input,
        "--output",
        output,
        "--tokenizer",
        "word",
        "--splits",
        "contiguous:1,0,0",
        "--document",
        "line");
    return output;
  }

  private static String run(int code, Object... args) throws IOException {
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    List<String> line = new ArrayList<>();
    for (Object arg : args) {
      line.add(arg.toString());
    }
    int ended =
        SeqLM.run(
            line.toArray(String[]::new), new PrintStream(errors, true, StandardCharsets.UTF_8));
    assertThat(ended).as(errors.toString(StandardCharsets.UTF_8)).isEqualTo(code);
    return errors.toString(StandardCharsets.UTF_8);
  }

  private static JsonNode check(List<String> samples, Object... args) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String sample : samples) {
      lines.append(Json.line(java.util.Map.of("text", sample))).append('\n');
    }
    Path input = Files.writeString(folder.resolve("samples.jsonl"), lines.toString());
    Path json = folder.resolve("checked.json");
    List<Object> line =
        new ArrayList<>(List.of("check-samples", "--input", input, "--against", dataset));
    line.addAll(List.of("--json", json, "--overwrite"));
    line.addAll(List.of(args));
    run(0, line.toArray());
    return Json.mapper().readTree(json.toFile());
  }

  @Test
  void canariesAreFoundAndNearMissesAreNot() throws IOException {
    JsonNode result =
        check(
            List.of(
                "a b. " + CANARY + " zz",
                CANARY.replace("seven", "eight").replace("nobody", "somebody"),
                FORMULA,
                KNOWN,
                "my secret number is four seven one",
                "Once there was\n" + FORMULA + "\nmy secret number is four seven one one\n"));
    List<Boolean> publishable = new ArrayList<>();
    result.path("checked").forEach(one -> publishable.add(one.path("publishable").asBoolean()));
    assertThat(publishable).containsExactly(false, true, true, true, true, false);
    assertThat(result.path("withheld").asInt()).isEqualTo(2);
    JsonNode canary = result.path("checked").path(0);
    assertThat(canary.path("text").asText())
        .isEqualTo(
            "[withheld: 13 consecutive tokens of it stand in the training text, of which a span of"
                + " 8 only once; what is less frequent than 5 times is not published]");
    assertThat(canary.path("rare").path(0).path("length").asInt()).isEqualTo(13);
    assertThat(canary.path("rare").path(0).path("occurrences").asInt()).isEqualTo(1);
    assertThat(canary.path("rare").path(0).path("documents").asInt()).isEqualTo(1);
    assertThat(result.path("checked").path(2).path("text").asText()).isEqualTo(FORMULA);
  }

  @Test
  void countsOfDatasetsAddUp() throws IOException {
    // Twice there: rare below 5, also with that of a dataset that lacks it; not rare below 2.
    assertThat(check(List.of(KNOWN), "--against", other).path("withheld").asInt()).isEqualTo(1);
    JsonNode two = check(List.of(KNOWN), "--against", other, "--min-count", "2");
    assertThat(two.path("withheld").asInt()).isZero();
    // The canary is in both: twice.
    JsonNode both = check(List.of(CANARY), "--against", other);
    assertThat(both.findValue("occurrences").asInt()).isEqualTo(2);
    assertThat(both.findValue("documents").asInt()).isEqualTo(2);
  }

  /** A model that learnt a sentence by heart says it, and is not published. */
  @Test
  void whatAModelLearntByHeartIsWithheld() throws IOException {
    Path model = folder.resolve("model");
    run(0, "ngrams", "--input", dataset, "--output", model, "--order", "4", "--estimator", "mle");
    Path json = folder.resolve("generated.json");
    Object[] generate = {
      "generate",
      "--model",
      model,
      "--prompt",
      "my secret number is four seven one one",
      "--length",
      "5",
      "--temperature",
      "0",
      "--overwrite",
      "--json",
      json
    };
    run(0, generate);
    JsonNode open = Json.mapper().readTree(json.toFile());
    assertThat(open.path("text").asText()).isEqualTo(CANARY);
    assertThat(open.path("publishable").isNull()).isTrue();
    List<Object> checked = new ArrayList<>(List.of(generate));
    checked.addAll(List.of("--check-against", dataset));
    run(0, checked.toArray());
    JsonNode withheld = Json.mapper().readTree(json.toFile());
    assertThat(withheld.path("publishable").asBoolean()).isFalse();
    assertThat(withheld.path("text").asText()).startsWith("[withheld: 13 consecutive tokens");
  }

  @Test
  void refusesWhatItCannotCheck() throws IOException {
    Path input = Files.writeString(folder.resolve("one.txt"), "a b");
    assertThat(run(2, "check-samples", "--input", input)).contains("against is missing");
    assertThat(run(2, "check-samples", "--input", input, "--against", dataset, "--length", "1"))
        .contains("length must be 0 or 2 to 10000, but is 1");
    assertThat(run(3, "check-samples", "--input", input, "--against", folder.resolve("none")))
        .contains("give a dataset");
    Path characters = folder.resolve("characters");
    run(0, "prepare", "--input", input, "--output", characters, "--tokenizer", "char");
    assertThat(
            run(
                2,
                "check-samples",
                "--input",
                input,
                "--against",
                dataset,
                "--against",
                characters))
        .contains("cut text by different rules");
    Path empty = Files.writeString(folder.resolve("empty.txt"), "");
    assertThat(run(3, "check-samples", "--input", empty, "--against", dataset))
        .contains("there are no samples");
  }
}
