package org.seqlm.job.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.CountingStore;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.file.Compression;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.job.NgramsOutcomes.Outcome;
import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.compiled.CompiledModel;
import org.seqlm.ngram.model.BackoffModel;
import org.seqlm.spark.models.PathModel;

/** From every form of a model to a file that scores as it does, and what is refused. */
class CompileCommandTest {
  @TempDir static Path folder;

  @BeforeAll
  static void count() throws IOException {
    Random random = new Random(5);
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < 300; line++) {
      for (int n = random.nextInt(9); n > 0; n--) {
        text.append("w").append((int) (80 * Math.pow(random.nextDouble(), 3)));
        text.append(n > 1 ? " " : "");
      }
      text.append('\n');
    }
    Path corpus = Files.writeString(folder.resolve("corpus.txt"), text);
    assertDone(
        NgramsOutcomes.ngrams(
            corpus,
            folder.resolve("lm"),
            "--order",
            4,
            "--tokenizer",
            "whitespace",
            "--arpa",
            folder.resolve("lm.arpa.gz"),
            "--parquet",
            folder.resolve("lm.parquet"),
            "--prune",
            "0,0,1,1",
            "--set",
            "slices=7"));
    assertDone(
        NgramsOutcomes.ngrams(corpus, folder.resolve("mle"), "--order", 2, "--estimator", "mle"));
  }

  /** Characters have no marks of lines, and documents no ends. */
  @Test
  void charactersAndDocuments() throws IOException {
    assertDone(
        NgramsOutcomes.ngrams(
            folder.resolve("corpus.txt"),
            folder.resolve("characters"),
            "--order",
            3,
            "--tokenizer",
            "char",
            "--boundary",
            "document",
            "--set",
            "slices=3"));
    assertDone(compile("characters", "characters.small", "--layout", "small"));
    assertSame(open("characters"), open("characters.small"));
  }

  private static void assertDone(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.errors()).isZero();
  }

  private static Outcome compile(String model, String output, Object... more) {
    List<Object> line =
        new ArrayList<>(
            List.of(
                "compile", "--model", folder.resolve(model), "--output", folder.resolve(output)));
    line.addAll(Arrays.asList(more));
    return NgramsOutcomes.run(line.toArray());
  }

  private static PathModel open(String path) throws IOException {
    return PathModel.open(new Configuration(), folder.resolve(path).toString());
  }

  private static void assertSame(PathModel expected, PathModel compiled) {
    assertThat(expected.model()).isInstanceOf(BackoffModel.class);
    assertThat(compiled.model()).isInstanceOf(CompiledModel.class);
    assertThat(compiled.kind()).isEqualTo(expected.kind());
    assertThat(compiled.rules()).isEqualTo(expected.rules());
    assertThat(compiled.vocabulary().fingerprint()).isEqualTo(expected.vocabulary().fingerprint());
    LanguageModel.Reading a = expected.model().start();
    LanguageModel.Reading b = compiled.model().start();
    Random random = new Random(7);
    int size = expected.vocabulary().size();
    for (int i = 0; i < 3000; i++) {
      int token = Math.min(random.nextInt(size), random.nextInt(size));
      assertThat(b.logProbability(token)).isEqualTo(a.logProbability(token));
      assertThat(b.matched(token)).isEqualTo(a.matched(token));
      a.read(token);
      b.read(token);
    }
  }

  /** A pruned model in all of its forms. */
  @Test
  void scoresAreThoseOfTheModel() throws IOException {
    for (String form : List.of("lm", "lm.parquet", "lm.arpa.gz")) {
      for (String layout : List.of("fast", "small")) {
        String output = form + "." + layout;
        Path json = folder.resolve(output + ".json");
        assertDone(compile(form, output, "--layout", layout, "--json", json));
        assertSame(open(form), open(output));
        JsonNode result = Json.mapper().readTree(json.toFile());
        assertThat(result.path("bytes").asLong()).isEqualTo(Files.size(folder.resolve(output)));
        assertThat(result.path("layout").asText()).isEqualTo(layout);
        assertThat(result.path("ngrams").size()).isEqualTo(4);
        assertThat(result.path("fingerprint").asText()).isEqualTo(open(output).fingerprint());
      }
    }
    // Which of both forms it was compiled from is all that they differ in.
    assertThat(Files.size(folder.resolve("lm.fast")))
        .isEqualTo(Files.size(folder.resolve("lm.parquet.fast")));
  }

  @Test
  void commandsScoreWithTheFile() throws IOException {
    assertDone(compile("lm", "scored"));
    List<String> sums = new ArrayList<>();
    for (String model : List.of("lm", "scored")) {
      Path json = folder.resolve(model + ".score.json");
      assertDone(
          NgramsOutcomes.run(
              "score",
              "--model",
              folder.resolve(model),
              "--input",
              folder.resolve("corpus.txt"),
              "--output",
              folder.resolve(model + ".scores"),
              "--json",
              json));
      sums.add(Json.mapper().readTree(json.toFile()).path("models").path(0).path("log10").asText());
    }
    assertThat(sums.get(1)).isEqualTo(sums.get(0)).isNotEmpty();
    Path json = folder.resolve("evaluated.json");
    assertDone(
        NgramsOutcomes.run(
            "evaluate",
            "--model",
            folder.resolve("lm"),
            "--model",
            folder.resolve("scored"),
            "--input",
            folder.resolve("corpus.txt"),
            "--json",
            json));
    JsonNode models = Json.mapper().readTree(json.toFile()).path("models");
    assertThat(models).hasSize(2);
    assertThat(models.path(0).path("nats").asDouble()).isGreaterThan(0);
    assertThat(models.path(1).path("nats")).isEqualTo(models.path(0).path("nats"));
    assertThat(models.path(1).path("orders")).isEqualTo(models.path(0).path("orders"));
    assertDone(
        NgramsOutcomes.run(
            "generate", "--model", folder.resolve("scored"), "--prompt", "w1", "--length", 20));
  }

  @Test
  void whatIsNotCompiledIsRefusedInOneLine() {
    assertRefused(2, "does not back off", compile("mle", "x"));
    assertRefused(2, "does not back off", compile("lm#estimator=add-k", "x"));
    assertRefused(3, "does not exist", compile("nothing", "x"));
    assertRefused(2, "quantize is of layout small", compile("lm", "x", "--quantize", 8));
    assertRefused(
        2, "quantize must be 2 to 16", compile("lm", "x", "--layout", "small", "--quantize", 1));
    assertDone(compile("lm", "twice"));
    assertRefused(2, "exists: give --overwrite", compile("lm", "twice"));
    assertRefused(2, "is compiled already", compile("twice", "x"));
    assertDone(compile("lm", "twice", "--overwrite"));
    assertThat(folder.resolve("x")).doesNotExist();
  }

  private static void assertRefused(int code, String why, Outcome outcome) {
    assertThat(outcome.errors()).contains(why);
    assertThat(outcome.errors().strip().lines()).hasSize(1);
    assertThat(outcome.code()).isEqualTo(code);
  }

  @Test
  void aDamagedFileIsRefusedInOneLine() throws IOException {
    assertDone(compile("lm", "whole"));
    byte[] bytes = Files.readAllBytes(folder.resolve("whole"));
    byte[] other = bytes.clone();
    other[8] = 9;
    assertDamaged(other, "of format version 9");
    assertDamaged(Arrays.copyOf(bytes, bytes.length - 5), "is cut short");
    assertDamaged(Arrays.copyOf(bytes, 20), "is cut short");
    other = bytes.clone();
    other[bytes.length - 40] ^= 1;
    assertDamaged(other, "its header is not what was written");
    for (int more : new int[] {1, 100}) {
      assertDamaged(
          Arrays.copyOf(bytes, bytes.length + more),
          String.format(
              Locale.ROOT, "is a compiled model of %,d bytes with %d more", bytes.length, more));
    }
    other = bytes.clone();
    other[bytes.length / 2] ^= 1;
    Files.write(folder.resolve("damaged"), other);
    String whole = folder.resolve("whole").toString();
    String damaged = folder.resolve("damaged").toString();
    assertDone(NgramsOutcomes.run("compile", "--verify", whole));
    assertRefused(3, "is damaged: its section", NgramsOutcomes.run("compile", "--verify", damaged));
    String corpus = folder.resolve("corpus.txt").toString();
    assertRefused(3, "is no compiled model", NgramsOutcomes.run("compile", "--verify", corpus));
    assertRefused(
        2,
        "leave out --model and --output, or --verify",
        NgramsOutcomes.run("compile", "--verify", whole, "--model", whole));
    assertDamaged(Compression.GZIP.packed(bytes), "is packed, but is mapped where it lies");
    assertDamaged(Files.readAllBytes(folder.resolve("corpus.txt")), "a KenLM binary, or of seqlm");
  }

  private static void assertDamaged(byte[] bytes, String why) throws IOException {
    Files.write(folder.resolve("damaged"), bytes);
    assertThatThrownBy(() -> open("damaged"))
        .isInstanceOfSatisfying(
            UserException.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.DATA);
              assertThat(e.problems()).hasSize(1);
              assertThat(e).hasMessageContaining(why);
            });
  }

  /** One copy a host, that is whole before it has its name. */
  @Test
  void aFileOfAnotherFileSystemIsCopiedOnce() throws IOException {
    assertDone(compile("lm", "far"));
    Path copies = folder.resolve("copies");
    Configuration conf = CountingStore.start(CountingStore.class, 0);
    conf.set(PathModel.COPIES, copies.toString());
    String far = "far:" + folder.resolve("far");
    assertSame(open("lm"), PathModel.open(conf, far));
    try (Stream<Path> files = Files.list(copies)) {
      assertThat(files.map(file -> file.getFileName().toString()).sorted())
          .containsExactly(
              open("far").fingerprint() + ".seqlm", open("far").fingerprint() + ".seqlm.lock");
    }
    byte[] bytes = Files.readAllBytes(folder.resolve("far"));
    bytes[bytes.length / 2] ^= 1;
    Files.write(folder.resolve("far"), bytes);
    Files.delete(copies.resolve(open("far").fingerprint() + ".seqlm"));
    assertThatThrownBy(() -> PathModel.open(conf, far)).hasMessageContaining("is damaged");
    try (Stream<Path> files = Files.list(copies)) {
      assertThat(files).hasSize(1);
    }
  }
}
