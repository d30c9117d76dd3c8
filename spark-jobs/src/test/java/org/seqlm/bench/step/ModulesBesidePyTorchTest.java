package org.seqlm.bench.step;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;
import org.seqlm.neural.network.ParameterLayout;

/** The exchange with PyTorch, as far as it goes without one. */
class ModulesBesidePyTorchTest {
  @Test
  void asksForWhatItComputes() throws IOException {
    for (ModulesBesidePyTorch.Case what : ModulesBesidePyTorch.cases()) {
      ModulesBesidePyTorch.Found ours = ModulesBesidePyTorch.ours(what);
      assertThat(ours.loss()).isBetween(0.5, 4.0);
      assertThat(ours.logProbabilities()).hasSize((7 + 3 + 9 + 1 + 6 + 9) * 5);
      String command = Json.mapper().writeValueAsString(ModulesBesidePyTorch.command(what));
      JsonNode asked = Json.mapper().readTree(command);
      assertThat(asked.at("/network/labels").asInt()).isEqualTo(5);
      for (ParameterLayout.Tensor tensor : what.network().layout().tensors()) {
        JsonNode weight = asked.get("weights").get(tensor.name());
        assertThat(weight.get("values")).hasSize(tensor.size());
        assertThat(weight.get("shape")).hasSize(tensor.shape().size());
        assertThat(ours.gradients().get(tensor.name())).hasSize(tensor.size());
      }
      assertThat(asked.at("/batch/input/values")).hasSize(6 * 9 * 12);
    }
  }

  @Test
  void withoutPyTorchNothingIsCompared() throws IOException {
    assertThat(ModulesBesidePyTorch.all("no-such-python")).isEmpty();
  }
}
