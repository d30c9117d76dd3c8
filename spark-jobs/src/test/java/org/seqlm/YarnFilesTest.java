package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What {@code deploy/yarn} has, without a YARN; {@code YarnIT} submits with it. */
class YarnFilesTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path folder;
  private final List<Process> executors = new ArrayList<>();

  @AfterEach
  void end() {
    executors.forEach(Process::destroyForcibly);
  }

  /** Also what stands there to be uncommented. */
  @Test
  void everySettingIsSparksAndEveryFileThatIsSentIsThere() throws Exception {
    String page = Files.readString(ROOT.resolve("docs/yarn.md"));
    try (Stream<Path> files = Files.list(ROOT.resolve("deploy/yarn"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".conf")).toList()) {
        assertThat(page).contains("`deploy/yarn/" + file.getFileName() + "`");
        Properties settings = new Properties();
        settings.load(new StringReader(Files.readString(file).replace("\n#spark.", "\nspark.")));
        assertThat(settings).isNotEmpty();
        settings.forEach(
            (key, value) -> {
              assertThat(key.toString()).as(file.toString()).startsWith("spark.");
              assertThat(value.toString()).as(key.toString()).isNotBlank();
            });
        for (String sent : settings.getProperty("spark.yarn.dist.files", "").split(",")) {
          assertThat(ROOT.resolve(sent)).exists();
        }
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void executorsOfOneNodeHaveGpusOfTheirOwnForAsLongAsTheyLive() throws Exception {
    for (String script : List.of("deploy/gpu/discover", "deploy/yarn/discover-free")) {
      Path source = ROOT.resolve(script);
      Files.copy(source, folder.resolve(source.getFileName()));
    }
    Path smi = Files.writeString(folder.resolve("nvidia-smi"), "#!/bin/sh\necho 0\necho 1\n");
    assertThat(smi.toFile().setExecutable(true)).isTrue();

    assertThat(new TreeSet<>(List.of(told(executor("0", "1")), told(executor("0", "1")))))
        .containsExactly(
            "{\"name\": \"gpu\", \"addresses\": [\"0\"]}",
            "{\"name\": \"gpu\", \"addresses\": [\"1\"]}");
    Process third = executor("0", "1");
    assertThat(told(third)).isNull();
    String err = new String(third.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(err)
        .contains("discover-free: error: 1 of the 2 GPUs of", "only 0 are free", "fewer executors");

    executors.get(0).destroyForcibly().waitFor();
    executors.get(1).destroyForcibly().waitFor();
    assertThat(told(executor("20", "2"))).contains("[\"0\",\"1\"]");
  }

  /** A process that asks as an executor does, and lives on if it got what it wants. */
  private Process executor(String patience, String gpus) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", folder.resolve("discover-free") + " && read -r");
    builder.environment().put("PATH", folder + ":" + System.getenv("PATH"));
    builder.environment().put("SEQLM_GPU_LOCKS", folder.resolve("locks").toString());
    builder.environment().put("SEQLM_GPU_WAIT", patience);
    builder.environment().put("SEQLM_EXECUTOR_GPUS", gpus);
    Process process = builder.start();
    executors.add(process);
    return process;
  }

  private static String told(Process executor) throws Exception {
    BufferedReader out = executor.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    assertThat(line != null || executor.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return line;
  }
}
