package org.seqlm.neural.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;
import org.seqlm.neural.optimizer.Plateau;

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

  /** As releases wrote it whose rounds were all of one length. */
  private static final String OLD =
      """
      {
        "round" : 4, "step" : 20, "tokens" : 1280, "skipped" : 0,
        "states" : [ { "path" : "w/4/0.1", "sha256" : "ab" } ],
        "updates" : 0, "best-round" : 4, "best-nats" : 1.5, "best-bits-per-character" : 2.1,
        "worse" : 0, "seconds" : 1.25, "vocabulary" : "cd", "platform" : { "java" : "17" }
      }
      """;

  @Test
  void anOlderOneIsReadWithWhatWasNotThere() throws Exception {
    Checkpoint read = Json.mapper().readValue(OLD, Checkpoint.class);
    assertThat(read.round()).isEqualTo(4);
    assertThat(read.interval()).isZero();
    assertThat(read.elapsed()).isEqualTo(1.25);
    assertThat(read.lengths()).isEmpty();
    assertThat(read.states()).hasSize(1);
    assertThat(Json.mapper().readValue(Json.pretty(read), Checkpoint.class)).isEqualTo(read);
  }

  /** A state of another place would be read by every worker, and swept with those of this run. */
  @Test
  void aStateOutsideOfTheRunIsRefused() {
    for (String path :
        List.of("../w/4/0.1", "/etc/passwd", "w/../../4", "file:/tmp/x", "s3a://b/x", "w//4", "")) {
      assertThatThrownBy(
              () -> Json.mapper().readValue(OLD.replace("w/4/0.1", path), Checkpoint.class))
          .isInstanceOf(ValueInstantiationException.class)
          .hasRootCauseInstanceOf(IllegalArgumentException.class)
          .hasRootCauseMessage("the worker state \"" + path + "\" lies outside of its folder");
    }
  }
}
