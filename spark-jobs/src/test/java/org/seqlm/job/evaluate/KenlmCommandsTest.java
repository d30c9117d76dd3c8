package org.seqlm.job.evaluate;

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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.job.SeqLM;
import org.seqlm.ngram.arpa.TinyArpa;
import org.seqlm.ngram.kenlm.KenlmWriter;
import org.seqlm.ngram.kenlm.KenlmWriter.Options;

/** Evaluating, generating and mixing with KenLM's binaries. */
class KenlmCommandsTest {
  @TempDir static Path folder;
  private static Path text;

  @BeforeAll
  static void start() throws IOException {
    TestSpark.session();
    text = Files.writeString(folder.resolve("text.txt"), "a b\nb\n\nz a");
  }

  private static Path model(String name, Options options) throws IOException {
    return Files.write(folder.resolve(name), KenlmWriter.write(TinyArpa.TEXT, options));
  }

  private static int run(ByteArrayOutputStream errors, Object... args) {
    return SeqLM.run(
        Arrays.stream(args).map(Object::toString).toArray(String[]::new),
        new PrintStream(errors, true, StandardCharsets.UTF_8));
  }

  private static JsonNode seqlm(Object... args) throws IOException {
    Path json = Files.createTempFile(folder, "result", ".json");
    Object[] line = Arrays.copyOf(args, args.length + 2);
    line[args.length] = "--json";
    line[args.length + 1] = json;
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int code = run(errors, line);
    assertThat(code).as(errors.toString(StandardCharsets.UTF_8)).isZero();
    return Json.mapper().readTree(json.toFile());
  }

  private static void refused(String message, Object... args) {
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    assertThat(run(errors, args)).isEqualTo(3);
    assertThat(errors.toString(StandardCharsets.UTF_8)).contains(message).doesNotContain("\tat ");
  }

  // The numbers are the ARPA file's, worked by hand in ArpaCommandsTest.
  @Test
  void evaluatesAsTheArpaFile() throws IOException {
    Path probing = model("probing.bin", Options.probing());
    Path trie = model("trie.bin", Options.trie().quantized(4, 4).wordless());
    JsonNode models =
        seqlm("evaluate", "--model", probing, "--model", trie, "--input", text).path("models");
    assertThat(models.findValuesAsText("kind"))
        .containsExactly("2-gram kenlm probing", "2-gram kenlm quantized trie");
    for (JsonNode score : models) {
      assertThat(score.path("tokens").asInt()).isEqualTo(9);
      assertThat(score.path("unknown").asInt()).isEqualTo(1);
      assertThat(score.path("nats").asDouble()).isCloseTo(11 * Math.log(10), within(1e-9));
      assertThat(score.path("orders").path(1).path("tokens").asInt()).isEqualTo(4);
    }
  }

  @Test
  void writesAndIsMixedWhereItHoldsItsWords() throws IOException {
    Path probing = model("p.bin", Options.probing());
    Path arpa = Files.writeString(folder.resolve("tiny.arpa"), TinyArpa.TEXT);
    JsonNode drawn = seqlm("generate", "--model", probing, "--length", 5, "--prompt", "a");
    assertThat(drawn.path("text").asText()).matches("[ab\\s]+");
    Path dataset = folder.resolve("dataset");
    Path lines = Files.writeString(folder.resolve("lines.txt"), "a b\nb a\na a\n".repeat(20));
    seqlm("prepare", "--input", lines, "--output", dataset, "--tokenizer", "whitespace");
    Path mixture = folder.resolve("mixture");
    seqlm(
        "interpolate",
        "--model",
        probing,
        "--model",
        arpa,
        "--weights",
        "0.5,0.5",
        "--input",
        dataset,
        "--split",
        "train",
        "--output",
        mixture);
    assertThat(
            seqlm("evaluate", "--model", mixture, "--input", text)
                .path("models")
                .path(0)
                .path("nats")
                .asDouble())
        .isCloseTo(11 * Math.log(10), within(1e-6));

    Path wordless = model("wordless.bin", Options.trie().wordless());
    String why = "does not hold its words but their hashes alone";
    refused(why, "generate", "--model", wordless, "--length", 5);
    refused(
        why,
        "interpolate",
        "--model",
        wordless,
        "--model",
        arpa,
        "--weights",
        "0.5,0.5",
        "--input",
        dataset,
        "--split",
        "train",
        "--output",
        folder.resolve("none"));
  }

  @Test
  void whatCannotBeReadIsRefused() throws IOException {
    byte[] good = KenlmWriter.write(TinyArpa.TEXT, Options.probing());
    Path cut = Files.write(folder.resolve("cut.bin"), Arrays.copyOf(good, good.length / 2));
    refused("KenLM's binary " + cut + " is cut short", "evaluate", "--model", cut, "--input", text);
    good[96] = 1;
    Path rest = Files.write(folder.resolve("rest.bin"), good);
    refused(
        "KenLM's binary " + rest + " holds rest costs",
        "score",
        "--model",
        rest,
        "--input",
        text,
        "--output",
        folder.resolve("scores"));
  }
}
