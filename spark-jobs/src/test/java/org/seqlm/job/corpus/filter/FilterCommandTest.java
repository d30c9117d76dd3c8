package org.seqlm.job.corpus.filter;

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
import org.seqlm.TestSpark;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.job.SeqLM;

class FilterCommandTest {
  @TempDir static Path folder;

  @BeforeAll
  static void start() {
    TestSpark.context();
  }

  /** What it says. */
  private static String run(int code, String... args) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream both = new PrintStream(said, true, StandardCharsets.UTF_8);
    PrintStream before = System.out;
    System.setOut(both);
    try {
      assertThat(SeqLM.run(args, both)).as(said.toString(StandardCharsets.UTF_8)).isEqualTo(code);
    } finally {
      System.setOut(before);
    }
    return said.toString(StandardCharsets.UTF_8);
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  private static String filter(int code, String... more) {
    List<String> args = new ArrayList<>(List.of("corpus", "filter"));
    args.addAll(List.of(more));
    return run(code, args.toArray(String[]::new));
  }

  @Test
  void keepsTellsAndIsReadAgain() throws IOException {
    Path web = Files.createDirectories(folder.resolve("in/web/dt=2026-11-30"));
    Path books = Files.createDirectories(folder.resolve("in/books"));
    Files.writeString(
        web.resolve("a.jsonl"),
        "{\"text\":\"one two three four\",\"n\":1}\n"
            + "{\"text\":\"a a a a\",\"n\":2}\n"
            + "{\"id\":7,\"text\":\"one\",\"from\":{\"url\":\"u\"}}\n");
    Files.writeString(books.resolve("b.jsonl"), "{\"text\":\"five six seven eight nine\"}\n");
    Path config =
        Files.writeString(
            folder.resolve("filter.yaml"),
            "filters:\n- length: {min-words: 2}\n- gopher-repetition: {max-top-2-gram: .inf,"
                + " max-top-3-gram: 0.5, max-top-4-gram: .inf}\n");
    String told =
        filter(
            0,
            "--input",
            path("in"),
            "--config",
            config.toString(),
            "--output",
            path("out"),
            "--removed",
            "--sample",
            "1",
            "--json",
            path("out.json"));
    JsonNode result = Json.mapper().readTree(Files.readString(folder.resolve("out.json")));
    assertThat(result.get("documents").asLong()).isEqualTo(4);
    assertThat(result.get("kept").asLong()).isEqualTo(2);
    assertThat(result.get("sources").get("web").get("kept").asLong()).isEqualTo(1);
    assertThat(result.get("rules").get(0).get("first").asLong()).isEqualTo(1);
    assertThat(result.get("rules").get(0).get("source").asText()).isEqualTo("seqlm");
    assertThat(result.get("rules").get(0).get("examples").get(0).get("text").asText())
        .isEqualTo("one");
    // "a a a" twice: 10 of 7 characters.
    assertThat(told)
        .containsPattern("length.words +at least 2 +1 +1 +25.0 %")
        .containsPattern("gopher-repetition.top-3-gram +at most 0.5 +1 +1 +25.0 %")
        .contains("kept       2 of 4 documents (50.0 %)")
        .contains("text       " + result.get("text").asText())
        .contains("removed    " + result.get("removed").asText());
    ArtifactReader artifact =
        ArtifactReader.open(
            new org.apache.hadoop.conf.Configuration(), path("out"), ArtifactKind.ANALYSIS);
    Path data = Path.of(artifact.data().toUri().getPath());
    // A file a folder, in folders that tell the source and the day still.
    assertThat(data.resolve("text/books/part-00000.jsonl"))
        .hasContent("{\"text\":\"five six seven eight nine\"}");
    assertThat(data.resolve("text/web/dt=2026-11-30/part-00000_000001.jsonl"))
        .hasContent("{\"text\":\"one two three four\",\"n\":1}");
    assertThat(data.resolve("removed/web/dt=2026-11-30/part-00000.jsonl"))
        .content()
        .contains("\"removed_by\":\"gopher-repetition.top-3-gram\"")
        .contains("\"reasons\":{\"length.words\":1.0},\"keeps\":{\"length.words\":\"at least 2\"}")
        .contains("\"text\":\"one\",\"fields\":{\"id\":7,\"from\":{\"url\":\"u\"}}}");
    assertThat(data.resolve("tables/rules-by-source/part-00000.tsv"))
        .content()
        .contains("web\tlength.words\t1\t1\t0\n");
    assertThat(data.resolve("tables/values/part-00000.tsv"))
        .content()
        .contains("books\tlength.words\t4.0\t8.0\t1\n");
    assertThat(Json.line(artifact.manifest().config()))
        .contains("\"max-top-3-gram\":0.5", "\"max-duplicate-lines\":0.3");

    // What it kept is text; its tables are not.
    filter(
        0,
        "--input",
        path("out"),
        "--filters",
        "length:min-words=1",
        "--output",
        path("again"),
        "--json",
        path("again.json"));
    JsonNode again = Json.mapper().readTree(Files.readString(folder.resolve("again.json")));
    assertThat(again.get("documents").asLong()).isEqualTo(2);
    assertThat(again.get("kept").asLong()).isEqualTo(2);
    assertThat(again.get("sources").get("web").get("kept").asLong()).isEqualTo(1);
    run(
        0,
        "corpus",
        "profile",
        "--input",
        path("out"),
        "--by",
        "dt",
        "--set",
        "min-documents=1",
        "--format",
        "tsv",
        "--output",
        path("profile"));
    ArtifactReader profile =
        ArtifactReader.open(
            new org.apache.hadoop.conf.Configuration(), path("profile"), ArtifactKind.ANALYSIS);
    assertThat(Path.of(profile.data().toUri().getPath()).resolve("tables/groups/part-00000.tsv"))
        .content()
        .contains("2026-11-30\t1\t4\t");
    run(
        0,
        "ngrams",
        "--input",
        path("out"),
        "--output",
        path("ngrams"),
        "--set",
        "order=1",
        "--dry-run");
    run(0, "report", "--input", path("out"), "--output", path("out.html"));
    assertThat(folder.resolve("out.html")).content().contains("Filters of quality");

    // One that kept nothing is no text.
    filter(
        0,
        "--input",
        path("in"),
        "--config",
        config.toString(),
        "--output",
        path("none"),
        "--set",
        "filters=[{length: {min-words: 99}}]");
    assertThat(
            filter(
                3,
                "--input",
                path("none"),
                "--filters",
                "length:min-words=1",
                "--output",
                path("x")))
        .contains("none is of kind analysis and keeps no text, but text is needed here");
  }

