package org.seqlm.spark.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
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
        .startsWith("local disks: " + file + "/x: " + file + " is a file")
        .endsWith("(seqlm doctor looks at all of it)")
        .doesNotContain("\n");
  }

  /** Spark would end the process, with a code of its own and pages of traces. */
  @Test
  void withoutAnyDiskSparkIsNotStarted() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(() -> QuickCheck.warning(on(file.resolve("x"))))
        .isInstanceOfSatisfying(
            UserException.class,
            problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.PLATFORM))
        .hasMessageContaining("spark.local.dir");
  }

  @Test
  void ofSeveralTheFirstIsTold() {
    Finding finding = Finding.fail("a", "driver", "x", "y");
    assertThat(QuickCheck.line(List.of(Finding.ok("o", "driver", "x"), finding, finding)))
        .contains("a: x: y; and 1 more (seqlm doctor looks at all of it)");
  }
}
