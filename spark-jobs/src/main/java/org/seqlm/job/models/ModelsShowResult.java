package org.seqlm.job.models;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.seqlm.registry.Decision;
import org.seqlm.registry.ModelVersion;
import org.seqlm.store.FileEntry;

/**
 * What {@code models show} tells.
 *
 * @param folder of its model, wherever a model's path is taken; null if it was pruned
 * @param files below the registry's folder; none if it was pruned
 * @param decisions about it, the latest last
 * @param provenance where it comes from; null if it was pruned, or nobody wrote it down
 */
record ModelsShowResult(
    String registry,
    ModelVersion version,
    String folder,
    List<FileEntry> files,
    List<Decision> decisions,
    JsonNode provenance) {}
