package org.seqlm.job.corpus.profile;

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
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.job.SeqLM;

class ProfileCommandTest {
  @TempDir static Path folder;

  private static String run(int code, String... args) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertThat(SeqLM.run(args, new PrintStream(err, true, StandardCharsets.UTF_8)))
        .as(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(code);
    return err.toString(StandardCharsets.UTF_8);
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  private static JsonNode profile(String input, String output, String... more) throws IOException {
    List<String> args =
        new ArrayList<>(
            List.of(
                "corpus",
                "profile",
                "--input",
                path(input),
                "--output",
                path(output),
                "--json",
                path(output + ".json"),
                "--overwrite"));
    args.addAll(List.of(more));
    run(0, args.toArray(String[]::new));
    return Json.mapper().readTree(Files.readString(folder.resolve(output + ".json")));
  }

  private static List<String> table(String output, String name) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve(output))) {
      Path file =
          files
              .filter(one -> one.endsWith("tables/" + name + "/part-00000.tsv"))
              .findFirst()
              .orElseThrow();
      return Files.readAllLines(file);
    }
  }

  @BeforeAll
  static void write() throws IOException {
    TestSpark.session();
    Random random = new Random(3);
    for (int day = 1; day <= 6; day++) {
      StringBuilder text = new StringBuilder();
      for (int line = 0; line < 20; line++) {
        for (int w = 30; w > 0; w--) {
          text.append("\u0648\u0627\u0698\u0647\u200C").append(letter(random)).append(' ');
        }
        // A letter more every day.
        text.append("\u0628\u0627\u0631\u0627\u0646 ".repeat(day)).append(".\n");
      }
      Path of = Files.createDirectories(folder.resolve("text/dt=2026-11-0" + day));
      Files.writeString(of.resolve("t.txt"), text);
    }
    Files.writeString(folder.resolve("empty.txt"), "");
  }

  private static char letter(Random random) {
    return (char) (0x628 + (int) (6 * Math.pow(random.nextDouble(), 2)));
  }

  /**
   * Documents of 9, 6 and 9 words, s = 3/8, 1/4, 3/8. a stands 6, 3 and 0 times: DP = ½ (7/24 +
   * 1/12 + 3/8) = 3/8, by 1 − ¼ it is ½; in the halves of 12 words 8 times and once: rates 2/3 and
   * 1/12, their mean 3/8, their deviation 7/24, D = 1 − 7/9. b stands 3, 0 and 3 times: DP ¼, by ¾
   * ⅓; 3 times in each half: D = 1. c is to the end as a is to the beginning.
   */
  @Test
  void dispersionOfThreeDocuments() throws IOException {
    Files.writeString(
        folder.resolve("three.txt"), "a a b a a b a a b\n\na c a c a c\n\nb c c b c c b c c\n");
    String[] more = {
      "--document", "blank-line", "--dispersion", "--set", "parts=2", "--min-count", "1"
    };
    List<String> args = new ArrayList<>(List.of(more));
    args.addAll(List.of("--min-documents", "1", "--format", "tsv"));
    profile("three.txt", "three", args.toArray(String[]::new));
    List<String> rows = table("three", "dispersion");
    assertThat(rows.get(0)).isEqualTo("word\tcount\tdocuments\tdp_norm\tjuilland_d");
    assertThat(rows.get(1)).startsWith("a\t9\t2\t0.5\t0.2222222222222");
    assertThat(rows.get(2)).startsWith("c\t9\t2\t0.5\t0.2222222222222");
    assertThat(rows.get(3)).startsWith("b\t6\t2\t0.333333333333333").endsWith("\t1.0");
    assertThat(
            run(
                2,
                "corpus",
                "profile",
                "--input",
                path("three.txt"),
                "--output",
                path("four"),
                "--dispersion",
                "--merge",
                path("three")))
        .contains("--dispersion looks at all documents of a text");
  }

  /**
   * The text has a 3 times, b twice, c once, in two halves of it likewise; held out are 4 words, a
   * twice, c and d once, d in no other: a covers 2/4, a and b 2/4, all 3/4.
   */
  @Test
  void coverageOfHeldOutText() throws IOException {
    Files.writeString(folder.resolve("seen.txt"), "a b a\n");
    Files.writeString(folder.resolve("more.txt"), "c b a\n");
    Files.writeString(folder.resolve("unseen.txt"), "a d\nc a\n");
    String[] with = {"--format", "tsv", "--document", "line"};
    profile("seen.txt", "seen", concat(with, "--keep-counts"));
    assertThat(table("seen", "coverage").get(0)).isEqualTo("words\tshare\tunseen_share");
    String[] held = {"--held-out", path("unseen.txt")};
    JsonNode result =
        profile(
            "more.txt",
            "held",
            concat(concat(with, held), "--merge", path("seen"), "--keep-counts"));
    assertThat(table("held", "coverage"))
        .extracting(row -> row.split("\t")[0] + " " + row.split("\t")[3])
        .containsExactly("words held_out_share", "1 0.5", "2 0.5", "3 0.75");
    assertThat(result.path("tokens").asLong()).isEqualTo(6);
    assertThat(result.path("types").asLong()).isEqualTo(3);
    assertThat(result.path("facts").toString())
        .contains("4 words, covered 75.0 % by all; out of vocabulary 25.0 %");
    // What is kept knows nothing of the held-out text.
    profile("unseen.txt", "again", concat(with, "--merge", path("held")));
    assertThat(table("again", "spectrum")).containsExactly("count\ttypes", "1\t1", "2\t2", "5\t1");
    assertThat(refused("seen.txt", with, "--held-out", path("seen.txt")))
        .contains("is the profiled text itself: give other --held-out");
    assertThat(refused("seen.txt", with, "--held-out", path("empty.txt")))
        .contains("has no words: give other --held-out");
  }

  /** 120 lines of 30 words and 1 to 6 more. */
  @Test
  void persianByDay() throws IOException {
    JsonNode result = profile("text", "fa", "--by", "dt", "--document", "line");
    assertThat(result.path("documents").asLong()).isEqualTo(120);
    assertThat(result.path("tokens").asLong()).isEqualTo(120 * 30 + 20 * 21);
    assertThat(result.path("types").asLong()).isEqualTo(7);
    assertThat(table("fa", "groups")).hasSize(7);
    assertThat(table("fa", "groups").get(3)).startsWith("2026-11-03\t20\t660\t");
    // 20 a day more of 600 and its own: the only word that rises.
    assertThat(table("fa", "trends").get(1))
        .startsWith("\u0628\u0627\u0631\u0627\u0646\t420\t120\t");
    assertThat(table("fa", "words")).hasSize(8);
    assertThat(table("fa", "characters").get(1)).startsWith("Arabic\tscript\t");
    run(0, "report", "--input", path("fa"), "--output", path("fa.html"));
    assertThat(Files.readString(folder.resolve("fa.html")))
        .contains("\u0628\u0627\u0631\u0627\u0646")
        .contains("Growth of the vocabulary")
        .contains("Piantadosi 2014");
  }

  /** Words in fewer documents are counted, and nowhere named. */
  @Test
  void rareWordsAreNotNamed() throws IOException {
    JsonNode result = profile("text", "whole", "--document", "file", "--min-documents", "7");
    assertThat(result.path("types").asLong()).isEqualTo(7);
    assertThat(table("whole", "words")).hasSize(1);
    assertThat(result.path("notes").toString()).contains("no word reaches min-documents 7");
    try (Stream<Path> files = Files.walk(folder.resolve("whole"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .doesNotContain(
                new String(
                    "\u0628\u0627\u0631\u0627\u0646".getBytes(StandardCharsets.UTF_8),
                    StandardCharsets.ISO_8859_1));
      }
    }
  }

  /** Ada has 3 documents, Bob and Eve fewer: only she is named, and their words are the others'. */
  @Test
  void rareNamesOfGroupsAreNotShown() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String author : List.of("Ada", "Ada", "Ada", "Bob", "Bob", "Eve")) {
      lines.append("{\"text\": \"a b c %s\", \"by\": \"%s\"}\n".formatted(author, author));
    }
    Files.writeString(folder.resolve("authors.jsonl"), lines);
    JsonNode result = profile("authors.jsonl", "authors", "--by", "by");
    List<String> groups = table("authors", "groups");
    assertThat(groups).hasSize(3);
    // a b c Ada are new with Ada, Bob and Eve with the others, of whom no types are told.
    assertThat(groups.get(1)).startsWith("Ada\t3\t12\t0.5\t4\t4\t");
    assertThat(groups.get(2)).startsWith("(other)\t3\t12\t0.5\t\t2\t");
    assertThat(result.path("notes").toString()).contains("fewer than 3 documents, 2, are shown");
    try (Stream<Path> files = Files.walk(folder.resolve("authors"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .doesNotContain("Bob")
            .doesNotContain("Eve");
      }
    }
    profile("authors.jsonl", "named", "--by", "by", "--min-documents", "1");
    assertThat(table("named", "groups")).hasSize(4);
  }

  /** A word that stands 6 times, once a day: its count in a day is below 5, so no day tells it. */
  @Test
  void rareCellsAreBlank() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int day = 1; day <= 6; day++) {
      lines.append("{\"text\": \"%srare\", \"day\": %d}\n".formatted("x ".repeat(9 * day), day));
    }
    Files.writeString(folder.resolve("days.jsonl"), lines);
    profile("days.jsonl", "days", "--by", "day");
    assertThat(table("days", "trend-counts").stream().filter(row -> row.startsWith("rare\t")))
        .containsExactly(
            "rare\t1\t\t",
            "rare\t2\t\t",
            "rare\t3\t\t",
            "rare\t4\t\t",
            "rare\t5\t\t",
            "rare\t6\t\t");
    assertThat(table("days", "trend-counts")).contains("x\t1\t9\t900000.0");
  }

  /**
   * Authors of an earlier text that are the others of both: their documents are all counted. "a"
   * stands in 4 documents of 4 authors, of whom 2 are told apart.
   */
  @Test
  void documentsOfFoldedGroupsAreCounted() throws IOException {
    String line = "{\"text\": \"%s\", \"by\": \"%s\"}\n";
    Files.writeString(
        folder.resolve("old.jsonl"),
        line.formatted("a a", "p") + line.formatted("a", "q") + line.formatted("a", "r"));
    Files.writeString(
        folder.resolve("new.jsonl"),
        line.formatted("a a a a a a", "s") + line.formatted("b b b b b", "t"));
    String[] with = {"--by", "by", "--min-documents", "1", "--min-count", "1"};
    profile("old.jsonl", "old", concat(with, "--keep-counts"));
    profile("new.jsonl", "grown", concat(with, "--merge", path("old"), "--set", "max-groups=2"));
    assertThat(table("grown", "words").get(1)).startsWith("a\t1\t10\t4\t");
    assertThat(table("grown", "groups"))
        .extracting(row -> row.split("\t")[0] + " " + row.split("\t")[1])
        .containsExactly("name documents", "s 1", "t 1", "(other) 3");
  }

  @Test
  void aTextWithoutWordsIsRefused() {
    assertThat(run(3, "corpus", "profile", "--input", path("empty.txt"), "--output", path("none")))
        .contains("has no words: give another --input");
  }

  @Test
  void namesWithoutValuesAndScriptsWithoutSpacesAreTold() throws IOException {
    Files.writeString(folder.resolve("han.txt"), "\u5929\u5730\u7384\u9EC4\u3002\n".repeat(20));
    assertThat(notes(profile("han.txt", "han", "--by", "no-such-name")))
        .anyMatch(note -> note.startsWith("No document has a value of no-such-name"))
        .anyMatch(note -> note.startsWith("100.0 % of the letters are of scripts without spaces"));
    Files.writeString(folder.resolve("chain.yaml"), "chain: [nfkc, words]\n");
    assertThat(notes(profile("han.txt", "cut", "--tokenizer", "chain:" + path("chain.yaml"))))
        .noneMatch(note -> note.contains("scripts without spaces"));
  }

  private static List<String> notes(JsonNode result) {
    List<String> notes = new ArrayList<>();
    result.path("notes").forEach(note -> notes.add(note.asText()));
    return notes;
  }

  /** Days that are added to the days before give what all days give. */
  @Test
  void textIsAddedToAProfile() throws IOException {
    String[] by = {"--by", "dt", "--document", "file", "--min-documents", "1"};
    JsonNode whole = profile("text", "all", by);
    Files.createDirectories(folder.resolve("later"));
    Files.createDirectories(folder.resolve("earlier"));
    for (int day = 1; day <= 6; day++) {
      Path to = folder.resolve(day < 5 ? "earlier" : "later").resolve("dt=2026-11-0" + day);
      Files.createDirectories(to);
      Files.copy(folder.resolve("text/dt=2026-11-0" + day + "/t.txt"), to.resolve("t.txt"));
    }
    profile("earlier", "before", concat(by, "--keep-counts", "--partitions", "3"));
    JsonNode both =
        profile("later", "both", concat(by, "--merge", path("before"), "--keep-counts"));
    assertThat(both.path("facts")).isEqualTo(whole.path("facts"));
    for (String name :
        List.of(
            "words",
            "groups",
            "trends",
            "trend-counts",
            "growth",
            "coverage",
            "spectrum",
            "lengths",
            "diversity",
            "readability",
            "characters")) {
      assertThat(table("both", name)).as(name).isEqualTo(table("all", name));
    }
    assertThat(refused("later", by, "--merge", path("both"))).contains("is in the profile");
    assertThat(refused("later", by, "--merge", path("all"))).contains("--keep-counts");
    assertThat(refused("later", by, "--merge", path("before"), "--lowercase"))
        .contains("tokenizer");
  }

  private static String[] concat(String[] some, String... more) {
    return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
  }

  private static String refused(String input, String[] by, String... more) {
    String[] args = {"corpus", "profile", "--input", path(input), "--output", path("refused")};
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertThat(
            SeqLM.run(
                concat(concat(args, by), more), new PrintStream(err, true, StandardCharsets.UTF_8)))
        .isBetween(2, 3);
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThat(
            run(
                2,
                "corpus",
                "profile",
                "--input",
                path("text"),
                "--output",
                path("x"),
                "--by",
                "a.b"))
        .contains("by must name a field of the record itself");
    assertThat(
            run(
                2,
                "corpus",
                "profile",
                "--input",
                path("text"),
                "--output",
                path("x"),
                "--set",
                "min-count=0"))
        .contains("min-count");
  }
}
