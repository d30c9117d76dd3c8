package org.seqlm.job.ngrams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.seqlm.job.NgramsOutcomes.content;
import static org.seqlm.job.NgramsOutcomes.ngrams;
import static org.seqlm.job.NgramsOutcomes.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.Exhaustive;
import org.seqlm.Shared;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.file.Compression;
import org.seqlm.job.NgramsOutcomes.Outcome;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.model.MarkovModel;
import org.seqlm.store.Sha256;

/** The command as a user runs it, in the shared session. */
final class NgramsCommandTest {
  @TempDir Path temporary;

  private Path text(String name, String content) throws IOException {
    return Files.writeString(temporary.resolve(name), content);
  }

  /** The spec's case A1: thirty rows, in order, whatever the number of partitions. */
  @Test
  void timeMachine() throws IOException {
    Path corpus = Shared.require("corpora/time-machine.txt");
    String[] expected = {
      "the 2261, i 1267, and 1245, of 1155, a 816, to 695, was 552, in 541, that 443, my 440",
      "of the 309, in the 169, i had 130, i was 112, and the 109, the time 102, it was 99,"
          + " to the 85, as i 78, of a 73",
      "the time traveller 59, the time machine 30, the medical man 24, it seemed to 16,"
          + " it was a 15, here and there 15, seemed to me 14, i did not 14, i saw the 13,"
          + " i began to 13"
    };
    StringBuilder rows = new StringBuilder();
    for (int n = 1; n <= 3; n++) {
      String[] entries = expected[n - 1].split(", ", -1);
      for (int rank = 1; rank <= 10; rank++) {
        int space = entries[rank - 1].lastIndexOf(' ');
        String ngram = entries[rank - 1].substring(0, space);
        String count = entries[rank - 1].substring(space + 1);
        rows.append(n + "\t" + rank + "\t" + ngram + "\t" + count + "\n");
      }
    }
    Map<String, String> first = null;
    for (int partitions : new int[] {1, 2, 7}) {
      Path output = temporary.resolve("p" + partitions);
      Outcome outcome =
          run(
              "ngrams",
              "--input",
              corpus,
              "--output",
              output,
              "--order",
              3,
              "--tokenizer",
              "whitespace",
              "--letters-only",
              "--lowercase",
              "--boundary",
              "stream",
              "--partitions",
              partitions);
      assertThat(outcome.errors()).isEmpty();
      assertThat(outcome.code()).isZero();
      assertThat(ArtifactFiles.file(output, "top.tsv")).hasContent(rows.toString());
      Map<String, String> files = content(output);
      if (first == null) {
        first = files;
      } else {
        assertThat(files).isEqualTo(first);
      }
    }
  }

