package org.seqlm.job.counts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.seqlm.job.NgramsOutcomes.content;
import static org.seqlm.job.NgramsOutcomes.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.ArtifactFiles;
import org.seqlm.Exhaustive;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.job.NgramsOutcomes.Outcome;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.vocab.Vocabulary;

/** What is made of counts is what {@code ngrams} makes of the texts. */
final class CountsCommandTest {
  /** Three texts, each with words that no other has, as folders of a few documents. */
  private static final String TEXTS = "abc";

  private static final List<String> SAME_DETAILS =
      List.of("order", "boundary", "rules", "tokens", "unknown", "model", "ngrams", "fits");

  private static final String COLUMNS =
      "ids array<int>, count bigint, log10_probability float, log10_backoff float";

  @TempDir static Path folder;

  /** By folder. */
  private static final Map<Path, JsonNode> DIGESTS = new HashMap<>();

  /** How texts are counted. */
  private enum Case {
    WORDS("whitespace", 3, "line", 5, "arpa"),
    CHARACTERS("char", 3, "document", 4, null),
    PAIRS_OF_WORDS("whitespace", 2, "document", 3, "arpa"),
    WORDS_ALONE("whitespace", 1, "line", 3, "arpa"),
    ONE_SLICE("whitespace", 3, "line", 1, "arpa"),
    PAIRS_OF_CHARACTERS("char", 2, "line", 6, "parquet"),
    LONG("whitespace", 5, "document", 1, "arpa");

    private final String tokenizer;
    private final int order;
    private final String boundary;
    private final int slices;

    /** The form of the model; null for none. */
    private final String model;

    Case(String tokenizer, int order, String boundary, int slices, String model) {
      this.tokenizer = tokenizer;
      this.order = order;
      this.boundary = boundary;
      this.slices = slices;
      this.model = model;
    }

    Path folder(String name) {
      return folder.resolve(this + "-" + name);
    }

    /** Counts texts, unless that was done before. */
    Path counted(String texts) {
      Path output = folder(texts);
      if (!ArtifactFiles.isThere(output)) {
        count(texts, output);
      }
      return output;
    }

    private void count(String texts, Path output, Object... more) {
      done(line(texts, order, output, forms(output, this), more).toArray());
    }

    List<Object> line(String texts, int order, Path output, List<Object> forms, Object... more) {
      List<Object> line = new ArrayList<>(List.of("ngrams", "--input"));
      texts.chars().forEach(text -> line.add(text((char) text)));
      line.addAll(List.of("--tokenizer", tokenizer, "--boundary", boundary));
      line.addAll(List.of("--order", order, "--output", output, "--set", "slices=" + slices));
      line.addAll(forms);
      line.addAll(Arrays.asList(more));
      return line;
    }

    /** Makes counts of counts, with all forms. */
    Path made(String name, Object... command) {
      Path output = folder(name);
      List<Object> line = new ArrayList<>(List.of("counts"));
      line.addAll(Arrays.asList(command));
      line.addAll(List.of("--output", output));
      line.addAll(forms(output, this));
      done(line.toArray());
      return output;
    }
  }

  private static List<Object> forms(Path output, Case how) {
    List<Object> forms = new ArrayList<>(List.of("--tsv", output + ".tsv"));
    if (how.model != null) {
      forms.addAll(List.of("--" + how.model, output + "." + how.model));
    }
    return forms;
  }

  private static Path text(char name) {
    return folder.resolve("text-" + name);
  }

