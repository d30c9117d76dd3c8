package org.seqlm.neural.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;
import org.seqlm.neural.learner.Plateau;

class CheckpointTest {
  private static final Checkpoint PLAIN =
      new Checkpoint(
          3, 60, 1000, 0, List.of(), 0, 2, 1.5, 2.5, 1, 99L, List.of(), 7, "v", Map.of(),
          List.of());

  /** What earlier releases did not write is absent. */
  @Test
  void readsWhatKnowsNothingOfPlateaus() throws Exception {
    ObjectNode tree = (ObjectNode) Json.tree(PLAIN);
    tree.remove("plateau");
    assertThat(Json.mapper().treeToValue(tree, Checkpoint.class)).isEqualTo(PLAIN);
    assertThat(PLAIN.plateau()).isNull();
    tree.set("plateau", Json.tree(new Plateau(1.25, 2, List.of(20L, 40L))));
    assertThat(Json.mapper().treeToValue(tree, Checkpoint.class).plateau())
        .isEqualTo(new Plateau(1.25, 2, List.of(20L, 40L)));
  }
}