  @Test
  void stopWordsOfAnotherLanguageAreHinted() throws IOException {
    Path text = Files.writeString(folder.resolve("fa.jsonl"), "{\"text\":\"آب در کوزه است\"}\n");
    String hint = "its words are English";
    assertThat(
            filter(
                0,
                "--input",
                text.toString(),
                "--filters",
                "gopher-quality",
                "--output",
                path("fa")))
        .contains(hint);
    assertThat(
            filter(
                0,
                "--input",
                text.toString(),
                "--filters",
                "gopher-quality:min-stop-words=0",
                "--output",
                path("fa-any")))
        .doesNotContain(hint);
  }

  @Test
  void tellsWhatIsWrong() throws IOException {
    Path text = Files.writeString(folder.resolve("some.jsonl"), "{\"text\":\"a\"}\n");
    assertThat(filter(2, "--input", text.toString(), "--output", path("y")))
        .contains("filters is missing: give --filters NAME,NAME");
    assertThat(filter(2, "--input", text.toString(), "--filters", "nothing", "--output", path("y")))
        .contains("filters has nothing, which is none: there are gopher-quality");
    assertThat(
            filter(
                2,
                "--input",
                text.toString(),
                "--filters",
                "length:min-words=1",
                "--document",
                "line",
                "--output",
                path("y")))
        .contains("of which a record is kept or not as a whole, but a document is a line");
    assertThat(folder.resolve("y")).doesNotExist();
  }
}
