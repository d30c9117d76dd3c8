package org.seqlm.spark.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.corpus.plan.BadRecordLimits;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.profile.CorpusProfile;
import org.seqlm.profile.Growth;
import org.seqlm.profile.WordFindings.Word;
import org.seqlm.profile.text.Histogram;
import org.seqlm.profile.text.Measures;
import org.seqlm.profile.text.ReadingUnits.Spelling;
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;

class CorpusProfilingTest {
  @TempDir private Path folder;

  private CorpusProfile profile(DocumentUnit unit, String by, long rangeBytes, int tasks)
      throws IOException {
    CorpusSource source =
        new CorpusSource(
            List.of(folder.toString()),
            CorpusFormat.AUTO,
            "text",
            unit,
            new BadRecordLimits(0.5, 0),
            CorpusSource.DEFAULT_MAX_RECORD_BYTES,
            CorpusSource.DEFAULT_MAX_ZSTD_WINDOW_LOG);
    return CorpusProfiling.of(
        TestSpark.context(),
        CorpusPlan.of(TestSpark.context().hadoopConfiguration(), source, rangeBytes),
        source,
        new ProfilingRules(
            TextRules.of(TokenizerKind.WHITESPACE), Spelling.ENGLISH, by, 100, 5, 3, 50, 10, 1),
        tasks,
        Progress.SILENT);
  }

  /** All that a profile says, as text. */
  private static String told(CorpusProfile profile) {
    StringBuilder told = new StringBuilder();
    told.append(profile.documents()).append(' ').append(profile.tokens());
    told.append(' ').append(profile.groups());
    told.append(Arrays.toString(profile.words().growth()));
    told.append(Arrays.toString(profile.words().groupTypes()));
    told.append(Arrays.toString(profile.words().groupNew()));
    for (long f : profile.words().frequencies().falling()) {
      told.append(' ').append(f).append(':').append(profile.words().frequencies().types(f));
    }
    profile
        .words()
        .halves()
        .forEach((from, to, first, second) -> told.append(' ').append(first + "/" + second));
    for (Word word : profile.words().top()) {
      told.append(' ').append(word.text() + word.count() + "/" + word.documents());
    }
    for (Word word : profile.words().trends()) {
      told.append(' ').append(word.text()).append(Arrays.toString(word.counts()));
    }
    for (String name : List.of(Measures.DOCUMENT_WORDS, Measures.LINE_CHARACTERS)) {
      profile
          .tallies()
          .histogram(name)
          .forEach((value, times) -> told.append(' ').append(value + "x" + times));
    }
    return told.append(profile.tallies().counts("")).toString();
  }

  /** Three days of some files each, whose words come by a steep law. */
  private List<String> write() throws IOException {
    Random random = new Random(8);
    List<String> lines = new ArrayList<>();
    for (int day = 1; day <= 6; day++) {
      Path of = Files.createDirectories(folder.resolve("dt=2026-11-0" + day));
      for (int file = 0; file < 2; file++) {
        StringBuilder text = new StringBuilder();
        for (int line = 0; line < 30; line++) {
          StringBuilder words = new StringBuilder();
          for (int n = random.nextInt(9); n >= 0; n--) {
            words.append('w').append((int) Math.pow(random.nextDouble(), -0.9)).append(' ');
          }
          words.append(random.nextInt(7) < day ? "rising" : "");
          lines.add(words.toString());
          text.append(words).append(random.nextInt(4) == 0 ? "\n\n" : "\n");
        }
        Files.writeString(of.resolve("t" + file + ".txt"), text);
      }
    }
    return lines;
  }

  /** Counted in memory, line by line. */
  @Test
  void countsAreThoseOfTheText() throws IOException {
    List<String> lines = write();
    Map<String, Long> counts = new TreeMap<>();
    Map<String, Set<Integer>> documents = new TreeMap<>();
    Histogram lengths = new Histogram();
    Set<String> seen = new HashSet<>();
    List<Long> growth = new ArrayList<>();
    for (int d = 0; d < lines.size(); d++) {
      String[] words = lines.get(d).strip().split(" ");
      lengths.add(words.length);
      for (String word : words) {
        counts.merge(word, 1L, Long::sum);
        documents.computeIfAbsent(word, w -> new HashSet<>()).add(d);
        seen.add(word);
        growth.add((long) seen.size());
      }
    }
    for (long rangeBytes : new long[] {900, 1 << 20}) {
      CorpusProfile profile = profile(DocumentUnit.LINE, "dt", rangeBytes, 3);
      assertThat(profile.tokens()).isEqualTo(growth.size());
      long[] points = Growth.points(growth.size());
      assertThat(profile.points()).isEqualTo(points);
      assertThat(profile.words().growth())
          .isEqualTo(Arrays.stream(points).map(n -> growth.get((int) n - 1)).toArray());
      assertThat(profile.words().frequencies().types()).isEqualTo(counts.size());
      assertThat(profile.words().frequencies().tokens()).isEqualTo(growth.size());
      assertThat(profile.words().top()).hasSizeGreaterThan(10);
      for (Word word : profile.words().top()) {
        assertThat(word.count()).isEqualTo(counts.get(word.text()));
        assertThat(word.documents()).isEqualTo(documents.get(word.text()).size());
      }
      assertThat(profile.words().top().size())
          .isEqualTo(
              Math.min(
                  50,
                  counts.keySet().stream()
                      .filter(w -> counts.get(w) >= 5 && documents.get(w).size() >= 3)
                      .count()));
      assertThat(profile.tallies().histogram(Measures.DOCUMENT_WORDS).sum())
          .isEqualTo(lengths.sum());
      assertThat(profile.groups()).hasSize(6);
      assertThat(profile.groups().get(2).name()).isEqualTo("2026-11-03");
      assertThat(profile.words().trends().get(0).text()).isEqualTo("rising");
      assertThat(profile.words().groupNew()[0]).isEqualTo(profile.words().groupTypes()[0]);
      assertThat(Arrays.stream(profile.words().groupNew()).sum()).isEqualTo(counts.size());
    }
  }

