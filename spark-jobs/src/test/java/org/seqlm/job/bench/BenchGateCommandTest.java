package org.seqlm.job.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.Json;
import org.seqlm.job.NgramsOutcomes;

class BenchGateCommandTest {
  @TempDir Path folder;

  private static NgramsOutcomes.Outcome bench(Object... more) {
    List<Object> line =
        new ArrayList<>(
            List.of("bench", "gate", "--years", 3, "--nights", 9, "--documents", 60, "--set"));
    line.add("gate.budget.nights=5");
    line.addAll(List.of("--set", "nights.tails=[student]", "--set", "power.most-documents=500"));
    line.addAll(Arrays.asList(more));
    return NgramsOutcomes.run(line.toArray());
  }

  private String result(int partitions) throws IOException {
    Path json = folder.resolve(partitions + ".json");
    NgramsOutcomes.Outcome outcome = bench("--partitions", partitions, "--json", json);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    return Files.readString(json);
  }

  @Test
  void rowsDoNotDependOnTheNumberOfTasks() throws IOException {
    String one = result(1);
    assertThat(result(7)).isEqualTo(one);

    JsonNode result = Json.mapper().readTree(one);
    assertThat(result.get("errors")).hasSize(2);
    assertThat(result.at("/errors/0/years/trials").asInt()).isEqualTo(3);
    assertThat(result.at("/errors/0/challengers").asDouble()).isLessThanOrEqualTo(5);
    assertThat(result.get("power")).hasSize(6);
    assertThat(result.at("/power/2/nights/trials").asInt()).isEqualTo(9);
    assertThat(result.at("/power/2/documents-needed").asInt()).isBetween(10, 520);
  }

  @Test
  void allProblemsAreToldAtOnce() {
    NgramsOutcomes.Outcome outcome =
        bench("--set", "nights.deviations=[0]", "--set", "gate.clip.least=0", "--set", "level=1");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.errors())
        .contains("nights.deviations must be greater than 0")
        .contains("gate.clip.least must be greater than 0")
        .contains("level must be greater than 0 and less than 1");
  }
}
