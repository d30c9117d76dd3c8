package org.seqlm.bench.ngrams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.ExitCode;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.bench.meter.ChildProcess;
import org.seqlm.bench.ngrams.NgramBench.Contestant;

/** Everybody counts what a slow count counts; what is printed was measured. */
class NgramBenchTest {
  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text, StandardCharsets.UTF_8);
  }

  /** Lists of words in a hash map, read by other code than ours. */
  private static NgramTotals naive(List<String> texts, int order) {
    List<Long> totals = new ArrayList<>();
    List<Long> types = new ArrayList<>();
    List<Long> innerTotals = new ArrayList<>();
    List<Long> innerTypes = new ArrayList<>();
    for (int n = 1; n <= order; n++) {
      Map<List<String>, Long> counts = new HashMap<>();
      for (String text : texts) {
        // A line feed at the end begins no line.
        List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
        if (lines.get(lines.size() - 1).isEmpty()) {
          lines.remove(lines.size() - 1);
        }
        for (String line : lines) {
          List<String> words = new ArrayList<>(List.of("<s>"));
          for (String word : line.split("[ \t\r\0]")) {
            if (!word.isEmpty()) {
              words.add(word);
            }
          }
          words.add("</s>");
          for (int i = 0; i + n <= words.size(); i++) {
            counts.merge(List.copyOf(words.subList(i, i + n)), 1L, Long::sum);
          }
        }
      }
      totals.add(counts.values().stream().mapToLong(Long::longValue).sum());
      types.add((long) counts.size());
      counts.keySet().removeIf(ngram -> ngram.contains("<s>") || ngram.contains("</s>"));
      innerTotals.add(counts.values().stream().mapToLong(Long::longValue).sum());
      innerTypes.add((long) counts.size());
    }
    return new NgramTotals(totals, types, innerTotals, innerTypes);
  }

  @Test
  void aTextWorkedByHand() throws IOException {
    // <s> a b a </s>, <s> </s>, <s> a b </s>
    Path file = file("hand.txt", "a  b\ta\n\na b");
    NgramTotals told = SingleThreadNgrams.count(List.of(file), 3);
    assertThat(told.totals()).containsExactly(11L, 8L, 5L);
    // a b <s> </s>; <s>a ab ba a</s> <s></s> b</s>; <s>ab aba ba</s> ab</s>
    assertThat(told.types()).containsExactly(4L, 6L, 4L);
    assertThat(told.innerTotals()).containsExactly(5L, 3L, 1L);
    assertThat(told.innerTypes()).containsExactly(2L, 2L, 1L);
  }

  @Test
  void theSingleThreadCountsWhatASlowCountCounts() throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      List<Path> files = new ArrayList<>();
      List<String> texts = new ArrayList<>();
      for (int f = 0; f < 1 + seed % 3; f++) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(3000); i > 0; i--) {
          int word = (int) Math.pow(1 + random.nextInt(20), 2);
          text.append(random.nextInt(50) == 0 ? "ü" + "x".repeat(word) : "w" + word);
          text.append(" \n\t\r\0 ".charAt(random.nextInt(6)));
        }
        texts.add(text.toString());
        files.add(file(seed + "-" + f, texts.get(f)));
      }
      assertThat(SingleThreadNgrams.count(files, 5)).as("seed %d", seed).isEqualTo(naive(texts, 5));
    }
  }

  @Test
  void manyWordsAndLongOnesAndPackedFiles() throws IOException {
    StringBuilder text = new StringBuilder("y".repeat(3_000_000)).append(" z\n");
    for (int i = 0; i < 300_000; i++) {
      text.append('n').append(i % 200_000).append(i % 10 == 9 ? '\n' : ' ');
    }
    Path packed = folder.resolve("text.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }
    assertThat(NgramText.of(List.of(packed)))
        .isEqualTo(new NgramText(List.of(packed), 30_001, 300_002, text.length()));
    assertThat(SingleThreadNgrams.count(List.of(packed), 2))
        .isEqualTo(naive(List.of(text.toString()), 2));
    assertThatThrownBy(() -> NgramText.of(List.of(folder.resolve("none"))))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("none");
  }

  @Test
  void figuresOfTheSystemAreRead() {
    assertThat(
            ChildProcess.childrenSeconds(
                "4711 (a (b) c 1 2) S 1 4711 4711 0 -1 4194560 100 200 3 4 11 12 250 33 20 0 8 0"
                    + " 999"))
        .isCloseTo(2.83, within(1e-9));
    assertThat(ChildProcess.peak("Name:\tx\nVmPeak:\t  9 kB\nVmHWM:\t  1234 kB\nVmRSS:\t 7 kB\n"))
        .isEqualTo(1234L * 1024);
    assertThat(ChildProcess.peak("Name:\tx\nState:\tZ (zombie)\n")).isNull();
  }

  @Test
  void aProcessIsMeasured() throws IOException {
    Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/stat")), "there is no /proc");
    Path one = file("one", "a\nb");
    Path two = file("two", "c\n");
    Path out = folder.resolve("out");
    ChildProcess.Usage usage =
        ChildProcess.run(
            List.of(
                "sh",
                "-c",
                "cat; i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo told >&2; exit 3"),
            List.of(one, two),
            out,
            folder.resolve("log"));
    assertThat(Files.readString(out)).isEqualTo("a\nb\nc\n");
    assertThat(usage.exit()).isEqualTo(3);
    assertThat(usage.log()).isEqualTo("told\n");
    assertThat(usage.cpuSeconds()).isPositive();
    assertThat(usage.cpuSeconds()).isLessThan(usage.seconds() + 0.1);
    assertThat(usage.peakBytes()).isBetween(100_000L, 100_000_000L);
  }

  @Test
  @Exhaustive
  void everybodyTakesPart() throws IOException {
    List<Path> files = new GeneratedText(3000, 0.6, 1).write(folder);
    NgramBench.Comparison comparison =
        NgramBench.run(
            files,
            new NgramBench.Settings(
                3,
                List.of(
                    Contestant.OURS,
                    Contestant.REDUCE_BY_KEY,
                    Contestant.MLLIB,
                    Contestant.SINGLE_THREAD),
                1,
                "1g",
                "local[2]",
                null,
                "1G",
                "org.seqlm.job.SeqLM"),
            folder.resolve("run"),
            Progress.SILENT);
    NgramTotals slow = naive(List.of(Files.readString(files.get(0))), 3);
    assertThat(comparison.rows())
        .allSatisfy(
            row -> {
              assertThat(row.failure()).isNull();
              assertThat(row.seconds()).isPositive();
            });
    assertThat(comparison.row(Contestant.SINGLE_THREAD).totals()).isEqualTo(slow);
    NgramTotals plain = comparison.row(Contestant.REDUCE_BY_KEY).totals();
    assertThat(plain.totals()).isEqualTo(slow.totals());
    assertThat(plain.types()).isEqualTo(slow.types());
    assertThat(comparison.row(Contestant.MLLIB).totals()).isEqualTo(plain);
    NgramTotals ours = comparison.row(Contestant.OURS).totals();
    assertThat(ours.innerTotals()).isEqualTo(slow.innerTotals());
    assertThat(ours.innerTypes()).isEqualTo(slow.innerTypes());
    NgramBench.Row empty = comparison.row(Contestant.EMPTY_SESSION);
    NgramBench.Row ourRow = comparison.row(Contestant.OURS);
    assertThat(ourRow.netSeconds()).isCloseTo(ourRow.seconds() - empty.seconds(), within(1e-9));
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void nothingIsMeasuredWithoutAProgramOfKenlm() throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    assertThatThrownBy(() -> run(null, Contestant.OURS, Contestant.KENLM))
        .hasMessageStartingWith("case kenlm is KenLM's count_ngrams, but nothing says where")
        .hasMessageContaining("give --kenlm DIR");
    assertThatThrownBy(() -> run(bin, Contestant.KENLM, Contestant.KENLM_ESTIMATE))
        .hasMessageContaining(bin.resolve("count_ngrams") + " does not exist: give --kenlm")
        .hasMessageContaining(bin.resolve("lmplz") + " does not exist: give --kenlm");
    // A folder and a file that cannot be run are no programs.
    Files.createDirectories(bin.resolve("count_ngrams"));
    Files.createFile(bin.resolve("lmplz"));
    assertThatThrownBy(() -> run(bin, Contestant.KENLM, Contestant.KENLM_ESTIMATE))
        .isInstanceOfSatisfying(
            UserException.class,
            refused -> {
              assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
              assertThat(refused.problems())
                  .hasSize(2)
                  .allSatisfy(problem -> assertThat(problem).contains(" is no program: "));
            });
    // What no case needs is not missed.
    NgramBench.check(settings(bin, Contestant.OURS, Contestant.SINGLE_THREAD));
    assertThat(bin.resolve("lmplz").toFile().setExecutable(true)).isTrue();
    NgramBench.check(settings(bin, Contestant.KENLM_ESTIMATE));
  }

  private NgramBench.Comparison run(Path kenlm, Contestant... contestants) throws IOException {
    return NgramBench.run(
        List.of(folder.resolve("unread")),
        settings(kenlm, contestants),
        folder.resolve("run"),
        Progress.SILENT);
  }

  private static NgramBench.Settings settings(Path kenlm, Contestant... contestants) {
    return new NgramBench.Settings(
        3,
        List.of(contestants),
        1,
        "1g",
        "local[2]",
        kenlm == null ? null : kenlm.toString(),
        "1G",
        "org.seqlm.job.SeqLM");
  }

  @Test
  void growthIsASlope() {
    List<NgramBench.Comparison> curve = new ArrayList<>();
    for (long tokens : new long[] {1000, 10_000, 100_000}) {
      double seconds = 3e-3 * Math.pow(tokens, 1.1);
      curve.add(
          new NgramBench.Comparison(
              new NgramText(List.of(), 1, tokens, 1),
              List.of(
                  new NgramBench.Row(
                      Contestant.OURS,
                      null,
                      99.0,
                      99.0,
                      1L,
                      seconds,
                      2 * seconds,
                      null,
                      NgramTotals.UNTOLD))));
    }
    List<NgramBench.Growth> growth = NgramBench.growth(curve);
    assertThat(growth).extracting(NgramBench.Growth::who).containsExactly(Contestant.OURS);
    assertThat(growth.get(0).secondsExponent()).isCloseTo(1.1, within(1e-9));
    assertThat(growth.get(0).cpuExponent()).isCloseTo(1.1, within(1e-9));
  }
}
