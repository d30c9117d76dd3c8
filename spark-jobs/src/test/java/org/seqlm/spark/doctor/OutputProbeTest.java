package org.seqlm.spark.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.seqlm.doctor.ReachRules;
import org.seqlm.files.TestStore;

class OutputProbeTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "S3, 's3a, a look, a put, and a look at what is there then', true",
    "S3_CONDITIONAL, 's3a, a conditional put', false",
    "GOOGLE, 'gs, a create that the store refuses', false",
    "HDFS, 'hdfs, a rename that fails on a name that is taken', false",
    "DISK, a hard link, false",
  })
  void theRowIsThatOfTheFileSystemAndNothingIsLeft(TestStore.Kind kind, String row, boolean weak)
      throws IOException {
    try (TestStore store = TestStore.make(kind, folder)) {
      try (OutputProbe probe = OutputProbe.open(store.conf(), store.name("out/run"))) {
        ReachRules.Commit commit = probe.commit();
        assertThat(commit.row()).endsWith(row);
        assertThat(commit.weak()).isEqualTo(weak);
        if (!weak) {
          assertThat(commit.winners()).isOne();
        }
        assertThat(Math.abs(probe.skew())).isLessThan(60_000);
        assertThat(OutputProbe.write(store.conf(), probe.folder(), "1")).isEmpty();
        assertThat(OutputProbe.write(store.conf(), probe.folder(), "1")).isNotEmpty();
      }
      assertThat(store.content()).isEmpty();
    }
  }

  @Test
  void whereNoFolderCanBeMadeItSaysSo() throws Exception {
    Path file = java.nio.file.Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(() -> OutputProbe.open(new Configuration(), file.resolve("run").toString()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }
}
