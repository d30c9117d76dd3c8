package org.seqlm.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;

/** Standard output and the result record: written, or the exit code says that they are not. */
class CommandOutputTest {
  @TempDir Path folder;

  private NgramsOutcomes.Outcome example(Object... more) {
    Object[] line = new Object[more.length + 7];
    Object[] command = {
      "example", "--output", folder.resolve("e"), "--size", "1000", "--seed", "1"
    };
    System.arraycopy(command, 0, line, 0, command.length);
    System.arraycopy(more, 0, line, command.length, more.length);
    return NgramsOutcomes.run(line);
  }

  /** As one on a full disk. */
  private static final class Full extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      throw new IOException("No space left on device");
    }
  }

  @Test
  void standardOutputThatTakesNothingIsThePlatforms() {
    PrintStream before = System.out;
    System.setOut(new PrintStream(new Full(), false, StandardCharsets.UTF_8));
    try {
      for (Object[] line : new Object[][] {{"--version"}, {"train", "--help"}, {}}) {
        assertRefused(NgramsOutcomes.run(line));
      }
      assertRefused(example("--dry-run"));
      assertRefused(example("--json", "-"));
    } finally {
      System.setOut(before);
    }
  }

  private static void assertRefused(NgramsOutcomes.Outcome outcome) {
    assertThat(outcome.code()).as(outcome.errors()).isEqualTo(ExitCode.PLATFORM.code());
    assertThat(outcome.errors()).containsOnlyOnce("\n").contains("standard output");
  }

  @Test
  void aRecordThatCannotBeWrittenIsRefusedBeforeAnyWork() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    for (Object[] json :
        new Object[][] {
          {folder, "is a folder"}, {file.resolve("x.json"), "cannot be written"}, {"", "is empty"}
        }) {
      NgramsOutcomes.Outcome outcome = example("--json", json[0]);
      assertThat(outcome.code()).as(outcome.errors()).isEqualTo(ExitCode.CONFIGURATION.code());
      assertThat(outcome.errors()).containsOnlyOnce("\n").contains((String) json[1]);
      assertThat(folder.resolve("e")).doesNotExist();
    }
    assertThat(file).hasContent("x");
  }

  @Test
  void aRecordAppearsWholeAndItsFolderIsMade() throws IOException {
    Path record = folder.resolve("new/sub/x.json");
    assertThat(example("--json", record).code()).isZero();
    assertThat(Files.readString(record)).startsWith("{").endsWith("}\n");
    try (var left = Files.list(record.getParent())) {
      assertThat(left.map(path -> path.getFileName().toString())).containsExactly("x.json");
    }
  }

  @Test
  void aDeviceIsWrittenToAndNotReplaced() {
    Path full = Path.of("/dev/full");
    assumeThat(Files.exists(full)).as("a device that is always full").isTrue();
    NgramsOutcomes.Outcome outcome = example("--json", full);
    assertThat(outcome.code()).isEqualTo(ExitCode.PLATFORM.code());
    assertThat(outcome.errors())
        .containsOnlyOnce("\n")
        .contains("--json /dev/full was not written");
    assertThat(Files.isRegularFile(full)).isFalse();
  }

  @Test
  void aPageThatCannotBeWrittenIsRefusedBeforeAnyWork() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    NgramsOutcomes.Outcome outcome =
        NgramsOutcomes.run("report", "--input", folder, "--output", file.resolve("x.html"));
    assertThat(outcome.code()).as(outcome.errors()).isEqualTo(ExitCode.CONFIGURATION.code());
    assertThat(outcome.errors()).containsOnlyOnce("\n").contains("cannot be written");
  }
}
