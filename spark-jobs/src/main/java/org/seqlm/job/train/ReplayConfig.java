package org.seqlm.job.train;

import java.util.List;
import org.seqlm.neural.learner.Replay;

/**
 * The group {@code replay}.
 *
 * @param inputs datasets of old text; none for none
 * @param share of a pass's tokens that are theirs
 * @param excerpt tokens that are read of it in one go, at most
 */
record ReplayConfig(List<String> inputs, double share, int excerpt) {
  ReplayConfig {
    inputs = inputs == null ? List.of() : List.copyOf(inputs);
    var unused = new Replay.Rules(share, excerpt);
  }

  /** Whether any old text is read. */
  boolean replays() {
    return !inputs.isEmpty() && share > 0;
  }

  Replay.Rules rules() {
    return new Replay.Rules(share, excerpt);
  }
}