  private static void done(Object... line) {
    Outcome outcome = run(line);
    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.code()).isZero();
  }

  /** The most frequent word is the second text's. */
  @BeforeAll
  static void texts() throws IOException {
    SplittableRandom random = new SplittableRandom(8);
    for (char name : TEXTS.toCharArray()) {
      Files.createDirectory(text(name));
      for (int document = 0; document < 3; document++) {
        StringBuilder lines = new StringBuilder();
        for (int line = 0; line < 25; line++) {
          for (int n = random.nextInt(8); n > 0; n--) {
            double skewed = Math.pow(random.nextDouble(), 3);
            boolean own = random.nextInt(5) == 0;
            lines.append(own ? (char) (name - 32) : 'w').append((int) ((own ? 6 : 40) * skewed));
            lines.append(name == 'b' && n > 1 ? " of the " : n > 1 ? " " : "");
          }
          lines.append('\n');
        }
        Files.writeString(text(name).resolve(document + ".txt"), lines);
      }
    }
  }

  /** Orders with their types, totals and digests. */
  private static JsonNode digests(Path counts) throws IOException {
    if (!DIGESTS.containsKey(counts)) {
      Path json = folder.resolve(counts.getFileName() + "-show.json");
      done("counts", "show", "--input", counts, "--json", json);
      DIGESTS.put(counts, Json.mapper().readTree(json.toFile()).path("orders"));
    }
    return DIGESTS.get(counts);
  }

  private static List<String> sorted(Path arpa) throws IOException {
    return Files.readAllLines(arpa).stream().sorted().toList();
  }

  /** N-grams with their weights, spelled: lines of the ARPA file, or rows of the tables, if any. */
  private static List<String> model(Path counts) throws IOException {
    if (Files.exists(Path.of(counts + ".arpa"))) {
      return sorted(Path.of(counts + ".arpa"));
    }
    Path tables = Path.of(counts + ".parquet");
    if (!Files.exists(tables)) {
      return List.of();
    }
    Vocabulary vocabulary = NgramArtifact.open(new Configuration(), counts + "").vocabulary();
    String[] files =
        content(tables).keySet().stream()
            .filter(file -> file.startsWith("ngrams/") && file.endsWith(".parquet"))
            .map(file -> ArtifactFiles.file(tables, file).toString())
            .toArray(String[]::new);
    List<String> rows = new ArrayList<>();
    for (Row row : TestSpark.session().read().schema(COLUMNS).parquet(files).collectAsList()) {
      StringBuilder spelled = new StringBuilder();
      row.<Integer>getList(0).forEach(id -> spelled.append(vocabulary.token(id)).append('\0'));
      rows.add(spelled + " " + row.get(1) + " " + row.get(2) + " " + row.get(3));
    }
    rows.sort(null);
    return rows;
  }

  /** Lines of Google's layout by folder, whatever files they are cut into. */
  private static Map<String, List<String>> tsv(Path tsv) throws IOException {
    Map<String, List<String>> lines = new TreeMap<>();
    for (String file : content(tsv).keySet()) {
      if (file.endsWith(".gz")) {
        String of = file.endsWith("vocab.gz") ? file : file.substring(0, file.lastIndexOf('/'));
        try (InputStream in =
            new GZIPInputStream(Files.newInputStream(ArtifactFiles.file(tsv, file)))) {
          String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
          all.lines().forEach(line -> lines.computeIfAbsent(of, f -> new ArrayList<>()).add(line));
        }
      }
    }
    lines.values().forEach(all -> all.sort(null));
    assertThat(lines).isNotEmpty();
    return lines;
  }

  /** Order, rank and count of each row: which of equally frequent n-grams are shown may differ. */
  private static List<String> top(Path counts) throws IOException {
    List<String> rows = new ArrayList<>();
    for (String line : Files.readAllLines(ArtifactFiles.file(counts, "top.tsv"))) {
      String[] fields = line.split("\t");
      rows.add(fields[0] + " " + fields[1] + " " + fields[fields.length - 1]);
    }
    return rows;
  }

  /** All that does not depend on the words' ids. */
  private static void assertSame(Path actual, Path expected) throws IOException {
    assertThat(model(actual)).isEqualTo(model(expected));
    assertThat(tsv(Path.of(actual + ".tsv"))).isEqualTo(tsv(Path.of(expected + ".tsv")));
    assertThat(top(actual)).isEqualTo(top(expected)).isNotEmpty();
    for (String table : List.of("counts-of-counts.tsv", "zipf.tsv")) {
      assertThat(ArtifactFiles.file(actual, table))
          .hasSameTextualContentAs(ArtifactFiles.file(expected, table));
    }
    JsonNode one = details(actual);
    JsonNode other = details(expected);
    for (String same : SAME_DETAILS) {
      assertThat(one.path(same).toString()).as(same).isEqualTo(other.path(same).toString());
      assertThat(one.has(same)).as(same).isTrue();
    }
  }

  private static JsonNode details(Path counts) throws IOException {
    return Json.mapper().readTree(ArtifactFiles.manifestFile(counts).toFile()).path("details");
  }

  @ParameterizedTest
  @EnumSource(names = {"WORDS", "CHARACTERS"})
  void twoTexts(Case how) throws IOException {
    Path ab = how.counted("ab");
    Path merged =
        how.made("two", "merge", "--input", how.counted("a"), "--input", how.counted("b"));
    assertSame(merged, ab);
    Path added = how.folder("a-and-b");
    how.count("b", added, "--add", how.counted("a"));
    assertSame(added, ab);
  }

  /** Counts that were made are counts like any. */
  @Test
  void whatWasAddedIsTakenAway() throws IOException {
    Path a = Case.WORDS.counted("a");
    Path b = Case.WORDS.counted("b");
    Path sum = Case.WORDS.made("b-and-a", "merge", "--input", b, "--input", a);
    Path rest = Case.WORDS.made("less-a", "subtract", "--input", sum, "--minus", a);
    assertSame(rest, b);
    assertThat(digests(rest)).isEqualTo(digests(b)).hasSize(3);
    assertThat(digests(sum)).isEqualTo(digests(Case.WORDS.counted("ab"))).isNotEqualTo(digests(b));
  }

  @Exhaustive
  @ParameterizedTest
  @EnumSource
  void threeTexts(Case how) throws IOException {
    Path a = how.counted("a");
    Path b = how.counted("b");
    Path c = how.counted("c");
    Path ab = how.counted("ab");
    Path abc = how.counted("abc");
    Path back = how.made("c-b", "merge", "--input", c, "--input", b);
    Path three = how.made("three", "merge", "--input", back, "--input", a);
    assertSame(three, abc);
    assertSame(how.made("at-once", "merge", "--input", a, "--input", b, "--input", c), abc);
    Path less = how.made("less-b", "subtract", "--input", three, "--minus", b);
    assertSame(less, how.counted("ac"));
    assertSame(how.made("less-bc", "subtract", "--input", abc, "--minus", b, "--minus", c), a);
    assertSame(how.made("less-ab", "subtract", "--input", three, "--minus", ab), c);
    assertSame(how.made("again", "merge", "--input", less, "--input", b), abc);
    assertSame(how.made("onto", "merge", "--input", b, "--input", less), abc);
    Path added = how.folder("ab-and-c");
    how.count("c", added, "--add", ab);
    assertSame(added, abc);
    assertThat(digests(added)).isEqualTo(digests(abc)).hasSize(how.order);
    assertThat(digests(three)).isEqualTo(digests(abc));
    assertThat(digests(less)).isEqualTo(digests(how.counted("ac"))).isNotEqualTo(digests(abc));
    Path onRest = how.folder("rest-and-b");
    how.count("b", onRest, "--add", less);
    assertSame(onRest, abc);
  }

  /** Files byte for byte, those that say in which order the text has its n-grams apart. */
  private static void assertSameFiles(Path actual, Path expected, boolean whole)
      throws IOException {
    Map<String, String> one = content(actual);
    Map<String, String> other = content(expected);
    for (Map<String, String> files : List.of(one, other)) {
      files.keySet().removeAll(List.of("manifest.json", "top.tsv", "statistics.json"));
      files
          .keySet()
          .removeIf(
              file ->
                  !whole
                      && !file.endsWith("unigrams.bin")
                      && !file.endsWith(".tsv")
                      && !file.equals("vocabulary.jsonl"));
    }
    assertThat(one).isEqualTo(other).containsKeys("vocabulary.jsonl", "counts/unigrams.bin");
  }

  private static void assertCut(Case how, int order, int maxSize, int minCount, List<Path> wholes)
      throws IOException {
    String name = "order-" + order + "-size-" + maxSize + "-count-" + minCount;
    Path expected = how.folder(name);
    Object[] limits = {
      "--set", "vocabulary.max-size=" + maxSize, "--set", "vocabulary.min-count=" + minCount
    };
    done(how.line("ab", order, expected, forms(expected, how), limits).toArray());
    for (Path whole : wholes) {
      Object[] cut = {
        "restrict",
        "--input",
        whole,
        "--order",
        order,
        "--max-size",
        maxSize,
        "--min-count",
        minCount,
        "--set",
        "slices=" + how.slices
      };
      Path actual = how.made(whole.getFileName() + "-" + name, cut);
      assertSame(actual, expected);
      assertSameFiles(actual, expected, how.slices == 1);
      if (how.slices == 1) {
        assertThat(Path.of(actual + ".arpa")).hasSameBinaryContentAs(Path.of(expected + ".arpa"));
      }
      assertThat(details(actual).path("limits")).isEqualTo(details(expected).path("limits"));
    }
  }

  /** Their words have other ids than the text's. */
  private static Path merged(Case how) {
    return how.made("b-a", "merge", "--input", how.counted("b"), "--input", how.counted("a"));
  }

  @Test
  void countsAreCutToOrderAndVocabulary() throws IOException {
    assertCut(Case.ONE_SLICE, 2, 20, 1, List.of(merged(Case.ONE_SLICE)));
  }

  @Exhaustive
  @ParameterizedTest
  @EnumSource(names = {"WORDS", "PAIRS_OF_WORDS", "PAIRS_OF_CHARACTERS", "LONG"})
  void countsAreCutInEveryWay(Case how) throws IOException {
    List<Path> wholes = List.of(merged(how), how.counted("ab"));
    assertCut(how, how.order, 0, 1, wholes);
    assertCut(how, how.order, 12, 3, wholes);
    assertCut(how, 1, 0, 1, wholes);
    // A text of characters keeps its line feeds.
    assertCut(how, 2, how == Case.PAIRS_OF_CHARACTERS ? 12 : 9, 1, wholes);
  }

  /** A dataset is added, too; its other split is scored as the model of both scores it. */
  @Exhaustive
  @Test
  void datasetsAreAddedToCounts() throws IOException {
    Path dataset = prepared("dataset", "c");
    Path valid = folder.resolve("valid.json");
    Path sum = folder.resolve("dataset-added");
    List<Object> line = new ArrayList<>(List.of("ngrams", "--input", dataset, "--order", 3));
    line.addAll(List.of("--boundary", "line", "--json", valid));
    List<Object> added = new ArrayList<>(line);
    added.addAll(List.of("--output", sum, "--add", Case.WORDS.counted("a")));
    done(added.toArray());
    JsonNode scored = Json.mapper().readTree(valid.toFile()).path("report").path("models");
    assertThat(scored).isNotEmpty();

    Path alone = folder.resolve("dataset-alone");
    line.addAll(List.of("--output", alone, "--overwrite"));
    done(line.toArray());
    Path merged =
        Case.WORDS.made("merged", "merge", "--input", alone, "--input", Case.WORDS.counted("a"));
    Path later = folder.resolve("later");
    done("export", "--model", sum, "--arpa", later + ".arpa", "--tsv", later + ".tsv");
    assertThat(sorted(Path.of(later + ".arpa"))).isEqualTo(sorted(Path.of(merged + ".arpa")));
    assertThat(tsv(Path.of(later + ".tsv"))).isEqualTo(tsv(Path.of(merged + ".tsv")));

    Path json = folder.resolve("evaluated.json");
    done("evaluate", "--input", dataset, "--model", sum, "--split", "valid", "--json", json);
    JsonNode evaluated = Json.mapper().readTree(json.toFile()).path("models").path(0);
    assertThat(evaluated.path("tokens").asInt()).isEqualTo(19);
    JsonNode last = scored.get(scored.size() - 1);
    assertThat(last.path("estimator").asText()).isEqualTo("kneser-ney");
    assertThat(last.path("nats-per-token").asDouble())
        .isCloseTo(evaluated.path("nats-per-token").asDouble(), within(1e-9));
  }

  private static Path prepared(String name, String text, Object... more) {
    Path dataset = folder.resolve(name);
    List<Object> line = new ArrayList<>(List.of("prepare", "--input", text(text.charAt(0))));
    line.addAll(List.of("--output", dataset, "--tokenizer", "whitespace"));
    line.addAll(Arrays.asList(more));
    done(line.toArray());
    return dataset;
  }

  private static Path counted(String name, String text, Object... more) {
    Path output = folder.resolve(name);
    List<Object> line = new ArrayList<>(List.of("ngrams", "--input", text(text.charAt(0))));
    line.addAll(List.of("--output", output, "--estimator", "mle"));
    line.addAll(Arrays.asList(more));
    done(line.toArray());
    return output;
  }

  @Test
  @Exhaustive
  void whatALimitedVocabularyLeavesCanBeCutToALowerOrder() throws IOException {
    Path limited =
        counted("limited", "b", "--tokenizer", "whitespace", "--set", "vocabulary.max-size=9");
    Path lower = Case.WORDS.made("lower", "restrict", "--input", limited, "--order", 2);
    Path expected = Case.WORDS.folder("lower-expected");
    done(
        Case.WORDS
            .line("b", 2, expected, forms(expected, Case.WORDS), "--set", "vocabulary.max-size=9")
            .toArray());
    assertSame(lower, expected);
  }

  /** By hand: "x y" and "x z", with an end each; and what is read without the counts. */
  @Test
  void showTellsWhatIsThere() throws IOException {
    Path text = Files.createDirectory(folder.resolve("text-h"));
    Files.writeString(text.resolve("h.txt"), "x y\nx z\n");
    Path counts = counted("by-hand", "h", "--tokenizer", "whitespace", "--order", 2);
    JsonNode orders = digests(counts);
    // x twice, y, z, </s> twice; then <s> x twice, x y, x z, y </s>, z </s>.
    long[][] expected = {{1, 4, 6}, {2, 5, 6}};
    for (int n = 0; n < 2; n++) {
      assertThat(orders.get(n).path("order").asInt()).isEqualTo(expected[n][0]);
      assertThat(orders.get(n).path("types").asInt()).isEqualTo(expected[n][1]);
      assertThat(orders.get(n).path("total").asInt()).isEqualTo(expected[n][2]);
      assertThat(orders.get(n).path("digest").asText()).matches("[0-9a-f]{32}");
    }
    Path json = folder.resolve("shown.json");
    done("counts", "show", "--input", counts, "--no-digest", "--json", json);
    JsonNode shown = Json.mapper().readTree(json.toFile());
    assertThat(shown.path("words").asInt()).isEqualTo(3);
    assertThat(shown.path("orders")).isEmpty();
    assertThat(shown.path("fingerprint").asText())
        .isEqualTo(
            NgramArtifact.open(new Configuration(), counts.toString())
                .artifact()
                .manifest()
                .fingerprint());
  }
}
