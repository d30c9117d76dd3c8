package org.seqlm.job.models;

import java.util.List;
import org.seqlm.registry.ModelVersion;

/**
 * What {@code models list} tells.
 *
 * @param champion its number; 0 for none
 * @param rows by number
 */
record ModelsListResult(String registry, int champion, List<Row> rows) {
  /**
   * A version.
   *
   * @param bytes that the registry holds of it
   */
  record Row(ModelVersion version, long bytes) {}
}
