package org.seqlm.spark.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.corpus.night.PartitionContent;
import org.seqlm.corpus.plan.BadRecordLimits;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;

class PartitionContentsTest {
  @TempDir Path folder;

  private List<PartitionContent> of(String... names) throws IOException {
    List<CorpusSource> sources = new ArrayList<>();
    for (String name : names) {
      sources.add(
          new CorpusSource(
              List.of(folder.resolve(name).toString()),
              CorpusFormat.AUTO,
              "text",
              DocumentUnit.LINE,
              BadRecordLimits.DEFAULT,
              CorpusSource.DEFAULT_MAX_RECORD_BYTES,
              CorpusSource.DEFAULT_MAX_ZSTD_WINDOW_LOG));
    }
    return PartitionContents.of(TestSpark.context(), sources, Progress.SILENT);
  }

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return file;
  }

  /** A copy of a day is known in other files, packed, in another order; a word more is not it. */
  @Test
  void copiesHaveOneFingerprint() throws IOException {
    Files.writeString(file("day=1/a"), "one two\nthree\n");
    Files.writeString(file("day=1/b"), "four\n");
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(file("day=2/renamed.txt.gz")))) {
      out.write("four\none two\nthree\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    Files.writeString(file("day=3/a"), "one two\nthree\nfour more\n");
    Files.writeString(file("day=4/a"), "");
    List<PartitionContent> days = of("day=1", "day=2", "day=3", "day=4");
    assertThat(days).extracting(PartitionContent::documents).containsExactly(3L, 3L, 3L, 0L);
    assertThat(days).extracting(PartitionContent::lines).containsExactly(3L, 3L, 3L, 0L);
    assertThat(days.get(1).fingerprint()).isEqualTo(days.get(0).fingerprint());
    assertThat(days.get(2).fingerprint()).isNotEqualTo(days.get(0).fingerprint());
    // A sum that does not know who is read with it.
    assertThat(of("day=3")).containsExactly(days.get(2));
    assertThat(PartitionContents.of(TestSpark.context(), List.of(), Progress.SILENT)).isEmpty();
  }

  @Test
  void whatCannotBeReadIsNamed() throws IOException {
    Files.writeString(file("day=1/a"), "one\n");
    Files.writeString(file("day=2/bad.gz"), "no gzip at all");
    assertThatThrownBy(() -> of("day=1", "day=2"))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageContaining("day=2/bad.gz");
  }
}
