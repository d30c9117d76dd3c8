package org.seqlm.spark.concordance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.analysis.TableFormat;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.concordance.ContextLine;
import org.seqlm.concordance.Query;
import org.seqlm.concordance.TermMeasures;
import org.seqlm.concordance.found.Findings;
import org.seqlm.concordance.found.PartFindings;
import org.seqlm.concordance.found.PlaceSample;
import org.seqlm.corpus.plan.BadRecordLimits;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.store.FileEntry;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;

class IndexBuildingTest {
  private static final TextRules RULES = TextRules.of(TokenizerKind.WORD);

  @TempDir private Path folder;

  /** An index of the text, which is cut every so many bytes. */
  private IndexArtifact index(String name, DocumentUnit unit, long rangeBytes) throws IOException {
    Configuration conf = TestSpark.context().hadoopConfiguration();
    CorpusSource source =
        new CorpusSource(
            List.of(folder.resolve("text").toString()),
            CorpusFormat.AUTO,
            "text",
            unit,
            BadRecordLimits.DEFAULT,
            CorpusSource.DEFAULT_MAX_RECORD_BYTES,
            CorpusSource.DEFAULT_MAX_ZSTD_WINDOW_LOG);
    CorpusPlan plan = CorpusPlan.of(conf, source, rangeBytes);
    String output = folder.resolve(name).toString();
    try (ArtifactWriter writer = ArtifactWriter.create(conf, output, Overwrite.REFUSE)) {
      IndexBuilding.Result built =
          IndexBuilding.build(
              TestSpark.context(), plan, source, RULES, writer.folder(), Progress.SILENT);
      built.files().forEach(writer::add);
      writer.publish(
          Manifest.of(
              ArtifactKind.INDEX,
              Map.of(IndexArtifact.TEXT, built.fingerprint()),
              "",
              1,
              built.details()));
    }
    return IndexArtifact.open(conf, output);
  }

  private void write() throws IOException {
    Random random = new Random(9);
    Files.createDirectories(folder.resolve("text"));
    for (int file = 0; file < 3; file++) {
      StringBuilder text = new StringBuilder();
      for (int line = 0; line < 60; line++) {
        for (int w = random.nextInt(9); w > 0; w--) {
          text.append("w").append((int) (20 * Math.pow(random.nextDouble(), 2))).append(", ");
        }
        text.append(random.nextInt(6) == 0 ? "\n\n" : "\n");
      }
      Files.writeString(folder.resolve("text/t" + file + ".txt"), text);
    }
  }

  private static Findings find(IndexArtifact index, String query, int most, int tasks) {
    return find(index, query, most, IndexSearch.Least.ANY, tasks);
  }

  private static Findings find(
      IndexArtifact index, String query, int most, IndexSearch.Least least, int tasks) {
    return IndexSearch.find(
        TestSpark.context(),
        index.handle(),
        Query.parse(query, RULES),
        new PartFindings.Choice(most, PlaceSample.Pick.SAMPLE, 3),
        least,
        tasks,
        Progress.SILENT);
  }

  private static List<ContextLine> draw(IndexArtifact index, Findings found) {
    return IndexSearch.draw(
        TestSpark.context(), index.handle(), found.places(), 5, 5, Progress.SILENT);
  }

  /** Wherever the text is cut, and however many tasks look: over documents, files and ranges. */
  @Test
  void nothingDependsOnRangesAndTasks() throws IOException {
    write();
    for (DocumentUnit unit : List.of(DocumentUnit.FILE, DocumentUnit.BLANK_LINE)) {
      IndexArtifact whole = index(unit + "-whole", unit, 0);
      IndexArtifact cut = index(unit + "-cut", unit, 120);
      assertThat(whole.details().parts()).hasSize(1);
      assertThat(cut.details().parts()).hasSizeGreaterThan(17);
      assertThat(cut.details().words()).isEqualTo(whole.details().words());
      assertThat(cut.details().documents()).isEqualTo(whole.details().documents());
      assertThat(cut.texts()).isEqualTo(whole.texts());
      for (String query : List.of("w1", "w1*", "w0 * {0,6} w3", "(w2|*5) w0 | w7 w*")) {
        Findings found = find(whole, query, 40, 1);
        assertThat(found.total()).isPositive();
        List<ContextLine> lines = draw(whole, found);
        for (int tasks : new int[] {1, 7, 100}) {
          Findings again = find(cut, query, 40, tasks);
          assertThat(again).isEqualTo(found);
          assertThat(draw(cut, again)).isEqualTo(lines);
        }
      }
      IndexSearch.Least least = new IndexSearch.Least(20, 3);
      Findings frequent = find(whole, "w* w1*", 40, least, 1);
      assertThat(frequent.leftOut()).isBetween(1L, 15L);
      assertThat(frequent.total()).isLessThan(find(whole, "w* w1*", 40, 1).total());
      assertThat(find(cut, "w* w1*", 40, least, 100)).isEqualTo(frequent);
      // More lines than the driver draws itself.
      Findings all = find(cut, "w*", 10_000, 0);
      assertThat(all.places().size()).isEqualTo(all.total()).isGreaterThan(500);
      assertThat(draw(cut, all)).isEqualTo(draw(whole, all));
      assertThat(terms(cut, unit + "-cut")).isEqualTo(terms(whole, unit + "-whole"));
    }
  }

  private TermTable.Result terms(IndexArtifact index, String name) throws IOException {
    Path target = folder.resolve("terms-" + name);
    return TermTable.write(
        TestSpark.context(),
        index.handle(),
        new TermMeasures(index.details().words(), index.details().documents()),
        3,
        2,
        new org.apache.hadoop.fs.Path(target.toUri()),
        List.of(TableFormat.TSV),
        Progress.SILENT);
  }

  @Test
  void sameTextHasTheSameBytes() throws IOException {
    write();
    assertThat(files("a")).isNotEmpty().isEqualTo(files("b"));
  }

  private List<FileEntry> files(String name) throws IOException {
    index(name, DocumentUnit.FILE, 900);
    String output = folder.resolve(name).toString();
    return ArtifactReader.open(new Configuration(), output, ArtifactKind.INDEX).manifest().files();
  }
}
