package org.seqlm.job.models;

import java.util.Set;

/**
 * What {@code models prune} did.
 *
 * @param pruned versions whose files were given up
 * @param files that were removed, orphans among them
 * @param bytes of these together
 */
record ModelsPruneResult(String registry, Set<Integer> pruned, long files, long bytes) {}
