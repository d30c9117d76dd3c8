package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.Json;

/** {@code deploy/gpu/discover} with an nvidia-smi that says what the real one says. */
@DisabledOnOs(OS.WINDOWS)
class GpuDiscoverTest {
  private static final String TWO = "0, GPU-aa11\\n1, GPU-bb22\\n";
  private static final String NAMES =
      "GPU 0: A (UUID: GPU-aa11)\\n%sGPU 1: A (UUID: GPU-bb22)\\n%s";

  @TempDir Path folder;

  private record Result(int exit, String out, String err) {
    List<String> addresses() throws IOException {
      assertThat(exit).as(err).isZero();
      assertThat(Json.mapper().readTree(out).path("name").asText()).isEqualTo("gpu");
      List<String> addresses = new ArrayList<>();
      Json.mapper().readTree(out).path("addresses").forEach(a -> addresses.add(a.asText()));
      return addresses;
    }
  }

  /**
   * Runs the script.
   *
   * @param uuids what {@code --query-gpu=index,uuid} prints, as of printf
   * @param list what {@code -L} prints
   * @param modes what {@code --query-gpu=index,mig.mode.current} prints; empty of a driver that
   *     knows no such question
   */
  private Result discover(String uuids, String list, String modes, Map<String, String> environment)
      throws Exception {
    Path fake = folder.resolve("nvidia-smi");
    Files.writeString(
        fake,
        "#!/bin/sh\ncase \"$*\" in\n*mig.mode*) "
            + (modes.isEmpty() ? "exit 2" : "printf '" + modes + "'")
            + " ;;\n*uuid*) printf '"
            + uuids
            + "'; exit ${FAKE_EXIT:-0} ;;\n-L) printf '"
            + list
            + "' ;;\nesac\n");
    Files.setPosixFilePermissions(fake, PosixFilePermissions.fromString("rwx------"));
    return run(folder + ":/usr/bin:/bin", environment);
  }

  private Result run(String path, Map<String, String> environment) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("bash", Path.of("../deploy/gpu/discover").toAbsolutePath().toString());
    builder.environment().remove("CONTAINER_ID");
    builder.environment().put("PATH", path);
    builder.environment().putAll(environment);
    Path err = folder.resolve("err");
    Process process = builder.redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Result(process.exitValue(), out, Files.readString(err));
  }

  @Test
  void wholeGpusAreTheirIndexes() throws Exception {
    String names = NAMES.formatted("", "");
    String off = "0, Disabled\\n1, [N/A]\\n";
    Result two = discover(TWO, names, off, Map.of());
    assertThat(two.addresses()).containsExactly("0", "1");
    assertThat(two.out()).isEqualTo("{\"name\": \"gpu\", \"addresses\": [\"0\",\"1\"]}\n");
    assertThat(two.err()).isEmpty();
    // A driver that knows no MIG devices.
    assertThat(discover("0, GPU-aa11\\n", "", "", Map.of()).addresses()).containsExactly("0");
  }

  /** Where two containers may have different GPUs of the same index. */
  @Test
  void inAContainerOfYarnTheyAreTheirUuids() throws Exception {
    Map<String, String> yarn = Map.of("CONTAINER_ID", "container_1_1_01_000002");
    assertThat(discover(TWO, NAMES.formatted("", ""), "", yarn).addresses())
        .containsExactly("GPU-aa11", "GPU-bb22");
    // Of a driver that has no UUIDs for them.
    assertThat(discover("0, [N/A]\\n", "", "", yarn).addresses()).containsExactly("0");
  }

  @Test
  void gpusThatAreCutAreTheirMigDevices() throws Exception {
    String two =
        "  MIG 3g.20gb     Device  0: (UUID: MIG-c6d4f1ef-42e4)\\n"
            + "  MIG 1g.5gb Device  1: (UUID: MIG-GPU-aa11/5/0)\\n";
    String one = "  MIG 7g.40gb Device  0: (UUID: MIG-0f00)\\n";
    assertThat(
            discover(TWO, NAMES.formatted(two, one), "0, Enabled\\n1, Enabled\\n", Map.of())
                .addresses())
        .containsExactly("MIG-c6d4f1ef-42e4", "MIG-GPU-aa11/5/0", "MIG-0f00");
    assertThat(
            discover(TWO, NAMES.formatted("", one), "0, Disabled\\n1, Enabled\\n", Map.of())
                .addresses())
        .containsExactly("0", "MIG-0f00");
  }

  @Test
  void aGpuInMigModeWithoutMigDevicesIsLeftOut() throws Exception {
    Result one = discover(TWO, NAMES.formatted("", ""), "0, Enabled\\n1, Disabled\\n", Map.of());
    assertThat(one.addresses()).containsExactly("1");
    assertThat(one.err()).contains("GPU 0 is in MIG mode and has no MIG devices", "left out");
  }

  @Test
  void whereThereIsNoneItSaysWhatToDo() throws Exception {
    for (String none : new String[] {"No devices were found\\n", ""}) {
      Result result = discover(none, "", "", Map.of());
      assertThat(result.exit()).isEqualTo(ExitCode.PLATFORM.code());
      assertThat(result.out()).isEmpty();
      assertThat(result.err()).startsWith("discover: error: nvidia-smi shows no GPU (");
    }
    Result failed = discover("NVIDIA-SMI has failed", "", "", Map.of("FAKE_EXIT", "9"));
    assertThat(failed.exit()).isEqualTo(ExitCode.PLATFORM.code());
    assertThat(failed.err()).contains("nvidia-smi failed (NVIDIA-SMI has failed)", "mend NVIDIA");

    Path empty = Files.createDirectory(folder.resolve("empty"));
    Result absent = run(empty.toString(), Map.of());
    assertThat(absent.exit()).isEqualTo(ExitCode.PLATFORM.code());
    assertThat(absent.err()).contains("there is no nvidia-smi on the PATH", "resource.gpu");
  }
}