  /** Documents that go over the ends of ranges are counted once, with all of their words. */
  @Test
  void nothingDependsOnRangesAndTasks() throws IOException {
    write();
    for (DocumentUnit unit : List.of(DocumentUnit.FILE, DocumentUnit.BLANK_LINE)) {
      String whole = told(profile(unit, "dt", 1 << 20, 1));
      for (int[] cut : new int[][] {{300, 2}, {2000, 7}}) {
        String other = told(profile(unit, "dt", cut[0], cut[1]));
        // What is measured of a document is measured as far as its range goes.
        assertThat(other.replaceAll("units/[a-z-]+=[0-9]+", ""))
            .isEqualTo(whole.replaceAll("units/[a-z-]+=[0-9]+", ""));
      }
    }
  }

  /** A task that has no room for its words leaves them stretch by stretch, on the disk too. */
  @Test
  void nothingDependsOnMemory() throws IOException {
    write();
    TestSpark.context();
    SparkConf conf = SparkEnv.get().conf();
    for (DocumentUnit unit : List.of(DocumentUnit.FILE, DocumentUnit.LINE)) {
      String whole = told(profile(unit, "dt", 1 << 20, 2));
      conf.set(TaskMemory.LIMIT, "300");
      try {
        assertThat(told(profile(unit, "dt", 1 << 20, 2))).isEqualTo(whole);
        assertThat(told(profile(unit, "dt", 2000, 2)).replaceAll("units/[a-z-]+=[0-9]+", ""))
            .isEqualTo(whole.replaceAll("units/[a-z-]+=[0-9]+", ""));
      } finally {
        conf.remove(TaskMemory.LIMIT);
      }
    }
  }

  /** Names of 70 letters, of which 64 count: two are one group then, and that is told. */
  @Test
  void cutNamesOfGroupsAreCounted() throws IOException {
    String name = "n".repeat(69);
    Files.writeString(
        folder.resolve("a.jsonl"),
        "{\"text\": \"x\", \"by\": \"%sa\"}\n{\"text\": \"y\", \"by\": \"%sb\"}\n{\"text\": \"z\"}\n"
            .formatted(name, name));
    CorpusProfile profile = profile(DocumentUnit.AUTO, "by", 1 << 20, 2);
    assertThat(profile.groups()).contains(new CorpusProfile.Group("n".repeat(64), 2, 2)).hasSize(2);
    assertThat(profile.tallies().count(Measures.CUT_GROUP_NAMES)).isEqualTo(2);
  }

  @Test
  void groupsAreFieldsFoldersOrSources() throws IOException {
    Files.writeString(
        folder.resolve("a.jsonl"),
        "{\"text\": \"x y\\nz\", \"lang\": \"fa\"}\n{\"text\": \"x\", \"lang\": 7}\n{\"text\":"
            + " \"y y\"}\nno json\n");
    Files.createDirectories(folder.resolve("lang=en"));
    Files.writeString(folder.resolve("lang=en/b.txt"), "x x x");
    CorpusProfile profile = profile(DocumentUnit.AUTO, "lang", 1 << 20, 2);
    assertThat(profile.groups())
        .containsExactly(
            new CorpusProfile.Group(CorpusProfile.Group.NONE, 1, 2),
            new CorpusProfile.Group("7", 1, 1),
            new CorpusProfile.Group("en", 1, 3),
            new CorpusProfile.Group("fa", 1, 3));
    assertThat(profile.bad()).containsEntry("bad-json", 1L);
    assertThat(profile(DocumentUnit.AUTO, "source", 1 << 20, 2).groups())
        .extracting(CorpusProfile.Group::name)
        .contains("lang=en");
    assertThat(profile(DocumentUnit.AUTO, null, 1 << 20, 2).groups()).hasSize(1);
  }

  /** No words, one word, a line of a megabyte, lone marks: each is told, none breaks. */
  @Test
  void hostileTextsAreProfiled() throws IOException {
    Path file = folder.resolve("t.txt");
    Files.writeString(file, "");
    assertThat(profile(DocumentUnit.LINE, null, 1 << 20, 2).tokens()).isZero();
    Files.writeString(file, "\n \n\t\n");
    CorpusProfile blank = profile(DocumentUnit.LINE, null, 1 << 20, 2);
    assertThat(blank.tokens()).isZero();
    assertThat(blank.documents()).isEqualTo(3);
    Files.writeString(file, "word");
    CorpusProfile one = profile(DocumentUnit.FILE, null, 1 << 20, 2);
    assertThat(one.words().growth()).containsExactly(1);
    Files.write(
        file, ("\u0301".repeat(1000) + "x".repeat(900_000)).getBytes(StandardCharsets.UTF_8));
    CorpusProfile huge = profile(DocumentUnit.FILE, null, 1 << 10, 2);
    assertThat(huge.tokens()).isEqualTo(1);
    assertThat(huge.tallies().histogram(Measures.LINE_CHARACTERS).quantile(1)).isEqualTo(901_000);
  }
}
