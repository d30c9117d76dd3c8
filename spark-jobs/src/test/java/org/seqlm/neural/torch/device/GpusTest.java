package org.seqlm.neural.torch.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What a command tells of GPUs, with shells in its place. */
@DisabledOnOs(OS.WINDOWS)
class GpusTest {
  private static List<String> shell(String script) {
    return List.of("sh", "-c", script);
  }

  @Test
  void areDescribedByName() {
    String two = "echo '0, A 100, 8.0'; echo '1, H200, 9.0'";
    assertThat(Gpus.describe(1, shell(two), 20_000)).isEqualTo("H200, compute capability 9.0");
    assertThat(Gpus.describe(2, shell(two), 20_000)).isEqualTo("unknown");
    // A container numbers its own.
    assertThat(Gpus.describe(0, shell("echo '5, H200, 9.0'"), 20_000))
        .isEqualTo("H200, compute capability 9.0");
    assertThat(Gpus.describe(0, List.of("no-such-nvidia-smi"), 20_000)).isEqualTo("unknown");
  }

  /** As with a driver that hangs. */
  @Test
  @Timeout(20)
  void aCommandThatDoesNotAnswerIsNotWaitedForLong() {
    assertThat(Gpus.describe(0, shell("exec sleep 60"), 100)).isEqualTo("unknown");
  }
}
