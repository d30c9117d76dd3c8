package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.Json;

/**
 * The soak in short: executors die as it trains, and it comes to the same bits; {@code
 * docs/watching.md} has the figures of the long one.
 */
@OnCluster
class SoakTest {
  @TempDir Path folder;

  @Test
  void executorsAreKilledAndTheBitsAreTheSame() throws Exception {
    Path json = folder.resolve("soak.json");
    try (OwnProcess bench = new OwnProcess(Files.createDirectories(folder.resolve("own")))) {
      bench
          .option("-Xms512m")
          .option("-Xmx512m")
          .command(
              "bench",
              "averaging",
              "--part",
              "soak",
              "--rounds",
              40,
              "--kill-every",
              10,
              "--master",
              "local-cluster[2,1,600]",
              "--json",
              json)
          .succeeds();
    }
    JsonNode soak = Json.mapper().readTree(json.toFile()).path("soak");
    assertThat(soak.path("rounds").asInt()).isEqualTo(40);
    assertThat(soak.path("killed").asInt()).isBetween(1, 20);
    assertThat(soak.path("trained")).isEqualTo(soak.path("tokens"));
    assertThat(soak.path("parameters").asText())
        .hasSize(64)
        .isEqualTo(soak.path("undisturbed").asText());
    // So few rounds show a leak only that takes much each time; the long form measures.
    for (JsonNode process : soak.path("growth")) {
      if (process.path("process").asText().equals("driver")) {
        assertThat(process.path("native-buffers").asDouble()).isLessThan(100);
        assertThat(process.path("open-files").asDouble()).isLessThan(100);
        assertThat(process.path("heap-bytes").asDouble()).isLessThan(50e6);
      }
    }
  }
}
