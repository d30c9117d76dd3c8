package org.seqlm.spark.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.seqlm.lm.files.ScoreFiles;
import org.seqlm.lm.files.TableFile;
import org.seqlm.ngram.trie.Spill;

class TokenRowsTest {
  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(longs = {0, 150, 1 << 20})
  void rowsThatWaitAreWrittenInTheirPlacesWhateverMemoryTheyMayTake(long memory)
      throws IOException {
    Path disk = dir.resolve("disk");
    try (TableFile file = file();
        TokenRows rows = new TokenRows(file, new Spill(memory, disk))) {
      line(rows, 1, "a", "b");
      rows.keep(); // nothing waits
      rows.hold();
      line(rows, 2, "ä", "");
      line(rows, 3, "c", "d", "e");
      assertThat(Files.exists(disk)).isEqualTo(memory < 1000);
      rows.keep();
      line(rows, 4, "f");
      rows.hold();
      line(rows, 5, "left", "to", "others", "all", "of", "it");
      rows.drop();
      line(rows, 6, "g");
      rows.hold();
      line(rows, 7, "h");
      rows.keep();
      rows.hold();
      line(rows, 8, "never", "kept", "nor", "dropped");
      file.keep();
    }
    assertThat(disk).doesNotExist();
    assertThat(Files.readAllLines(dir.resolve("rows")).stream().map(TokenRowsTest::told))
        .containsExactly("1 a", "1 b", "2 ä", "2 ", "3 c", "3 d", "3 e", "4 f", "6 g", "7 h");
  }

  @Test
  void aRowThatWaitedIsThatOfOneThatDidNot() throws IOException {
    try (TableFile file = file();
        TokenRows rows = new TokenRows(file, new Spill(0, dir.resolve("disk")))) {
      line(rows, 7, "a");
      rows.hold();
      line(rows, 7, "a");
      rows.keep();
      file.keep();
    }
    assertThat(Files.readAllLines(dir.resolve("rows")))
        .containsOnly("corpus\t6\t7\t2\t1\ta\t-0.5\t3\t1")
        .hasSize(2);
  }

  private TableFile file() throws IOException {
    return TableFile.open(
        FileSystem.getLocal(new Configuration(false)).getRawFileSystem(),
        new org.apache.hadoop.fs.Path(dir.toString()),
        "rows",
        0,
        ScoreFiles.Format.TSV,
        ScoreFiles.TOKEN_COLUMNS);
  }

  private static void line(TokenRows rows, long line, String... tokens) {
    rows.startLine("corpus", 6, line, 2);
    for (String token : tokens) {
      byte[] utf8 = ("-" + token).getBytes(StandardCharsets.UTF_8);
      rows.token(utf8, 1, utf8.length, -0.5, 3, true);
    }
  }

  private static String told(String row) {
    String[] fields = row.split("\t", -1);
    return fields[2] + " " + fields[5];
  }
}
