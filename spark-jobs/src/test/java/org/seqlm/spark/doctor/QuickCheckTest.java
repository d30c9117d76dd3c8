package org.seqlm.spark.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.doctor.Finding;

class QuickCheckTest {
  @TempDir Path folder;

  private SparkConf on(Object disks) {
    return new SparkConf(false).set("spark.local.dir", disks.toString());
  }

  @Test
  void itIsSilentWhereAllIsWell() {
    assertThat(QuickCheck.warning(on(folder))).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFolderThatCannotBeWrittenIsOneLine() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThat(QuickCheck.warning(on(folder + "," + file.resolve("x"))).orElseThrow())
        .startsWith("local disks may fail this job: " + file + "/x: " + file + " is a file")
        .endsWith("(all of it: seqlm doctor)")
        .doesNotContain("\n");
  }

  @Test
  void ofSeveralTheFirstIsTold() {
    Finding finding = Finding.fail("a", "driver", "x", "y");
    assertThat(QuickCheck.line(List.of(Finding.ok("o", "driver", "x"), finding, finding)))
        .contains("a may fail this job: x: y; and 1 more (all of it: seqlm doctor)");
  }
}
