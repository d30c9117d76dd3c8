package org.seqlm.neural.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;

class CheckpointTest {
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
    assertThat(read.lengths()).isEmpty();
    assertThat(read.states()).hasSize(1);
    assertThat(Json.mapper().readValue(Json.pretty(read), Checkpoint.class)).isEqualTo(read);
  }
}
