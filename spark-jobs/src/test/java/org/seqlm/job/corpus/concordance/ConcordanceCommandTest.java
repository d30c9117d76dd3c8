package org.seqlm.job.corpus.concordance;

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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.job.SeqLM;

class ConcordanceCommandTest {
  @TempDir static Path folder;

  private static String run(int code, String... args) {
    List<String> all = new ArrayList<>(List.of("corpus", "concordance"));
    all.addAll(List.of(args));
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertThat(
            SeqLM.run(
                all.toArray(String[]::new), new PrintStream(err, true, StandardCharsets.UTF_8)))
        .as(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(code);
    return err.toString(StandardCharsets.UTF_8);
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  @BeforeAll
  static void text() throws IOException {
    TestSpark.session();
    Files.createDirectories(folder.resolve("text"));
    Files.writeString(
        folder.resolve("text/a.txt"),
        "The old man said: “Old men govern.”\nThe government of old governs.\n");
    Files.writeString(folder.resolve("text/b.txt"), "\n\nA young man; the sea.\n");
    Files.writeString(folder.resolve("text/c.txt"), "کتاب‌های كهن را خواند 老人と海\n");
    run(0, "--input", path("text"), "--index", path("index"));
  }

  private static JsonNode ask(String... more) throws IOException {
    List<String> args = new ArrayList<>(List.of("--json", path("json"), "--overwrite"));
    if (!List.of(more).contains("--index")) {
      args.addAll(List.of("--index", path("index")));
    }
    args.addAll(List.of(more));
    run(0, args.toArray(String[]::new));
    return Json.mapper().readTree(Files.readString(folder.resolve("json"))).get("found");
  }

  @Test
  void tellsLinesCountsWordsFilesAndDocuments() throws IOException {
    JsonNode found = ask("--query", "govern*", "--sort", "L1", "--span", "2");
    assertThat(found.get("total").asInt()).isEqualTo(3);
    assertThat(found.get("documents").asInt()).isEqualTo(1);
    assertThat(found.get("lines").findValuesAsText("left"))
        .containsExactly("Old men ", "of old ", "govern.” The ");
    assertThat(found.get("lines").findValuesAsText("right"))
        .containsExactly(".” The government", ".", " of old");
    assertThat(found.get("words").findValuesAsText("word"))
        .containsExactly("govern", "government", "governs");
    JsonNode man = ask("--query", "(old|young) m?n | man | sea", "--most", "2");
    assertThat(man.get("total").asInt()).isEqualTo(3);
    assertThat(man.get("lines")).hasSize(2);
    assertThat(man.get("by-file").findValuesAsText("path")).containsExactly("b.txt", "a.txt");
    assertThat(man.get("by-document").get(0).get("record").asInt()).isEqualTo(3);
    assertThat(ask("--query", "ك*").get("lines").get(0).get("keyword").asText())
        .isEqualTo("کتاب‌های");
    // Rare text is hidden on request alone.
    assertThat(ask("--query", "sea").get("lines")).hasSize(1);
    JsonNode rare = ask("--query", "sea", "--min-documents", "2");
    assertThat(rare.get("total").asInt()).isEqualTo(1);
    assertThat(rare.get("lines")).isEmpty();
  }

  /** The days' indices together are the index of all days. */
  @Test
  void severalIndicesAreAskedAsOne() throws IOException {
    run(0, "--input", path("text/a.txt"), "--index", path("days/dt=1"));
    run(0, "--input", path("text/b.txt"), path("text/c.txt"), "--index", path("days/dt=2"));
    for (List<String> query :
        List.of(
            List.of("--query", "(old|young) m?n | man | sea", "--most", "2"),
            List.of("--query", "(the|old) *m*", "--sort", "L1"),
            List.of("--query", "*a*", "--min-documents", "2", "--min-count", "2"),
            List.of("--query", "the", "--output", path("terms"), "--terms"))) {
      List<String> of = new ArrayList<>(query);
      of.addAll(List.of("--index", path("days/dt=*")));
      assertThat(ask(of.toArray(String[]::new)))
          .as("%s", query)
          .isEqualTo(ask(query.toArray(String[]::new)));
    }
    // What is hidden is no index, and nothing is written where one is read.
    Files.writeString(folder.resolve("days/_SUCCESS"), "");
    run(0, "--index", path("days/*"), "--query", "old");
    assertThat(run(2, "--index", path("days/*"), "--query", "old", "--output", path("days/dt=1")))
        .contains("--output " + path("days/dt=1"));
    assertThat(run(2, "--index", path("index"), path("index"), "--query", "old"))
        .contains("are of the same text, which would count twice: leave one out");
    run(0, "--input", path("text/a.txt"), "--index", path("kept"), "--tokenizer", "whitespace");
    assertThat(run(2, "--index", path("days/dt=2"), path("kept"), "--query", "old"))
        .contains("was cut by another tokenizer than");
    assertThat(run(3, "--index", path("none*"), "--query", "old")).contains("matches nothing");
    assertThat(run(2, "--input", path("text"), "--index", path("days/dt=*")))
        .contains("--input makes one index, but --index names");
  }

  /**
   * 3 documents. "old" stands three times, in one document: idf = ln 3 = 1.0986, tf-idf 3.2958;
   * "the" three times in two: idf = ln 1.5 = 0.4055, tf-idf 1.2164; "man" twice in two: 0.8109.
   */
  @Test
  void writesTables() throws IOException {
    run(
        0,
        "--index",
        path("index"),
        "--query",
        "man",
        "--min-documents",
        "1",
        "--terms",
        "--document-terms",
        "2",
        "--set",
        "terms.min-count=2",
        "--set",
        "terms.min-documents=1",
        "--min-count",
        "1",
        "--output",
        path("tables"),
        "--overwrite",
        "--format",
        "tsv");
    assertThat(read("tables/lines/part-00000.tsv"))
        .startsWith("line\tleft\tkeyword\tright\tpath\trecord\tdocument\n")
        .contains("2\tA young\tman\t; the sea.\tb.txt\t3\t2\n");
    List<String> rows = read("tables/terms/part-00030.tsv").lines().toList();
    assertThat(rows).hasSize(4);
    assertThat(rows.get(1))
        .startsWith("old\t3\t")
        .contains("\t1\t1.0986122886681")
        .contains("\t3.29");
    assertThat(rows.get(2))
        .startsWith("the\t3\t")
        .contains("\t2\t0.40546510810816")
        .contains("\t1.21");
    documentTerms();
    assertThat(rows.get(3)).startsWith("man\t2\t").contains("\t2\t0.4054").contains("\t0.8109");
  }

  /** "old" of a.txt: 3 ln 3; there "the" has 2 ln 1.5, and of b.txt both "man" and "the" ln 1.5. */
  private static void documentTerms() throws IOException {
    assertThat(
            read("tables/document-terms/part-00000.tsv")
                .lines()
                .map(row -> row.replaceAll("(\\.[0-9]{4})[0-9]*$", "$1"))
                .skip(1))
        .containsExactly(
            "a.txt\told\t1\t1\t1\t3\t1\t3.2958",
            "a.txt\tthe\t1\t1\t2\t2\t2\t0.8109",
            "b.txt\tman\t3\t2\t1\t1\t2\t0.4054",
            "b.txt\tthe\t3\t2\t2\t1\t2\t0.4054");
  }

  /** Unless it is asked for, what is written down has no word of one document. */
  @Test
  void rareWordsAreNotWrittenDown() throws IOException {
    Files.createDirectories(folder.resolve("rare"));
    for (int file = 0; file < 3; file++) {
      Files.writeString(
          folder.resolve("rare/" + file + ".txt"),
          "a code, a code " + (file == 0 ? "codex7 codex7 codex7 codex7 codex7" : "codec codec"));
    }
    run(0, "--input", path("rare"), "--index", path("rare-index"));
    JsonNode all = ask("--index", path("rare-index"), "--query", "code*");
    assertThat(all.get("words").findValuesAsText("word"))
        .containsExactly("code", "codex7", "codec");
    assertThat(all.get("total").asInt()).isEqualTo(15);
    JsonNode some = write("code*");
    assertThat(some.get("total").asInt()).isEqualTo(6);
    assertThat(some.get("left-out").asInt()).isEqualTo(2);
    assertThat(read("tables/lines/part-00000.tsv")).contains("\ta code, a\tcode\t");
    assertThat(read("tables/words/part-00000.tsv").lines().skip(1)).containsExactly("code\t6");
    // What is asked for by name is counted, and not shown.
    JsonNode named = write("codex7");
    assertThat(named.get("total").asInt()).isEqualTo(5);
    assertThat(named.get("shown").asBoolean()).isFalse();
    assertThat(read("tables/lines/part-00000.tsv").lines()).hasSize(1);
    JsonNode either = write("codex7 | a code");
    assertThat(either.get("total").asInt()).isEqualTo(6);
    assertThat(either.get("left-out").asInt()).isEqualTo(1);
    // A key that is given is kept to.
    JsonNode given = write("codex7 | a code", "--min-count", "1", "--min-documents", "1");
    assertThat(given.get("total").asInt()).isEqualTo(11);
    assertThat(given.get("left-out").asInt()).isZero();
  }

  private static JsonNode write(String query, String... more) throws IOException {
    List<String> args = new ArrayList<>(List.of("--index", path("rare-index"), "--query", query));
    args.addAll(List.of("--output", path("tables"), "--format", "tsv"));
    args.addAll(List.of(more));
    return ask(args.toArray(String[]::new));
  }

  private static String read(String table) throws IOException {
    return Files.readString(ArtifactFiles.file(folder.resolve("tables"), table));
  }

  @Test
  void anIndexOfTheSameTextIsUsedAndOfAnotherRefused() throws IOException {
    Files.createDirectories(folder.resolve("more"));
    Files.writeString(folder.resolve("more/a.txt"), "one two");
    run(0, "--input", path("more"), "--index", path("again"));
    Path manifest = folder.resolve("again/manifest.json");
    byte[] before = Files.readAllBytes(manifest);
    run(0, "--input", path("more"), "--index", path("again"), "--query", "two");
    assertThat(Files.readAllBytes(manifest)).isEqualTo(before);
    assertThat(run(2, "--input", path("more"), "--index", path("again"), "--tokenizer", "char"))
        .contains("was cut by another tokenizer: give --overwrite");
    Files.writeString(folder.resolve("more/a.txt"), "one too");
    assertThat(run(2, "--input", path("more"), "--index", path("again")))
        .contains("is of another text: give --overwrite to make it anew");
    run(0, "--input", path("more"), "--index", path("again"), "--overwrite", "--query", "too");
  }

  @Test
  void badQueriesAndIndexesAreOneLine() throws IOException {
    assertThat(run(2, "--index", path("index"), "--query", "(a"))
        .contains("at character 1: this parenthesis is not closed");
    assertThat(run(2, "--index", path("index"))).contains("there is nothing to do");
    assertThat(run(2, "--index", path("index"), "--query", "a", "--sort", "X1"))
        .contains("sort key \"X1\" is none");
    assertThat(run(3, "--index", path("text"), "--query", "a"))
        .contains("is no complete artifact")
        .contains("give an index");
    Files.createDirectories(folder.resolve("hurt"));
    Files.writeString(folder.resolve("hurt/a.txt"), "one two ".repeat(500));
    run(0, "--input", path("hurt"), "--index", path("damaged"));
    Path file = ArtifactFiles.file(folder.resolve("damaged"), "index/part-00000.idx");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    assertThat(run(3, "--index", path("damaged"), "--query", "one two"))
        .contains("/index/part-00000.idx is damaged: ")
        .contains("build the index again with --overwrite")
        .doesNotContain("Exception");
    Files.write(file, java.util.Arrays.copyOf(bytes, 100));
    assertThat(run(3, "--index", path("damaged"), "--query", "one"))
        .contains("is damaged: it has 100");
  }
}
