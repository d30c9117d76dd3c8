package org.seqlm.job.counts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.seqlm.job.NgramsOutcomes.content;
import static org.seqlm.job.NgramsOutcomes.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.ArtifactFiles;
import org.seqlm.Exhaustive;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.files.TestStore;
import org.seqlm.job.NgramsOutcomes.Outcome;
import org.seqlm.spark.words.DictionaryLimit;

/** Whether the words of counts fit in one memory changes no byte of what is made of them. */
final class CountsOfManyWordsTest {
  /** Words that no memory holds, and words that one does. */
  private static final long[] LIMITS = {0, 1 << 20};

  @TempDir Path folder;

  /** Whether other forms are wanted, too. */
  private boolean inText;

  @AfterEach
  void defaults() {
    TestSpark.context().hadoopConfiguration().unset(DictionaryLimit.KEY);
  }

  private Path text(String name, int lines, int words) throws IOException {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < lines; line++) {
      for (int n = random.nextInt(12); n > 0; n--) {
        int word = (int) (words * Math.pow(random.nextDouble(), 3));
        text.append(random.nextInt(4) == 0 ? name : "w").append(word).append(n == 1 ? "" : " ");
      }
      text.append('\n');
    }
    return Files.writeString(folder.resolve(name + ".txt"), text);
  }

  private static void done(List<Object> line) {
    Outcome outcome = run(line.toArray());
    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.code()).isZero();
  }

  private Path counted(String name, Object... more) {
    Path output = folder.resolve(name);
    List<Object> line =
        new ArrayList<>(List.of("ngrams", "--input", folder.resolve(name + ".txt")));
    line.addAll(List.of("--output", output, "--tokenizer", "whitespace", "--set", "slices=3"));
    line.addAll(Arrays.asList(more));
    done(line);
    return output;
  }

  /**
   * All that a command leaves, within a limit; the same names each time, as manifests have them.
   */
  private Map<String, String> made(long limit, Object... command) throws IOException {
    TestSpark.context().hadoopConfiguration().setLong(DictionaryLimit.KEY, limit);
    Path output = folder.resolve("out");
    List<Object> line = new ArrayList<>(Arrays.asList(command));
    line.addAll(List.of("--output", output, "--overwrite"));
    Path tsv = folder.resolve("out.tsv");
    if (inText) {
      line.addAll(List.of("--tsv", tsv));
    }
    done(line);
    Map<String, String> files = new TreeMap<>(content(output));
    if (inText) {
      content(tsv).forEach((name, digest) -> files.put("tsv/" + name, digest));
    }
    try (Stream<Path> left = Files.walk(output)) {
      assertThat(left.map(file -> file.getFileName().toString())).doesNotContain(".ids");
    }
    return files;
  }

  private Map<String, String> assertSame(Object... command) throws IOException {
    Map<String, String> expected = made(LIMITS[1], command);
    assertThat(expected).containsKeys("vocabulary.jsonl", "manifest.json", "top.tsv");
    assertThat(made(LIMITS[0], command)).isEqualTo(expected);
    return expected;
  }

  /** A day that is added twice is told; counts say what they are of, however they came about. */
  @Test
  void mergedAndNamed() throws IOException {
    text("d", 60, 700);
    text("e", 80, 700);
    Path d = counted("d", "--order", 1, "--estimator", "mle");
    // As an earlier release wrote it.
    ArtifactFiles.edit(d, manifest -> ((ObjectNode) manifest.path("details")).remove("texts"));
    assertThat(shown(d)).containsExactly("d.txt 1");
    Path json = folder.resolve("twice.json");
    Path twice = folder.resolve("twice");
    List<Object> line =
        new ArrayList<>(List.of("ngrams", "--input", folder.resolve("d.txt"), "--add", d));
    line.addAll(List.of("--order", 1, "--tokenizer", "whitespace", "--estimator", "mle"));
    line.addAll(List.of("--output", twice, "--json", json));
    done(line);
    assertThat(tree(json).path("notes")).hasSize(1);
    assertThat(tree(json).path("notes").get(0).asText())
        .startsWith(folder.resolve("d.txt") + " (corpus ")
        .contains(" is in the counts that it is added to already, and counts once more now");
    assertThat(shown(twice)).containsExactly("d.txt 2");
    Path e = counted("e", "--order", 1, "--estimator", "mle");
    assertSame("counts", "merge", "--input", d, "--input", e, "--estimator", "mle");
    assertThat(shown(folder.resolve("out"))).containsExactly("d.txt 1", "e.txt 1");
  }

  /** In tasks of any number; a dataset's held-out split is scored under the ids of both. */
  @Exhaustive
  @Test
  void inEveryWay() throws IOException {
    inText = true;
    text("a", 400, 2500);
    text("b", 500, 3000);
    text("c", 30, 50);
    Path a = counted("a", "--order", 3);
    Path b = counted("b", "--order", 3);
    Path c = counted("c", "--order", 3);
    Map<String, String> once = null;
    for (int partitions : new int[] {1, 2, 7}) {
      Map<String, String> merged =
          assertSame(
              "counts",
              "merge",
              "--input",
              a,
              "--input",
              b,
              "--input",
              c,
              "--partitions",
              partitions,
              "--set",
              "top=3000",
              "--arpa",
              folder.resolve("out.arpa"));
      merged.remove("manifest.json");
      assertThat(once == null ? merged : once).isEqualTo(merged);
      once = merged;
    }
    Path all = Files.move(folder.resolve("out"), folder.resolve("all"));
    assertSame("counts", "subtract", "--input", all, "--minus", b, "--minus", c);
    assertSame("counts", "restrict", "--input", all, "--order", 2, "--max-size", 700);
    assertSame("counts", "restrict", "--input", all, "--min-count", 3);
    assertSame("counts", "restrict", "--input", all);
    List<Object> add =
        new ArrayList<>(List.of("--tokenizer", "whitespace", "--order", 3, "--add", a));
    List<Object> text = new ArrayList<>(List.of("ngrams", "--input", folder.resolve("b.txt")));
    text.addAll(add);
    assertSame(text.toArray());
    Path dataset = folder.resolve("dataset");
    List<Object> prepare = List.of("prepare", "--input", folder.resolve("b.txt"), "--output");
    List<Object> line = new ArrayList<>(prepare);
    line.addAll(List.of(dataset, "--tokenizer", "whitespace", "--document", "line"));
    done(line);
    List<Object> counted = new ArrayList<>(List.of("ngrams", "--input", dataset));
    counted.addAll(List.of("--order", 3, "--add", a));
    assertSame(counted.toArray());
  }

  /** Also where a store has no folders. */
  @Exhaustive
  @ParameterizedTest
  @EnumSource(TestStore.Kind.class)
  void onAnyStore(TestStore.Kind kind) throws IOException {
    text("a", 60, 700);
    text("b", 80, 700);
    Path a = counted("a", "--order", 2);
    Path b = counted("b", "--order", 2);
    Configuration hadoop = TestSpark.context().hadoopConfiguration();
    hadoop.setLong(DictionaryLimit.KEY, 0);
    try (TestStore store = TestStore.make(kind, Files.createDirectory(folder.resolve("store")))) {
      store.settings().forEach(hadoop::set);
      store.settings().forEach((key, value) -> System.setProperty("spark.hadoop." + key, value));
      try {
        String sum = store.name("folder/sum");
        done(List.of("counts", "merge", "--input", a, "--input", b, "--output", sum));
        String rest = store.name("folder/rest");
        done(List.of("counts", "subtract", "--input", sum, "--minus", b, "--output", rest));
        assertThat(store.content().keySet()).noneMatch(path -> path.contains(".ids"));
        assertThat(orders(rest)).isEqualTo(orders(a.toString()));
      } finally {
        store.settings().keySet().forEach(hadoop::unset);
        store.settings().keySet().forEach(key -> System.clearProperty("spark.hadoop." + key));
      }
    }
  }

  private JsonNode orders(String counts) throws IOException {
    Path json = folder.resolve("orders.json");
    done(List.of("counts", "show", "--input", counts, "--overwrite", "--json", json));
    return tree(json).path("orders");
  }

  @Exhaustive
  @Test
  void aDamagedVocabularyIsTold() throws IOException {
    text("a", 60, 700);
    Path a = counted("a", "--order", 1, "--estimator", "mle");
    Path b = Files.move(a, folder.resolve("b"));
    a = counted("a", "--order", 1, "--estimator", "mle");
    Path words = ArtifactFiles.data(b).resolve("vocabulary.jsonl");
    String lines = Files.readString(words);
    Files.deleteIfExists(words.resolveSibling("." + words.getFileName() + ".crc"));
    Files.writeString(words, lines.replaceFirst("w1\\b", "x1"));
    TestSpark.context().hadoopConfiguration().setLong(DictionaryLimit.KEY, 0);
    Path output = folder.resolve("out");
    Outcome outcome = run("counts", "merge", "--input", a, "--input", b, "--output", output);
    assertThat(outcome.errors()).contains("vocabulary.jsonl").contains("damaged");
    assertThat(outcome.code()).isEqualTo(3);
    assertThat(output).doesNotExist();
  }

  private static JsonNode tree(Path json) throws IOException {
    return Json.mapper().readTree(json.toFile());
  }

  private List<String> shown(Path counts) throws IOException {
    Path json = folder.resolve("shown.json");
    done(
        List.of("counts", "show", "--input", counts, "--no-digest", "--overwrite", "--json", json));
    List<String> texts = new ArrayList<>();
    tree(json)
        .path("texts")
        .forEach(
            text ->
                texts.add(
                    Path.of(text.path("source").asText()).getFileName()
                        + " "
                        + text.path("times").asLong()));
    return texts;
  }
}
