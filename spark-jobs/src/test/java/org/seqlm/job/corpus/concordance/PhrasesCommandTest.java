package org.seqlm.job.corpus.concordance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.TestSpark;
import org.seqlm.job.SeqLM;

class PhrasesCommandTest {
  private static final int ORDER = 5;
  private static final int LEAST = 3;

  @TempDir private Path folder;

  private static String run(int code, String... args) {
    TestSpark.session();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertThat(SeqLM.run(args, new PrintStream(err, true, StandardCharsets.UTF_8)))
        .as(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(code);
    return err.toString(StandardCharsets.UTF_8);
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private void count(String text, int order) throws IOException {
    Files.writeString(folder.resolve("text.txt"), text);
    run(
        0,
        "ngrams",
        "--input",
        path("text.txt"),
        "--output",
        path("counts"),
        "--order",
        Integer.toString(order),
        "--overwrite");
  }

  /** The table's rows as "n-gram, order, count, maximal", in the order of its files. */
  private List<String> phrases(String... more) throws IOException {
    List<String> args = new ArrayList<>(List.of("--min-count", "" + LEAST));
    args.addAll(List.of(more));
    return phrasesAbove(args.toArray(String[]::new));
  }

  private List<String> phrasesAbove(String... more) throws IOException {
    List<String> args =
        new ArrayList<>(
            List.of("corpus", "phrases", "--input", path("counts"), "--output", path("phrases")));
    args.addAll(List.of("--format", "tsv", "--overwrite"));
    args.addAll(List.of(more));
    run(0, args.toArray(String[]::new));
    List<String> rows = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder.resolve("phrases"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".tsv")).sorted().toList()) {
        rows.addAll(Files.readAllLines(file).subList(1, Files.readAllLines(file).size()));
      }
    }
    return rows;
  }

  /**
   * "the old man" stands four times, so "the old" and "old man" (4) are in a longer one as often
   * and not closed; "old man and" (3) is in "the old man and" (3) likewise. "the old man" is
   * closed, but not maximal: "the old man and" is frequent. 4-grams judge and are not judged.
   */
  @Test
  void worksByHand() throws IOException {
    count(
        "the old man and the sea\nthe old man and me\nsee the old man and go\nthe old man\n"
            + "a dog\na dog\na dog\n",
        4);
    assertThat(phrases()).containsExactly("the old man\t3\t4\tno", "a dog\t2\t3\tyes");
  }

  /** Counts know no documents: the default is more than that of tables that do. */
  @Test
  void listsWhatStandsTwentyTimesUnlessMoreIsAskedFor() throws IOException {
    count("a b\n".repeat(19) + "c d\n".repeat(20), 3);
    assertThat(phrases()).hasSize(2);
    assertThat(phrasesAbove()).containsExactly("c d\t2\t20\tyes");
  }

  @Test
  void findsWhatAScanFinds() throws IOException {
    Random random = new Random(12);
    StringBuilder text = new StringBuilder();
    String[] idioms = {"in the end", "in the end of all", "by and by", "the end of the"};
    for (int line = 0; line < 300; line++) {
      for (int w = random.nextInt(8); w > 0; w--) {
        text.append(
            random.nextInt(3) == 0
                ? idioms[random.nextInt(idioms.length)]
                : "w" + (int) (40 * Math.pow(random.nextDouble(), 3)));
        text.append(' ');
      }
      text.append('\n');
    }
    count(text.toString(), ORDER);
    List<String> rows = phrases();
    assertThat(new TreeSet<>(rows)).isEqualTo(scan(text.toString())).hasSize(rows.size());
    assertThat(rows).hasSizeGreaterThan(40);
    assertThat(phrases("--partitions", "1")).isEqualTo(rows);
    assertThat(phrases("--partitions", "7")).isEqualTo(rows);
  }

  private static Set<String> scan(String text) {
    Map<List<String>, Integer> counts = new HashMap<>();
    for (String line : text.split("\n")) {
      String[] words = line.strip().split(" ");
      for (int from = 0; from < words.length; from++) {
        for (int n = 1; n <= ORDER && from + n <= words.length; n++) {
          counts.merge(List.of(Arrays.copyOfRange(words, from, from + n)), 1, Integer::sum);
        }
      }
    }
    Map<List<String>, Integer> longer =
        new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
    counts.forEach(
        (ngram, count) -> {
          if (ngram.size() > 1) {
            longer.merge(ngram.subList(1, ngram.size()), count, Math::max);
            longer.merge(ngram.subList(0, ngram.size() - 1), count, Math::max);
          }
        });
    Set<String> closed = new TreeSet<>();
    counts.forEach(
        (ngram, count) -> {
          int above = longer.getOrDefault(ngram, 0);
          if (ngram.size() > 1 && ngram.size() < ORDER && count >= LEAST && above < count) {
            closed.add(
                String.join(" ", ngram)
                    + "\t"
                    + ngram.size()
                    + "\t"
                    + count
                    + "\t"
                    + (above < LEAST ? "yes" : "no"));
          }
        });
    return closed;
  }

  @Test
  void bigramsCannotBeJudgedByThemselves() throws IOException {
    count("a b\na b\n", 2);
    assertThat(run(2, "corpus", "phrases", "--input", path("counts"), "--output", path("phrases")))
        .contains("has n-grams up to order 2")
        .contains("count with --order 3 or more");
  }
}
