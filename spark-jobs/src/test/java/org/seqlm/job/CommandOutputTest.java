package org.seqlm.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Version;

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
  void aFailureLeavesARecordThatTheSameCommandReplaces() throws IOException {
    Path text = folder.resolve("text");
    Path json = folder.resolve("x.json");
    Object[] line = {
      "ngrams", "--input", text, "--output", folder.resolve("n"), "--json", json, "--order", 1
    };
    for (int time = 0; time < 2; time++) {
      NgramsOutcomes.Outcome failed = NgramsOutcomes.run(line);
      assertThat(failed.code()).as(failed.errors()).isEqualTo(ExitCode.DATA.code());
      JsonNode record = Json.mapper().readTree(json.toFile());
      assertThat(record.at("/failed/command").asText()).isEqualTo("ngrams");
      assertThat(record.at("/failed/version").asText()).isEqualTo(Version.current());
      assertThat(record.at("/failed/exit-code").asInt()).isEqualTo(ExitCode.DATA.code());
      assertThat(record.at("/failed/problems")).hasSize(1);
      assertThat(failed.errors())
          .isEqualToIgnoringNewLines("seqlm: error: " + record.at("/failed/problems/0").asText());
    }
    Files.writeString(text, "a b a\n");
    assertThat(NgramsOutcomes.run(line).code()).isZero();
    String result = Files.readString(json);
    assertThat(result).doesNotContain("failed");
    assertThat(NgramsOutcomes.run(line).code()).isEqualTo(ExitCode.CONFIGURATION.code());
    assertThat(json).hasContent(result);
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
