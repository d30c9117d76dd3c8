package org.seqlm.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.UserException;
import org.seqlm.corpus.plan.BadRecordLimits;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentFields;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;

class RangeScannerTest {
  @TempDir Path folder;

  @Test
  void fullDictionariesAndBlocksEndAndTheTextGoesOn() throws IOException {
    Random random = new Random(2);
    StringBuilder text = new StringBuilder();
    // One line runs over the end of a block.
    for (int i = 0; i < LocalBlock.MAX_TOKENS + 50; i++) {
      text.append(i % 7 == 0 ? "b " : "a ");
      if (i > LocalBlock.MAX_TOKENS + 20 || i == 500_000) {
        text.append("w").append(random.nextInt(9)).append("  x\n");
      }
    }
    Files.writeString(folder.resolve("a.txt"), text.toString());
    CorpusSource source =
        new CorpusSource(
            List.of(folder.toString()),
            CorpusFormat.AUTO,
            "text",
            DocumentUnit.FILE,
            BadRecordLimits.DEFAULT,
            1 << 24,
            CorpusSource.DEFAULT_MAX_ZSTD_WINDOW_LOG);
    Configuration conf = new Configuration();
    CorpusPlan plan = CorpusPlan.of(conf, source);
    StringBuilder read = new StringBuilder();
    List<LocalBlock> blocks = new ArrayList<>();
    int chunks = 0;
    long counted = 0;
    long offset = 0;
    long characters = 0;
    RangeSummary summary = null;
    try (RangeScanner scanner =
        new RangeScanner(
            conf,
            source,
            TextRules.of(TokenizerKind.WHITESPACE),
            SplitMethod.HASHED,
            DocumentFields.NONE,
            plan.ranges().get(0),
            n -> {},
            3)) {
      while (scanner.hasNext()) {
        RangePart part = scanner.next();
        if (part instanceof LocalBlock block) {
          assertThat(block.offset()).isEqualTo(offset);
          assertThat(block.chunk()).isEqualTo(chunks);
          offset += block.tokens().length;
          blocks.add(block);
        } else if (part instanceof LocalDictionary dictionary) {
          var tokens = dictionary.tokens();
          for (LocalBlock block : blocks) {
            boolean lineStart = block.lineStart();
            for (int id : block.tokens()) {
              if (id == 2) {
                read.append('\n');
                characters++;
              } else {
                int index = id - 3;
                int length = tokens.length(index);
                read.append(lineStart ? "" : " ");
                read.append(
                    new String(
                        tokens.arena(), tokens.start(index), length, StandardCharsets.UTF_8));
                characters += length + (lineStart ? 0 : 1);
              }
              lineStart = id == 2;
            }
            characters += Arrays.stream(block.oddBy()).sum();
          }
          counted += Arrays.stream(tokens.counts()).sum();
          blocks.clear();
          chunks++;
        } else if (part instanceof RangeSummary found) {
          summary = found;
        }
      }
    }
    assertThat(read.toString()).isEqualTo(text.toString().replace("  ", " "));
    assertThat(chunks).isGreaterThan(3);
    assertThat(counted + summary.lines()).isEqualTo(offset).isEqualTo(summary.tokens());
    assertThat(characters).isEqualTo(text.length()).isEqualTo(summary.characters());
    assertThat(summary.tail()[RangeSummary.MAX_TAIL - 1]).isEmpty();
    assertThat(new String(summary.tail()[RangeSummary.MAX_TAIL - 2], StandardCharsets.UTF_8))
        .isEqualTo("x");
  }

  /** A file of more documents than an array has elements is refused. */
  @Test
  void documentsAreAsManyAsAnArrayHolds() {
    assertThat(RangeScanner.room(16, 100)).isEqualTo(32);
    assertThat(RangeScanner.room(64, 100)).isEqualTo(100);
    assertThatThrownBy(() -> RangeScanner.room(100, 100))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("more than 100 documents");
  }
}
