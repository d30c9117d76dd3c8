package org.seqlm.spark.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.corpus.plan.BadRecordLimits;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.drift.DocumentWords;
import org.seqlm.drift.NewWord;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.TokenCounts;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyLimits;

class TextSampleTest {
  @TempDir private Path folder;

  private TextSample.Result sample(DocumentUnit unit, long rangeBytes, int most, int tasks)
      throws IOException {
    CorpusSource source =
        new CorpusSource(
            List.of(folder.toString()),
            CorpusFormat.AUTO,
            "text",
            unit,
            BadRecordLimits.DEFAULT,
            CorpusSource.DEFAULT_MAX_RECORD_BYTES,
            CorpusSource.DEFAULT_MAX_ZSTD_WINDOW_LOG);
    TokenCounts counts = new TokenCounts(4);
    counts.add(new byte[] {'a'}, 0, 1, 1);
    Vocabulary vocabulary =
        Vocabularies.rank(TokenizerKind.WHITESPACE, counts, 0, VocabularyLimits.NONE);
    CorpusPlan plan = CorpusPlan.of(TestSpark.context().hadoopConfiguration(), source, rangeBytes);
    return TextSample.of(
        TestSpark.context(),
        plan,
        source,
        TextRules.of(TokenizerKind.WHITESPACE),
        vocabulary,
        most,
        5,
        tasks,
        Progress.SILENT);
  }

  private void write() throws IOException {
    Random random = new Random(8);
    for (int file = 0; file < 3; file++) {
      StringBuilder text = new StringBuilder();
      for (int line = 0; line < 40; line++) {
        text.append("a ".repeat(random.nextInt(5))).append("f").append(file).append('l');
        text.append(line).append(random.nextInt(4) == 0 ? "\n\n" : "\n");
      }
      Files.writeString(folder.resolve("t" + file), text);
    }
  }

  /** Which documents they are: each has a word of its own. */
  private static List<String> names(List<DocumentWords> documents) {
    return documents.stream()
        .flatMap(one -> NewWord.of(List.of(one), 1000).stream())
        .map(NewWord::word)
        .sorted()
        .toList();
  }

  @Test
  void allDocumentsOrTheSameSomeWhateverTheTasks() throws IOException {
    write();
    long lines = 0;
    for (int file = 0; file < 3; file++) {
      lines += Files.readAllLines(folder.resolve("t" + file)).size();
    }
    for (long rangeBytes : new long[] {97, 500, 1 << 20}) {
      TextSample.Result all = sample(DocumentUnit.LINE, rangeBytes, 1000, 3);
      assertThat(all.unknown()).isEqualTo(120);
      assertThat(all.total().lines()).isEqualTo(lines);
      assertThat(all.tokens())
          .isEqualTo(lines + all.documents().stream().mapToLong(DocumentWords::words).sum());
      assertThat(names(all.documents())).hasSize(120).doesNotHaveDuplicates();
      List<String> some = null;
      for (int tasks : new int[] {1, 2, 7}) {
        List<String> found = names(sample(DocumentUnit.LINE, rangeBytes, 10, tasks).documents());
        assertThat(found).hasSize(10);
        some = some == null ? found : some;
        assertThat(found).isEqualTo(some);
      }
    }
  }

  /** Copies have one fingerprint, however their lines are dealt out to files. */
  @Test
  void contentIsThatOfTheLines() throws IOException {
    write();
    String content = sample(DocumentUnit.LINE, 97, 1, 2).content().fingerprint();
    assertThat(content).matches("[0-9a-f]{32}");
    String all = "";
    for (int file = 2; file >= 0; file--) {
      all += Files.readString(folder.resolve("t" + file));
      Files.delete(folder.resolve("t" + file));
    }
    Files.writeString(folder.resolve("all.txt"), all);
    TextSample.Result copy = sample(DocumentUnit.LINE, 1 << 20, 1, 1);
    assertThat(copy.content().fingerprint()).isEqualTo(content);
    assertThat(copy.content().lines()).isEqualTo(copy.total().lines());
    Files.writeString(folder.resolve("all.txt"), all.replaceFirst("f0l7", "f0l8"));
    assertThat(sample(DocumentUnit.LINE, 97, 1, 1).content().fingerprint()).isNotEqualTo(content);
  }

  /** A document that goes on in the next range is two there; nothing of it is lost. */
  @Test
  void everyWordHasOneDocument() throws IOException {
    write();
    for (DocumentUnit unit : List.of(DocumentUnit.FILE, DocumentUnit.BLANK_LINE)) {
      int whole = sample(unit, 1 << 20, 1000, 1).documents().size();
      TextSample.Result cut = sample(unit, 97, 1000, 2);
      assertThat(cut.documents().size()).isGreaterThan(whole);
      List<String> names = new ArrayList<>(names(cut.documents()));
      assertThat(names).hasSize(120).doesNotHaveDuplicates();
    }
    assertThat(sample(DocumentUnit.FILE, 1 << 20, 1000, 1).documents()).hasSize(3);
  }
}
