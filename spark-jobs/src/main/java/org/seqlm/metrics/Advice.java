package org.seqlm.metrics;

import java.util.List;

/**
 * A figure of a training that is out of its range, and what to change.
 *
 * @param id of the rule, for instance {@code vanishing}
 * @param figure that was found; null where there is none, as of a run that diverged
 * @param bound that it passes; null likewise
 * @param keys of the configuration to change, the likeliest first
 * @param text a sentence with all of these
 */
public record Advice(String id, Double figure, Double bound, List<String> keys, String text) {
  public Advice {
    keys = List.copyOf(keys);
  }
}