  /** A dataset brings its tokeniser; models can be loaded. */
  @Test
  void dataset() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      lines.append(i % 3 == 0 ? "the cat sat\n" : i % 7 == 0 ? "\n" : "a dog saw the cat\n");
    }
    Path data = temporary.resolve("data");
    assertThat(
            run(
                    "prepare",
                    "--input",
                    text("corpus.txt", lines.toString()),
                    "--output",
                    data,
                    "--tokenizer",
                    "word")
                .code())
        .isZero();
    Path output = temporary.resolve("out");
    Path json = temporary.resolve("result.json");
    Outcome outcome =
        ngrams(data, output, "--order", 2, "--json", json, "--estimator", "add-k", "--add-k", 0.1);
    assertThat(outcome.errors()).isEmpty();
    JsonNode result = Json.mapper().readTree(json.toFile());
    assertThat(result.at("/details/rules/kind").asText()).isEqualTo("word");

    NgramArtifact artifact =
        NgramArtifact.open(TestSpark.context().hadoopConfiguration(), output.toString());
    MarkovModel model = (MarkovModel) artifact.model(null);
    assertThat(model.name()).isEqualTo("2-gram add-k 0.1");
    assertThat(((MarkovModel) artifact.model("estimator=mle,order=1")).name())
        .isEqualTo("1-gram mle");
    assertThat(artifact.report().statistics().orders().get(0).top().get(0).text()).isEqualTo("the");

    Outcome again = run("ngrams", "--input", data, "--output", output, "--order", 2);
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.errors()).contains("--overwrite");
    Outcome contradicts =
        run(
            "ngrams",
            "--input",
            data,
            "--output",
            temporary.resolve("no"),
            "--tokenizer",
            "char",
            "--lowercase",
            "--text-field",
            "body");
    assertThat(contradicts.code()).isEqualTo(2);
    assertThat(contradicts.errors().lines())
        .hasSize(3)
        .anyMatch(line -> line.contains("tokenizer.kind is char"))
        .anyMatch(line -> line.contains("prepared with keep"))
        .anyMatch(line -> line.contains("--text-field"));
    // Meant, though it is what the file says by default.
    Path characters = temporary.resolve("characters");
    run("prepare", "--input", temporary.resolve("corpus.txt"), "--output", characters);
    assertThat(
            run(
                    "ngrams",
                    "--input",
                    characters,
                    "--output",
                    temporary.resolve("no"),
                    "--tokenizer",
                    "word")
                .code())
        .isEqualTo(2);
    assertThat(
            run(
                    "ngrams",
                    "--input",
                    characters,
                    "--output",
                    temporary.resolve("no"),
                    "--set",
                    "tokenizer.kind=word")
                .code())
        .isEqualTo(2);
    assertThat(
            run(
                    "ngrams",
                    "--input",
                    characters,
                    "--output",
                    temporary.resolve("c"),
                    "--order",
                    4,
                    "--split",
                    "test")
                .code())
        .isZero();
    assertThat(temporary.resolve("no")).doesNotExist();
  }

  @Test
  void charactersInTables() throws IOException {
    Path corpus = text("tabs.txt", "a\tb\na\tb\na\\b\n");
    Path output = temporary.resolve("out");
    assertThat(
            run(
                    "ngrams",
                    "--input",
                    corpus,
                    "--output",
                    output,
                    "--order",
                    2,
                    "--tokenizer",
                    "char",
                    "--top",
                    3)
                .errors())
        .isEmpty();
    assertThat(ArtifactFiles.file(output, "top.tsv"))
        .hasContent(
            """
            1\t1\ta\t3
            1\t2\tb\t3
            1\t3\t\\n\t3
            2\t1\tb \\n\t3
            2\t2\ta \\t\t2
            2\t3\t\\t b\t2
            """);
    assertThat(Files.readAllLines(ArtifactFiles.file(output, "counts-of-counts.tsv")).get(1))
        .isEqualTo("1\t2\t1");
  }

  /**
   * A list of words as people have them: packed, after a byte order mark, with other lines' ends.
   */
  @Test
  void limitedVocabularyIsReadAsItIs() throws IOException {
    Path corpus = text("corpus.txt", "one two three\none two\n");
    byte[] plain = "one two".getBytes(StandardCharsets.UTF_8);
    byte[] marked = "\uFEFFone\r\ntwo\r\n".getBytes(StandardCharsets.UTF_8);
    List<byte[]> lists = new ArrayList<>(List.of(plain, marked));
    lists.add(Compression.GZIP.packed(plain));
    lists.add(Compression.BZIP2.packed(marked));
    lists.add(Compression.ZSTD.packed(plain));
    lists.add(Compression.XZ.packed(plain));
    Path json = temporary.resolve("result.json");
    String first = null;
    for (byte[] list : lists) {
      Path words = Files.write(temporary.resolve("words"), list);
      Path arpa = temporary.resolve("limited.arpa");
      Outcome outcome =
          limited(corpus, words, "--arpa", arpa, "--json", json, "--order", 2, "--overwrite");
      assertThat(outcome.code()).as(outcome.errors()).isZero();
      assertThat(Json.mapper().readTree(json.toFile()).path("notes")).isEmpty();
      String model = Files.readString(arpa);
      assertThat(model).contains("\tone two").doesNotContain("three");
      assertThat(first == null ? model : first).isEqualTo(model);
      first = model;
      Files.delete(json);
    }
    Path others = text("others", "eins zwei\n");
    Outcome none = limited(corpus, others, "--json", json, "--order", 2, "--overwrite");
    assertThat(none.code()).isZero();
    String note = "no word of --limit-vocabulary " + others + " stands in the text";
    assertThat(Json.mapper().readTree(json.toFile()).path("notes").path(0).asText())
        .startsWith(note);
    Path latin = Files.write(temporary.resolve("latin"), new byte[] {'d', (byte) 0xe9, 'j', '\n'});
    Outcome refused = limited(corpus, latin, "--overwrite");
    assertThat(refused.code()).isEqualTo(3);
    assertThat(refused.errors()).contains("--limit-vocabulary " + latin + " is no text in UTF-8");
  }

  private Outcome limited(Path corpus, Path words, Object... more) {
    List<Object> line = new ArrayList<>(List.of("--limit-vocabulary", words));
    line.addAll(List.of(more));
    return ngrams(corpus, temporary.resolve("limited"), line.toArray());
  }

  @Test
  void badInputIsToldInOneLine() throws IOException {
    Path corpus = text("corpus.txt", "one two three\n");
    Path output = temporary.resolve("out");
    List<Object[]> cases = new ArrayList<>();
    cases.add(new Object[] {2, "order must be 1 to 16, but is 0", "--order", 0});
    cases.add(new Object[] {2, "order must be 1 to 16, but is 17", "--order", 17});
    cases.add(
        new Object[] {2, "boundary must be one of line, document, stream", "--boundary", "lines"});
    cases.add(new Object[] {2, "model.add-k must be greater than 0", "--add-k", 0});
    cases.add(new Object[] {2, "did you mean mle?", "--estimator", "mlee"});
    cases.add(new Object[] {2, "did you mean order", "--set", "ordre=3"});
    cases.add(new Object[] {2, "vocabulary.max-size", "--set", "vocabulary.max-size=3"});
    cases.add(new Object[] {2, "must be 0 or greater for each order", "--prune", "-1"});
    cases.add(new Object[] {2, "must not fall from one order to the next", "--prune", "0,2,1"});
    cases.add(new Object[] {2, "4 thresholds, but the order is 3", "--prune", "0,0,0,1"});
    String counts = "--estimator mle takes all counts as they are: leave out --prune";
    cases.add(new Object[] {2, counts, "--estimator", "mle", "--prune", "0,1"});
    cases.add(
        new Object[] {
          2, "--estimator add-k", "--estimator", "add-k", "--limit-vocabulary", corpus
        });
    Path nowhere = corpus.resolve("below a file");
    cases.add(new Object[] {2, "out cannot be written", "--output", nowhere.resolve("out")});
    cases.add(new Object[] {2, "a.arpa cannot be written", "--arpa", nowhere.resolve("a.arpa")});
    cases.add(new Object[] {2, "--tsv " + nowhere + " cannot be written", "--tsv", nowhere});
    for (Object[] one : cases) {
      List<Object> line = new ArrayList<>(List.of("ngrams", "--input", corpus));
      line.addAll(List.of(one).subList(2, one.length));
      if (!line.contains("--output")) {
        line.addAll(List.of("--output", output));
      }
      Outcome outcome = run(line.toArray());
      assertThat(outcome.errors()).contains((String) one[1]);
      assertThat(outcome.errors().lines()).hasSize(1);
      assertThat(outcome.code()).isEqualTo(one[0]);
    }
    // Told before the text is read, and by a dry run.
    for (Path words : List.of(temporary.resolve("none"), text("no words", " \n\n"))) {
      Outcome refused = ngrams(corpus, output, "--limit-vocabulary", words, "--dry-run");
      assertThat(refused.errors()).contains("--limit-vocabulary " + words);
      assertThat(refused.errors().lines()).hasSize(1);
      assertThat(refused.code()).isEqualTo(3);
    }
    Outcome missing = run("ngrams", "--input", temporary.resolve("none"), "--output", output);
    assertThat(missing.code()).isEqualTo(3);
    Outcome empty = run("ngrams", "--input", text("empty", ""), "--output", output);
    assertThat(empty.code()).isEqualTo(3);
    Outcome single =
        run("ngrams", "--input", text("single", "one"), "--output", output, "--boundary", "stream");
    assertThat(single.code()).isEqualTo(3);
    Outcome few =
        run("ngrams", "--input", text("few", "one two three"), "--output", output, "--order", 9);
    assertThat(few.code()).isEqualTo(3);
    assertThat(few.errors()).contains("order 9 need at least 9");
    Outcome limited =
        run(
            "ngrams",
            "--input",
            corpus,
            "--output",
            output,
            "--tokenizer",
            "char",
            "--set",
            "vocabulary.max-size=4");
    assertThat(limited.code()).isEqualTo(2);
    assertThat(limited.errors()).contains("boundary line needs the line feed");
    for (Outcome outcome : List.of(missing, empty, single, few, limited)) {
      assertThat(outcome.errors().lines()).hasSize(1);
    }
    try (Stream<Path> files = Files.list(temporary)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("corpus.txt", "empty", "single", "few", "no words");
    }
    assertThat(run("ngrams", "--input", corpus, "--output", output, "--dry-run").code()).isZero();
    assertThat(output).doesNotExist();
  }

  /** Neither tasks nor the order or the names of files change a byte of counts, model and ARPA. */
  @Test
  void sameBytesForEveryPartitioningAndOrderOfFiles() throws IOException {
    assertSameBytes("one 2", "one 7", "other 2");
  }

  @Test
  @Exhaustive
  void sameBytesForMorePartitionings() throws IOException {
    assertSameBytes("one 1", "one 2", "one 7", "one 200", "other 2", "whole 3");
  }

  /**
   * @param cases how the text is dealt out, and the number of partitions
   */
  private void assertSameBytes(String... cases) throws IOException {
    SplittableRandom random = new SplittableRandom(8);
    List<String> parts = new ArrayList<>();
    for (int file = 0; file < 4; file++) {
      StringBuilder lines = new StringBuilder();
      for (int line = 0; line < 300 * (file + 1); line++) {
        for (int words = random.nextInt(9); words > 0; words--) {
          lines.append("w").append((int) Math.pow(400, random.nextDouble())).append(' ');
        }
        lines.append('\n');
      }
      parts.add(lines.toString());
    }
    Path one = Files.createDirectory(temporary.resolve("one"));
    Path other = Files.createDirectory(temporary.resolve("other"));
    for (int i = 0; i < parts.size(); i++) {
      Files.writeString(one.resolve(i + ".txt"), parts.get(i));
      Files.writeString(other.resolve((7 - 3 * i % 7) + ".txt"), parts.get(i));
    }
    Map<String, Path> dealt =
        Map.of("one", one, "other", other, "whole", text("whole.txt", String.join("", parts)));
    List<Map<String, String>> ofOne = new ArrayList<>();
    Map<String, String> first = null;
    for (String each : cases) {
      Path input = dealt.get(each.split(" ")[0]);
      String partitions = each.split(" ")[1];
      String name = each.replace(' ', '-');
      Path output = temporary.resolve(name);
      Path arpa = temporary.resolve(name + ".arpa.gz");
      Outcome outcome =
          ngrams(
              input,
              output,
              "--order",
              4,
              "--prune",
              "0,0,1",
              "--set",
              "slices=3",
              "--arpa",
              arpa,
              "--partitions",
              partitions);
      assertThat(outcome.errors()).isEmpty();
      Map<String, String> files = content(output);
      files.put("arpa", Sha256.of(Files.readAllBytes(arpa)));
      files.keySet().removeIf(file -> file.equals("manifest.json"));
      if (input.equals(one)) {
        ofOne.add(content(output)); // the manifest, too
      } else {
        // Where equal n-grams first appear is another place.
        files.keySet().removeIf(file -> file.equals("top.tsv") || file.equals("statistics.json"));
      }
      if (first == null) {
        first = files;
        assertThat(files)
            .containsKeys(
                "counts/slice-00002.bin", "counts/unigrams.bin", "model/slice-00002.bin", "arpa");
      } else {
        assertThat(first).as(name).containsAllEntriesOf(files);
        assertThat(files).hasSizeGreaterThanOrEqualTo(first.size() - 2);
      }
      try (Stream<Path> all = Files.list(temporary)) {
        assertThat(all).noneMatch(file -> file.getFileName().toString().contains(".parts"));
      }
    }
    assertThat(ofOne).allMatch(ofOne.get(0)::equals);
  }
}
