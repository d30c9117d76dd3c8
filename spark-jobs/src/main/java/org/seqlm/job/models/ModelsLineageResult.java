package org.seqlm.job.models;

import java.util.List;
import org.seqlm.registry.Decision;
import org.seqlm.registry.ModelVersion;

/**
 * What {@code models lineage} tells.
 *
 * @param line the version, the one that it was trained from, and so on
 */
record ModelsLineageResult(String registry, List<Ancestor> line) {
  /**
   * One of the line.
   *
   * @param last decision about it
   */
  record Ancestor(ModelVersion version, Decision last) {}
}
